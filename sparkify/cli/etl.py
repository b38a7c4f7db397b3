"""The `etl` command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import click

from sparkify.cli.cluster_power import cluster_power
from sparkify.cli.command import (
    NEEDS_A_PERSON,
    FailOn,
    configured,
    fail_on_option,
    json_option,
)
from sparkify.cli.selection import log_choice_options
from sparkify.cli.tables import (
    describe_empty_files,
    describe_passed_over,
    describe_rejected_files,
    describe_row_changes,
    describe_touched,
)
from sparkify.cli.terminal import echo, is_quiet, to_json, warnings_passed_to
from sparkify.errors import SparkifyError
from sparkify.sizes import counted, readable_size

if TYPE_CHECKING:
    from sparkify.cli.log import CommandReporter
    from sparkify.config import Settings
    from sparkify.pipeline import Run
    from sparkify.sources.selection import LogChoice


@click.command("etl")
@json_option
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait this long for another run to finish.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Messages on stderr as text or JSON lines.",
)
@fail_on_option
@log_choice_options
@click.option("--resume", is_flag=True, help="Resume the cluster first, if it is paused.")
@click.option("--pause", is_flag=True, help="Pause the cluster at the end, in any case.")
@configured
def etl_command(  # noqa: PLR0913, PLR0917 - one for each option
    settings: "Settings",
    as_json: bool,
    wait: float | None,
    log_format: str,
    fail_on: FailOn,
    choice: "LogChoice",
    resume: bool,
    pause: bool,
) -> None:
    """Load new files incrementally; each batch is atomic.

    With --from, --to (by the date in a file's path) or --select only some log files, and all songs.
    Exit code 3 if a check fails and its batch is rolled back; with --fail-on warn also if a check
    warns or a record is rejected, and then all is loaded.
    """
    from sparkify import commands

    with _open_log(log_format) as reporter:
        run = commands.load(
            settings,
            choice=choice,
            wait=wait,
            fail_on=fail_on,
            reporter=reporter,
            on_end=partial(_report_run, settings, reporter, as_json),
            within=cluster_power(settings, reporter, resume=resume, pause=pause),
        )
    if run.needs_person(fail_on):
        sys.exit(NEEDS_A_PERSON)


def _report_run(
    settings: "Settings", reporter: "CommandReporter", as_json: bool, run: "Run"
) -> None:
    """Report the warnings of a run, and print its result."""
    for warning in run.warnings:
        reporter.warn(warning)
    for text in describe_passed_over(run.passed_over, run.left_out):
        reporter.warn(text)
    for text in describe_empty_files(run.empty_files, settings):
        reporter.warn(text)
    if run.rejected:
        reporter.warn(
            f"{run.rejected:,} of {run.records:,} records were rejected (see: sparkify quarantine)"
        )
    if run.suppressed:
        users = "records of forgotten users were left out"
        reporter.warn(f"{run.suppressed:,} of {run.records:,} {users}")
    for text in describe_rejected_files(run.rejected_files):
        reporter.warn(text)
    reporter.ended(run)
    if as_json:
        echo(to_json(asdict(run)))
    elif not is_quiet():
        echo(_run_summary(run))


def _run_summary(run: "Run") -> str:
    from sparkify.checks import describe_outcomes

    touched = describe_touched(run.touched)
    rejected = (
        [f"Rejected {counted(len(run.rejected_files), 'file')}."] if run.rejected_files else []
    )
    if not run.files:
        return "\n".join([*(rejected or ["Nothing new to load."]), *touched])
    seconds = run.seconds["list"] + run.seconds["all"]
    done = (
        f"Loaded {counted(run.files, 'file')} ({readable_size(run.bytes)}) in "
        f"{counted(run.batches, 'batch', 'batches')}, {seconds:.1f} s; "
        f"checks: {describe_outcomes(run.checks)}."
    )
    if run.changed:
        done += f" {counted(run.changed, 'earlier record')} corrected."
    return "\n".join([done, *rejected, *touched, *describe_row_changes(run.row_changes)])


@contextmanager
def _open_log(log_format: str) -> Iterator["CommandReporter"]:
    """Open what reports the run: JSON lines, a bar on a terminal, or warnings only in a pipe."""
    from sparkify.cli.log import JsonLog, open_reporter

    if log_format == "json":
        log = JsonLog(sys.stderr)
        try:
            with warnings_passed_to(lambda warning: log.warn(f"{warning}; {warning.hint}")):
                yield log
        except SparkifyError as error:
            log.failed(error)
            sys.exit(error.exit_code)
    else:
        with open_reporter() as reporter:
            yield reporter
