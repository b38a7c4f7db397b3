"""A user's query in another dialect, by sqlglot."""

import sqlglot
from sqlglot.errors import SqlglotError

from sparkify.errors import QueryError
from sparkify.sql import Dialect
from sparkify.sql.rendering import DIALECTS


def translated_query(text: str, read: Dialect, write: Dialect) -> str:
    """Return one query of a dialect in another. Raises QueryError for what that cannot say."""
    try:
        trees = [tree for tree in sqlglot.parse(text, read=read) if tree]
        written = DIALECTS[write](trees[0]) if trees else ""
    except SqlglotError as error:
        raise QueryError(
            f"the query cannot be translated from {read} to {write}: {_first_line(error)}",
            f"write it in {write}'s dialect, and leave --dialect out",
        ) from error
    # There it is written for the driver's own parameters, which a user's query has none of.
    return written.replace("%%", "%") if write == "postgres" else written


def _first_line(error: SqlglotError) -> str:
    return str(error).partition("\n")[0]
