"""A value that COPY loads, the column it is for, and what is said when they do not fit.

The codes are those of https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html
"""

import json
from collections.abc import Callable
from typing import NamedTuple

NULL = r"\N"  # as PostgreSQL's COPY takes it

OUT_OF_RANGE, BAD_DATE, BAD_TIMESTAMP, BAD_DIGIT = 1204, 1205, 1206, 1207
BAD_FLOAT, BAD_DECIMAL, BAD_BOOLEAN, NULL_IN_NOT_NULL = 1208, 1209, 1210, 1213
BAD_LINE, NUL_CHARACTER, BAD_UTF8, INTEGER_OVERFLOW = 1216, 1218, 1220, 1222


class Fraction(str):
    """A JSON number that is no integer, as it is written: no digit is lost, or invented."""

    __slots__ = ()


class Unfit(Exception):  # noqa: N818 - a fault of the data, not of this code
    """A value that does not fit its column."""

    def __init__(self, code: int, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.position = code, message, position


class Column(NamedTuple):
    """A column of the table a COPY loads."""

    name: str
    type_name: str  # as PostgreSQL formats it, without a length
    modifier: int  # length of a string; precision and scale of a decimal
    not_null: bool

    @property
    def length(self) -> int:
        return self.modifier - 4 if self.modifier >= 4 else 65_535

    @property
    def shown_type(self) -> str:
        return {"character varying": "varchar", "character": "char", "integer": "int4"}.get(
            self.type_name, self.type_name
        )[:10]

    @property
    def shown_length(self) -> str:
        return str(self.length) if self.type_name.startswith("character") else "0"


Convert = Callable[[object], str]


def text_of(value: object) -> str:
    """Write a value as text; an object or an array as its JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json_of(value)
    return str(value)


def json_of(value: object) -> str:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, list):
        return f"[{','.join(map(json_of, value))}]"
    if isinstance(value, dict):
        members = (f"{json_of(key)}:{json_of(member)}" for key, member in value.items())
        return f"{{{','.join(members)}}}"
    return json.dumps(value, ensure_ascii=False)
