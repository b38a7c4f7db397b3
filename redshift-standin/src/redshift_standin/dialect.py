"""Redshift's SQL as sqlglot reads it, and PostgreSQL's as it writes it, with nothing interpreted.

sqlglot translates functions it knows by what they mean in general. Here they are left as they are
called: what Redshift's function does is defined in functions.sql, where the documentation is cited.
"""

import itertools
import logging
from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.dialects.redshift import Redshift
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.redshift import RedshiftParser
from sqlglot.tokenizer_core import Token, TokenType

from .errors import RedshiftError

_MOST_PARAMETERS = 32_767  # of a statement, by the wire protocol
_SPECIAL_SYNTAX = (
    "CAST",
    "CONVERT",
    "DECODE",
    "EXTRACT",
    "OVERLAY",
    "POSITION",
    "SUBSTRING",
    "TRIM",
    "TRY_CAST",
)


class Reading(Redshift):
    """Redshift, every function but those of a syntax of their own an unknown name and arguments."""

    class Tokenizer(Redshift.Tokenizer):
        KEYWORDS = {  # noqa: RUF012 - the base class says ClassVar
            **{
                word: kind
                for word, kind in Redshift.Tokenizer.KEYWORDS.items()
                # which sqlglot would not take apart, or knows as a word without reading it
                if word not in {"BYTEA", "CURRENT_USER_ID", "UNLOAD"}
            },
            # or for the beginning of a string between `$1,$`
            **{f"${number}": TokenType.VAR for number in range(1, _MOST_PARAMETERS + 1)},
        }
        COMMANDS = set()  # noqa: RUF012 - nor what follows the first word of these

    class Parser(RedshiftParser):
        FUNCTIONS = {}  # noqa: RUF012 - the base class says ClassVar
        NO_PAREN_FUNCTIONS = {}  # noqa: RUF012
        FUNCTION_PARSERS = {  # noqa: RUF012
            name: RedshiftParser.FUNCTION_PARSERS[name] for name in _SPECIAL_SYNTAX
        }


class Writing(Postgres):
    """PostgreSQL with `standard_conforming_strings` off, as the stand-in's server has it."""

    class Tokenizer(Postgres.Tokenizer):
        STRING_ESCAPES = ["'", "\\"]  # noqa: RUF012


def tokens_of(sql: str) -> list[Token]:
    try:
        return list(sqlglot.tokenize(sql, read=Reading))
    except TokenError as error:
        raise _unreadable(error) from error


def readable(sql: str, tokens: Sequence[Token]) -> str:
    """Blank out APPROXIMATE before an aggregate, which sqlglot cannot read: r_COUNT.html."""
    for token, following in itertools.pairwise(tokens):
        name = following.text.upper()
        if token.text.upper() == "APPROXIMATE" and name in {"COUNT", "PERCENTILE_DISC"}:
            sql = sql[: token.start] + " " * len(token.text) + sql[token.end + 1 :]
    return sql


def parse(sql: str) -> exp.Expr:
    logger = logging.getLogger("sqlglot")  # warns of each statement it does not look into
    level, logger.level = logger.level, logging.ERROR
    try:
        return sqlglot.parse_one(sql, read=Reading)
    except (ParseError, TokenError) as error:
        raise _unreadable(error) from error
    finally:
        logger.level = level


def write(tree: exp.Expr) -> str:
    return tree.sql(Writing)


def _unreadable(error: ParseError | TokenError) -> RedshiftError:
    first_line = str(error).splitlines()[0]
    return RedshiftError(f"syntax error (as sqlglot reads Redshift's SQL): {first_line}", "42601")
