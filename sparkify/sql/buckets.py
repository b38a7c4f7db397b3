"""The statements by which two warehouses are compared: hashes of buckets of rows, and their rows.

A row is in the bucket that its key gives, so the two versions of a changed row are in buckets of
one number. The hash of a row is the MD5 of a canonical text, which all engines write alike: no
value is written by an engine's own rules for text, which differ for doubles and timestamps. Where
both sides speak the dialect of a database that hashes whole rows itself, that hash does, at a tenth
of the cost.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce

import sqlglot
from sqlglot import expressions as exp

from sparkify.sql import Column, Dialect, Statement, star_columns
from sparkify.sql.descriptions import ColumnType
from sparkify.sql.lineage import primary_key

# A prime, so that no period in the keys fills a few buckets only: 150 rows each of ten million.
BUCKETS = 65_521

# The text of a value, whose end can be told from what follows: no two rows have one text.
_CANONICAL: dict[ColumnType, str] = {
    "varchar": "cast(octet_length(:value) as varchar) || ':' || :value",
    "integer": "cast(:value as varchar) || ';'",
    "bigint": "cast(:value as varchar) || ';'",
    "timestamp": "cast(datediff(ms, '1970-01-01', :value) as varchar) || ';'",
    # The whole part, and the fraction in two parts of 52 bits: each step is exact.
    "double precision": """
        cast(cast(trunc(:value) as bigint) as varchar)
        || '.'
        || cast(cast(trunc(:fraction) as bigint) as varchar)
        || '.'
        || cast(cast((:fraction - trunc(:fraction)) * 4503599627370496 as bigint) as varchar)
        || ';'
    """,
}
_NULL = "!"  # no other text begins so
_FRACTION = "((:value - trunc(:value)) * 4503599627370496)"
# Zero, and from 2^-52 to 2^62: what the canonical text of a double is exact for.
_IS_ORDINARY = """
    :value = 0
    or (
        abs(:value) >= cast(1 as double precision) / 4503599627370496
        and abs(:value) < 4611686018427387904
    )
"""
# The part of a key that chooses the bucket.
_KEY_NUMBER: dict[ColumnType, str] = {
    "varchar": "strtol(substring(md5(:value), 1, 8), 16)",
    "integer": "cast(:value as bigint)",
    "bigint": "cast(:value as bigint)",
    "timestamp": "datediff(ms, '1970-01-01', :value)",
}

# The hash of a row by the database itself, 64 bits that tell all of its values. It is hashed once
# more, since DuckDB joins the hashes of values by steps that sums of rows could undo.
_ROW_HASH: dict[Dialect, Callable[[Sequence[exp.Expr]], exp.Expr]] = {
    "duckdb": lambda row: exp.func("hash", exp.func("hash", *row))
}


def bucket_hashes_between(a: Dialect, b: Dialect, table: str) -> Statement:
    """Return the query of a table's buckets that tells most cheaply how these two sides differ."""
    if a == b and a in _ROW_HASH:
        return _own_bucket_hashes(table, _ROW_HASH[a])
    return bucket_hashes(table)


def _own_bucket_hashes(table: str, row_hash: Callable[[Sequence[exp.Expr]], exp.Expr]) -> Statement:
    """Return the query of the columns of `bucket_hashes`, by another hash; no row is extreme."""
    digits = row_hash([_column(column.name) for column in star_columns(table)])
    hashed = exp.select(_bucket(table).as_("bucket"), digits.as_("digits"))
    query = (
        exp.select("bucket", _parsed("count(*)").as_("row_count"))
        .select(_parsed("sum(digits >> 32)").as_("first_sum"))
        .select(_parsed("sum(digits & 4294967295)").as_("second_sum"))
        .select(exp.Literal.number(0).as_("extreme_count"))
        .from_("hashed")
        .group_by("bucket")
        .with_("hashed", as_=hashed.from_(exp.table_(table, quoted=True)))
    )
    return Statement(f"diff/{table}/own_bucket_hashes", query.sql("redshift"))


