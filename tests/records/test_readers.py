"""A record's outcome is the same whichever reader meets it, and whatever stands beside it."""

import struct
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sparkify.records import native_scanner
from sparkify.records.batch_reader import BatchReader
from sparkify.records.batches import ColumnBatch
from sparkify.records.content import content_chunks
from sparkify.records.python_reader import Rejection

from .odd_files import COLUMNS, FILES, OBJECTS, PATHS, cut, whole

needs_scanner = pytest.mark.skipif(
    native_scanner.scanner_for(COLUMNS, PATHS["keys"], ignore_case=False) is None,
    reason="there is no compiler",
)
SHAPES = [("keys", False), ("keys", True), ("nested", False), ("places", False)]
# Rows, each value exactly; rejections; and the number of records.
Outcome = tuple[list[tuple[object, ...]], list[Rejection], int]


@cache
def reader_of(shape: str, *, ignore_case: bool, native: bool) -> BatchReader:
    """Return a reader with the scanner or without; a new one takes long to make."""
    reader = BatchReader(COLUMNS, PATHS[shape], ignore_case=ignore_case)
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
            batch.clear()
            reader.idle.append(batch)

    take(reader.read(content_chunks("a.json", chunks), rejections.append))
    records = reader.records
    take(reader.remaining())
    return rows, rejections, records


@needs_scanner
@pytest.mark.parametrize(("shape", "ignore_case"), SHAPES)
@given(data=FILES, size=st.sampled_from([1, 2, 7, 64, 1 << 20]))
@example(data=b'{"name":"a"},\n{"name":"b"},\n', size=1)
@example(data=b'{"name":"x' + b"y" * 9000 + b'"}{"name":"b"}', size=7)
def test_the_scanner_and_python_agree(
    shape: str, ignore_case: bool, data: bytes, size: int
) -> None:
    scanner, python = (
        reader_of(shape, ignore_case=ignore_case, native=native) for native in (True, False)
    )

    by_python = outcome(python, whole(data))
    by_scanner = outcome(scanner, cut(data, size))

    assert by_scanner == by_python
    assert len(by_python[0]) + len(by_python[1]) == by_python[2]


@pytest.mark.parametrize("native", [pytest.param(True, marks=needs_scanner), False])
@given(objects=st.lists(OBJECTS, max_size=6), size=st.sampled_from([3, 1 << 20]))
def test_a_record_alone_is_the_same_as_beside_others(
    native: bool, objects: list[str], size: int
) -> None:
    reader = reader_of("keys", ignore_case=False, native=native)
    good = '{"name":"good"}'
    files = [f"{each}\n{good}\n".encode() for each in objects]

    alone = [outcome(reader, cut(file, size)) for file in files]
    together = outcome(reader, cut(b"".join(files), size))

    assert together[0] == [row for rows, _, _ in alone for row in rows]
    assert [each.reason for each in together[1]] == [
        each.reason for _, rejections, _ in alone for each in rejections
    ]
