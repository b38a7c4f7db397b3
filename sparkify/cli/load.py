"""The commands that make the warehouse: create-tables and etl."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import closing, configured, is_terminal
from sparkify.cli.running import running
from sparkify.cli.tables import counted, describe_outcomes, megabytes
from sparkify.errors import SparkifyError, WarehouseBusy

if TYPE_CHECKING:
    from sparkify.cli.log import CommandReporter
    from sparkify.config import Settings
    from sparkify.engines.base import Engine
    from sparkify.pipeline import Run

PAUSE = 0.5  # seconds between looks at whether the warehouse is free


@click.command("create-tables")
@click.option("--yes", is_flag=True, help="Do not ask before data is dropped.")
@configured
def create_tables(settings: "Settings", yes: bool) -> None:
    """Drop all tables, the ledger included, and make them anew, empty."""
    from sparkify import pipeline
    from sparkify.engines import open_engine

    with closing(open_engine(settings)) as engine:
        if is_terminal(sys.stdin) and not yes and pipeline.holds_data(engine):
            click.confirm("The warehouse holds data. Drop it all?", abort=True, err=True)
        pipeline.create_tables(engine)
    click.echo("The tables are made anew; the warehouse is empty.", err=True)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the run as one JSON object.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="How long to wait for another process that has the warehouse.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell on stderr what is done: to a person, or a JSON object a line.",
)
@click.option("--resume", is_flag=True, help="Resume the cluster first, if it is paused.")
@click.option("--pause", is_flag=True, help="Pause the cluster at the end, whatever happens.")
@configured
def etl(  # noqa: PLR0913, PLR0917 - one for each option
    settings: "Settings", as_json: bool, wait: float, log_format: str, resume: bool, pause: bool
) -> None:
    """Load every file that is not loaded yet: all of a batch, or none of it."""
    with (
        _reporter(log_format) as reporter,
        running(settings, reporter, resume=resume, pause=pause),
    ):
        _load(settings, reporter, as_json, wait)


def _load(settings: "Settings", reporter: "CommandReporter", as_json: bool, wait: float) -> None:
    from sparkify import pipeline
    from sparkify.serve.overview import rows_by_table

    with closing(_open_once_free(settings, wait, reporter)) as engine:
        run = pipeline.load_pending(engine, settings, reporter)
        rows = rows_by_table(engine) if run.files or as_json else {}
        for warning in run.warnings:
            reporter.warn(warning)
        if run.rejected:
            reporter.warn(
                f"{run.rejected:,} of {run.records:,} records were rejected "
                "(see: sparkify quarantine)"
            )
    reporter.ended(run)
    click.echo(json.dumps(asdict(run) | {"rows": rows}) if as_json else _account(run, rows))


def _open_once_free(settings: "Settings", seconds: float, reporter: "CommandReporter") -> "Engine":
    """Open the warehouse, if need be when the process that has it is done."""
    from sparkify.engines import open_existing

    give_up, told = time.monotonic() + seconds, False
    while True:
        try:
            return open_existing(settings)
        except WarehouseBusy as busy:
            if time.monotonic() >= give_up:
                raise
            if not told:
                reporter.warn(f"{busy}; waiting for it up to {seconds:g} s")
                told = True
            time.sleep(PAUSE)


def _account(run: "Run", rows: Mapping[str, int]) -> str:
    if not run.files:
        return "Nothing new to load."
    seconds = run.seconds["list"] + run.seconds["all"]
    done = (
        f"Loaded {counted(run.files, 'file')} ({megabytes(run.bytes)}) in "
        f"{counted(run.batches, 'batch', 'batches')}, {seconds:.1f} s; "
        f"checks: {describe_outcomes(run.checks)}."
    )
    return "\n".join([done, *(f"{name:>16} {count:>12,}" for name, count in rows.items())])


@contextmanager
def _reporter(log_format: str) -> Iterator["CommandReporter"]:
    """What tells how far a run is: JSON lines, a bar on a terminal, or nothing in a pipe."""
    from sparkify.cli.log import JsonLog, TextLog

    if log_format == "json":
        log = JsonLog(sys.stderr)
        try:
            yield log
        except SparkifyError as error:
            log.failed(error)
            sys.exit(error.exit_code)
    elif is_terminal(sys.stderr):
        from sparkify.cli.progress import Bar

        with Bar() as bar:
            yield bar
    else:
        yield TextLog()
