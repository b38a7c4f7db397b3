"""Bytes of files to read: records in every layout, with odd values, whole and damaged."""

import json
from functools import partial
from pathlib import Path

from hypothesis import strategies as st

from sparkify.records.jsonpaths import JsonPath
from sparkify.sql import Column

COLUMNS = (
    Column("name", "varchar", 12),
    Column("count", "integer"),
    Column("item", "bigint"),
    Column("length", "double precision"),
    Column("ts", "timestamp"),
    Column("note", "varchar", 40),
)
PATHS: dict[str, tuple[JsonPath, ...]] = {
    "keys": tuple((column.name,) for column in COLUMNS),
    "nested": (
        ("user", "name"),
        ("user", "count"),
        ("item",),
        ("places", 1, "length"),
        ("ts",),
        ("places", 2),
    ),
    "places": tuple((place,) for place in (0, 1, 2, 4, 5, 7)),
    "deep": (
        ("user", "places", 0, "naïve"),
        ("user", "places", 0, "count"),
        ("user", "places", 2, 0),
        ("user", "places", 2, 1),
        ("user", "other", "user", "ts"),
        ("places", 1, 1, 1),
    ),
}
KEYS = ("name", "count", "item", "length", "ts", "note", "user", "places", "other", "Name", "naïve")

# How records are read: by which paths, and whether the case of keys counts.
SHAPES = [("keys", False), ("keys", True), ("nested", False), ("places", False), ("deep", False)]
CORPUS = Path(__file__).with_name("corpus")

# Values as they are written, the usual ones first.
WRITTEN_VALUES = (
    *('"Ada"', "7", "1541105830796", "218.93179", "null", '""', '"12"', "200.0", "1e3"),
    *("0", "-0", "-12", "true", "false", '" "', '" 5 "', '"+5"', '"007"', "2.50", "12.5"),
    *("1E2", "1e-1", "1.5e1", "100e-2", "1e400", "-1e400", "0e999999999999", "1e-400"),
    *("2147483647", "2147483648", "-2147483648", "9223372036854775807", "9223372036854775808"),
    *(
        "123456789012345678",
        "1234567890123456789",
        "12345678901234567890.25",
        "0.1234567890123",
    ),
    *("253402300799999", "253402300800000", "-62135596800000", "-62135596800001"),
    *("0.30000000000000004", "1.7976931348623157e308", "4.9e-324", "179769313486231580e291"),
    *("1" * 400, "0." + "1" * 200, "NaN", "Infinity", "-", "+1", "01", "1.", ".5", "1e", "- 1"),
    *('"é"', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\u0000"', '"\\n"', '"a\\"b"'),
    *('"twelve bytes"', '"thirteen byte"', '"\\x"', '"\\u12g4"', '"tab\there"', '"\x7f"'),
    *('"2.5"', '".5"', '"5."', '"1e2"', '"nan"', '"-1.5"', '"1,5"', '" 2.5 "', '"--1"'),
    *("[]", "{}", "[1.10]", '[1,{"length":2.5},"x"]', '[0,{"length":1},null]', "[[]]"),
    *('{"name":"Bo","count":3}', '{"name":"Bo"}', '{"a":1,"a":2}', "[1,]", '{"a":1,}', "{,}"),
    *(
        "nul",
        "truE",
        "nulll",
        "tru",
        "'a'",
        "",
        "/*x*/1",
        "[" * 20 + "]" * 20,
        '{"a":[{"b":1}]}',
    ),
)
VALUES = st.sampled_from(WRITTEN_VALUES)
PAIRS = st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=7)
WRITTEN_SPACES = ("", "", "", " ", "\n", "\n  ", "\t", "\r\n")
SPACES = st.sampled_from(WRITTEN_SPACES)


def written(pairs: list[tuple[str, str]], space: str) -> str:
    """Write an object as it would not be written by a library: keys twice, values as they are."""
    inside = f",{space}".join(
        f"{json.dumps(key, ensure_ascii=False)}:{space}{value}" for key, value in pairs
    )
    return f"{{{space}{inside}{space}}}"


OBJECTS = st.builds(written, PAIRS, SPACES)
ARRAYS = st.builds(
    lambda values, space: f"[{space}{f',{space}'.join(values)}{space}]",
    st.lists(VALUES, max_size=9),
    SPACES,
)
WRITTEN_BETWEEN = ("\n", "\n", "\n", "", " ", "\r\n", "\n\n", ",", ",\n", "\r", " \n  ", "\f")
BETWEEN = st.sampled_from(WRITTEN_BETWEEN)
WRITTEN_BEFORE = ("", "", "", "\ufeff", "\n", "[", ",", "  ", "x")
BEFORE = st.sampled_from(WRITTEN_BEFORE)


def joined(records: list[str], between: str, before: str, after: str) -> str:
    return before + between.join(records) + after


WHOLE = st.builds(
    joined,
    st.lists(st.one_of(OBJECTS, ARRAYS), max_size=6),
    BETWEEN,
    BEFORE,
    st.sampled_from(["\n", "", "]", ",", "\x00"]),
)


def damaged(text: str, cuts: list[tuple[float, int, str]]) -> bytes:
    """Cut bytes out of a text, or put others in, at places between 0 and 1."""
    data = text.encode()
    for share, length, other in cuts:
        at = int(share * len(data))
        data = data[:at] + other.encode("utf-8", "surrogateescape") + data[at + length :]
    return data


FILES = st.builds(
    damaged,
    WHOLE,
    st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.integers(0, 6),
            st.sampled_from(["", *'{}[]",:\n\\ 0', "\udcff", "\udce9"]),
        ),
        max_size=2,
    ),
)


def cut(data: bytes, size: int) -> list[bytes]:
    """Cut bytes into chunks."""
    return [data[start : start + size] for start in range(0, len(data), size)]


whole = partial(cut, size=1 << 30)
