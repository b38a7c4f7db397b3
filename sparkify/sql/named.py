"""The parameters of a person's query: `:name`, on either engine, wherever a value may stand."""

import re

# A comment, a text or a quoted name, which are left alone; or a parameter.
_PIECE = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|(?<!:):(?P<name>[A-Za-z_]\w*)", re.DOTALL
)


def parameters(text: str) -> set[str]:
    """The names of the parameters of a query."""
    return {match["name"] for match in _PIECE.finditer(text) if match["name"]}


def in_dollars(text: str) -> str:
    """The query with its parameters as DuckDB spells them, `$name`."""
    return _PIECE.sub(lambda match: f"${match['name']}" if match["name"] else match[0], text)
