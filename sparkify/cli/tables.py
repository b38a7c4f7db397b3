"""Tables, numbers and counts as people read them."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

from sparkify.cli.layout import PIPE_WIDTH, laid_out
from sparkify.cli.terminal import echo, is_terminal, print_note, printable_line
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import RejectedFile
    from sparkify.sources import PassedOver
    from sparkify.transform import RowChanges

EMPTY_FILES_SHOWN = 3
REJECTED_FILES_SHOWN = 20
RIGHT_ALIGNED = {"size", "share", "time"}


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    stream: TextIO | None = None,
) -> None:
    """Print a table to a stream, by default to stdout, with numbers aligned to the right.

    A terminal gets one that fits its width, a pipe one as wide as its values and without colour.
    Without names of columns there is no head.
    """
    from rich.text import Text

    from sparkify.cli.console import SafeConsole

    listed = list(rows)
    cells = [[readable(value) for value in row] for row in listed]
    numbers = [
        place
        for place, name in enumerate(columns)
        if name in RIGHT_ALIGNED or any(isinstance(row[place], int | float) for row in listed)
    ]
    width = None if is_terminal(stream or sys.stdout) else PIPE_WIDTH
    console = SafeConsole(file=stream, width=width, highlight=False)
    if title:
        console.print(Text(title, style="bold"))
    for each in laid_out(columns, cells, numbers, console.width):
        console.print(each)


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
    return printable_line(str(value))


def describe_touched(files: int) -> list[str]:
    """Describe the files that were only touched, in a line, or none without any."""
    if not files:
        return []
    which = counted(files, "file has", "files have")
    return [f"{which} a new date or etag only: the content is already loaded."]


def describe_row_changes(changes: Mapping[str, "RowChanges"]) -> Iterator[str]:
    """Describe the rows that a run added, changed and removed, in a line for each such table."""
    for table, rows in changes.items():
        counts = ", ".join(f"{count:,} {how}" for how, count in asdict(rows).items() if count)
        if counts:
            number, _, rest = counts.partition(" ")
            yield f"{table:>16} {number:>12} {rest}"


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
        print_note(f"Showing {shown:,} of {rows:,}; {how_to_see}.")


def describe_passed_over(passed_over: Iterable["PassedOver"], left_out: int) -> Iterator[str]:
    """Describe the files that a load does not take: no data, or rejected before."""
    yield from (readable(str(each)) for each in passed_over if each.count)
    if left_out:
        yield (
            f"{counted(left_out, 'file')} rejected before, left out until changed "
            "(see: sparkify quarantine)"
        )


def describe_empty_files(uris: Sequence[str], settings: "Settings") -> list[str]:
    """Describe the loaded files that hold no record, in a line, or none without any."""
    if not uris:
        return []
    shown = [readable(path_in_source(uri, settings)) for uri in uris[:EMPTY_FILES_SHOWN]]
    more = ", ..." if len(uris) > len(shown) else ""
    holding = counted(len(uris), "file holds", "files hold")
    return [f"{holding} no record: {', '.join(shown)}{more}"]


def describe_rejected_files(rejected: Sequence["RejectedFile"]) -> Iterator[str]:
    """Describe the first files that were rejected whole, and what to do with each."""
    for each in rejected[:REJECTED_FILES_SHOWN]:
        yield readable(f"{each.message}. Try: {each.hint}")
    if len(rejected) > REJECTED_FILES_SHOWN:
        more = counted(len(rejected) - REJECTED_FILES_SHOWN, "more file")
        yield f"{more} rejected (see: sparkify quarantine)"


def report_passed_over(passed_over: Iterable["PassedOver"], left_out: int) -> None:
    """Report on stderr the files that a load does not take."""
    for text in describe_passed_over(passed_over, left_out):
        echo(f"Warning: {text}", err=True)
