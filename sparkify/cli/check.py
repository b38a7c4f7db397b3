"""The `check` command."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import (
    NEEDS_A_PERSON,
    FailOn,
    configured_to_read,
    fail_on_option,
    list_option,
    output_file,
    show_activity,
)
from sparkify.cli.formats import write_records
from sparkify.cli.tables import print_table
from sparkify.cli.terminal import echo, print_marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkify.checks import CheckResult
    from sparkify.config import Settings

WORST_FIRST = ("failed", "warned", "passed")
CHECK_COLUMNS = ("check", "stage", "severity", "outcome", "offending", "account", "checked")


@click.command("check")
@click.option(
    "--all", "everything", is_flag=True, help="Check everything, not only the last batch."
)
@click.option("--junit", type=click.Path(path_type=Path), help="Also write a JUnit report.")
@fail_on_option
@list_option
@configured_to_read
def check_command(
    settings: "Settings", everything: bool, junit: Path | None, fail_on: FailOn, form: str
) -> None:
    """Run the data quality checks.

    Exit code 3 if a check fails; with --fail-on warn also if one warns.
    """
    from sparkify import commands
    from sparkify.checks import count_outcomes, describe_outcomes
    from sparkify.operate.checking import as_junit

    with show_activity("checking the rows"):
        results = commands.check(settings, everything=everything)
    counts = count_outcomes(result.outcome for result in results)
    if junit:
        _write_report(junit, as_junit(results))
    results.sort(key=lambda result: WORST_FIRST.index(result.outcome))
    if form == "table":
        _print_results(results)
        echo(f"Checks: {describe_outcomes(counts)}.")
    else:
        write_records(CHECK_COLUMNS, map(_check_record, results), form)
    if counts["failed"] or (fail_on == "warn" and counts["warned"]):
        sys.exit(NEEDS_A_PERSON)


def _write_report(path: Path, text: str) -> None:
    with output_file(path) as file:
        file.write_text(text, encoding="utf-8")


def _check_record(result: "CheckResult") -> dict[str, object]:
    return {
        "check": result.name,
        "stage": result.stage,
        "severity": result.severity,
        "outcome": result.outcome,
        "offending": len(result.offending),
        "account": result.account,
        "checked": result.check.statement.grain,
    }


def _print_results(results: "Sequence[CheckResult]") -> None:
    rows = [
        (
            result.outcome,
            result.name,
            result.finding_count if result.offending else "",
            result.check.statement.grain,
        )
        for result in results
    ]
    print_table("", ("outcome", "check", "found", "what is checked"), rows)
    for result in results:
        if result.outcome != "passed":
            echo(f"{result.outcome}: {result.name}")
            for line in result.account.splitlines()[1:]:
                print_marked("  ", line.strip(), 2)
            echo()
