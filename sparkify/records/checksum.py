"""A checksum of rows by the columns that identify them.

The reader takes it of the batches that it hands on, and an engine, by a statement, of the rows that
it staged: so neither is its own witness. Of each row the numbers (the milliseconds of a timestamp,
-1 for null), and then four characters for its texts, are the coefficients of a polynomial modulo a
prime of 31 bits, and the squares of its results are added up: without the square, values could be
swapped between rows. The four characters are the first of the MD5, in hexadecimal, of all texts one
behind the other, each after a `=`, and `-` for null. C, Python and every engine's SQL do all of it
alike.
"""

from collections.abc import Sequence
from ctypes import c_int32, c_int64
from hashlib import md5

from sparkify.records.batches import MICROSECONDS, ColumnBatch
from sparkify.records.native import KINDS, load_library
from sparkify.records.native_scanner import SOURCE

PRIME, FACTOR = 2_147_483_647, 1_103_515_245
# As in sql/ledger/checksum_of_*.sql.
CHECKSUM_COLUMNS = {
    "staging_events": ("ts", "sessionid", "iteminsession", "userid"),
    "staging_songs": ("song_id", "artist_id", "title", "year"),
}


def batch_checksum(batch: ColumnBatch, names: Sequence[str]) -> int:
    """Return the sum over the rows of a batch, by these of its columns."""
    places = [[column.name for column in batch.columns].index(name) for name in names]
    kinds = [batch.columns[place].kind for place in places]
    library = load_library(SOURCE)
    if library is None:
        return _by_python(batch, places, kinds)
    chosen, numbers = (c_int32 * len(places)), (c_int32 * len(places))
    library.checksum_rows.restype = c_int64
    return int(
        library.checksum_rows(
            batch.buffers,
            chosen(*places),
            numbers(*(KINDS[kind] for kind in kinds)),
            len(places),
            c_int64(batch.rows),
        )
    )


def _by_python(batch: ColumnBatch, places: Sequence[int], kinds: Sequence[str]) -> int:
    columns = [
        [_value(value, kind) for value in batch.values(place)]
        for place, kind in zip(places, kinds, strict=True)
    ]
    total = 0
    for row in zip(*columns, strict=True):
        numbers = [value for value in row if isinstance(value, int)]
        texts = b"".join(value for value in row if isinstance(value, bytes))
        folded = 0
        for value in [*numbers, *_digits(texts)]:
            folded = _remainder(folded * FACTOR + _remainder(value))
        total += _remainder(folded * folded)
    return total


def _value(value: bytes | float | None, kind: str) -> int | bytes:
    if isinstance(value, bytes):
        return b"=" + value
    if value is None:
        return b"-" if kind == "varchar" else -1
    return _truncated(int(value), MICROSECONDS) if kind == "timestamp" else int(value)


def _digits(texts: bytes) -> bytes:
    return md5(texts, usedforsecurity=False).hexdigest()[:4].encode() if texts else b""


def _remainder(value: int) -> int:
    """Return what is left of a division by the prime, with the sign of the value, as in C."""
    return value - PRIME * _truncated(value, PRIME)


def _truncated(value: int, by: int) -> int:
    return -(-value // by) if value < 0 else value // by
