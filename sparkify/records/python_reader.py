"""Read JSON records one by one, by the rules of Redshift's COPY.

This is the definition of what a record is. DuckDB's own reader, the fast path, takes plain values
and stops at all others; they are read here: values that need conversion (12.0 for a whole number),
layouts that it does not know, and records to reject, with line, column and reason.

The rules are from
https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html and
https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html: objects
separated by any white space, no array around them, none over 4 MB; a missing key or null is null;
an empty or blank string is null for anything but a text; a text is measured in bytes and never cut.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sparkify.records.jsonpaths import JsonPath
from sparkify.sql import Column

MAX_OBJECT_BYTES = 4 * 1024 * 1024

# No record is without it, so a file has no more records than of these.
RECORD_START = b"{"

Row = dict[str, Any]

_SPACE = re.compile(r"[ \t\r\n]*")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
# From the smallest to the largest; timestamps are milliseconds, of the years 1 to 9999.
_LIMITS = {
    "integer": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "timestamp": (-62_135_596_800_000, 253_402_300_799_999),
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that does not fit: the line it starts on, the column at fault ('' for none)."""

    line: int
    column: str
    reason: str
    detail: str
    text: str


class Unfit(ValueError):  # noqa: N818 - a value that is unfit, not an error of ours
    """A value does not fit its column: `reason`, one of a few, and what there is to add to it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Rows:
    """Convert the records of one staging table's files to rows of its columns."""

    def __init__(
        self,
        columns: tuple[Column, ...],
        paths: tuple[JsonPath, ...] | None,
        *,
        ignore_case: bool = False,
    ) -> None:
        self._columns = columns
        self._paths = paths or tuple((column.name,) for column in columns)
        self._ignore_case = ignore_case

    def read(self, data: bytes, first_line: int = 1) -> Iterator[Row | Rejection]:
        """Return each record of a file's content as a row of column to value, or its rejection.

        `first_line` is the number of the content's first line in its file.
        """
        return (self._row(*found) for found in read_records(data, first_line))

    def located(self, data: bytes) -> Iterator[tuple[int, str, Row]]:
        """Yield each record that fits: the line it starts on, its text, and its row."""
        for line, text, content in read_records(data, 1):
            row = self._row(line, text, content)
            if not isinstance(row, Rejection):
                yield line, text, row

    def _row(self, line: int, text: str, content: Mapping[str, Any] | Unfit) -> Row | Rejection:
        if isinstance(content, Unfit):
            return Rejection(line, "", content.reason, content.detail, text)
        if self._ignore_case:
            content = {key.lower(): value for key, value in content.items()}
        row: Row = {}
        for column, path in zip(self._columns, self._paths, strict=True):
            try:
                row[column.name] = _fitted(_at(content, path), column)
            except Unfit as unfit:
                return Rejection(line, column.name, unfit.reason, unfit.detail, text)
        return row


def read_records(data: bytes, first_line: int) -> Iterator[tuple[int, str, Any]]:
    """Yield line, text and content of each record; the content is an Unfit if it is no record."""
    decoder = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)
    text = data.decode("utf-8", "surrogateescape")
    at, line = 0, first_line
    while True:
        start = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches the empty text
        line += text.count("\n", at, start)
        if start == len(text):
            return
        content, at = _record(decoder, text, start)
        yield line, text[start:at].strip(), content
        line += text.count("\n", start, at)


def _record(decoder: json.JSONDecoder, text: str, start: int) -> tuple[Any, int]:
    """Return one record and its end; after invalid JSON, reading goes on with the next line."""
    try:
        content, end = decoder.raw_decode(text, start)
    except ValueError as error:
        return Unfit("not JSON", getattr(error, "msg", str(error))), _line_end(text, start)
    except RecursionError:
        return Unfit("not JSON", "nested too deep"), _line_end(text, start)
    return _whole(content, text[start:end]), end


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _whole(content: Any, text: str) -> Any:
    if not isinstance(content, dict):
        return Unfit("not an object")
    if len(text) * 4 > MAX_OBJECT_BYTES and _size(text) > MAX_OBJECT_BYTES:
        return Unfit("an object over 4 MB")
    return content


def _finite(text: str) -> float | str:
    """Return a number, or its text where it is too large: a text column can hold that."""
    number = float(text)
    return number if math.isfinite(number) else text


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _at(content: Any, path: JsonPath) -> Any:
    for step in path:
        if isinstance(step, int):
            if not isinstance(content, list) or step >= len(content):
                raise Unfit("not an array, or an array without that place")
            content = content[step]
        elif isinstance(content, dict):
            content = content.get(step)
        elif content is None:
            return None
        else:
            raise Unfit("not an object, where the path leads into one")
    return content


def _fitted(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if column.kind == "varchar":
        return _text(value, column.bytes or 0)
    if isinstance(value, str) and not value.strip(" "):
        return None
    if column.kind == "double precision":
        return _number(value)
    return _whole_number(value, *_LIMITS[column.kind])


def _text(value: Any, size: int) -> Any:
    # Other values than texts keep their JSON value: DuckDB's reader makes texts of them all.
    text = value if isinstance(value, str) else json_text(value)
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        raise Unfit("not valid UTF-8") from None
    if "\x00" in text:
        raise Unfit("a text with the character NUL")
    if length > size:
        raise Unfit("a text too long", f"{length} bytes in a column of {size}")
    return value


def json_text(value: Any) -> str:
    """Return the JSON of a value. Raises Unfit for a number that is out of range."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise Unfit("a number out of range") from None


def _number(value: Any) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip(" ")):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Unfit("a number out of range")
    return number


def _whole_number(value: Any, smallest: int, largest: int) -> int:
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value.strip(" ")):
        # Python refuses to make a number of thousands of digits; twenty are out of range already.
        value = int(value) if len(value) < 1000 else largest + 1
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("not a whole number")
    if not smallest <= value <= largest:
        raise Unfit("a number out of range")
    return value
