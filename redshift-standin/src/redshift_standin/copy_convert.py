"""Which values go into a column of which type."""

import functools
from collections.abc import Callable

from . import copy_number, copy_text, copy_time
from .copy_command import CopyCommand
from .copy_value import NULL, NULL_IN_NOT_NULL, Column, Convert, Unfit

_KINDS: dict[str, Callable[[Column, CopyCommand], Convert]] = {
    "character varying": copy_text.varchar,
    "text": copy_text.varchar,
    "character": copy_text.char,
    "jsonb": copy_text.super_,
    "smallint": functools.partial(copy_number.integer, "Short", 16),
    "integer": functools.partial(copy_number.integer, "Integer", 32),
    "bigint": functools.partial(copy_number.integer, "Long", 64),
    "double precision": copy_number.float_,
    "real": copy_number.float_,
    "numeric": copy_number.decimal,
    "boolean": copy_number.boolean,
    "timestamp without time zone": copy_time.timestamp,
    "timestamp with time zone": copy_time.timestamp,
    "date": copy_time.date,
}


def converter(column: Column, command: CopyCommand) -> Convert:
    """Make the function that turns a JSON value into what PostgreSQL's COPY reads."""
    kind = _KINDS.get(column.type_name)
    if kind is None:
        raise NotImplementedError(f"the stand-in does not load type {column.type_name}")
    convert = kind(column, command)
    return _reject_null(convert) if column.not_null else convert


def _reject_null(convert: Convert) -> Convert:
    # "COPY attempts to load a NULL value ... if the column is NOT NULL, it fails":
    # https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html
    def converted(value: object) -> str:
        text = convert(value)
        if text == NULL:
            raise Unfit(NULL_IN_NOT_NULL, "Missing data for not-null field")
        return text

    return converted
