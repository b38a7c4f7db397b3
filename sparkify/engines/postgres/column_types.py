"""Describe the columns of a result by DuckDB's names for types."""

from collections.abc import Sequence

from psycopg import Column
from psycopg.adapt import AdaptersMap
from psycopg.types.string import TextLoader

NUMERIC = 1700
WIDEST_DECIMAL = 38

# By the numbers that PostgreSQL gives types; all others are read as text.
NAMES_OF_TYPES = {
    16: "BOOLEAN",
    17: "BLOB",
    20: "BIGINT",
    21: "SMALLINT",
    23: "INTEGER",
    26: "UINTEGER",
    700: "FLOAT",
    701: "DOUBLE",
    1082: "DATE",
    1083: "TIME",
    1114: "TIMESTAMP",
    1184: "TIMESTAMP WITH TIME ZONE",
    1186: "INTERVAL",
    1266: "TIME WITH TIME ZONE",
    NUMERIC: "DECIMAL(38, 9)",
    2950: "UUID",
}

ResultColumns = Sequence[Column] | None


def names_of(described: ResultColumns) -> tuple[str, ...]:
    """Return the names of the columns; none for a statement that gives no rows."""
    return tuple(column.name for column in described or ())


def types_of(described: ResultColumns) -> tuple[str, ...]:
    """Return the types of the columns."""
    return tuple(map(_type_of, described or ()))


def read_others_as_text(adapters: AdaptersMap) -> None:
    """Let the driver read values of all other types as text, arrays too."""
    for known in adapters.types:
        if known.oid not in NAMES_OF_TYPES:
            adapters.register_loader(known.oid, TextLoader)
        if known.array_oid:
            adapters.register_loader(known.array_oid, TextLoader)


def _type_of(column: Column) -> str:
    if column.type_code == NUMERIC and column.precision is not None:
        return _decimal(column.precision, column.scale or 0)
    return NAMES_OF_TYPES.get(column.type_code, "VARCHAR")


def _decimal(precision: int, scale: int) -> str:
    if precision > WIDEST_DECIMAL or not 0 <= scale <= precision:
        return "DOUBLE"
    return f"DECIMAL({precision}, {scale})"
