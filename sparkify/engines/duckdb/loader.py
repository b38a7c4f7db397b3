"""JSON into DuckDB's staging tables, each value by the rules of Redshift's COPY.

The fast path is DuckDB's own reader: a million events in about two seconds. It takes plain values
and stops at all others. The slow path (records/python_reader.py) reads record by record in Python
and decides. Clean data never needs it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb

from sparkify.engines.base import (
    JsonLoad,
    LoadResult,
    OnProgress,
    accepted_rows,
    engine_statement,
)
from sparkify.engines.duckdb.prefetch import (
    Chunk,
    FastPathUnsupported,
    Format,
    cut_into_pieces,
    most_records,
    most_records_in_lines,
    prefetch_files,
)
from sparkify.records.compression import decompressed
from sparkify.records.python_reader import Rows
from sparkify.sources import DataFile
from sparkify.sql import Column, statement
from sparkify.sql.render_cache import rendered

# Raised by DuckDB's reader, which can cut an error's text inside a letter that then has no UTF-8.
FAST_PATH_ERRORS = (duckdb.Error, UnicodeDecodeError, FastPathUnsupported)
MACROS = ("plain_integer", "plain_timestamp", "odd_number", "odd_text")
# All others are read as text, whole numbers too.
READ_AS = {"double precision": "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A load: the columns of its table, the key of each, and its files as chunks.

    Files that have to be written go into `folder`. `keys` is None where the fast path cannot be
    taken: a path into an object, or one key for two columns.
    """

    load: JsonLoad
    columns: tuple[Column, ...]
    folder: Path
    keys: tuple[str, ...] | None
    chunks: list[Chunk]


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros that tell plain values from odd ones; each connection has its own."""
    for macro in MACROS:
        connection.execute(engine_statement("duckdb", macro).text)


def reading_of(load: JsonLoad, folder: Path) -> Reading:
    """Return the reading of a load, with no chunks yet."""
    columns = load.columns
    return Reading(load, columns, folder, _keys(load, columns), [])


def prefetch(reading: Reading, on_progress: OnProgress) -> None:
    """Bring the files of a load where DuckDB can read them."""
    reading.folder.mkdir()
    load = reading.load
    reading.chunks.extend(prefetch_files(load.source, load.files, reading.folder, on_progress))


def read_fast(
    connection: duckdb.DuckDBPyConnection, reading: Reading, chunks: Sequence[Chunk]
) -> int:
    """Insert the chunks by DuckDB's reader; return the number of rows.

    Raises one of FAST_PATH_ERRORS at anything that is not plain, except texts and numbers, which
    `require_fast_path_values` finds.
    """
    if reading.keys is None:
        raise FastPathUnsupported("the fast path knows no path into an object")
    table, loaded_at, inserted = reading.load.table, _transaction_start(connection), 0
    for form, alike in groupby(sorted(chunks, key=_format), _format):
        files = [_escaped(chunk.path) for chunk in alike]
        keys = reading.keys
        if reading.load.ignore_case:
            keys = _as_spelt(connection, files, form, keys)
        kinds = (READ_AS.get(column.kind, "VARCHAR") for column in reading.columns)
        answer = connection.execute(
            rendered("insert_received", table, *reading.load.added_names),
            {
                "files": files,
                "format": form,
                "keys": dict(zip(keys, kinds, strict=True)),
                "loaded_at": loaded_at,
            },
        )
        inserted += answer.fetchall()[0][0]
    return inserted


def require_fast_path_values(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Raise FastPathUnsupported if a text or number that was read fast is not plain."""
    odd_rows = rendered("unsupported_rows", reading.load.table, *reading.load.added_names)
    parameters = {"loaded_at": _transaction_start(connection)}
    odd = connection.execute(odd_rows, parameters).fetchall()[0][0]
    if odd:
        raise FastPathUnsupported(f"{odd} rows with a value that is not plain")


def read_slow(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    result: LoadResult,
    max_errors: int,
    on_progress: OnProgress,
) -> None:
    """Insert plain pieces by the fast path, the others record by record; add to the result.

    Raises LoadError at the first record that is one too many to reject.
    """
    pieces = [
        piece
        for number, chunk in enumerate(reading.chunks)
        # Numbered: in another folder a file may have the same name.
        for piece in cut_into_pieces(chunk, reading.folder / f"piece-{number}")
    ]
    share = sum(file.size for file in reading.load.files) // max(1, len(pieces))
    plain: list[Chunk] = []
    others: list[Chunk] = []
    bounds: Counter[DataFile] = Counter()
    for piece in pieces:
        bound = _bound_if_plain(connection, reading, piece)
        (others if bound is None else plain).append(piece)
        bounds.update(bound)
        on_progress(share if bound else 0)
    if plain:
        inserted = read_fast(connection, reading, plain)
        require_fast_path_values(connection, reading)
        result.records.update(records_by_file(reading, plain, bounds, inserted))
    for piece in others:
        _insert_record_by_record(connection, reading, piece, result, max_errors)
        on_progress(share)


