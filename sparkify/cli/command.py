"""What all commands share: settings, an engine that is closed, errors as two lines."""

import functools
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from sparkify.errors import ConfigError, SparkifyError

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import Queryable

Command = Callable[..., None]
Open = TypeVar("Open", bound="Queryable")


def configured(command: Command) -> Command:
    """Give a command the settings, and turn its errors into two lines and an exit code."""

    @configurable
    @functools.wraps(command)
    def with_settings(
        config: Path | None, overrides: tuple[str, ...], debug: bool, **arguments: Any
    ) -> None:
        with reported(debug=debug):
            command(read_settings(config, overrides), **arguments)

    return with_settings


def configurable(command: Command) -> Command:
    """Give a command the options about settings: `config`, `overrides` and `debug`."""
    for option in reversed(SETTINGS_OPTIONS):
        command = option(command)
    return command


SETTINGS_OPTIONS = (
    click.option(
        "--config", type=click.Path(path_type=Path), help="Settings file, else ./dwh.cfg."
    ),
    click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="SECTION.KEY=VALUE",
        help="Override one setting, for instance --set S3.LOG_DATA=logs.",
    ),
    click.option("--debug", is_flag=True, help="Show the traceback of an error."),
)


@contextmanager
def reported(*, debug: bool) -> Iterator[None]:
    """Turn our errors into two lines on stderr and their exit code; `debug` adds the traceback."""
    try:
        yield
    except SparkifyError as error:
        if debug:
            traceback.print_exc()
        complain(str(error), error.hint)
        sys.exit(error.exit_code)


def complain(message: str, hint: str) -> None:
    """Say what happened and what to do, a line each."""
    # Values from the data may hold line ends; an error is two lines.
    for word, text in (("Error", message), ("Try", hint)):
        click.echo(f"{word}: {' '.join(text.splitlines())}", err=True)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is at it; a stream that was closed before we started is None."""
    return stream is not None and stream.isatty()


@contextmanager
def closing(engine: Open) -> Iterator[Open]:
    """Give the engine, and leave it whatever happens."""
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def reading(settings: "Settings") -> Iterator["Queryable"]:
    """Give the warehouse to be asked only, and leave it whatever happens.

    Raises WarehouseError if it is not there, or not of this version.
    """
    from sparkify import warehouse
    from sparkify.engines import open_reader

    with closing(open_reader(settings)) as reader:
        warehouse.require_current(reader)
        yield reader


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of this one once all is written.

    Raises ConfigError where it cannot be written; the file is then as it was.
    """
    begun = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield begun
        begun.replace(path)
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror or error}",
            "name a file with --out that you may write, on a disk with room for it",
        ) from error
    finally:
        with suppress(OSError):
            begun.unlink(missing_ok=True)


def read_settings(config: Path | None, overrides: Sequence[str]) -> "Settings":
    """The settings, with what is doubtful about them said on stderr. Raises ConfigError."""
    from sparkify.config import load_settings

    settings = load_settings(config, override_pairs(overrides))
    for warning in settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    return settings


def override_pairs(overrides: Sequence[str]) -> dict[str, str]:
    """The values of --set by their SECTION.KEY. Raises UsageError."""
    return dict(_pair(override) for override in overrides)


def _pair(override: str) -> tuple[str, str]:
    key, equals, value = override.partition("=")
    if not equals:
        # What was given is not repeated: it may hold a password.
        raise click.UsageError("--set takes SECTION.KEY=VALUE, and one was given without a =")
    return key, value
