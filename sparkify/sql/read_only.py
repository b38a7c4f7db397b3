"""Tell by its tree whether a user's text is one statement that only reads.

A read-only transaction alone is not enough: an UNLOAD in one writes to S3, and that Redshift
refuses writes there is one sentence of a page:
https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
"""

import logging
import re
from collections.abc import Iterator

import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError

from sparkify.errors import IncorrectQuery, QueryError

# sqlglot warns of each statement that it only passes through, such as EXPLAIN.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

_DUCKDB_READS = (exp.Describe, exp.Summarize, exp.Show, exp.Pivot)
_WRITES = (exp.DML, exp.DDL, exp.Copy, exp.Into, exp.Lock, exp.Command, exp.NextValueFor)
_EXPLAIN_OPTIONS = re.compile(r"(\s*(analy[zs]e|verbose)\b|\s*\([^()]*\))*", re.IGNORECASE)

# Functions that change something, start something or read files, by the beginnings of their names.
# https://www.postgresql.org/docs/current/functions-admin.html
# https://docs.aws.amazon.com/redshift/latest/dg/r_System_administration_functions.html
_EFFECTS = re.compile(
    "nextval|setval|set_config|lo_|loread|lowrite|dblink|txid_current$|write_log"
    "|(query|table|schema|database|cursor)_to_xml|ts_stat|ts_rewrite|crosstab|pg_"
)
# What begins so too, and only looks something up.
_LOOK_UPS = re.compile(
    "pg_(get_.*|.*_size|size_.*|.*_is_visible|typeof|backend_pid|last_.*|my_temp_schema"
    "|is_other_temp_schema|is_in_recovery|postmaster_start_time|conf_load_time|encoding_to_char"
    "|char_to_encoding|client_encoding|collation_for|describe_object|identify_object"
    "|options_to_table|sleep|timezone_.*|input_is_valid|blocking_pids)"
)


def effect_of(text: str, dialect: str) -> str:
    """Return what a text would do besides reading; nothing for one query, or for an empty text.

    Raises QueryError for several statements, and IncorrectQuery for a text that cannot be read, of
    which it is not known.
    """
    trees = parsed_statements(text, dialect)
    found = next((effect for tree in trees for effect in _effects(tree, dialect)), "")
    if len(trees) > 1 and not found:
        raise QueryError(
            f"the text has {len(trees)} statements, and one is run at a time",
            "run each by itself",
        )
    return found


def parsed_statements(text: str, dialect: str) -> list[exp.Expr]:
    """Return the trees of a user's statements. Raises IncorrectQuery, QueryError."""
    try:
        trees = sqlglot.parse(text, read=dialect)
    except SqlglotError as error:
        raise IncorrectQuery(
            f"the query cannot be read{_place_of(error)}",
            "correct the query, or ask it in other words; sparkify query '\\d' shows tables",
        ) from error
    except RecursionError:
        raise QueryError("the query is nested too deep", "ask it in parts, or of a view") from None
    return [tree for tree in trees if tree and not isinstance(tree, exp.Semicolon)]


def _place_of(error: SqlglotError) -> str:
    for found in getattr(error, "errors", []):
        near = f"{found['start_context'][-30:]}{found['highlight']}".split()
        return f" at line {found['line']}, column {found['col']}, after: {' '.join(near)}"
    return ""


def _effects(tree: exp.Expr, dialect: str) -> Iterator[str]:
    if isinstance(tree, exp.Command):
        yield from _effects_of_command(tree, dialect)
        return
    reads = (exp.Query, exp.Values, *(_DUCKDB_READS if dialect == "duckdb" else ()))
    if not isinstance(tree, reads):
        # What begins with an unknown word is read as an expression.
        is_known = not isinstance(tree, exp.Condition | exp.Alias)
        yield f"{_word(tree)} is not a query" if is_known else "it is not a query"
    for node in tree.walk():
        if isinstance(node, exp.Into):
            yield "INTO makes a table"
        elif isinstance(node, exp.Lock):
            yield "FOR UPDATE or FOR SHARE locks rows"
        elif isinstance(node, _WRITES) and not isinstance(node, exp.Query):
            yield f"it has {_word(node)} in it"
        elif isinstance(node, exp.Func) and _has_effects(_name(node)):
            yield f"the function {_name(node)} does more than read"


def _effects_of_command(tree: exp.Command, dialect: str) -> Iterator[str]:
    word, rest = tree.name.upper(), tree.text("expression")
    if word == "EXPLAIN":
        explained = _EXPLAIN_OPTIONS.sub("", rest, count=1)
        found = effect_of(explained, dialect)
        if found:
            yield f"of what EXPLAIN explains, {found}"
    elif word != "SHOW":
        yield f"{word} is not a query"


def _word(tree: exp.Expr) -> str:
    return tree.key.upper()


def _name(function: exp.Func) -> str:
    return (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()


def _has_effects(name: str) -> bool:
    return bool(_EFFECTS.match(name)) and not _LOOK_UPS.fullmatch(name)
