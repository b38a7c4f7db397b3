"""Load JSON files into the staging tables: read record by record here, sent by COPY."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sparkify.engines.base import (
    JsonLoad,
    LoadResult,
    OnProgress,
    accepted_rows,
)
from sparkify.engines.postgres import copy_from_stdin
from sparkify.engines.postgres.session import PostgresSession
from sparkify.records.compression import decompressed
from sparkify.records.python_reader import json_text
from sparkify.sources import DataFile
from sparkify.sql import Column

BEGINNING_OF_TIME = datetime(1970, 1, 1)  # noqa: DTZ001 - all timestamps are UTC


def load_files(
    session: PostgresSession,
    load: JsonLoad,
    result: LoadResult,
    max_errors: int,
    on_progress: OnProgress,
) -> None:
    """Load the files of one staging table, one in memory at a time; add to the result.

    Raises LoadError at the first record that is one too many to reject; SourceError.
    """
    if not load.files:
        return
    columns = load.columns
    text = copy_from_stdin(load.table, [column.name for column in columns])
    rows = accepted_rows(load, _contents(load, on_progress), result, max_errors)
    session.copy_in(text, ([_sent(row[each.name], each) for each in columns] for row in rows))


def _contents(load: JsonLoad, on_progress: OnProgress) -> Iterator[tuple[DataFile, bytes, int]]:
    """Yield each file, its content, and the number of its first line."""
    for file, data in load.source.read_many(load.files):
        yield file, decompressed(file.uri, data), 1
        on_progress(file.size)


def _sent(value: Any, column: Column) -> Any:
    """Return a record's value as PostgreSQL takes it for its column."""
    if value is None:
        return None
    if column.kind == "timestamp":
        return BEGINNING_OF_TIME + timedelta(milliseconds=value)
    if column.kind == "varchar" and not isinstance(value, str):
        return json_text(value)
    return value
