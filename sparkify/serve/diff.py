"""Compare the star of two warehouses row by row, on whatever engines they are.

Each engine hashes its rows in buckets; only the rows of buckets that differ are fetched.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any, Literal

from sparkify.engines.base import Queryable
from sparkify.sql import Statement, star_columns
from sparkify.sql.buckets import bucket_hashes_between, rows_of_buckets
from sparkify.sql.lineage import primary_key

# Of a table and a kind of difference.
EXAMPLES = 3
# What one query fetches from each side.
ROWS_PER_FETCH_OF_BUCKETS = 50_000
# Of a table; with so many, no further bucket is fetched.
MOST_DIFFERENCES = 100_000

RowDifferenceKind = Literal["only_a", "only_b", "changed"]
StarRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that differs: its key, and of each column that changed the values in A and B."""

    kind: RowDifferenceKind
    key: Mapping[str, Any]
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class TableDifference:
    """How the rows of a table differ between A and B.

    `changed_columns` has the number of changed rows by column. `not_compared` are the rows in
    buckets that differ and were not fetched, since so many rows differ already.
    """

    table: str
    rows_a: int = 0
    rows_b: int = 0
    only_a: int = 0
    only_b: int = 0
    changed: int = 0
    not_compared: int = 0
    changed_columns: dict[str, int] = field(default_factory=dict)
    examples: list[RowDifference] = field(default_factory=list)

    @property
    def differences(self) -> int:
        """The number of rows that were found to differ."""
        return self.only_a + self.only_b + self.changed

    def count(self, difference: RowDifference) -> None:
        """Count a row that differs, and keep the first few of its kind as examples."""
        kind = difference.kind
        found = getattr(self, kind)
        setattr(self, kind, found + 1)
        for column in difference.values:
            self.changed_columns[column] = self.changed_columns.get(column, 0) + 1
        if found < EXAMPLES:
            self.examples.append(difference)


def compare_table(a: Queryable, b: Queryable, table: str) -> TableDifference:
    """Compare the rows of a table of the star. Raises WarehouseError."""
    hashing = bucket_hashes_between(a.dialect, b.dialect, table)
    hashes_a, hashes_b = _hashes(a, hashing), _hashes(b, hashing)
    difference = TableDifference(table, _row_count(hashes_a), _row_count(hashes_b))
    rows_by_bucket = {
        bucket: max(hashes_a.get(bucket, (0,))[0], hashes_b.get(bucket, (0,))[0])
        for bucket in sorted(hashes_a.keys() | hashes_b.keys())
        if _is_to_fetch(hashes_a.get(bucket), hashes_b.get(bucket))
    }
    for buckets in _batches(rows_by_bucket):
        if difference.differences >= MOST_DIFFERENCES:
            difference.not_compared += sum(rows_by_bucket[bucket] for bucket in buckets)
            continue
        query = rows_of_buckets(table, buckets)
        for each in _row_differences(table, a.fetch(query).rows, b.fetch(query).rows):
            difference.count(each)
    return difference


def _hashes(side: Queryable, hashing: Statement) -> dict[int, tuple[int, ...]]:
    """Return of each bucket the number of rows, the sums of their hashes, and the extreme rows."""
    hashes = side.fetch(hashing).rows
    return {bucket: tuple(map(int, values)) for bucket, *values in hashes}


def _row_count(hashes: Mapping[int, tuple[int, ...]]) -> int:
    return sum(rows for rows, *_ in hashes.values())


def _is_to_fetch(of_a: tuple[int, ...] | None, of_b: tuple[int, ...] | None) -> bool:
    """Return whether the hashes of a bucket differ, or do not tell all of its rows."""
    return of_a != of_b or of_a is None or of_a[-1] > 0


def _batches(rows_by_bucket: Mapping[int, int]) -> Iterator[list[int]]:
    """Yield buckets together that one query fetches."""
    batch: list[int] = []
    rows = 0
    for bucket, count in rows_by_bucket.items():
        if batch and rows + count > ROWS_PER_FETCH_OF_BUCKETS:
            yield batch
            batch, rows = [], 0
        batch.append(bucket)
        rows += count
    if batch:
        yield batch


def _row_differences(
    table: str, of_a: Iterable[StarRow], of_b: Iterable[StarRow]
) -> Iterator[RowDifference]:
    """Yield how the rows of the same buckets differ, by key.

    Of a key that comes more than once, only the rows are paired that are not on both sides.
    """
    counted_a, counted_b = (Counter(map(_comparable, rows)) for rows in (of_a, of_b))
    names = [column.name for column in star_columns(table)]
    places = [names.index(name) for name in primary_key(table)]
    versions: dict[StarRow, tuple[list[StarRow], list[StarRow]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((counted_a - counted_b, counted_b - counted_a)):
        for row in rows.elements():
            versions[tuple(row[place] for place in places)][side].append(row)
    for key in sorted(versions):
        named = {names[place]: value for place, value in zip(places, key, strict=True)}
        rows_a, rows_b = (sorted(rows, key=repr) for rows in versions[key])
        for a, b in zip_longest(rows_a, rows_b):
            yield _row_difference(named, names, a, b)


def _row_difference(
    key: Mapping[str, Any], names: Sequence[str], a: StarRow | None, b: StarRow | None
) -> RowDifference:
    if a is None or b is None:
        return RowDifference("only_b" if a is None else "only_a", key)
    pairs = zip(names, a, b, strict=True)
    return RowDifference("changed", key, {name: (x, y) for name, x, y in pairs if x != y})


def _comparable(row: StarRow) -> StarRow:
    """Return a row as it is compared: times to the millisecond, NaN and infinity as texts."""
    return tuple(map(_comparable_value, row))


def _comparable_value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value
