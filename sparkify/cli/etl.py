"""The `etl` command."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sparkify.cli.cluster_power import cluster_power
from sparkify.cli.command import NEEDS_A_PERSON, configured, is_terminal, json_option
from sparkify.cli.tables import (
    counted,
    describe_outcomes,
    describe_passed_over,
    describe_rejected_files,
)
from sparkify.errors import SparkifyError, WarehouseBusy
from sparkify.sizes import readable_size

if TYPE_CHECKING:
    from sparkify.cli.log import CommandReporter
    from sparkify.config import Settings
    from sparkify.engines.base import Engine
    from sparkify.pipeline import Run

RETRY_OPEN_SECONDS = 0.5


@click.command("etl")
@json_option
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="Wait this long for another process to finish.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Messages on stderr as text or JSON lines.",
)
@click.option("--resume", is_flag=True, help="Resume the cluster first, if it is paused.")
@click.option("--pause", is_flag=True, help="Pause the cluster at the end, in any case.")
@configured
def etl_command(  # noqa: PLR0913, PLR0917 - one for each option
    settings: "Settings", as_json: bool, wait: float, log_format: str, resume: bool, pause: bool
) -> None:
    """Load new files incrementally; each batch is atomic."""
    with (
        _open_reporter(log_format) as reporter,
        cluster_power(settings, reporter, resume=resume, pause=pause),
    ):
        run = _load(settings, reporter, as_json, wait)
    if run.rejected_files:
        sys.exit(NEEDS_A_PERSON)


def _load(settings: "Settings", reporter: "CommandReporter", as_json: bool, wait: float) -> "Run":
    from sparkify import pipeline
    from sparkify.serve.overview import rows_by_table

    with closing(_open_when_free(settings, wait, reporter)) as engine:
        _warn_without_scanner(settings, engine, reporter)
        run = pipeline.load_pending(engine, settings, reporter)
        rows = rows_by_table(engine) if run.files or as_json else {}
        for warning in run.warnings:
            reporter.warn(warning)
        for text in describe_passed_over(run.passed_over, run.left_out):
            reporter.warn(text)
        if run.rejected:
            reporter.warn(
                f"{run.rejected:,} of {run.records:,} records were rejected "
                "(see: sparkify quarantine)"
            )
    for text in describe_rejected_files(run.rejected_files):
        reporter.warn(text)
    reporter.ended(run)
    click.echo(json.dumps(asdict(run) | {"rows": rows}) if as_json else _run_summary(run, rows))
    return run


def _warn_without_scanner(
    settings: "Settings", engine: "Engine", reporter: "CommandReporter"
) -> None:
    """Warn before the first load into a warehouse that it takes longer than it has to."""
    from sparkify import pipeline
    from sparkify.engines import backend_of
    from sparkify.records.native import library_fix, library_state
    from sparkify.records.native_scanner import SOURCE

    fix = library_fix(SOURCE)
    # A warehouse in the cloud reads the files itself.
    if fix and not backend_of(settings).is_in_cloud and not pipeline.holds_data(engine):
        reporter.warn(
            f"the native scanner {library_state(SOURCE).value}, so Python reads the records, "
            f"right but slower; to have it, {fix}"
        )


def _open_when_free(settings: "Settings", seconds: float, reporter: "CommandReporter") -> "Engine":
    """Open the warehouse, and wait so many seconds while another process has it."""
    from sparkify.engines import open_existing

    give_up, warned = time.monotonic() + seconds, False
    while True:
        try:
            return open_existing(settings)
        except WarehouseBusy as busy:
            if time.monotonic() >= give_up:
                raise
            if not warned:
                reporter.warn(f"{busy}; waiting up to {seconds:g} s")
                warned = True
            time.sleep(RETRY_OPEN_SECONDS)


def _run_summary(run: "Run", rows: Mapping[str, int]) -> str:
    rejected = f"Rejected {counted(len(run.rejected_files), 'file')}."
    if not run.files:
        return rejected if run.rejected_files else "Nothing new to load."
    seconds = run.seconds["list"] + run.seconds["all"]
    done = (
        f"Loaded {counted(run.files, 'file')} ({readable_size(run.bytes)}) in "
        f"{counted(run.batches, 'batch', 'batches')}, {seconds:.1f} s; "
        f"checks: {describe_outcomes(run.checks)}."
    )
    if run.rejected_files:
        done = f"{done}\n{rejected}"
    return "\n".join([done, *(f"{name:>16} {count:>12,}" for name, count in rows.items())])


@contextmanager
def _open_reporter(log_format: str) -> Iterator["CommandReporter"]:
    """Open what reports the run: JSON lines, a bar on a terminal, or warnings only in a pipe."""
    from sparkify.cli.log import JsonLog, TextLog

    if log_format == "json":
        log = JsonLog(sys.stderr)
        try:
            yield log
        except SparkifyError as error:
            log.failed(error)
            sys.exit(error.exit_code)
    elif is_terminal(sys.stderr):
        from sparkify.cli.progress import RunBar

        with RunBar() as bar:
            yield bar
    else:
        yield TextLog()
