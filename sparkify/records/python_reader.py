"""Read JSON records one by one, by the rules of Redshift's COPY.

This is the definition of what a record is and what becomes of it. The native scanner takes only
records that it reads to the same values; each other one is read here, and all are where there is no
scanner.

The rules are from
https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html and
https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html: objects
separated by any white space, none over 4 MB; a missing key or null is null; an empty or blank
string is null for anything but a text; a text is measured in bytes and never cut. With JSONPaths
that begin with a place, `$[0]`, a record is an array. Where COPY's rules say nothing: of a key that
comes twice the last one counts, nothing is nested in over 512 levels, a byte order mark is passed
over at the beginning of a file, and framing.py finds the end of a broken record.
"""

import codecs
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sparkify.records.framing import LONG_RECORD, RecordExtent, RecordFrame, may_end
from sparkify.records.jsonpaths import JsonPath
from sparkify.sql import Column

MAX_RECORD_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 512
TOO_LARGE, TOO_DEEP = "an object over 4 MB", f"nested in over {MAX_DEPTH} levels"
TEXT_WITH_NUL, OUT_OF_RANGE = "a text with the character NUL", "a number out of range"
# Of what is no record, or one that was not read.
UNREAD_REASONS = ("not JSON", "not an object", TOO_LARGE)

Row = dict[str, Any]

_SPACE = re.compile(r"[ \t\r\n]*")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_PARTS_OF_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]')
# From the smallest to the largest; timestamps are milliseconds, of the years 1 to 9999.
_LIMITS = {
    "integer": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "timestamp": (-62_135_596_800_000, 253_402_300_799_999),
}
_MOST_DIGITS = 20
# What another kind of file begins with, under the name of this one.
_SIGNATURES = (("\x1f\udc8b", "gzip"), ("\udcff\udcfe", "UTF-16"), ("\udcfe\udcff", "UTF-16"))


class Number(str):
    """A JSON number with its digits as received."""

    __slots__ = ()


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
        self._kinds = record_kinds(self._paths)

    def read(self, chunks: Iterable[bytes]) -> Iterator[Row | Rejection]:
        """Return each record of a file as a row of column to value, or its rejection.

        `chunks` are the bytes of the file, cut anywhere.
        """
        return (self.row(*found) for found in read_records(chunks))

    def located(self, chunks: Iterable[bytes]) -> Iterator[tuple[int, str, Row]]:
        """Yield each record that fits: the line it starts on, its text, and its row."""
        for line, text, content in read_records(chunks):
            row = self.row(line, text, content)
            if not isinstance(row, Rejection):
                yield line, text, row

    def row(self, line: int, text: str, content: Any) -> Row | Rejection:
        """Return a record as a row of column to value, or its rejection.

        A value is None, a str, an int (of a timestamp: its milliseconds since 1970) or a float.
        """
        if isinstance(content, Unfit):
            return Rejection(line, "", content.reason, content.detail, text)
        if not isinstance(content, self._kinds):
            return Rejection(line, "", "not an object", "", text)
        if self._ignore_case and isinstance(content, dict):
            content = {key.lower(): value for key, value in content.items()}
        row: Row = {}
        for column, path in zip(self._columns, self._paths, strict=True):
            try:
                row[column.name] = _fitted(_at(content, path), column)
            except Unfit as unfit:
                return Rejection(line, column.name, unfit.reason, unfit.detail, text)
        return row


