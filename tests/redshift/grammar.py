"""Two readers of a text for Redshift: sqlfluff's grammar, and the rules that it lets pass."""

from redshift_standin import RedshiftError, dialect
from redshift_standin.rejected_sql import reject
from sqlfluff.core import FluffConfig, Linter

LINTER = Linter(config=FluffConfig(overrides={"dialect": "redshift"}))


def unparsable(text: str) -> list[str]:
    return [str(violation) for violation in LINTER.parse_string(text).violations]


def breaks_a_rule(text: str) -> str:
    """Return which rule the text breaks, or nothing."""
    if code(text).startswith(("lock ", "copy ", "analyze ", "unload ")):
        return ""  # sqlglot does not look into these; the stand-in reads COPY and UNLOAD itself
    try:
        reject(dialect.parse(text), dialect.tokens_of(text))
    except RedshiftError as error:
        return error.message
    return ""


def code(text: str) -> str:
    return " ".join(line for line in text.splitlines() if not line.startswith("--")).strip()
