"""Rows of a staging table in columns, laid out as Arrow has them.

https://arrow.apache.org/docs/format/Columnar.html: a bit a row says whether there is a value, texts
are one behind the other, and their offsets beside them. The native scanner writes into the same
buffers.
"""

from collections.abc import Iterator, Sequence
from ctypes import (
    Structure,
    addressof,
    c_char,
    c_double,
    c_int32,
    c_int64,
    c_uint8,
    c_void_p,
    memmove,
    memset,
    sizeof,
    string_at,
)
from dataclasses import dataclass
from mmap import mmap
from typing import Any

from sparkify.records.python_reader import MAX_RECORD_BYTES, Row
from sparkify.sql import Column

# Some 30,000 events, which stay in a processor's cache while they are read and compressed.
MOST_BYTES = 16 << 20
MOST_ROWS = 1 << 18
# What may be written behind a batch that is full: a record, and a word of the scanner's.
_SPARE_BYTES = MAX_RECORD_BYTES + (1 << 16)
_VALUES: dict[str, Any] = {
    "varchar": c_int32,  # the offsets of the texts
    "integer": c_int32,
    "bigint": c_int64,
    "double precision": c_double,
    "timestamp": c_int64,
}
MICROSECONDS = 1000


class ColumnBuffers(Structure):
    """The buffers of one column, as scanner.c has them."""

    _fields_ = (
        ("valid", c_void_p),
        ("values", c_void_p),
        ("text", c_void_p),
        ("used", c_int64),
        ("pending", c_int64),
        ("filled", c_int64),
    )


@dataclass(frozen=True, slots=True)
class PackedBatch:
    """The rows of a batch as bytes: of each column the bits, the values or offsets, the texts."""

    rows: int
    record_bytes: int
    columns: list[tuple[bytes, bytes, bytes]]


class ColumnBatch:
    """Rows of these columns, at most MOST_ROWS of at most MOST_BYTES and one record.

    `rows` is the number of rows, `bytes` that of their records.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.rows = self.bytes = 0
        self.buffers = (ColumnBuffers * len(columns))()
        self._valid = [_memory(c_uint8, MOST_ROWS // 8) for _ in columns]
        self._values = [_memory(_VALUES[column.kind], MOST_ROWS + 1) for column in columns]
        self._texts = [
            _memory(c_char, MOST_BYTES + _SPARE_BYTES) if column.kind == "varchar" else None
            for column in columns
        ]
        for buffers, valid, values, text in zip(
            self.buffers, self._valid, self._values, self._texts, strict=True
        ):
            buffers.valid, buffers.values = addressof(valid), addressof(values)
            buffers.text = addressof(text) if text is not None else None

    @property
    def is_full(self) -> bool:
        """True when no more rows may be added."""
        return self.rows >= MOST_ROWS or self.bytes >= MOST_BYTES

    def add(self, row: Row, size: int) -> None:
        """Add a row, made from a record of `size` bytes: none of its texts is longer."""
        place, bit = divmod(self.rows, 8)
        for index, column in enumerate(self.columns):
            value = row[column.name]
            values = self._values[index]
            if column.kind == "varchar":
                self._add_text(index, value)
            elif value is not None:
                values[self.rows] = value * MICROSECONDS if column.kind == "timestamp" else value
            if value is not None:
                self._valid[index][place] |= 1 << bit
        self.rows += 1
        self.bytes += size

    def values(self, index: int) -> Iterator[bytes | int | float | None]:
        """Yield the values of a column: texts as bytes, timestamps in microseconds."""
        buffers, values, valid = self.buffers[index], self._values[index], self._valid[index]
        for row in range(self.rows):
            if not valid[row >> 3] >> (row & 7) & 1:
                yield None
            elif buffers.text:
                yield string_at(buffers.text + values[row], values[row + 1] - values[row])
            else:
                yield values[row]

    def packed(self) -> "PackedBatch":
        """Return the rows as bytes, for another process."""
        return PackedBatch(
            self.rows,
            self.bytes,
            [
                (
                    string_at(buffers.valid, (self.rows + 7) // 8),
                    string_at(buffers.values, (self.rows + 1) * sizeof(values._type_)),
                    string_at(buffers.text, buffers.used) if buffers.text else b"",
                )
                for buffers, values in zip(self.buffers, self._values, strict=True)
            ],
        )

    def unpack(self, packed: "PackedBatch") -> None:
        """Take the rows of a packed batch in the place of those that were here."""
        self.clear()
        self.rows, self.bytes = packed.rows, packed.record_bytes
        for buffers, (valid, values, text) in zip(self.buffers, packed.columns, strict=True):
            memmove(buffers.valid, valid, len(valid))
            memmove(buffers.values, values, len(values))
            if text:
                memmove(buffers.text, text, len(text))
            buffers.used = len(text)

    def clear(self) -> None:
        """Take all rows out, so that the buffers can be filled again."""
        for buffers in self.buffers:
            memset(buffers.valid, 0, (self.rows + 7) // 8)
            buffers.used = 0
            buffers.filled = 0
        self.rows = self.bytes = 0

    def _add_text(self, index: int, value: str | None) -> None:
        buffers = self.buffers[index]
        if value is not None:
            text = value.encode()
            memmove(buffers.text + buffers.used, text, len(text))
            buffers.used += len(text)
        self._values[index][self.rows + 1] = buffers.used


def _memory(kind: Any, count: int) -> Any:
    """Return an array of zeros, from the system: what is never written to takes no memory."""
    return (kind * count).from_buffer(mmap(-1, sizeof(kind) * count))
