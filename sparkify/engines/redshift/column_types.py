"""Describe the columns of a result, as the driver gives them."""

from collections.abc import Sequence
from typing import Any

# DuckDB's names by the protocol's numbers of types.
TYPE_NAMES = {
    16: "BOOLEAN",
    20: "BIGINT",
    21: "SMALLINT",
    23: "INTEGER",
    700: "FLOAT",
    701: "DOUBLE",
    1082: "DATE",
    1083: "TIME",
    1114: "TIMESTAMP",
    1184: "TIMESTAMP WITH TIME ZONE",
    1700: "DECIMAL(38, 9)",
}

Description = Sequence[tuple[Any, ...]] | None


def column_names(description: Description) -> tuple[str, ...]:
    """Return the names of the columns; none for a statement that gives no rows."""
    return tuple(_text(column[0]) for column in description or [])


def column_types(description: Description) -> tuple[str, ...]:
    """Return the types of the columns, by DuckDB's names."""
    return tuple(TYPE_NAMES.get(column[1], "VARCHAR") for column in description or [])


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name
