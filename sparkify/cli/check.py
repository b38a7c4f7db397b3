"""The `check` command."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import (
    NEEDS_A_PERSON,
    FailOn,
    configured,
    fail_on_option,
    json_option,
    output_file,
)
from sparkify.cli.terminal import echo, print_marked, print_note, to_json

if TYPE_CHECKING:
    from sparkify.checks import CheckResult
    from sparkify.config import Settings


@click.command("check")
@click.option(
    "--all", "everything", is_flag=True, help="Check everything, not only the last batch."
)
@click.option("--junit", type=click.Path(path_type=Path), help="Also write a JUnit report.")
@fail_on_option
@json_option
@configured
def check_command(
    settings: "Settings", everything: bool, junit: Path | None, fail_on: FailOn, as_json: bool
) -> None:
    """Run the data quality checks.

    Exit code 3 if a check fails; with --fail-on warn also if one warns.
    """
    from sparkify.checks import count_outcomes, describe_outcomes
    from sparkify.engines import open_existing
    from sparkify.operate.checking import as_junit, check_all, check_last_batch

    with closing(open_existing(settings)) as engine:
        results = (check_all if everything else check_last_batch)(engine, settings)
    counts = count_outcomes(result.outcome for result in results)
    if junit:
        _write_report(junit, as_junit(results))
    if as_json:
        echo(to_json([_check_record(each) for each in results]))
    else:
        for result in results:
            _print_result(result)
        print_note(f"Checks: {describe_outcomes(counts)}.")
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
    }


def _print_result(result: "CheckResult") -> None:
    outcome = "FAILED" if result.outcome == "failed" else result.outcome
    found = f"{result.name}, {result.finding_count}" if result.offending else result.name
    print_marked(f"{outcome:<6}  ", f"{found}: {result.check.statement.grain}", 8)
    for line in result.account.splitlines()[1:]:
        print_marked(f"{'':<10}", line.strip(), 12)
