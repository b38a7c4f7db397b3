"""Rows of a batch as PostgreSQL's COPY takes them in binary.

https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format". binary_rows.c does the work
where it was built, else Python.
"""

import struct
from collections.abc import Iterator
from ctypes import CDLL, byref, c_char, c_int32, c_int64, string_at
from pathlib import Path

from sparkify.records.batches import ColumnBatch
from sparkify.records.native import KINDS, load_library

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_SOURCE = Path(__file__).with_name("binary_rows.c")
# More than the largest row takes.
_ROOM = 8 << 20
_YEAR_2000 = 946_684_800_000_000
_NULL = struct.pack("!i", -1)
_FORMATS = {
    "integer": struct.Struct("!ii"),
    "bigint": struct.Struct("!iq"),
    "double precision": struct.Struct("!id"),
    "timestamp": struct.Struct("!iq"),
}


def binary_rows(batch: ColumnBatch) -> Iterator[bytes]:
    """Yield the rows of a batch, some megabytes at a time."""
    library = load_library(_SOURCE)
    return _by_python(batch) if library is None else _by_library(library, batch)


def _by_library(library: CDLL, batch: ColumnBatch) -> Iterator[bytes]:
    library.write_rows.restype = c_int64
    kinds = (c_int32 * len(batch.columns))(*(KINDS[column.kind] for column in batch.columns))
    out = (c_char * _ROOM)()
    row, rows = c_int64(), c_int64(batch.rows)
    while row.value < batch.rows:
        size = library.write_rows(
            batch.buffers, kinds, len(kinds), byref(row), rows, out, c_int64(_ROOM)
        )
        yield string_at(out, size)


def _by_python(batch: ColumnBatch) -> Iterator[bytes]:
    count = struct.pack("!h", len(batch.columns))
    fields = [
        [_field(value, kind) for value in batch.values(index)]
        for index, kind in enumerate(column.kind for column in batch.columns)
    ]
    for row in zip(*fields, strict=True):
        yield count + b"".join(row)


def _field(value: bytes | float | None, kind: str) -> bytes:
    if value is None:
        return _NULL
    if isinstance(value, bytes):
        return struct.pack("!i", len(value)) + value
    form = _FORMATS[kind]
    return form.pack(form.size - 4, value - _YEAR_2000 if kind == "timestamp" else value)
