"""Redshift's statements with the values of their parameters inserted, each quoted by sqlglot.

Redshift takes bound parameters in queries and changes of rows only, not in COPY nor DDL
(https://github.com/aws/amazon-redshift-python-driver/issues/194), so none are bound.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlglot import expressions as exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.generator import Generator

from sparkify.sql import PIECE, Parameter, Statement

# A literal has at most 65,535 bytes: so many letters, of four bytes each or doubled, have fewer.
# https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
MAX_LITERAL_LETTERS = 16_000


class Keyword(str):
    """A keyword of Redshift in the place of a value: `iam_role default`."""

    __slots__ = ()


def literal(value: Parameter) -> str:
    """Return a value as Redshift reads it; a long text in pieces."""
    if isinstance(value, Keyword):
        return value
    if isinstance(value, datetime):
        return f"cast({literal(value.isoformat(sep=' '))} as timestamp)"
    if isinstance(value, str):
        if len(value) <= MAX_LITERAL_LETTERS:
            return _text_literal(value)
        starts = range(0, len(value), MAX_LITERAL_LETTERS)
        pieces = (value[start : start + MAX_LITERAL_LETTERS] for start in starts)
        return f"({' || '.join(map(_text_literal, pieces))})"
    return _written(exp.convert(value), "redshift")


def _text_literal(text: str) -> str:
    # A quote is doubled, as everywhere; a backslash too, since Redshift takes it for an escape.
    return _written(exp.Literal.string(text.replace("\\", "\\\\")), "postgres")


def identifier(name: str) -> str:
    """Return a name as Redshift reads it, whatever is in it."""
    return _written(exp.to_identifier(name, quoted=True), "redshift")


def filled(statement: Statement, values: Mapping[str, Parameter]) -> str:
    """Return the statement's text with its parameters replaced by their values."""

    def value_of(match: re.Match[str]) -> str:
        name = match["parameter"]
        return literal(values[name]) if name else match[0]

    return PIECE.sub(value_of, statement.text)


def inserts(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], most_bytes: int
) -> Iterator[str]:
    """Yield statements that insert these rows, each of at most so many bytes, or of one row."""
    beginning = f"insert into {identifier(table)} ({', '.join(map(identifier, columns))}) values\n"
    listed: list[str] = []
    size = len(beginning.encode())
    for row in rows:
        text = f"({', '.join(map(literal, row))})"
        more = len(text.encode()) + len(",\n")
        if listed and size + more > most_bytes:
            yield beginning + ",\n".join(listed)
            listed, size = [], len(beginning.encode())
        listed.append(text)
        size += more
    if listed:
        yield beginning + ",\n".join(listed)


def role_or_default(role: str) -> str:
    """Return the role's ARN, or the keyword for the cluster's default role."""
    return role if role and role.lower() != "default" else Keyword("default")


def with_options(copy: str, *, region: str | None, manifest: bool, gzip: bool) -> str:
    """Return a COPY with the options that depend on what it reads."""
    options = {
        f"region {literal(region)}": region is not None,
        "manifest": manifest,
        "gzip": gzip,
    }
    return _with_chosen(copy, options)


def unloaded(
    unload: str,
    *,
    form: Literal["parquet", "csv"],
    partitions: Sequence[str],
    region: str | None,
    kms_key: str,
) -> str:
    """Return an UNLOAD with the options that depend on what it writes, and where.

    Of a KMS key it takes the id, with which an ARN ends.
    https://docs.aws.amazon.com/redshift/latest/dg/t_unloading_encrypted_files.html
    """
    options = {
        f"kms_key_id {literal(kms_key.rpartition('/')[2])} encrypted": bool(kms_key),
        "manifest verbose": True,
        "format as parquet": form == "parquet",
        # Of a CSV neither a header nor an ending comes by itself.
        "format as csv header extension 'csv'": form == "csv",
        f"partition by ({', '.join(map(identifier, partitions))})": bool(partitions),
        f"region {literal(region)}": region is not None,
    }
    return _with_chosen(unload, options)


def _written(expression: exp.Expr, dialect: str) -> str:
    return _generator(dialect).generate(expression, copy=False)


@cache
def _generator(dialect: str) -> Generator:
    # Making one for each value takes four fifths of the time; it keeps nothing of a value.
    return Dialect.get_or_raise(dialect).generator()


def _with_chosen(command: str, options: Mapping[str, bool]) -> str:
    return "\n".join([command, *(option for option, wanted in options.items() if wanted)])
