"""What the driver says of the columns of an answer."""

from collections.abc import Sequence
from typing import Any

# By the numbers that the protocol has for types, in DuckDB's words.
TYPES = {
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

Described = Sequence[tuple[Any, ...]] | None


def names(description: Described) -> tuple[str, ...]:
    """The columns' names; of a statement that gives no rows, none."""
    return tuple(_text(column[0]) for column in description or [])


def types(description: Described) -> tuple[str, ...]:
    """The columns' types, by DuckDB's names."""
    return tuple(TYPES.get(column[1], "VARCHAR") for column in description or [])


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name