def bucket_hashes(table: str) -> Statement:
    """Return the query of a table's buckets: number, rows, two sums of hashes, extreme rows.

    An extreme row has a double of which the hash tells nothing (very large, very small, NaN): the
    rows of its bucket have to be compared themselves.
    """
    columns = star_columns(table)
    ordinary = exp.select(*map(_ordinary_value, columns), _extreme(columns).as_("extreme"))
    digits = exp.MD5(this=_joined([_value_text(column) for column in columns]))
    hashed = exp.select(
        _bucket(table).as_("bucket"), digits.as_("digits"), exp.column("extreme")
    ).from_("ordinary")
    sums = (
        _parsed(f"sum(strtol(substring(digits, {start}, 8), 16))").as_(name)
        for start, name in ((1, "first_sum"), (9, "second_sum"))
    )
    query = (
        exp.select("bucket", _parsed("count(*)").as_("row_count"), *sums)
        .select(_parsed("sum(extreme)").as_("extreme_count"))
        .from_("hashed")
        .group_by("bucket")
        .with_("ordinary", as_=ordinary.from_(exp.table_(table, quoted=True)))
        .with_("hashed", as_=hashed)
    )
    return Statement(f"diff/{table}/bucket_hashes", query.sql("redshift"))


def rows_of_buckets(table: str, buckets: Iterable[int]) -> Statement:
    """Return the query of the rows in these buckets of a table."""
    columns = (exp.column(column.name, quoted=True) for column in star_columns(table))
    query = exp.select(*columns).from_(exp.table_(table, quoted=True))
    return Statement(
        f"diff/{table}/rows_of_buckets",
        query.where(_bucket(table).isin(*map(int, buckets))).sql("redshift"),
    )


def _bucket(table: str) -> exp.Expr:
    """Return the number of a row's bucket; each part is reduced, so that their sum fits."""
    kinds = {column.name: column.kind for column in star_columns(table)}
    numbers = (
        _parsed(f"{_KEY_NUMBER[kinds[name]]} % {BUCKETS}", value=_column(name))
        for name in primary_key(table)
    )
    return exp.Mod(this=exp.paren(_added(numbers)), expression=exp.Literal.number(BUCKETS))


def _ordinary_value(column: Column) -> exp.Expr:
    """Return a column, as 0 where it is a double that its canonical text would not tell."""
    if column.kind != "double precision":
        return _column(column.name)
    text = f"case when {_IS_ORDINARY} or :value is null then :value else 0 end"
    return _parsed(text, value=_column(column.name)).as_(column.name, quoted=True)


def _extreme(columns: Sequence[Column]) -> exp.Expr:
    """Return how many doubles of a row are no ordinary ones."""
    text = f"case when {_IS_ORDINARY} or :value is null then 0 else 1 end"
    doubles = [each.name for each in columns if each.kind == "double precision"]
    counted = [_parsed(text, value=_column(name)) for name in doubles]
    return _added(counted) if counted else exp.Literal.number(0)


def _added(numbers: Iterable[exp.Expr]) -> exp.Expr:
    return reduce(lambda total, number: exp.Add(this=total, expression=number), numbers)


def _value_text(column: Column) -> exp.Expr:
    """Return the text of a value in a row's text."""
    value = _column(column.name)
    text = _parsed(_CANONICAL[column.kind], value=value, fraction=_parsed(_FRACTION, value=value))
    return exp.func("coalesce", text, exp.Literal.string(_NULL))


def _joined(texts: Sequence[exp.Expr]) -> exp.Expr:
    """Join texts by halves, so that a text is copied a few times, and not for each that follows."""
    if len(texts) == 1:
        return texts[0]
    half = len(texts) // 2
    left, right = _joined(texts[:half]), _joined(texts[half:])
    return exp.paren(exp.DPipe(this=left, expression=right, safe=True), copy=False)


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _parsed(text: str, **values: exp.Expr) -> exp.Expr:
    """Return an expression of Redshift's with values in the place of its parameters."""
    tree = sqlglot.parse_one(text, read="redshift")
    return exp.replace_placeholders(tree, **values)
