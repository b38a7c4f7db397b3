"""JSON into DuckDB's staging tables, each value by the rules of Redshift's COPY.

The quick way is DuckDB's own reader: a million events in about two seconds. It takes what is plain
and stops at all else. The careful way (json_rows.py) reads object by object in Python and decides.
Clean data never meets it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb

from sparkify.engines import Arrived, JsonLoad, Loaded, Refused, require_few
from sparkify.engines.json_rows import Refusal, Row, Rows
from sparkify.engines.spool import (
    Format,
    NotPlain,
    Part,
    content,
    cut,
    most_objects,
    most_objects_in_lines,
    spool,
)
from sparkify.sources import DataFile
from sparkify.sql import Column, statement
from sparkify.sql.render_cache import rendered

# What DuckDB's reader raises; it can cut an error's text inside a letter, which then has no UTF-8.
NOT_PLAIN = (duckdb.Error, UnicodeDecodeError, NotPlain)
RULES = ("plain_integer", "plain_moment", "odd_number", "odd_text")
# All else is read as text, whole numbers too.
READ_AS = {"double precision": "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A load: its table's columns, the key of each, and its files as parts, as they arrive.

    What has to be written goes into `folder`. `keys` is None where the quick way cannot tell: a
    path into an object, or one key for two columns.
    """

    load: JsonLoad
    columns: tuple[Column, ...]
    folder: Path
    keys: tuple[str, ...] | None
    parts: list[Part]


def learn_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell a connection what is plain and what is odd: macros, of which each has its own."""
    for rule in RULES:
        connection.execute(statement(f"duckdb/{rule}").text)


def reading_of(load: JsonLoad, folder: Path) -> Reading:
    """A load of which nothing is read yet."""
    columns = load.columns
    return Reading(load, columns, folder, _keys(load, columns), [])


def arriving(reading: Reading, arrived: Arrived) -> Iterator[list[Part]]:
    """Bring the load's files where DuckDB reads them, and give the parts that are there by now."""
    reading.folder.mkdir()
    for parts in spool(reading.load.source, reading.load.files, reading.folder, arrived):
        reading.parts.extend(parts)
        yield parts


def read_quickly(
    connection: duckdb.DuckDBPyConnection, reading: Reading, parts: Sequence[Part]
) -> int:
    """Insert the parts by DuckDB's reader; the number of rows.

    Raises one of NOT_PLAIN at anything that is not, but at odd texts and numbers, which
    `require_plain` finds.
    """
    if reading.keys is None:
        raise NotPlain("the quick way knows no path into an object")
    table, loaded_at, inserted = reading.load.table, _moment(connection), 0
    for form, alike in groupby(sorted(parts, key=_format), _format):
        files = [_exactly(part.path) for part in alike]
        keys = reading.keys
        if reading.load.ignore_case:
            keys = _as_spelt(connection, files, form, keys)
        kinds = (READ_AS.get(column.kind, "VARCHAR") for column in reading.columns)
        answer = connection.execute(
            rendered("insert_delivered", table, *reading.load.added_names),
            {
                "files": files,
                "format": form,
                "keys": dict(zip(keys, kinds, strict=True)),
                "loaded_at": loaded_at,
            },
        )
        inserted += answer.fetchall()[0][0]
    return inserted


