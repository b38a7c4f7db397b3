"""The outcome of the records of a file: by the native scanner, and by Python alone."""

import struct
from collections.abc import Iterator
from functools import cache

import pytest

from sparkify.records import native_scanner
from sparkify.records.batch_reader import BatchReader
from sparkify.records.batches import ColumnBatch
from sparkify.records.content import content_chunks
from sparkify.records.python_reader import Rejection
from sparkify.records.segments import RecordShape

from .odd_files import COLUMNS, PATHS

needs_scanner = pytest.mark.skipif(
    native_scanner.scanner_for(COLUMNS, PATHS["keys"], ignore_case=False) is None,
    reason="there is no compiler",
)
# Rows, each value exactly; rejections; and the number of records.
Outcome = tuple[list[tuple[object, ...]], list[Rejection], int]


@cache
def reader_of(shape: str, *, ignore_case: bool, native: bool) -> BatchReader:
    """Return a reader with the scanner or without; a new one takes long to make."""
    reader = BatchReader(RecordShape(COLUMNS, PATHS[shape], ignore_case))
    if not native:
        reader._scanner = None
    return reader


def exact(value: object) -> object:
    """Return a value that is equal only to the same: -0.0 is not 0.0."""
    return struct.pack("d", value) if isinstance(value, float) else value


def rows_of(batch: ColumnBatch) -> list[tuple[object, ...]]:
    columns = [list(batch.values(index)) for index in range(len(batch.columns))]
    return [tuple(map(exact, row)) for row in zip(*columns, strict=True)]


def outcome(reader: BatchReader, chunks: list[bytes]) -> Outcome:
    rows: list[tuple[object, ...]] = []
    rejections: list[Rejection] = []

    def take(batches: Iterator[ColumnBatch]) -> None:
        for batch in batches:
            rows.extend(rows_of(batch))
            reader.reuse(batch)

    take(reader.read(content_chunks("a.json", chunks), rejections.append))
    records = reader.records
    take(reader.remaining())
    return rows, rejections, records


def handed_over(reader: BatchReader) -> int:
    """Return how many records of the last file the scanner handed over to Python."""
    return reader.records - reader._scanner.plain_records if reader._scanner else reader.records
