"""JSON as COPY reads it: objects in a file, and what each column takes of one.

https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from .copy_value import BAD_LINE, Fraction, Unfit
from .errors import RedshiftError

_LARGEST_OBJECT = 4 * 1024 * 1024  # "The maximum size of a single JSON object is 4 MB"

Pick = Callable[[object], object]  # of a JSON document, the value for one column


class Document(NamedTuple):
    """One JSON document of a file: what it holds or why it cannot be read, and where it is."""

    value: object
    problem: Unfit | None
    start: int
    end: int


def _no_constant(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _whole(text: str) -> int:
    return int(text) if len(text) < 1000 else int(Decimal(text))  # int() takes 4,300 digits


_scan: Callable[[str, int], tuple[object, int]] = json.scanner.make_scanner(  # type: ignore[attr-defined]
    json.JSONDecoder(parse_float=Fraction, parse_int=_whole, parse_constant=_no_constant)
)
_blanks = re.compile(r"[ \t\r\n]*")


def documents(text: str) -> Iterator[Document]:
    """Read the documents of a file, which blanks separate.

    Where a malformed one ends AWS does not say: at its line's end, or where its brackets close.
    """
    skip, end = _blanks.match, len(text)
    at = _end(skip(text, 0))
    commas = False
    while at < end:
        after = _end(_commas.match(text, at))
        if after > at and (after == end or text[after] in "{["):
            if not commas:
                yield Document(None, Unfit(BAD_LINE, "Invalid JSON format"), at, at + 1)
            commas = True
            at = after
            continue
        try:
            value, after = _scan(text, at)
            whole = _follows.match(text, after) is not None and _depth(text[at:after]) <= 512
        except (ValueError, StopIteration, RecursionError):
            whole = False
        if whole:
            yield Document(value, _too_large(text, at, after), at, after)
        else:
            after = _extent(text, at)
            problem = _too_large(text, at, after) or Unfit(BAD_LINE, "Invalid JSON format")
            yield Document(None, problem, at, after)
        at = _end(skip(text, after))


_commas = re.compile(r"[ \t\r\n]*(?:,[ \t\r\n]*)+")
# The end of the line or file, or the next document, perhaps behind commas.
_follows = re.compile(r"[ \t\r]*(?:\Z|\n|[{\[]|,[ \t\r\n,]*(?:\Z|[{\[]))")
_within = re.compile(r'"(?:[^"\\\n]|\\[^\n])*(?:"|(?=\n)|\\?\Z|\\(?=\n))|\n[ \t\r]*|.', re.DOTALL)


def _depth(text: str) -> int:
    depth = deepest = 0
    if text.count("[") + text.count("{") > 512:
        for sign in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
            depth += (sign in "{[") - (sign in "}]")
            deepest = max(deepest, depth)
    return deepest


def _extent(text: str, start: int) -> int:
    """Return where a malformed document ends: behind its last sign that is no blank."""
    line = text.rfind("\n", 0, start) + 1
    indent = _width(_end(_line_blanks.match(text, line)), text, line)
    opened = "" if text[start] in "{[" else _NONE
    end, last, opens_line = start + 1, text[start], False
    for match in _within.finditer(text, start):
        sign, at = match[0], match.start()
        if sign[0] == "\n":
            opens_line = _width(match.end(), text, at + 1) <= indent
        elif sign not in " \t\r":
            if opens_line and sign in "{[" and not _may_open(sign, last, opened):
                return end
            end, last, opens_line = match.end(), sign[0], False
            if opened != _NONE:
                opened = _opened(opened, sign)
                if not opened and _follows.match(text, end):
                    return end
                opened = opened or _NONE
    return end


_NONE = "no bracket"


def _may_open(bracket: str, last: str, opened: str) -> bool:
    a_key_must_come = opened[-1:] == "{" and last in ",{"
    return last in ",:[{" and not (bracket == "{" and a_key_must_come)


def _opened(opened: str, sign: str) -> str:
    if sign in "{[":
        return opened + sign
    if sign == "}" and "{" in opened:
        return opened[: opened.rindex("{")]
    return opened[:-1] if sign == "]" and opened[-1:] == "[" else opened


_line_blanks = re.compile(r"[ \t\r]*")


def _width(end: int, text: str, start: int) -> int:
    return end - start - text.count("\r", start, end)


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _too_large(text: str, start: int, end: int) -> Unfit | None:
    if end - start <= _LARGEST_OBJECT // 4 or len(text[start:end].encode()) <= _LARGEST_OBJECT:
        return None
    return Unfit(BAD_LINE, "JSON object exceeds the maximum size of 4 MB")


# What a column takes ------------------------------------------------------------------------------


def picks_by_name(columns: Sequence[str]) -> list[Pick]:
    """'auto': the key that is the column's name, in that case."""
    return [_pick_key(column) for column in columns]


