"""Tables fit the width that they get, and no word of them is cut."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sparkify.cli.layout import LONGEST_WORD, laid_out
from sparkify.sizes import readable_duration, readable_share

WORDS = st.text("abcdefghij", min_size=1, max_size=30)
CELLS = st.lists(WORDS, max_size=12).map(" ".join)


def drawn(columns: list[str], rows: list[list[str]], numbers: list[int], width: int) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, highlight=False)
    for each in laid_out(columns, rows, numbers, width):
        console.print(each)
    return stream.getvalue()


@given(
    rows=st.integers(1, 5).flatmap(
        lambda count: st.lists(
            st.lists(CELLS, min_size=count, max_size=count), min_size=1, max_size=5
        )
    ),
    width=st.integers(44, 160),
)
def test_every_word_is_whole_and_no_line_too_long(rows: list[list[str]], width: int) -> None:
    columns = [f"column_{place}" for place in range(len(rows[0]))]
    shown = drawn(columns, rows, [], width)

    assert max(map(len, shown.splitlines())) <= width
    found = shown.split()
    for word in {*columns, *(word for row in rows for cell in row for word in cell.split())}:
        assert word in found, word


def test_a_number_is_never_cut() -> None:
    shown = drawn(["text", "n"], [["many words " * 20, "1,234,567,890"]], [1], 40)

    assert "1,234,567,890" in shown
    assert max(map(len, shown.splitlines())) <= 40


def test_what_cannot_fit_beside_each_other_is_a_list() -> None:
    names = [f"a_long_name_{place}" for place in range(9)]
    shown = drawn(names, [["value"] * 9] * 2, [], 60)

    assert [line.split() for line in shown.splitlines() if line.strip()] == [
        [name, "value"] for name in names
    ] * 2


def test_a_word_longer_than_any_column_is_folded() -> None:
    word = "x" * (3 * LONGEST_WORD)

    assert drawn(["a"], [[word]], [], 60).count("x") == len(word)


def test_without_rows_there_is_a_head() -> None:
    assert drawn(["name", "size"], [], [1], 80).split()[:2] == ["name", "size"]


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 6_820, "1 of 6,820 (0.01%)"),
        (333, 6_820, "333 of 6,820 (4.9%)"),
        (6_819, 6_820, "6,819 of 6,820 (99.99%)"),
        (3_410, 6_820, "3,410 of 6,820 (50%)"),
        (1, 1_000_000, "1 of 1,000,000 (<0.01%)"),
        (999_999, 1_000_000, "999,999 of 1,000,000 (>99.99%)"),
        (0, 6_820, "0 of 6,820 (0%)"),
        (5, 5, "5 of 5 (100%)"),
        (0, 0, "0 of 0 (0%)"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_all(part: int, whole: int, shown: str) -> None:
    assert readable_share(part, whole) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.004, "4 ms"), (0.5, "0.5 s"), (9.96, "10 s"), (59.6, "1 min"), (185, "3 min 5 s"),
        (3_600, "1 h"), (7_260, "2 h 1 min"),
    ],
)  # fmt: skip
def test_a_duration_is_in_the_unit_that_fits_it(seconds: float, shown: str) -> None:
    assert readable_duration(seconds) == shown
