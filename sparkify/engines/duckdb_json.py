"""JSON into DuckDB's staging tables, each value by the rules of Redshift's COPY.

The quick way is DuckDB's own reader: a million events in about two seconds. It takes what is plain
and stops at all else. The careful way (json_rows.py) reads object by object in Python and decides.
Clean data never meets it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb

from sparkify.engines import JsonLoad
from sparkify.engines.json_rows import Refusal, Row, Rows
from sparkify.engines.spool import Format, Part, content, spool
from sparkify.errors import LoadError
from sparkify.sources import DataFile
from sparkify.sql import Column, delivered_columns, statement
from sparkify.sql.kept import rendered

# What DuckDB's reader raises; it can cut an error's text inside a letter, which then has no UTF-8.
NOT_PLAIN = (duckdb.Error, UnicodeDecodeError)
RULES = ("plain_integer", "plain_number", "plain_moment", "plain_text")
# All else is read as text, whole numbers too.
READ_AS = {"double precision": "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A load made ready: its table's columns, its files as parts, and the key of each column.

    `keys` is None where the quick way cannot tell: a path into an object, or one key for two
    columns.
    """

    load: JsonLoad
    columns: tuple[Column, ...]
    folder: Path
    parts: tuple[Part, ...]
    keys: tuple[str, ...] | None


def learn_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell a connection what values are plain: macros, which each connection has its own of."""
    for rule in RULES:
        connection.execute(statement(f"duckdb/{rule}").text)


def prepare(load: JsonLoad, folder: Path) -> Reading:
    """Bring the load's files where DuckDB reads them; what has to be written goes into `folder`."""
    folder.mkdir()
    columns = delivered_columns(load.table)
    parts = tuple(spool(load.source, load.files, folder))
    return Reading(load, columns, folder, parts, _keys(load, columns))


def read_quickly(
    connection: duckdb.DuckDBPyConnection, reading: Reading, parts: Sequence[Part]
) -> None:
    """Insert the parts by DuckDB's reader. Raises one of NOT_PLAIN at anything that is not."""
    if reading.keys is None:
        raise duckdb.InvalidInputException("the quick way knows no path into an object")
    table, loaded_at = reading.load.table, _moment(connection)
    for form, alike in groupby(sorted(parts, key=_format), _format):
        files = [_exactly(part.path) for part in alike]
        keys = reading.keys
        if reading.load.ignore_case:
            keys = _as_spelt(connection, files, form, keys)
        kinds = (READ_AS.get(column.kind, "VARCHAR") for column in reading.columns)
        connection.execute(
            rendered("insert_delivered", table),
            {
                "files": files,
                "format": form,
                "keys": dict(zip(keys, kinds, strict=True)),
                "loaded_at": loaded_at,
            },
        )
    odd = connection.execute(rendered("odd_rows", table), {"loaded_at": loaded_at}).fetchall()[0][0]
    if odd:
        raise duckdb.InvalidInputException(f"{odd} rows with a value that is not plain")


def read_carefully(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Insert what is plain quickly, the rest object by object.

    Raises LoadError at the first object that is refused, naming its file, line and column.
    """
    plain = [part for part in reading.parts if _is_plain(connection, reading, part)]
    if plain:
        read_quickly(connection, reading, plain)
    for part in reading.parts:
        if part not in plain:
            _insert_object_by_object(connection, reading, part)


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
        raise duckdb.InvalidInputException("one key is spelt in several ways")
    return tuple(by_key.get(key, key) for key in keys)


def _moment(connection: duckdb.DuckDBPyConnection) -> datetime:
    """The moment the transaction began, as the column's own default would give it."""
    text = statement("ledger/batch_moment").render("duckdb")
    moment: datetime = connection.execute(text).fetchall()[0][0]
    return moment


def _is_plain(connection: duckdb.DuckDBPyConnection, reading: Reading, part: Part) -> bool:
    """Whether the quick way takes the part: tried beside the transaction, and taken back."""
    beside = connection.cursor()
    learn_rules(beside)
    beside.begin()
    try:
        read_quickly(beside, reading, [part])
    except NOT_PLAIN:
        return False
    finally:
        beside.rollback()
        beside.close()
    return True


def _insert_object_by_object(
    connection: duckdb.DuckDBPyConnection, reading: Reading, part: Part
) -> None:
    rows = Rows(reading.columns, reading.load.paths, ignore_case=reading.load.ignore_case)
    trusted = reading.folder / "trusted.json"
    with trusted.open("w", encoding="utf-8") as stream:
        for file, data in reading.load.source.read_many(part.files):
            for row in rows.read(content(file, data)):
                stream.write(json.dumps(_accepted(row, file), ensure_ascii=False) + "\n")
    kinds = {column.name: READ_AS.get(column.kind, "VARCHAR") for column in reading.columns}
    connection.execute(
        rendered("insert_trusted", reading.load.table),
        {
            "files": [_exactly(str(trusted))],
            "format": "newline_delimited",
            "keys": kinds,
            "loaded_at": _moment(connection),
        },
    )
    trusted.unlink()


def _accepted(row: Row | Refusal, file: DataFile) -> Row:
    if isinstance(row, Refusal):
        column = f", column {row.column}" if row.column else ""
        shown = row.text[:200].encode("utf-8", "backslashreplace").decode()
        raise LoadError(
            f"{file.uri}, line {row.line}{column}: {row.reason}: {shown}",
            "correct the file and run again; nothing of its batch was loaded",
        )
    return row
