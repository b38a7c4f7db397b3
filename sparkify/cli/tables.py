"""Tables, numbers and counts as people read them."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from sparkify.cli.command import is_terminal

if TYPE_CHECKING:
    from sparkify.checks import CheckOutcome
    from sparkify.config import Settings

PIPE_WIDTH = 100_000


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    stream: TextIO | None = None,
) -> None:
    """Print a table to a stream, by default to stdout, with numbers aligned to the right.

    It is drawn as wide as the terminal; in a pipe it is wide and without colour. Without names of
    columns there is no head.
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
        table.add_row(*(Text(readable(value)) for value in row))
    width = None if is_terminal(stream or sys.stdout) else PIPE_WIDTH
    console = Console(file=stream, width=width, highlight=False)
    console.print(Text(title, style="bold"))
    console.print(table)


def readable(value: Any) -> str:
    """Return a value as people read it: thousands with commas, times to the second, in UTC."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    # Data must not send control codes to a terminal.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(value))


def readable_share(share: float) -> str:
    """Return a share of 1 as percent: `82%`, below ten percent with a decimal."""
    return f"{share:.0%}" if share >= 0.0995 or not share else f"{share:.1%}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number of things: `1 file`, `2 files`; `many` is an irregular plural."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def describe_outcomes(counts: Mapping["CheckOutcome", int]) -> str:
    """Describe the outcomes of checks: `19 passed, 2 warnings`, and `1 failed` if one did."""
    parts = [f"{counts['passed']:,} passed"]
    if counts["warned"]:
        parts.append(counted(counts["warned"], "warning"))
    if counts["failed"]:
        parts.append(f"{counts['failed']:,} failed")
    return ", ".join(parts)


def path_in_source(uri: str, settings: "Settings") -> str:
    """Return a file's path relative to the source that it lies in, else its whole uri."""
    from sparkify.sources import uri_prefix

    for location in (settings.log_data, settings.song_data):
        prefix = f"{uri_prefix(location)}/"
        if uri.startswith(prefix):
            return uri.removeprefix(prefix)
    return uri


def report_omitted(shown: int, rows: int, how_to_see: str) -> None:
    """Report on stderr that not all rows were shown."""
    if shown < rows:
        click.echo(f"Showing {shown:,} of {rows:,}; {how_to_see}.", err=True)


def to_json(value: Any) -> str:
    """Return a value as JSON in one line, its timestamps (UTC) in ISO 8601."""
    return json.dumps(value, ensure_ascii=False, default=datetime.isoformat)
