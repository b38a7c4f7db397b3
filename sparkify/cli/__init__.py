"""Arguments in, exit code out. Data goes to stdout, progress and messages to stderr.

Everything but click is imported by the command that needs it, so that `--help` answers at once.
"""

import functools
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from sparkify.errors import SparkifyError

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines import Engine, Result
    from sparkify.pipeline import Observer, Run

Command = Callable[..., None]

BAR_WIDTH = 20


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sparkify", message="sparkify %(version)s")
def app() -> None:
    """Turn Sparkify's JSON logs and song metadata into a star schema.

    \b
    sparkify generate                make sample data in ./data
    sparkify create-tables           make the warehouse anew, empty
    sparkify etl                     load what is new
    sparkify overview                see what is in it
    """  # noqa: D301 - click takes the real backspace for "leave these lines alone"


def _configured(command: Command) -> Command:
    """Give a command the settings, and turn its errors into two lines and an exit code."""

    @click.option(
        "--config", type=click.Path(path_type=Path), help="Settings file, else ./dwh.cfg."
    )
    @click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="SECTION.KEY=VALUE",
        help="Override one setting, for instance --set S3.LOG_DATA=logs.",
    )
    @click.option("--debug", is_flag=True, help="Show the traceback of an error.")
    @functools.wraps(command)
    def configured(
        config: Path | None, overrides: tuple[str, ...], debug: bool, **arguments: Any
    ) -> None:
        with _reported(debug=debug):
            command(_settings(config, overrides), **arguments)

    return configured


@contextmanager
def _reported(*, debug: bool) -> Iterator[None]:
    try:
        yield
    except SparkifyError as error:
        if debug:
            traceback.print_exc()
        _complain(str(error), error.hint)
        sys.exit(error.exit_code)