class RecordStream:
    """The records in the content of a file, from a place in it on.

    `line` is the number of the line at hand, `indent` the number of blanks it begins with, and
    `is_fresh` says that nothing else stood in it so far. `new_frame` makes the frame of a record
    that is not JSON, given its first sign and the indentation of its line.
    """

    def __init__(
        self,
        chunks: Iterable[bytes],
        line: int = 1,
        indent: int = 0,
        *,
        new_frame: Callable[[str, int], RecordExtent] = RecordFrame,
    ) -> None:
        self.line, self.indent, self.is_fresh = line, indent, True
        self._new_frame = new_frame
        self.commas = self.commas_line = 0
        self._chunks = iter(chunks)
        self._decoder = _UTF_8("surrogateescape")
        self._text, self._at, self._is_last = "", 0, False

    def __iter__(self) -> Iterator[tuple[int, str, Any]]:
        """Yield line, text and content of each record; the content is an Unfit if it is none."""
        while self._skip_space():
            line = self.line
            found = self.next_record()
            if found is not None:
                yield line, *found

    def next_record(self) -> tuple[str, Any] | None:
        """Return text and content of the record at hand, None for commas, which are counted.

        Of a record over 4 MB the text is the beginning.
        """
        while self._at == len(self._text):
            self._take_more()
        if self._at >= LONG_RECORD:  # where JSON is at fault, json counts the lines before it
            self._text, self._at = self._text[self._at :], 0
        while True:
            parsed = self._parsed()
            if parsed is not None:
                return parsed
            frame = self._new_frame(self._text[self._at], self.indent)
            end, ended = frame.end(self._text, self._at, is_last=self._is_last)
            if ended or len(self._text) - self._at >= LONG_RECORD:
                return self._framed(frame, end, ended=ended)
            self._take_more()  # the record may only be cut: it is tried again

    def rest(self) -> bytes:
        """Return what was taken from the chunks, and not read yet."""
        return encoded(self._text[self._at :]) + self._decoder.getstate()[0]

    def _skip_space(self) -> bool:
        """Go to the next record; return whether there is one."""
        while True:
            end = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            self._pass_space(self._text[self._at : end])
            self._at = end
            if end < len(self._text):
                return True
            if self._is_last:
                return False
            self._take_more()

    def _take_more(self) -> None:
        chunk = next(self._chunks, None)
        self._is_last = chunk is None
        more = self._decoder.decode(chunk or b"", final=self._is_last)
        self._text, self._at = self._text[self._at :] + more, 0

    def _parsed(self) -> tuple[str, Any] | None:
        """Return the record at hand if it is JSON, and one may end where that does."""
        try:
            content, end = _JSON.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None
        if not may_end(self._text, end, is_last=self._is_last):
            return None
        text = self._text[self._at : end]
        self._pass(text)
        return text, _within_bounds(content, text)

    def _framed(self, frame: RecordExtent, end: int, *, ended: bool) -> tuple[str, Any] | None:
        parts: list[str] = []
        size = commas = 0
        while True:
            part = self._text[self._at : end].rstrip(" \t\r\n" if ended else "")
            if size <= MAX_RECORD_BYTES:
                parts.append(part)
            size += len(encoded(part))
            commas += part.count(",")
            line = self.line
            self._pass(part)
            if ended:
                break
            self._take_more()
            end, ended = frame.end(self._text, self._at, is_last=self._is_last)
        if frame.is_commas:
            self.commas_line = self.commas_line or line
            self.commas += commas
            return None
        text = "".join(parts).rstrip(" \t\r\n")
        if size > MAX_RECORD_BYTES:
            return text[:MAX_RECORD_BYTES], Unfit(TOO_LARGE)
        return text, _content(text)

    def _pass_space(self, blanks: str) -> None:
        lines = blanks.count("\n")
        if lines:
            self.line += lines
            self.indent, self.is_fresh = 0, True
            blanks = blanks[blanks.rindex("\n") :]
        if self.is_fresh:
            self.indent += len(blanks) - blanks.count("\r") - bool(lines)

    def _pass(self, text: str) -> None:
        """Go behind a record, or a part of it."""
        self._at += len(text)
        lines = text.count("\n")
        if lines:
            self.line += lines
            begun = _SPACE.match(text, text.rindex("\n") + 1)[0]  # type: ignore[index]
            self.indent = len(begun) - begun.count("\r")
        self.is_fresh = False


def read_records(chunks: Iterable[bytes]) -> Iterator[tuple[int, str, Any]]:
    """Yield line, text and content of each record in the content of a file.

    The content is an Unfit if it is no record. Numbers in it are a `Number`.
    """
    stream = RecordStream(chunks)
    yield from stream
    if stream.commas:
        yield stream.commas_line, ",", between_records(stream.commas)


def record_kinds(paths: Iterable[JsonPath]) -> tuple[type, ...]:
    """Return what a record can be for these paths: an object, or an array if one begins so."""
    return (dict, list) if any(isinstance(path[0], int) for path in paths) else (dict,)


