"""How COPY loads moments and dates.

https://docs.aws.amazon.com/redshift/latest/dg/r_DATEFORMAT_and_TIMEFORMAT_strings.html
"""

import datetime
import re
from decimal import Decimal

from .copy_command import CopyCommand
from .copy_value import BAD_DATE, BAD_TIMESTAMP, NULL, Column, Convert, Unfit, text_of

_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - a TIMESTAMP has no zone
_MICROSECONDS_IN = {"epochsecs": 1_000_000, "epochmillisecs": 1_000}
_FORMAT_WORDS = {
    "YYYY": "%Y",
    "YY": "%y",
    "MM": "%m",
    "MON": "%b",
    "MONTH": "%B",
    "DD": "%d",
    "HH24": "%H",
    "HH12": "%I",
    "HH": "%H",
    "MI": "%M",
    "SS": "%S",
    "MS": "%f",
    "US": "%f",
    "AM": "%p",
    "PM": "%p",
    "OF": "%z",
}
_FORMAT_WORD = re.compile("|".join(sorted(_FORMAT_WORDS, key=len, reverse=True)), re.IGNORECASE)


# Blank fields of other types than text "are always loaded with NULL":
# https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-blanksasnull


def timestamp(_column: Column, command: CopyCommand) -> Convert:
    time_format = command.time_format
    unit = _MICROSECONDS_IN.get(time_format)
    shown = "YYYY-MM-DD HH24:MI:SS" if time_format == "auto" else time_format

    def convert(value: object) -> str:
        if value is None or (isinstance(value, str) and not value.strip(" ")):
            return NULL
        try:
            if unit is None:
                moment = _read_moment(time_format, text_of(value))
            else:
                moment = _after_epoch(value, unit)
        except (ValueError, ArithmeticError):
            message = f"Invalid timestamp format or value [{shown}]"
            raise Unfit(BAD_TIMESTAMP, message) from None
        return moment.isoformat(" ")

    return convert


def _after_epoch(value: object, unit: int) -> datetime.datetime:
    count = value if type(value) is int else Decimal(text_of(value))
    return _EPOCH + datetime.timedelta(microseconds=int(count * unit))


def _read_moment(time_format: str, text: str) -> datetime.datetime:
    """Read a TIMESTAMP, which has no zone: one that the text has is applied, and gone."""
    if time_format == "auto":
        if text.isdigit():
            raise ValueError(text)
        moment = datetime.datetime.fromisoformat(text.strip())
    else:
        moment = datetime.datetime.strptime(text.strip(), _strptime_format(time_format))  # noqa: DTZ007
    return moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _strptime_format(words: str) -> str:
    return _FORMAT_WORD.sub(lambda word: _FORMAT_WORDS[word[0].upper()], words)


def date(_column: Column, command: CopyCommand) -> Convert:
    date_format = command.date_format
    shown = "YYYY-MM-DD" if date_format == "auto" else date_format

    def convert(value: object) -> str:
        if value is None or (isinstance(value, str) and not value.strip(" ")):
            return NULL
        try:
            return _read_moment(date_format, text_of(value)).date().isoformat()
        except ValueError:
            raise Unfit(
                BAD_DATE, f"Invalid Date Format - length must be 10 or more [{shown}]"
            ) from None

    return convert
