"""Shared by all commands: options, settings, errors in two lines, files, and who is at a stream."""

import functools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from sparkify import __version__
from sparkify.cli.terminal import (
    Speech,
    Verbosity,
    echo,
    print_detail,
    print_error,
    print_traceback,
    shows_progress,
)
from sparkify.errors import ConfigError, SparkifyError

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import Queryable

Command = Callable[..., None]

# Of a command that lists something, and of any other.
LIST_FORMATS = ("table", "csv", "json", "ndjson", "markdown", "parquet")
OBJECT_FORMATS = ("table", "json")

# The exit code where something needs a person: rows fail a check that blocks, or data disagrees.
NEEDS_A_PERSON = 3
FailOn = Literal["block", "warn"]

fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(get_args(FailOn)),
    default="block",
    show_default=True,
    help="With warn, exit code 3 also for a warning.",
)
wait_option = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait this long for a load; default: 10.",
)


def format_options(*forms: str) -> Callable[[Command], Command]:
    """Return what adds --format to a command, the first form its default, and --json for short."""
    by_name = click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help="Output format.",
    )
    as_json = click.option("--json", "form", flag_value="json", help="Short for --format json.")
    return lambda command: by_name(as_json(command))


def list_option(command: Command) -> Command:
    """Add --format with all formats to a command that lists something, and pass it as `form`."""
    return format_options(*LIST_FORMATS)(command)


def require_no_list(form: str, what: str) -> None:
    """Raise UsageError if the format is one of lists, which `what` is not."""
    if form not in OBJECT_FORMATS:
        raise click.UsageError(f"{what} are no list: not as {form}, but as JSON")


def json_option(command: Command) -> Command:
    """Add --format, table or json, and --json to a command, and pass them as `as_json`."""

    @functools.wraps(command)
    def with_json(*arguments: Any, form: str, **others: Any) -> None:
        command(*arguments, as_json=form == "json", **others)

    return format_options(*OBJECT_FORMATS)(with_json)


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


def configured_to_read(command: Command) -> Command:
    """As `configured`, for a command that only reads; --wait limits its wait for another one."""

    @wait_option
    @functools.wraps(command)
    def with_wait(settings: "Settings", wait: float | None, **arguments: Any) -> None:
        command(waiting_so_long(settings, wait), **arguments)

    return configured(with_wait)


def waiting_so_long(settings: "Settings", wait: float | None) -> "Settings":
    """Return the settings with the value of --wait, if there is one."""
    return settings if wait is None else replace(settings, read_wait=wait)


def settings_options(command: Command) -> Command:
    """Add the options about settings to a command: `config`, `overrides` and `debug`.

    And those about its output. All can be given before the command, too.
    """
    for option in reversed(SETTINGS_OPTIONS):
        command = option(command)
    return output_options(command)


def output_options(command: Command) -> Command:
    """Add the options that say how much a command says."""
    for option in reversed(OUTPUT_OPTIONS):
        command = option(command)
    return command


def _or_given_before(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """Return the value of an option that is given to the command or before it; of many, all."""
    before = context.parent.params.get(option.name or "") if context.parent else None
    return (*(before or ()), *value) if isinstance(value, tuple) else value or before


def _say(_: click.Context, option: click.Parameter, is_given: bool) -> None:
    if is_given:
        Speech.verbosity = Verbosity(option.name)


debug_option = click.option(
    "--debug",
    is_flag=True,
    callback=_or_given_before,
    help="Show the traceback of an error.",
)
SETTINGS_OPTIONS = (
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        callback=_or_given_before,
        help="Settings file; default: ./dwh.cfg.",
    ),
    click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="SECTION.KEY=VALUE",
        callback=_or_given_before,
        help="Override a setting; can be repeated.",
    ),
    debug_option,
)
OUTPUT_OPTIONS = (
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_say,
        help="Also show settings, warehouse and time taken.",
    ),
    click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_say,
        help="Show only data, warnings and errors.",
    ),
)


@contextmanager
def report_errors(*, debug: bool) -> Iterator[None]:
    """Report an error in two lines on stderr and by its exit code; `debug` adds the traceback."""
    try:
        yield
    except SparkifyError as error:
        if debug:
            print_traceback()
        print_error(str(error), error.hint, error.excerpt)
        sys.exit(error.exit_code)


@contextmanager
def show_activity(what: str) -> Iterator[None]:
    """Show on a terminal what takes its time, as long as it does."""
    if not shows_progress():
        yield
        return
    from sparkify.cli.console import SafeConsole

    with SafeConsole(stderr=True).status(what):
        yield


def open_current(settings: "Settings") -> "AbstractContextManager[Queryable]":
    """Open the warehouse read-only, for a command that asks what no function answers.

    Raises WarehouseError if there is none, or if its tables have another version.
    """
    from sparkify import commands

    return commands.reading_current(settings)


@contextmanager
def output_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to; at the end the file written there replaces that at `path`.

    Raises ConfigError where it cannot be written; the file is then as it was.
    """
    from sparkify.unfinished import atomic_file

    try:
        with atomic_file(path) as unfinished:
            yield unfinished
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror or error}",
            "name a file that you may write, on a disk with enough space",
        ) from error


@contextmanager
def private_files() -> Iterator[None]:
    """Let all files that are made inside be their owner's alone, until the settings say else."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def read_settings(config: Path | None, overrides: Sequence[str]) -> "Settings":
    """Return the settings, and print their warnings on stderr. Raises ConfigError."""
    from sparkify.config import load_settings
    from sparkify.unfinished import sweep

    settings = load_settings(config, parse_overrides(overrides))
    # In force until the command ends, for DuckDB's files too.
    os.umask(settings.umask)
    sweep(Path(tempfile.gettempdir()))
    for warning in settings.warnings:
        echo(f"Warning: {warning}", err=True)
    _print_settings(settings)
    return settings


def _print_settings(settings: "Settings") -> None:
    file = settings.file if settings.file.exists() else "none"
    print_detail(f"sparkify {__version__}, settings file: {file}")
    print_detail(f"engine: {settings.engine}, database: {settings.db_name}")


def parse_overrides(overrides: Sequence[str]) -> dict[str, str]:
    """Return the values of --set by their SECTION.KEY. Raises UsageError."""
    return dict(_parse_override(override) for override in overrides)


def _parse_override(override: str) -> tuple[str, str]:
    key, equals, value = override.partition("=")
    if not equals:
        # What was given is not repeated: it may hold a password.
        raise click.UsageError("--set needs SECTION.KEY=VALUE, and one was given without a =")
    return key, value
