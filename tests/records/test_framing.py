"""Where a broken record ends is found by C as by Python, in any pieces and soon."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.records.framing import RecordExtent, RecordFrame
from sparkify.records.native_scanner import NativeFrame, scanner_library

from .odd_files import cut
from .outcomes import needs_scanner, outcome, reader_of

SIGNS = st.sampled_from(
    [*'{}[],:"\\\n\r\t', " ", "   ", "a", "é", "\udcff", '{"a":1}', "{}", '"a"', "\n{", "\n  ["]
)
# What a frame has to look at sign by sign, for as long as the file is.
HOSTILE = [
    *(b"[", b"{", b'{"a":', b"[[],", b"{,", b'{"a":[', b"}", b"]"),
    *(b",", b", ", b",\n", b"x,", b"x ", b'"', b'"\n', b"\\", b":", b"\n ["),
]
ODD_RECORD = b'{"name":"Ada","count":"1","count":2,"note":"a text of some thirty bytes"}\n'


def frame_in_c(first: str, indent: int) -> RecordExtent:
    library = scanner_library()
    assert library is not None
    return NativeFrame(library, first, indent)


def extent(new_frame: Callable[[str, int], RecordExtent], pieces: list[str], indent: int) -> object:
    """Return where the first record in these pieces ends, and whether it is commas only."""
    frame, done, rest = new_frame(pieces[0][0], indent), 0, ""
    for number, piece in enumerate(pieces, 1):
        rest += piece
        at, ended = frame.end(rest, 0, is_last=number == len(pieces))
        done, rest = done + at, rest[at:]
        if ended:
            return done, frame.is_commas
    return None


@needs_scanner
@given(
    signs=st.lists(SIGNS, min_size=1, max_size=40),
    indent=st.integers(0, 3),
    size=st.sampled_from([1, 3, 1000]),
)
def test_c_and_python_find_the_same_end_in_any_pieces(
    signs: list[str], indent: int, size: int
) -> None:
    text = "".join(signs)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    expected = extent(RecordFrame, [text], indent)

    assert extent(RecordFrame, pieces, indent) == expected
    assert extent(frame_in_c, [text], indent) == extent(frame_in_c, pieces, indent) == expected


@needs_scanner
@pytest.mark.parametrize("bracket", ["{", "[", "[{"])
def test_what_is_nested_deeper_than_is_kept_is_counted(bracket: str) -> None:
    many = 70_000
    closing = {"{": "}", "[": "]", "[{": "}]"}[bracket]
    text = bracket * many + closing * many + "\nrest"
    ends = len(text) - len("\nrest")

    assert extent(RecordFrame, [text], 0) == (ends, False)
    assert extent(frame_in_c, [text], 0) == (ends, False)


def seconds(data: bytes, *, native: bool) -> float:
    """Return the least processor time of three readings; the file has one record at most."""
    reader = reader_of("keys", ignore_case=False, native=native)
    chunks, found = cut(data, 1 << 19), []
    for _ in range(3):
        began = time.process_time()
        assert outcome(reader, chunks)[2] == 1
        found.append(time.process_time() - began)
    return min(found)


@needs_scanner
@pytest.mark.parametrize("piece", HOSTILE)
def test_no_input_takes_longer_than_odd_records_of_its_size(piece: bytes) -> None:
    size = 3_000_000
    reader, odd = reader_of("keys", ignore_case=False, native=True), ODD_RECORD * (size // 20 // 74)
    began = time.process_time()
    outcome(reader, cut(odd, 1 << 19))
    of_odd = (time.process_time() - began) * 20

    assert seconds(piece * (size // len(piece)), native=True) < of_odd


@pytest.mark.parametrize("piece", HOSTILE[::4])
def test_python_alone_takes_twice_as_long_for_twice_as_much(piece: bytes) -> None:
    once, twice = (seconds(piece * (size // len(piece)), native=False) for size in (25_000, 50_000))

    assert twice < 4 * once + 0.02
