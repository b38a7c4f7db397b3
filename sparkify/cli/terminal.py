r"""Print to a terminal or a pipe. All that the commands print goes through here.

A title, a file name or an error may hold codes that a terminal runs (ESC and its kin), or that
reorder what is shown (bidirectional overrides). Text output spells them out, such as `\x1b`; JSON
has them as `\u001b`, which is the same data. Files, and CSV in a pipe, keep the data as it is.
"""

import json
import re
import shutil
import sys
import textwrap
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TextIO, cast

import click

from sparkify.errors import SparkifyWarning

# C0 without tab and line end, DEL and C1; marks, overrides and isolates of the direction; line and
# paragraph separators; the byte order mark; annotations and tags, which no terminal shows; halves
# of surrogate pairs, which cannot be written.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """Return a text with all that a terminal would run spelt out; tabs and line ends stay."""
    return UNSAFE.sub(_spelt_out, text)


def printable_line(text: str) -> str:
    """Return the same in one line, its tabs and line ends as blanks."""
    return printable(text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a text and a line end to stdout, or to stderr."""
    click.echo(printable(text), err=err)


def print_sentence(text: str, *, err: bool = False) -> None:
    """Print a text as `echo` does; a terminal gets it wrapped between words."""
    echo(wrapped(text, sys.stderr if err else sys.stdout), err=err)


def wrapped(text: str, stream: TextIO | None) -> str:
    """Return a text as a stream gets it: wrapped between words if that is a terminal."""
    if not is_terminal(stream):
        return text
    return with_hanging_indent(text, shutil.get_terminal_size().columns)


class Verbosity(Enum):
    """The amount of messages of a command besides data, warnings and errors."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


class Speech:
    """The verbosity of this process: threads of a query see it, and no context of click's."""

    verbosity = Verbosity.NORMAL


def is_quiet() -> bool:
    """Return whether a command is to say only what it was asked for, warnings and errors."""
    return Speech.verbosity is Verbosity.QUIET


def print_note(text: str) -> None:
    """Print on stderr what was done, or how to see more, unless the command is to be quiet."""
    if not is_quiet():
        print_sentence(text, err=True)


def print_detail(text: str) -> None:
    """Print on stderr what only a verbose command says."""
    if Speech.verbosity is Verbosity.VERBOSE:
        echo(text, err=True)


def shows_progress() -> bool:
    """Return whether somebody watches stderr who did not ask for quiet."""
    return is_terminal(sys.stderr) and not is_quiet()


def print_marked(mark: str, text: str, indent: int) -> None:
    """Print a mark of ours, which may be styled, and a text.

    On a terminal the text is wrapped, and indented beside the mark.
    """
    shown = printable_line(text)
    if is_terminal(sys.stdout):
        width = max(shutil.get_terminal_size().columns - indent, 20)
        lines = textwrap.wrap(shown, width, break_long_words=False, break_on_hyphens=False)
        shown = f"\n{' ' * indent}".join(lines)
    click.echo(f"{mark}{shown}")


def with_hanging_indent(text: str, width: int) -> str:
    """Wrap the lines of a text; what follows of a line is indented below it."""
    return "\n".join(
        textwrap.fill(
            line,
            max(width, 20),
            subsequent_indent=" " * (len(line) - len(line.lstrip()) + 2),
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    )


def print_error(message: str, hint: str, excerpt: str = "") -> None:
    """Print what happened and what to do, a line each; between them the text that it is about."""
    # Values from the data may hold line ends; an error is two lines.
    print_sentence(f"Error: {_in_one_line(message)}", err=True)
    if excerpt:
        echo(excerpt, err=True)
    # A command in it is to be copied whole, so it is wrapped by the terminal only.
    echo(f"Try: {_in_one_line(hint)}", err=True)


def _in_one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines())


@contextmanager
def warnings_passed_to(show: Callable[[SparkifyWarning], None]) -> Iterator[None]:
    """Pass the package's warnings to a function, each time; others as Python shows them."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", SparkifyWarning)
        others = warnings.showwarning

        def passed(message: Warning | str, *context: Any) -> None:
            if isinstance(message, SparkifyWarning):
                show(message)
            else:
                others(message, *context)

        warnings.showwarning = passed  # type: ignore[assignment]  # it takes what Python gives
        yield


def print_warning(warning: SparkifyWarning) -> None:
    """Print what happened and what to do, a line each."""
    echo(f"Warning: {' '.join(str(warning).splitlines())}", err=True)
    echo(f"  Try: {' '.join(warning.hint.splitlines())}", err=True)


def print_traceback() -> None:
    """Print the traceback of the error at hand."""
    echo(traceback.format_exc(), err=True)


def to_json(value: Any) -> str:
    """Return a value as JSON in one line, its timestamps (UTC) in ISO 8601."""
    text = json.dumps(value, ensure_ascii=False, default=_timestamp)
    return UNSAFE.sub(_escaped_in_json, text)


def in_utc(value: Any) -> Any:
    """Return a value with its timestamps in their zone, UTC, also those within lists and dicts."""
    match value:
        case datetime(tzinfo=None):
            return value.replace(tzinfo=UTC)
        case dict():
            return {key: in_utc(each) for key, each in value.items()}
        case list() | tuple():
            return type(value)(map(in_utc, value))
    return value


def _timestamp(value: datetime) -> str:
    return str(in_utc(value).isoformat())


def output_stream(stream: TextIO) -> TextIO:
    """Return what to write a file's format to: the stream itself, unless it is a terminal."""
    return cast("TextIO", _TerminalStream(stream)) if is_terminal(stream) else stream


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; one that was closed at the start is None."""
    return stream is not None and stream.isatty()


class _TerminalStream:
    """A terminal that is written to as a file is, with all that it would run spelt out."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(printable(text))


def _spelt_out(letter: re.Match[str]) -> str:
    code = ord(letter[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escaped_in_json(letter: re.Match[str]) -> str:
    return json.dumps(letter[0])[1:-1]
