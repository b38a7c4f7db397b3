"""Two readers of a text for Redshift: sqlfluff's grammar, and the rules that it lets pass."""

from redshift_standin import RedshiftError, dialect
from redshift_standin.expression_types import Typing
from redshift_standin.rejected_sql import reject
from sqlfluff.core import FluffConfig, Linter
from sqlglot import exp

from sparkify.sql import TABLES, statement
from sparkify.sql.descriptions import table_columns

LINTER = Linter(config=FluffConfig(overrides={"dialect": "redshift"}))
# sqlglot does not look into these; the stand-in reads COPY and UNLOAD itself
COMMANDS = ("lock ", "copy ", "analyze ", "unload ")


def unparsable(text: str) -> list[str]:
    return [str(violation) for violation in LINTER.parse_string(text).violations]


def breaks_a_rule(text: str) -> str:
    """Return which rule the text breaks, or nothing."""
    if code(text).startswith(COMMANDS):
        return ""
    try:
        reject(dialect.parse(text), dialect.tokens_of(text))
    except RedshiftError as error:
        return error.message
    return ""


def computed_in_decimals(text: str) -> list[str]:
    """Return the averages and quotients of a text that are decimals.

    An average keeps their scale, so 4.8% is 0.0, and a quotient has a few digits:
    https://docs.aws.amazon.com/redshift/latest/dg/r_AVG.html
    Of a view's column the type is not known here, and what is computed with it passes.
    """
    tree = dialect.parse(text)
    typing = Typing(tree, _COLUMNS)
    averages = [call for call in tree.find_all(exp.Anonymous) if call.name.lower() == "avg"]
    computed = [(node, typing.of(node)) for node in (*averages, *tree.find_all(exp.Div))]
    return [node.sql() for node, kind in computed if kind is not None and kind.name == "numeric"]


_COLUMNS = {
    f'"{table}"': {name: kind for name, kind, _ in table_columns(statement(f"schema/{table}").text)}
    for table in TABLES
}


def code(text: str) -> str:
    return " ".join(line for line in text.splitlines() if not line.startswith("--")).strip()