def _pick_key(key: str) -> Pick:
    def pick(document: object) -> object:
        if not isinstance(document, dict):
            raise Unfit(BAD_LINE, "Invalid JSONPath format: Member is not an object.")
        return document.get(key)

    return pick


def lower_keys(document: object) -> object:
    """'auto ignorecase': the case of the first level's keys does not count."""
    if not isinstance(document, dict):
        return document
    return {key.lower(): value for key, value in document.items()}


def picks_by_path(file: str, columns: Sequence[str]) -> list[Pick]:
    """Read a jsonpaths file: a path for each column, in order."""
    paths = _jsonpaths(file)
    if paths is None:  # "If the name is any string other than "jsonpaths", COPY uses 'auto'"
        return picks_by_name(columns)
    if len(paths) != len(columns):
        message = (
            "Number of jsonpaths and the number of columns should match."
            f" JSONPath size: {len(paths)},"
            f" Number of columns in table or column list: {len(columns)}"
        )
        raise RedshiftError(message, detail=f"error: {message} code: 8001")
    steps = [path_steps(path) for path in paths]
    if {"dot", "bracket"} <= {kind for _, kind in steps}:
        raise _bad_path("bracket and dot notation are mixed")
    return [_pick_path(path) for path, _ in steps]


def _jsonpaths(file: str) -> list[str] | None:
    try:
        content = json.loads(file)
    except ValueError as error:
        raise _bad_path("not a JSON object") from error
    if not isinstance(content, dict):
        raise _bad_path("not a JSON object")
    return content.get("jsonpaths")


Step = str | int
_BRACKET = re.compile(r"""\[(?:'([^']*)'|"([^"]*)"|(\d+))\]""")
_DOT = re.compile(r"\.([^.\[\]'*?@]+)|\[(\d+)\]")


def path_steps(path: str) -> tuple[tuple[Step, ...], str]:
    """Split a path into the keys and indexes it goes through; and say in which notation it is."""
    rest = path.strip().removeprefix("$")
    if not rest:
        return (), "whole"
    bracket = rest.startswith("[")
    pattern = _BRACKET if bracket else _DOT
    found = list(pattern.finditer(rest))
    if "".join(match[0] for match in found) != rest or not path.startswith("$"):
        raise _bad_path(path)
    return tuple(_step(match) for match in found), "bracket" if bracket else "dot"


def _step(match: re.Match[str]) -> Step:
    index = match[match.re.groups]
    return int(index) if index is not None else next(g for g in match.groups() if g is not None)


def _bad_path(what: str) -> RedshiftError:
    message = f"Invalid JSONPath format: {what}"
    return RedshiftError(message, detail=f"error: {message} code: 8001")


def _pick_path(steps: tuple[Step, ...]) -> Pick:
    if len(steps) == 1 and isinstance(steps[0], str):
        return _pick_key(steps[0])

    def pick(document: object) -> object:
        for step in steps:
            document = _walk(document, step)
        return document

    return pick


def _walk(document: object, step: Step) -> object:
    if isinstance(step, int):
        # "If an array element referenced by a JSONPath expression isn't found ..., COPY fails"
        if not isinstance(document, list) or step >= len(document):
            raise Unfit(BAD_LINE, "Invalid JSONPath format: Not an array or index out of range.")
        return document[step]
    if document is None:
        return None
    return _pick_key(step)(document)
