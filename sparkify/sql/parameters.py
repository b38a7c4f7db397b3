"""The parameters of a user's query: `:name`, on every engine, wherever a value may stand."""

from sparkify.sql import PIECE


def parameters(text: str) -> set[str]:
    """Return the names of the parameters of a query."""
    return {piece["parameter"] for piece in PIECE.finditer(text) if piece["parameter"]}


def in_dollars(text: str) -> str:
    """Return the query with its parameters as DuckDB spells them, `$name`."""
    return PIECE.sub(
        lambda piece: f"${piece['parameter']}" if piece["parameter"] else piece[0], text
    )
