"""Tables that fit a width: no word of them is cut, and a row that cannot fit is a list."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from sparkify.cli.terminal import printable_line

if TYPE_CHECKING:
    from rich.table import Table

PIPE_WIDTH = 100_000  # a pipe takes lines of any width
# What rich puts beside the text of each column, and around all.
PADDING, EDGES = 2, 1
LONGEST_WORD = 40  # characters; of a longer one, such as a path, the column may cut it


def laid_out(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int], width: int
) -> "list[Table]":
    """Return rows as a table of at most this width, or else as a list each.

    `numbers` are the places of the columns that are aligned to the right. Without names of columns
    there is no head.
    """
    widths = _fitting_widths(columns, rows, numbers, width)
    if widths is None:
        return [_as_list(columns, row) for row in rows]
    return [_as_table(columns, rows, numbers, widths)]


def _fitting_widths(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int], width: int
) -> list[int] | None:
    """Return a width for each column, None where not even the longest words fit."""
    cells = [[name, *(row[place] for row in rows)] for place, name in enumerate(columns)]
    most = [max(map(_cell_width, each)) for each in cells]
    least = [
        most[place] if place in numbers else max(map(_longest_word, each))
        for place, each in enumerate(cells)
    ]
    room = width - EDGES - PADDING * len(columns)
    if sum(least) > room:
        return None if rows else least
    return _shared(least, most, room)


def _shared(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Return widths that share the room evenly among the columns that want more than the least."""
    widths, left = list(least), room - sum(least)
    while left > 0 and (wanting := [n for n, each in enumerate(widths) if each < most[n]]):
        step = max(1, min(left // len(wanting), *(most[n] - widths[n] for n in wanting)))
        for place in wanting[:left]:
            widths[place] += step
            left -= step
    return widths


def _cell_width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _longest_word(text: str) -> int:
    return min(max(map(_cell_width, text.split()), default=0), LONGEST_WORD)


def _as_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[int],
    widths: Sequence[int],
) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_header=any(columns), padding=(0, 0, 0, 1))
    for place, name in enumerate(columns):
        table.add_column(
            Text(printable_line(name)),
            justify="right" if place in numbers else "left",
            width=widths[place],
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _as_list(columns: Sequence[str], row: Sequence[str]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in zip(columns, row, strict=True):
        table.add_row(Text(printable_line(name), style="bold"), Text(value))
    return table
