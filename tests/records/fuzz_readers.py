"""Fuzz the readers: the native scanner against Python, value for value and line for line.

Half of the files are of records that are plain: of these none may be handed over to Python, which
would be right and slow, and which no other test would see.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, TypeVar

from sparkify.records.content import CHUNK_BYTES
from sparkify.records.framing import LONG_RECORD

from .odd_files import (
    COLUMNS,
    CORPUS,
    KEYS,
    PATHS,
    SHAPES,
    WRITTEN_BEFORE,
    WRITTEN_BETWEEN,
    WRITTEN_SPACES,
    WRITTEN_VALUES,
    whole,
    written,
)
from .outcomes import handed_over, outcome, reader_of

T = TypeVar("T")

_SIGNS = (
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        " ",
        "\t",
        "\r",
        "\n",
        "\n{",
        "\n[",
        "\\u",
        "\\ud83d",
    ),
    *(
        "},{",
        "}}",
        "}\n{",
        ",,",
        '""',
        "0",
        "e",
        "-",
        ".",
        "\x00",
        "\x1f",
        "\ufeff",
        "\xa0",
        "\u2028",
    ),
    *("\udcff", "\udcc3", "\udced\udca0\udc80", "\udcf4\udc90\udc80\udc80"),
)
_PLAIN_BETWEEN = ("\n", "\n", "\n", "", " ", "\r\n", "\n\n", "\n  ", "\n\t")
_PLAIN_SPACES = ("", "", " ", "\t")
# Values that fit a column of that kind, and are plain in it.
_FITTING: dict[str, tuple[str, ...]] = {
    "varchar": (
        '"Ada"',
        '""',
        '"é"',
        '"\\u00e9\\n"',
        '"a\\"b"',
        "-1.50",
        "1e3",
        "true",
        "false",
        "null",
    ),
    "integer": ("7", "-2147483648", "2147483647", "200.0", '" 12 "', "1e3", "-0", '""', "null"),
    "bigint": ("0", "999999999999999999", "12e9", '"-5"', '" "', "1.5e1", "null"),
    "double precision": ("218.93179", "-0.0", "1e-7", '"2.5"', "0.30000000000000004", "12", '""'),
    "timestamp": ("1541105830796", "253402300799999", "-62135596800000", "0", '"1"', "null"),
}
_UNREAD = ('"\\ud800"', '"\\u0000"', '{"a":[1,{}],"a":2}', "[]", "1e999", "-0", '"\x7f 😀"', "null")


@cache
def _tree(shape: str) -> dict[str | int, Any]:
    """Return the paths of a shape as a tree of steps; the last one leads to the column."""
    tree: dict[str | int, Any] = {}
    for index, path in enumerate(PATHS[shape]):
        node = tree
        for step in path[:-1]:
            node = node.setdefault(step, {})
        node[path[-1]] = index
    return tree


class FaultFoundError(Exception):
    """The readers differ, or a plain record was handed over; the text holds the file."""


class Files:
    """Thinks up files, each from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._any = self._random.random
        self._corpus = [path.read_bytes() for path in sorted(CORPUS.glob("*.json"))]

    def one_of(self, values: Sequence[T]) -> T:
        """Return one of some values."""
        return values[int(self._any() * len(values))]

    def below(self, limit: int) -> int:
        """Return a number from 0 on, below a limit."""
        return int(self._any() * limit)

    def odd(self, shape: str) -> bytes:
        """Return a file of records that may be broken or odd, in a layout that may be."""
        if self.below(8) == 0 and self._corpus:
            data = b"".join(self.one_of(self._corpus) for _ in range(1 + self.below(3)))
        else:
            between = self.one_of(WRITTEN_BETWEEN)
            nearly_plain = partial(self._nearly_plain, shape)
            makers: tuple[Callable[[], str], ...] = (
                self._odd_object,
                self._odd_array,
                nearly_plain,
                nearly_plain,
            )
            records = [self.one_of(makers)() for _ in range(self.below(12))]
            text = self.one_of(WRITTEN_BEFORE) + between.join(records)
            data = (text + self.one_of(("\n", "\n", "", "]", ",", "\x00"))).encode()
        for _ in range(self.one_of((0, 0, 1, 1, 2, 4))):
            data = self._damaged(data)
        return data

    def plain(self, shape: str) -> bytes:
        """Return a file of plain records, each in one line."""
        between = self.one_of(_PLAIN_BETWEEN)
        space = self.one_of(_PLAIN_SPACES)
        return between.join(self._plain(shape, space) for _ in range(1 + self.below(12))).encode()

    def plain_in_lines(self, shape: str) -> bytes:
        """Return a file of plain records, each in several lines."""
        space = self.one_of(("\n", "\n  ", "\r\n"))
        records = [self._plain(shape, space) for _ in range(1 + self.below(6))]
        return ("\n".join(records) + "\n").encode()

    def plain_and_long(self, shape: str) -> bytes:
        """Return a file of plain records, about as long as one is that is not read again."""
        unread = f'"{"y" * (LONG_RECORD - 200 + self.below(400))}"'
        records = [self._plain(shape, ""), self._plain(shape, "", unread), self._plain(shape, "")]
        return ("\n".join(records) + "\n").encode()

    def far_apart(self, shape: str) -> bytes:
        """Return a file with so many blanks or commas between records that they are not kept."""
        sign = self.one_of((" ", " ", "\t", "\r", "\n", ",", " ,"))
        many = self.one_of((LONG_RECORD, CHUNK_BYTES, CHUNK_BYTES + LONG_RECORD, 1_500_000))
        if "," in sign:  # Python takes a second for a million
            many = LONG_RECORD // len(sign)
        between = sign * (many - 3 + self.below(6))
        nearly_plain = partial(self._nearly_plain, shape)
        makers: tuple[Callable[[], str], ...] = (self._odd_object, nearly_plain, str)
        return between.join(self.one_of(makers)() for _ in range(2 + self.below(2))).encode()

    def chunks(self, data: bytes) -> list[bytes]:
        """Cut a file into chunks: of a few bytes, or at a few places."""
        if self.below(12) == 0 and len(data) < 500:
            size = self.one_of((1, 2, 7, 64))
            return [data[start : start + size] for start in range(0, len(data), size)]
        cuts = sorted(self.below(len(data) + 1) for _ in range(self.below(5)))
        return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]

    def _odd_object(self) -> str:
        pairs = [(self.one_of(KEYS), self._odd_value()) for _ in range(self.below(8))]
        return written(pairs, self.one_of(WRITTEN_SPACES))

    def _odd_array(self) -> str:
        space = self.one_of(WRITTEN_SPACES)
        return (
            f"[{space}{f',{space}'.join(self._odd_value() for _ in range(self.below(10)))}{space}]"
        )

    def _odd_value(self) -> str:
        kind = self.below(24)
        if kind == 0:
            return self._odd_object()
        if kind == 1:
            return '"' + "".join(self.one_of(_TEXT_PIECES) for _ in range(self.below(8))) + '"'
        if kind < 4:
            return self._number()
        return self.one_of(WRITTEN_VALUES)

    def _digits(self) -> int:
        return 1 + self.below(self.one_of((4, 10, 20)))

    def _number(self) -> str:
        """Return a number, about as long as one may be."""
        digits = "".join(self.one_of("0123456789") for _ in range(self._digits()))
        number = self.one_of(("", "-")) + (digits.lstrip("0") or "0")
        if self.below(2):
            number += "." + "".join(self.one_of("0000123459") for _ in range(self._digits()))
        if self.below(3) == 0:
            number += self.one_of("eE") + self.one_of(("", "-", "+")) + str(self.below(400) // 9)
        return f'"{number}"' if self.below(6) == 0 else number

    def _fitting(self) -> list[str]:
        return [self.one_of(_FITTING[column.kind]) for column in COLUMNS]

    def _nearly_plain(self, shape: str) -> str:
        """Return a record in which one value at most is odd."""
        values = self._fitting()
        column = self.below(len(COLUMNS))
        is_number = COLUMNS[column].kind != "varchar" and self.below(2)
        values[column] = self._number() if is_number else self._odd_value()
        return self._plain(shape, values=values)

    def _plain(
        self,
        shape: str,
        space: str | None = None,
        unread: str = "",
        values: list[str] | None = None,
    ) -> str:
        space = self.one_of(WRITTEN_SPACES) if space is None else space
        values = values or self._fitting()
        return self._written(_tree(shape), values, space, unread)

    def _written(self, node: Any, values: list[str], space: str, unread: str = "") -> str:
        """Write what a node of a tree of paths leads to, and beside it what nobody reads."""
        if isinstance(node, int):
            return values[node]
        steps = {
            step: self._written(child, values, space)
            for step, child in node.items()
            if not (isinstance(step, str) and isinstance(child, int) and self.below(8) == 0)
        }
        if all(isinstance(step, int) for step in node):
            places = range(max(node) + 1 + self.below(3))
            items = [steps.get(place) or self.one_of(_UNREAD) for place in places]
            items += [unread] if unread else []
            return f"[{space}{f',{space}'.join(items)}{space}]"
        pairs = [*steps.items(), *(("more", self.one_of(_UNREAD)) for _ in range(self.below(3)))]
        pairs += [("more", unread)] if unread else []
        if self.below(2):
            self._random.shuffle(pairs)
        return written(pairs, space)

    def _damaged(self, data: bytes) -> bytes:
        at = self.below(len(data) + 1)
        kind = self.below(6)
        if kind == 0:
            return data[:at] + data[at + 1 + self.below(20) :]
        if kind == 1:
            return data[:at]
        if kind == 2:
            return data[:at] + bytes([self.below(256)]) + data[at + 1 :]
        if kind == 3:
            start = self.below(len(data) + 1)
            return data[:at] + data[start : start + self.below(40)] + data[at:]
        colon = data.find(b":", at) + 1
        if kind == 4 and colon:
            end = colon + self.below(6)
            return data[:colon] + self._odd_value().encode() + data[end:]
        return data[:at] + self.one_of(_SIGNS).encode("utf-8", "surrogateescape") + data[at:]


_TEXT_PIECES = (
    *(
        "a",
        "word",
        " ",
        "é",
        "€",
        "😀",
        "\\n",
        "\\t",
        "\\/",
        "\\\\",
        '\\"',
        "\\b",
        "\\u0041",
        "\\u20ac",
    ),
    *(
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\ude00",
        "\\u0000",
        "\\u001f",
        "\\x",
        "\t",
        "\x7f",
        "\u2028",
        "0123456789abcdef",
    ),
)


def compare(
    shape: str, *, ignore_case: bool, data: bytes, chunks: list[bytes], by_python: list[bytes]
) -> tuple[int, int]:
    """Return how many records of a file there are, and how many Python had to read.

    Raises FaultFoundError where the readers differ. `by_python` are the chunks for Python alone.
    """
    scanner, python = (
        reader_of(shape, ignore_case=ignore_case, native=native) for native in (True, False)
    )
    expected = outcome(python, by_python)
    found = outcome(scanner, chunks)
    rows, rejections, records = expected
    if found != expected or len(rows) + len(rejections) != records:
        sizes = list(map(len, chunks))
        raise FaultFoundError(
            f"{shape}, ignore_case={ignore_case}, {data!r} in chunks of {sizes}:\n"
            f"by the scanner {found}\nby Python {expected}"
        )
    return records, handed_over(scanner)


def fuzz(seed: int, *, inputs: int = 1 << 62, seconds: float = 1e9) -> Counter[str]:
    """Compare the readers until so many files or seconds; return what was tried."""
    files, tried = Files(seed), Counter[str]()
    end = time.monotonic() + seconds
    # A kind of file, and whether no record may be handed over: none, none of a whole file, any.
    kinds: tuple[tuple[str, Callable[[str], bytes]], ...] = (
        ("odd", files.odd),
        ("odd", files.odd),
        ("plain", files.plain),
        ("plain in lines", files.plain_in_lines),
    )
    while tried["files"] < inputs and time.monotonic() < end:
        shape, ignore_case = files.one_of(SHAPES)
        kind, make = files.one_of(kinds)
        if files.below(400) == 0:
            kind, make = "plain and long", files.plain_and_long
        elif files.below(1000) == 0:
            kind, make = "odd", files.far_apart
        data = make(shape)
        chunks = whole(data) if kind == "plain and long" else files.chunks(data)
        by_python = files.chunks(data) if files.below(8) == 0 else whole(data)
        records, handed = compare(
            shape, ignore_case=ignore_case, data=data, chunks=chunks, by_python=by_python
        )
        # A record of several lines that a chunk cuts is handed over, and no other plain one.
        most = {"odd": records, "plain in lines": len(chunks) - 1}.get(kind, 0)
        if handed > most:
            raise FaultFoundError(
                f"{shape}, ignore_case={ignore_case}: {handed} plain records were handed over of"
                f" {data!r} in chunks of {list(map(len, chunks))}"
            )
        tried.update(files=1, bytes=len(data), records=records, by_python=handed)
        if kind != "odd":
            tried.update(plain=records)
    return tried