def most_records_by_file(
    chunks: Sequence[Chunk], bound: Callable[[Chunk], tuple[int, ...]] = most_records
) -> Counter[DataFile]:
    """Return the most records that each file can have, by what bounds them in each chunk.

    Raises FastPathUnsupported where the bytes show that the fast path cannot be taken.
    """
    counts: Counter[DataFile] = Counter()
    for chunk in chunks:
        counts.update(dict(zip(chunk.files, bound(chunk), strict=True)))
    return counts


def records_by_file(
    reading: Reading, chunks: Sequence[Chunk], counts: Counter[DataFile], inserted: int
) -> Counter[DataFile]:
    """Return the number of records of each file, which has no more than `counts` says.

    No record becomes two rows. So where the sum equals the rows inserted, every file has as many
    records as `counts` says, and all of them were inserted: one file cannot make up for what
    another lost. Elsewhere they are counted one by one: the ledger must not take the reader's word
    for what the reader was given.
    """
    if counts.total() != inserted:
        counts = most_records_by_file(chunks, most_records_in_lines)
    if counts.total() != inserted:
        counts = _counted(reading, chunks)
    return counts


def _counted(reading: Reading, chunks: Sequence[Chunk]) -> Counter[DataFile]:
    rows, counts = _rows(reading), Counter[DataFile]()
    for chunk in chunks:
        for file, data, first_line in _contents(reading, chunk):
            counts[file] += sum(1 for _ in rows.read(data, first_line))
    return counts


def _keys(load: JsonLoad, columns: tuple[Column, ...]) -> tuple[str, ...] | None:
    if load.paths is None:
        return tuple(column.name for column in columns)
    keys = tuple(path[0] for path in load.paths if len(path) == 1 and isinstance(path[0], str))
    # DuckDB takes no two keys that differ in capitals only.
    return keys if len({key.lower() for key in keys}) == len(columns) else None


def _escaped(path: str) -> str:
    """Return a path as DuckDB takes it, to whom * ? [ are a pattern."""
    return re.sub(r"[*?\[]", r"[\g<0>]", path)


def _format(chunk: Chunk) -> Format:
    return chunk.format


def _as_spelt(
    connection: duckdb.DuckDBPyConnection, files: list[str], form: Format, keys: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the keys as these files spell them, found in every record."""
    found = connection.execute(
        engine_statement("duckdb", "record_keys").text, {"files": files, "format": form}
    ).fetchall()
    spellings = {key for (of_record,) in found for key in of_record}
    by_key = {spelling.lower(): spelling for spelling in spellings}
    if len(by_key) < len(spellings):
        raise FastPathUnsupported("one key is spelt in several ways")
    return tuple(by_key.get(key, key) for key in keys)


def _transaction_start(connection: duckdb.DuckDBPyConnection) -> datetime:
    """Return the time the transaction began, as the column's own default would give it."""
    text = statement("ledger/batch_time").render("duckdb")
    started_at: datetime = connection.execute(text).fetchall()[0][0]
    return started_at


def _bound_if_plain(
    connection: duckdb.DuckDBPyConnection, reading: Reading, piece: Chunk
) -> Counter[DataFile] | None:
    """Return the most records of a piece, None if the fast path cannot read it.

    That is tried beside the transaction, and rolled back.
    """
    beside = connection.cursor()
    create_macros(beside)
    beside.begin()
    try:
        bound = most_records_by_file([piece])
        read_fast(beside, reading, [piece])
        require_fast_path_values(beside, reading)
    except FAST_PATH_ERRORS:
        return None
    finally:
        beside.rollback()
        beside.close()
    return bound


def _insert_record_by_record(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    piece: Chunk,
    result: LoadResult,
    max_errors: int,
) -> None:
    trusted = reading.folder / "trusted.json"
    with trusted.open("w", encoding="utf-8") as stream:
        contents = _contents(reading, piece)
        for row in accepted_rows(reading.load, contents, result, max_errors):
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    kinds = {column.name: READ_AS.get(column.kind, "VARCHAR") for column in reading.columns}
    connection.execute(
        rendered("insert_converted", reading.load.table, *reading.load.added_names),
        {
            "files": [_escaped(str(trusted))],
            "format": "newline_delimited",
            "keys": kinds,
            "loaded_at": _transaction_start(connection),
        },
    )
    trusted.unlink()


def _rows(reading: Reading) -> Rows:
    return Rows(reading.columns, reading.load.paths, ignore_case=reading.load.ignore_case)


def _contents(reading: Reading, chunk: Chunk) -> Iterator[tuple[DataFile, bytes, int]]:
    """Yield each file of a chunk, its content in the chunk, and the number of its first line.

    Files that were joined are read again one by one, since a chunk does not say where each begins.
    """
    if chunk.first_line is not None:
        yield chunk.files[0], Path(chunk.path).read_bytes(), chunk.first_line
        return
    for file, data in reading.load.source.read_many(chunk.files):
        yield file, decompressed(file.uri, data), 1
