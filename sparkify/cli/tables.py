"""Tables for people: drawn on a terminal, wide and without colour in a pipe."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from sparkify.cli.command import is_terminal

if TYPE_CHECKING:
    from sparkify.checks import CheckOutcome

PIPE_WIDTH = 100_000


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    stream: TextIO | None = None,
) -> None:
    """Print a table, to stdout if not to a stream.

    Numbers stand at the right; moments are shown to the second. Without names of columns there is
    no head.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    listed = list(rows)
    table = Table(box=box.SIMPLE_HEAD, show_header=any(columns), collapse_padding=True)
    for place, name in enumerate(columns):
        number = any(isinstance(row[place], int | float) for row in listed)
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in listed:
        table.add_row(*(Text(shown(value)) for value in row))
    width = None if is_terminal(stream or sys.stdout) else PIPE_WIDTH
    console = Console(file=stream, width=width, highlight=False)
    console.print(Text(title, style="bold"))
    console.print(table)


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    # What steers a terminal is not for data to say.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(value))


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things, by the word for one of them; `many` where more are not that with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def describe_outcomes(counts: Mapping["CheckOutcome", int]) -> str:
    """Describe how checks went: `19 passed, 2 warnings`, and `1 failed` if one did."""
    parts = [f"{counts['passed']:,} passed"]
    if counts["warned"]:
        parts.append(counted(counts["warned"], "warning"))
    if counts["failed"]:
        parts.append(f"{counts['failed']:,} failed")
    return ", ".join(parts)


def megabytes(size: int) -> str:
    """A size in bytes as people read it."""
    return f"{size / 1e6:,.1f} MB"


@contextmanager
def at_work(what: str) -> Iterator[None]:
    """Say what takes its time, to a person at a terminal and while it lasts."""
    if not is_terminal(sys.stderr):
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def say_rest(shown_rows: int, rows: int, how_to_see: str) -> None:
    """Say on stderr that not all rows were shown."""
    if shown_rows < rows:
        click.echo(f"Showing {shown_rows:,} of {rows:,}; {how_to_see}", err=True)


def one_line_of_json(value: Any) -> str:
    """A value as JSON, its moments as ISO 8601 has them (they are UTC)."""
    return json.dumps(value, ensure_ascii=False, default=datetime.isoformat)
