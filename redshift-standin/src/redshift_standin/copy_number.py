"""How COPY loads numbers and booleans."""

import math
import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

from .copy_command import CopyCommand
from .copy_value import (
    BAD_BOOLEAN,
    BAD_DECIMAL,
    BAD_DIGIT,
    BAD_FLOAT,
    INTEGER_OVERFLOW,
    NULL,
    OUT_OF_RANGE,
    Column,
    Convert,
    Fraction,
    Unfit,
    text_of,
)

# "Empty fields for other data types, such as INT, are always loaded with NULL", blank ones too:
# https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-emptyasnull

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DIGITS = 1000  # out of any range, and Python reads no more than 4300
_FLOAT = re.compile(
    r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf(inity)?|nan)", re.IGNORECASE
)
_INTEGRAL = re.compile(r"([+-]?[0-9]+)\.0*")


def integer(shown: str, bits: int, _column: Column, _command: CopyCommand) -> Convert:
    limit = 1 << (bits - 1)

    def convert(value: object) -> str:
        if value is None:
            return NULL
        if type(value) is not int:
            text = text_of(value).strip(" ")
            if not text:
                return NULL
            value = _integer_of(value, text, shown)
        if not -limit <= value < limit:
            raise Unfit(INTEGER_OVERFLOW, f"Overflow, Column type: {shown}")
        return str(value)

    return convert


def _integer_of(value: object, text: str, shown: str) -> int:
    if _INTEGER.fullmatch(text):
        return int(text[:_DIGITS])
    # a JSON number such as 1540919166796.0 is an integer that was written by a float's printer
    if isinstance(value, Fraction) and (integral := _INTEGRAL.fullmatch(text)):
        return int(integral[1])
    position = len(matched[0]) if (matched := _INTEGER.match(text)) else 0
    bad = text[position : position + 1]
    raise Unfit(BAD_DIGIT, f"Invalid digit, Value '{bad}', Pos {position}, Type: {shown}", position)


def _number_text(value: object) -> str | None:
    """Return the text of a number without blanks at its ends; None where it is to be NULL."""
    return None if value is None else text_of(value).strip(" ") or None


def float_(_column: Column, _command: CopyCommand) -> Convert:
    def convert(value: object) -> str:
        text = _number_text(value)
        if text is None:
            return NULL
        if not _FLOAT.fullmatch(text):
            raise Unfit(BAD_FLOAT, f"Invalid digit, Value '{text[:1]}', Pos 0, Type: Double")
        number = float(text)
        if math.isinf(number) and "inf" not in text.lower():
            raise Unfit(BAD_FLOAT, "Overflow, Column type: Double")
        return text

    return convert


def decimal(column: Column, command: CopyCommand) -> Convert:
    precision = (column.modifier - 4) >> 16 if column.modifier >= 4 else 18
    scale = (column.modifier - 4) & 0xFFFF if column.modifier >= 4 else 0
    step = Decimal(1).scaleb(-scale)
    too_large = Decimal(10) ** (precision - scale)
    # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-roundec
    rounding = ROUND_HALF_UP if "ROUNDEC" in command.flags else ROUND_DOWN

    def convert(value: object) -> str:
        text = _number_text(value)
        if text is None:
            return NULL
        try:
            number = Decimal(text)
        except InvalidOperation:
            message = f"Invalid digit, Value '{text[:1]}', Pos 0, Type: Decimal"
            raise Unfit(BAD_DECIMAL, message) from None
        if not number.is_finite() or abs(number) >= too_large:
            raise Unfit(OUT_OF_RANGE, f"Overflow for NUMERIC({precision},{scale})")
        return str(number.quantize(step, rounding))

    return convert


# https://docs.aws.amazon.com/redshift/latest/dg/r_Boolean_type.html
_BOOLEANS = dict.fromkeys(("true", "t", "y", "yes", "1"), "t") | dict.fromkeys(
    ("false", "f", "n", "no", "0"), "f"
)


def boolean(_column: Column, _command: CopyCommand) -> Convert:
    def convert(value: object) -> str:
        if value is None or not (text := text_of(value).strip(" ").lower()):
            return NULL
        try:
            return _BOOLEANS[text]
        except KeyError:
            raise Unfit(BAD_BOOLEAN, f"Unknown boolean format {text}") from None

    return convert
