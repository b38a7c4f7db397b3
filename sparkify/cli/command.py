"""Shared by all commands: options, settings, errors in two lines, files, and who is at a stream."""

import functools
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from sparkify.errors import ConfigError, SparkifyError

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import Queryable

Command = Callable[..., None]
# The exit code of what was done, and left something to a person.
NEEDS_A_PERSON = 3

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def configured(command: Command) -> Command:
    """Pass the settings to a command, and report its errors in two lines and an exit code."""

    @settings_options
    @functools.wraps(command)
    def with_settings(
        config: Path | None, overrides: tuple[str, ...], debug: bool, **arguments: Any
    ) -> None:
        with report_errors(debug=debug):
            command(read_settings(config, overrides), **arguments)

    return with_settings


def settings_options(command: Command) -> Command:
    """Add the options about settings to a command: `config`, `overrides` and `debug`."""
    for option in reversed(SETTINGS_OPTIONS):
        command = option(command)
    return command


SETTINGS_OPTIONS = (
    click.option(
        "--config", type=click.Path(path_type=Path), help="Settings file; default: ./dwh.cfg."
    ),
    click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="SECTION.KEY=VALUE",
        help="Override a setting; can be repeated.",
    ),
    click.option("--debug", is_flag=True, help="Show the traceback of an error."),
)


@contextmanager
def report_errors(*, debug: bool) -> Iterator[None]:
    """Report an error in two lines on stderr and by its exit code; `debug` adds the traceback."""
    try:
        yield
    except SparkifyError as error:
        if debug:
            traceback.print_exc()
        print_error(str(error), error.hint)
        sys.exit(error.exit_code)


def print_error(message: str, hint: str) -> None:
    """Print what happened and what to do, a line each."""
    # Values from the data may hold line ends; an error is two lines.
    for word, text in (("Error", message), ("Try", hint)):
        click.echo(f"{word}: {' '.join(text.splitlines())}", err=True)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; one that was closed at the start is None."""
    return stream is not None and stream.isatty()


@contextmanager
def show_activity(what: str) -> Iterator[None]:
    """Show on a terminal what takes its time, as long as it does."""
    if not is_terminal(sys.stderr):
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


@contextmanager
def open_current(settings: "Settings") -> Iterator["Queryable"]:
    """Open the warehouse read-only.

    Raises WarehouseError if there is none, or if its tables have another version.
    """
    from sparkify import warehouse
    from sparkify.engines import open_reader

    with closing(open_reader(settings)) as reader:
        warehouse.require_current(reader)
        yield reader


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to; at the end the file written there replaces that at `path`.

    Raises ConfigError where it cannot be written; the file is then as it was.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror or error}",
            "name a file with --out that you may write, on a disk with enough space",
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def read_settings(config: Path | None, overrides: Sequence[str]) -> "Settings":
    """Return the settings, and print their warnings on stderr. Raises ConfigError."""
    from sparkify.config import load_settings

    settings = load_settings(config, parse_overrides(overrides))
    for warning in settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    return settings


def parse_overrides(overrides: Sequence[str]) -> dict[str, str]:
    """Return the values of --set by their SECTION.KEY. Raises UsageError."""
    return dict(_parse_override(override) for override in overrides)


def _parse_override(override: str) -> tuple[str, str]:
    key, equals, value = override.partition("=")
    if not equals:
        # What was given is not repeated: it may hold a password.
        raise click.UsageError("--set needs SECTION.KEY=VALUE, and one was given without a =")
    return key, value
