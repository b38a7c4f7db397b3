"""The commands that check the warehouse, and make it right again."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import closing, configured
from sparkify.cli.tables import counted, describe_outcomes
from sparkify.errors import ConfigError

if TYPE_CHECKING:
    from sparkify.checks import CheckResult
    from sparkify.config import Settings

CHECK_FAILED = 3


@click.command()
@click.option("--all", "everything", is_flag=True, help="Check the whole warehouse.")
@click.option(
    "--junit", type=click.Path(path_type=Path), help="Write the results as a JUnit report."
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON array.")
@configured
def check(settings: "Settings", everything: bool, junit: Path | None, as_json: bool) -> None:
    """Run the checks again: of the batch that was loaded last, or of everything."""
    from sparkify.checks import count_outcomes
    from sparkify.engines import open_existing
    from sparkify.operate.checking import as_junit, check_all, check_last_batch

    with closing(open_existing(settings)) as engine:
        results = check_all(engine) if everything else check_last_batch(engine)
    counts = count_outcomes(results)
    if junit:
        _write(junit, as_junit(results))
    if as_json:
        click.echo(json.dumps([_as_record(result) for result in results], ensure_ascii=False))
    else:
        for result in results:
            click.echo(_as_line(result))
        click.echo(f"Checks: {describe_outcomes(counts)}.", err=True)
    if counts["failed"]:
        sys.exit(CHECK_FAILED)


@click.command()
@configured
def rebuild(settings: "Settings") -> None:
    """Build the star anew from what is staged."""
    from sparkify.engines import open_existing
    from sparkify.operate import repair

    with closing(open_existing(settings)) as engine:
        batches = repair.rebuild_star(engine)
    click.echo(f"The star is built anew from {counted(batches, 'batch', 'batches')}.", err=True)


@click.command()
@click.argument("run_id")
@configured
def undo(settings: "Settings", run_id: str) -> None:
    """Take what a run loaded back out; its files are pending again."""
    from sparkify.engines import open_existing
    from sparkify.operate import repair

    with closing(open_existing(settings)) as engine:
        files = repair.undo_run(engine, run_id)
    click.echo(f"Took back run {run_id}: {counted(files, 'file')} pending again.", err=True)


@click.command()
@configured
def migrate(settings: "Settings") -> None:
    """Bring the tables of a warehouse that an earlier Sparkify made to this version."""
    from sparkify import warehouse
    from sparkify.engines import open_existing
    from sparkify.sql import WAREHOUSE_VERSION

    with closing(open_existing(settings)) as engine:
        before = warehouse.migrate(engine)
    if before == WAREHOUSE_VERSION:
        click.echo("The tables are of this version already.", err=True)
    else:
        click.echo(f"Brought the tables from version {before} to {WAREHOUSE_VERSION}.", err=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}", "name a file that you may write"
        ) from error


def _as_record(result: "CheckResult") -> dict[str, object]:
    return {
        "check": result.name,
        "stage": result.stage,
        "severity": result.severity,
        "outcome": result.outcome,
        "offending": len(result.offending),
        "account": result.account,
    }


def _as_line(result: "CheckResult") -> str:
    outcome = "FAILED" if result.outcome == "failed" else result.outcome
    about = result.account if result.offending else result.statement.grain
    return f"{outcome:<6}  {result.name}: {' '.join(about.splitlines())}"