def between_records(commas: int) -> Unfit:
    """Return the fault of commas between the records of a file: so many."""
    return Unfit("not JSON", f"commas between records: {commas} in this file")


def _content(text: str) -> Any:
    """Return the content of the text of one record, or why it is none."""
    for signature, name in _SIGNATURES:
        if text.startswith(signature):
            return Unfit("not JSON", f"the bytes of a {name} file")
    if "\x00" in text[:4]:
        return Unfit("not JSON", "the bytes of a UTF-16 or UTF-32 file")
    try:
        content, end = _JSON.raw_decode(text)
    except ValueError as error:
        return Unfit("not JSON", getattr(error, "msg", str(error)))
    except RecursionError:
        return Unfit("not JSON", TOO_DEEP)
    if end < len(text):
        return Unfit("not JSON", "Extra data")
    return _within_bounds(content, text)


def _within_bounds(content: Any, text: str) -> Any:
    if len(text) * 4 > MAX_RECORD_BYTES and len(encoded(text)) > MAX_RECORD_BYTES:
        return Unfit(TOO_LARGE)
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        return Unfit("not JSON", TOO_DEEP)
    return content


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _TEXT_OR_BRACKET.finditer(text):
        if found[0] in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "}]":
            depth -= 1
    return deepest


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


_UTF_8 = codecs.getincrementaldecoder("utf-8")
_JSON = json.JSONDecoder(parse_constant=_no_constant, parse_float=Number, parse_int=Number)


def encoded(text: str) -> bytes:
    """Return the bytes that a text was decoded from, also those that are not UTF-8."""
    return text.encode("utf-8", "surrogateescape")


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
    is_number = isinstance(value, Number)
    if isinstance(value, str) and not is_number:
        value = value.strip(" ")
        if not value:
            return None
    if column.kind == "double precision":
        return _number(value)
    smallest, largest = _LIMITS[column.kind]
    number = _exact(value) if is_number else _in_digits(value)
    if not smallest <= number <= largest:
        raise Unfit(OUT_OF_RANGE)
    return number


def _text(value: Any, size: int) -> str:
    text = json_text(value)
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        raise Unfit("not valid UTF-8") from None
    if "\x00" in text:
        raise Unfit(TEXT_WITH_NUL)
    if length > size:
        raise Unfit("a text too long", f"{length} bytes in a column of {size}")
    return text


def json_text(value: Any) -> str:
    """Return what a text column holds of a value: a text itself, of all else its JSON.

    Numbers keep their digits as received.
    """
    return str(value) if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_json(key)}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _number(value: Any) -> float:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Unfit("not a number")
    number = float(value)
    if not math.isfinite(number):
        raise Unfit(OUT_OF_RANGE)
    return number


def _in_digits(value: Any) -> int:
    """Return the whole number that a text is."""
    if not isinstance(value, str) or not _WHOLE_NUMBER.fullmatch(value):
        raise Unfit("not a whole number")
    return _scaled(value.lstrip("+-"), 0, is_negative=value[0] == "-")


def _exact(value: str) -> int:
    """Return the whole number that a JSON number is, also if it is spelt 200.0 or 2e2."""
    sign, whole, fraction, exponent = _PARTS_OF_NUMBER.fullmatch(value).groups("")  # type: ignore[union-attr]
    return _scaled(whole + fraction, _power(exponent) - len(fraction), is_negative=sign == "-")


def _power(exponent: str) -> int:
    if len(exponent.lstrip("+-0")) > 9:  # out of any range, or of no whole number
        return -(10**9) if exponent[0] == "-" else 10**9
    return int(exponent or 0)


def _scaled(digits: str, shift: int, *, is_negative: bool) -> int:
    """Return the digits times ten to the power of `shift`."""
    digits = digits.lstrip("0")
    if not digits:
        return 0
    significant = digits.rstrip("0")
    shift += len(digits) - len(significant)
    if shift < 0:
        raise Unfit("not a whole number")
    if len(significant) + shift > _MOST_DIGITS:
        raise Unfit(OUT_OF_RANGE)
    number = int(significant + "0" * shift)
    return -number if is_negative else number