def _complain(message: str, hint: str) -> None:
    # Values from the data may hold line ends; an error is two lines.
    for word, text in (("Error", message), ("Try", hint)):
        click.echo(f"{word}: {' '.join(text.splitlines())}", err=True)


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is at it; a stream that was closed before we started is None."""
    return stream is not None and stream.isatty()


def _settings(config: Path | None, overrides: Sequence[str]) -> "Settings":
    from sparkify.config import load_settings

    pairs = dict(_pair(override) for override in overrides)
    settings = load_settings(config, pairs)
    for warning in settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    return settings


def _pair(override: str) -> tuple[str, str]:
    key, equals, value = override.partition("=")
    if not equals:
        # What was given is not repeated: it may hold a password.
        raise click.UsageError("--set takes SECTION.KEY=VALUE, and one was given without a =")
    return key, value


@contextmanager
def _closing(engine: "Engine") -> Iterator["Engine"]:
    try:
        yield engine
    finally:
        engine.close()


@app.command("create-tables")
@click.option("--yes", is_flag=True, help="Do not ask before data is dropped.")
@_configured
def create_tables(settings: "Settings", yes: bool) -> None:
    """Drop all tables, the ledger included, and make them anew, empty."""
    from sparkify import pipeline
    from sparkify.engines import open_engine

    with _closing(open_engine(settings)) as engine:
        if _is_terminal(sys.stdin) and not yes and pipeline.holds_data(engine):
            click.confirm("The warehouse holds data. Drop it all?", abort=True, err=True)
        pipeline.create_tables(engine)
    click.echo("The tables are made anew; the warehouse is empty.", err=True)


@app.command()
@click.option("--json", "as_json", is_flag=True, help="Print the run as one JSON object.")
@_configured
def etl(settings: "Settings", as_json: bool) -> None:
    """Load every file that is not loaded yet: all of a batch, or none of it."""
    from sparkify import pipeline
    from sparkify.engines import open_existing
    from sparkify.serve.overview import rows_by_table

    with _closing(open_existing(settings)) as engine:
        with _progress() as observer:
            run = pipeline.load_pending(engine, settings, observer)
        rows = rows_by_table(engine)
    click.echo(json.dumps(asdict(run) | {"rows": rows}) if as_json else _account(run, rows))


@app.command()
@click.option("--json", "as_json", is_flag=True, help="Print the answers as one JSON object.")
@_configured
def overview(settings: "Settings", as_json: bool) -> None:
    """Show what is in the warehouse, and the answers to three first questions."""
    from sparkify.engines import Result, open_existing
    from sparkify.serve.overview import answers, rows_by_table

    with _closing(open_existing(settings)) as engine:
        rows = rows_by_table(engine)
        found = answers(engine)
    if as_json:
        listed = {question: _records(result) for question, result in found.items()}
        click.echo(json.dumps({"rows": rows, "answers": listed}, ensure_ascii=False))
        return
    _print_table("In the warehouse", Result(("table", "rows"), list(rows.items())))
    for question, result in found.items():
        _print_table(question, result)


@app.command()
@click.option("--users", type=int, help="How many people use the app.")
@click.option("--songs", type=int, help="How many songs the catalogue has.")
@click.option("--artists", type=int, help="How many artists made them.")
@click.option("--days", type=int, help="How many days of logs.")
@click.option("--events", type=int, help="How many events in all.")
@click.option("--seed", type=int, help="Another seed, other data; the same, the same bytes.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("data"),
    show_default=True,
    help="The folder to write to.",
)
def generate(out: Path, **sizes: int | None) -> None:
    """Make data like the real data: logs, songs and the JSONPaths file."""
    from sparkify.generate import Recipe
    from sparkify.generate import generate as write

    with _reported(debug=False):
        recipe = Recipe(**{name: size for name, size in sizes.items() if size is not None})
        made = write(out, recipe)
    click.echo(
        f"Wrote {made.events:,} events and {made.songs:,} songs in {made.files:,} files to {out}.",
        err=True,
    )


def _account(run: "Run", rows: Mapping[str, int]) -> str:
    if not run.files:
        return "Nothing new to load."
    size, seconds = run.bytes / 1e6, run.seconds["list"] + run.seconds["all"]
    done = (
        f"Loaded {run.files:,} files ({size:,.1f} MB) in {run.batches} batch"
        f"{'es' if run.batches > 1 else ''}, {seconds:.1f} s; {run.checks} checks passed."
    )
    return "\n".join([done, *(f"{name:>16} {count:>12,}" for name, count in rows.items())])


def _records(result: "Result") -> list[dict[str, Any]]:
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _print_table(title: str, result: "Result") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    most = max((row[-1] for row in result.rows), default=0)
    table = Table(box=box.SIMPLE_HEAD)
    for place, name in enumerate(result.columns):
        number = any(isinstance(row[place], int) for row in result.rows)
        table.add_column(name.replace("_", " "), justify="right" if number else "left")
    table.add_column("")
    for row in result.rows:
        cells = [
            Text(f"{value:,}" if isinstance(value, int) else str(value or "")) for value in row
        ]
        table.add_row(*cells, "█" * round(BAR_WIDTH * row[-1] / most if most else 0))
    console = Console()
    console.print(Text(title, style="bold"))
    console.print(table)


@contextmanager
def _progress() -> Iterator["Observer"]:
    """A bar over the pending bytes on a terminal; silence in a pipe."""
    from sparkify.pipeline import Silence

    if not _is_terminal(sys.stderr):
        yield Silence()
        return
    from sparkify.cli.progress import Bar

    with Bar() as bar:
        yield bar


def _stop_writing(error: OSError) -> None:
    """End when stdout cannot be written: in silence if its reader went away."""
    # What is left in the buffer must not be tried again when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        _complain(
            f"the output cannot be written: {error.strerror}", "make room, or write elsewhere"
        )
    sys.exit(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; `arguments` without the program's name."""
    try:
        app.main(arguments, prog_name="sparkify", standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except click.Abort:
        _complain("stopped", "run it again when you are ready; what was begun was taken back")
        sys.exit(1)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "sparkify"
        _complain(error.format_message(), f"{command} --help")
        sys.exit(error.exit_code)
    except OSError as error:
        _stop_writing(error)
    except KeyboardInterrupt:
        _complain("interrupted", "run it again; the batch that was begun was taken back")
        sys.exit(130)