def require_plain(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Raise NotPlain if a text or number that was read quickly is not."""
    odd_rows = rendered("odd_rows", reading.load.table, *reading.load.added_names)
    odd = connection.execute(odd_rows, {"loaded_at": _moment(connection)}).fetchall()[0][0]
    if odd:
        raise NotPlain(f"{odd} rows with a value that is not plain")


def read_carefully(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    loaded: Loaded,
    max_errors: int,
    arrived: Arrived,
) -> None:
    """Insert what is plain quickly, the rest object by object, and tell `loaded` of it.

    Raises LoadError at the first object that is one too many to refuse.
    """
    parts = [
        piece
        for number, part in enumerate(reading.parts)
        # Numbered: in another folder a file may have the same name.
        for piece in cut(part, reading.folder / f"piece-{number}")
    ]
    share = sum(file.size for file in reading.load.files) // max(1, len(parts))
    plain: list[Part] = []
    others: list[Part] = []
    bounds: Counter[DataFile] = Counter()
    for part in parts:
        bound = _bound_if_plain(connection, reading, part)
        (others if bound is None else plain).append(part)
        bounds.update(bound)
        arrived(share if bound else 0)
    if plain:
        inserted = read_quickly(connection, reading, plain)
        require_plain(connection, reading)
        loaded.objects.update(objects_of(reading, plain, bounds, inserted))
    for part in others:
        _insert_object_by_object(connection, reading, part, loaded, max_errors)
        arrived(share)


def at_most(
    parts: Sequence[Part], bound: Callable[[Part], tuple[int, ...]] = most_objects
) -> Counter[DataFile]:
    """How many objects each file of the parts has at most, by what bounds them in each part.

    Raises NotPlain where the bytes tell already that they are not.
    """
    counts: Counter[DataFile] = Counter()
    for part in parts:
        counts.update(dict(zip(part.files, bound(part), strict=True)))
    return counts


def objects_of(
    reading: Reading, parts: Sequence[Part], counts: Counter[DataFile], inserted: int
) -> Counter[DataFile]:
    """How many objects each file of the parts has: none has more than `counts` says.

    No object becomes two rows. So where the sum is what was inserted, every file has as many
    objects as `counts` says, and all of them were inserted: what one file lost, no other makes up
    for. Elsewhere they are counted one by one: the ledger must not take the reader's word for what
    the reader was given.
    """
    if counts.total() != inserted:
        counts = at_most(parts, most_objects_in_lines)
    if counts.total() != inserted:
        counts = _counted(reading, parts)
    return counts


def _counted(reading: Reading, parts: Sequence[Part]) -> Counter[DataFile]:
    rows, counts = _rows(reading), Counter[DataFile]()
    for part in parts:
        for file, data, first_line in _contents(reading, part):
            counts[file] += sum(1 for _ in rows.read(data, first_line))
    return counts


def _keys(load: JsonLoad, columns: tuple[Column, ...]) -> tuple[str, ...] | None:
    if load.paths is None:
        return tuple(column.name for column in columns)
    keys = tuple(path[0] for path in load.paths if len(path) == 1 and isinstance(path[0], str))
    # DuckDB takes no two keys that differ in capitals only.
    return keys if len({key.lower() for key in keys}) == len(columns) else None


def _exactly(path: str) -> str:
    """A path as DuckDB takes it, to whom * ? [ are a pattern."""
    return re.sub(r"[*?\[]", r"[\g<0>]", path)


def _format(part: Part) -> Format:
    return part.format


def _as_spelt(
    connection: duckdb.DuckDBPyConnection, files: list[str], form: Format, keys: tuple[str, ...]
) -> tuple[str, ...]:
    """The keys as these files spell them, found by looking at every object."""
    found = connection.execute(
        statement("duckdb/delivered_keys").text, {"files": files, "format": form}
    ).fetchall()
    spellings = {key for (of_object,) in found for key in of_object}
    by_key = {spelling.lower(): spelling for spelling in spellings}
    if len(by_key) < len(spellings):
        raise NotPlain("one key is spelt in several ways")
    return tuple(by_key.get(key, key) for key in keys)


def _moment(connection: duckdb.DuckDBPyConnection) -> datetime:
    """The moment the transaction began, as the column's own default would give it."""
    text = statement("ledger/batch_moment").render("duckdb")
    moment: datetime = connection.execute(text).fetchall()[0][0]
    return moment


def _bound_if_plain(
    connection: duckdb.DuckDBPyConnection, reading: Reading, part: Part
) -> Counter[DataFile] | None:
    """How many objects the part has at most; None if the quick way does not take it.

    That is tried beside the transaction, and taken back.
    """
    beside = connection.cursor()
    learn_rules(beside)
    beside.begin()
    try:
        bound = at_most([part])
        read_quickly(beside, reading, [part])
        require_plain(beside, reading)
    except NOT_PLAIN:
        return None
    finally:
        beside.rollback()
        beside.close()
    return bound


def _insert_object_by_object(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    part: Part,
    loaded: Loaded,
    max_errors: int,
) -> None:
    trusted = reading.folder / "trusted.json"
    with trusted.open("w", encoding="utf-8") as stream:
        for row in _accepted(reading, part, loaded, max_errors):
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    kinds = {column.name: READ_AS.get(column.kind, "VARCHAR") for column in reading.columns}
    connection.execute(
        rendered("insert_trusted", reading.load.table, *reading.load.added_names),
        {
            "files": [_exactly(str(trusted))],
            "format": "newline_delimited",
            "keys": kinds,
            "loaded_at": _moment(connection),
        },
    )
    trusted.unlink()


def _accepted(reading: Reading, part: Part, loaded: Loaded, max_errors: int) -> Iterator[Row]:
    """The rows of a part that fit; `loaded` is told of all, and of those that do not."""
    rows = _rows(reading)
    for file, data, first_line in _contents(reading, part):
        for row in rows.read(data, first_line):
            loaded.objects[file] += 1
            if not isinstance(row, Refusal):
                yield row
                continue
            loaded.refused.append(Refused(reading.load.table, file, *astuple(row)))
            require_few(loaded.refused, max_errors)


def _rows(reading: Reading) -> Rows:
    return Rows(reading.columns, reading.load.paths, ignore_case=reading.load.ignore_case)


def _contents(reading: Reading, part: Part) -> Iterator[tuple[DataFile, bytes, int]]:
    """Each file of a part, its content as far as the part has it, and the number of its first line.

    Files that were joined are read again one by one, since a part does not say where each begins.
    """
    if part.first_line is not None:
        yield part.files[0], Path(part.path).read_bytes(), part.first_line
        return
    for file, data in reading.load.source.read_many(part.files):
        yield file, content(file, data), 1
