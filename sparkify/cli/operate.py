"""The commands that show what is and what will be: plan, status, runs, reconcile."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, get_args

import click

from sparkify.cli.command import configured, reading
from sparkify.cli.tables import (
    at_work,
    counted,
    describe_outcomes,
    megabytes,
    one_line_of_json,
    print_table,
    say_rest,
    shown,
)
from sparkify.config import EngineName

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.history import PastRun, RunDetails
    from sparkify.operate.plan import LoadPlan
    from sparkify.operate.reconcile import Difference
    from sparkify.operate.status import PendingFiles, WarehouseStatus

SHOWN = 20
as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object instead."
)


@click.command()
@click.option("--sql", "as_sql", is_flag=True, help="Print the statements that a load would run.")
@click.option(
    "--engine",
    "engine",
    type=click.Choice(get_args(EngineName)),
    help="SQL dialect; else that of the settings.",
)
@as_json_option
@configured
def plan(settings: "Settings", as_sql: bool, engine: str | None, as_json: bool) -> None:
    """Show what a load would do now: files, bytes, batches, statements. Nothing is touched."""
    from sparkify.engines import ENGINES
    from sparkify.operate.plan import plan_load

    engine = engine or settings.engine
    with at_work("listing the source"):
        made = plan_load(settings, ENGINES[engine]())
    if not made.has_tables:
        click.echo("There are no tables yet; before a load run: sparkify create-tables", err=True)
    if as_json:
        click.echo(one_line_of_json(_plan_record(made, engine)))
    elif as_sql:
        for step in made.steps:
            click.echo(f"-- {step.name}\n{step.text.rstrip()};\n")
    else:
        _print_plan(made)


def _plan_record(made: "LoadPlan", engine: str) -> dict[str, Any]:
    return {
        "files": len(made.files),
        "bytes": sum(file.bytes for file in made.files),
        "engine": engine,
        "batches": [
            {"bytes": sum(file.bytes for file in batch), "files": [asdict(file) for file in batch]}
            for batch in made.batches
        ],
        "statements": [{"name": step.name, "text": step.text} for step in made.steps],
    }


def _print_plan(made: "LoadPlan") -> None:
    if not made.files:
        click.echo("Nothing new to load.")
        return
    rows = []
    for number, batch in enumerate(made.batches, 1):
        sizes: dict[str, list[int]] = {}
        for file in batch:
            sizes.setdefault(file.table, []).append(file.bytes)
        rows += [(number, table, len(each), megabytes(sum(each))) for table, each in sizes.items()]
    print_table("To be loaded", ("batch", "table", "files", "size"), rows)
    files = [(file.uri, megabytes(file.bytes)) for file in made.files[:SHOWN]]
    print_table("Pending files", ("file", "size"), files)
    size = megabytes(sum(file.bytes for file in made.files))
    click.echo(
        f"A load would take {counted(len(made.files), 'file')} ({size}) in "
        f"{counted(len(made.batches), 'batch', 'batches')}, "
        f"by {len(made.steps):,} statements (--sql prints them)."
    )
    say_rest(len(files), len(made.files), "--json has all")


@click.command()
@click.option("--offline", is_flag=True, help="Do not list the source for pending files.")
@as_json_option
@configured
def status(settings: "Settings", offline: bool, as_json: bool) -> None:
    """Show how the warehouse is: runs, freshness, rows, pending files, quarantine, matches."""
    from sparkify.errors import ConfigError, SourceError
    from sparkify.operate.status import find_pending, read_status

    waiting = None
    with reading(settings) as reader:
        found = read_status(reader)
        if not offline:
            try:
                with at_work("listing the source"):
                    waiting = find_pending(reader, settings)
            except (SourceError, ConfigError) as error:
                click.echo(f"Warning: pending files are not known: {error}", err=True)
    if as_json:
        share = {"matched_share": found.matched_share}
        click.echo(
            one_line_of_json(asdict(found) | share | {"pending": waiting and asdict(waiting)})
        )
    else:
        _print_status(found, waiting)


def _print_status(found: "WarehouseStatus", waiting: "PendingFiles | None") -> None:
    share = found.matched_share
    facts = (
        ("newest event", found.newest_event),
        ("last load", found.loaded_at),
        ("pending", waiting and f"{counted(waiting.files, 'file')} ({megabytes(waiting.bytes)})"),
        ("plays of a known song", None if share is None else f"{share:.1%}"),
        ("rejected, open", f"{sum(found.rejected.values()):,}"),
        ("checks of the last run", describe_outcomes(found.checks) if found.runs else None),
    )
    print_table("The warehouse (moments in UTC)", ("", ""), facts)
    print_table("Rows", ("table", "rows"), found.rows.items())
    if found.rejected:
        print_table("Quarantine", ("reason", "rejected"), found.rejected.items())
    if found.runs:
        _print_runs("Last runs", found.runs)


def _print_runs(title: str, runs: "Sequence[PastRun]") -> None:
    columns = ("run", "outcome", "files", "size", "records", "rejected", "seconds")
    rows = (
        (
            *(run.run_id, run.outcome, run.files, megabytes(run.bytes), run.records, run.rejected),
            run.seconds_in_all,
        )
        for run in runs
    )
    print_table(title, columns, rows)
    for run in runs:
        if run.error:
            click.echo(f"  {run.run_id} {run.outcome}: {shown(run.error)}\n")


@click.command()
@click.argument("run_id", metavar="[ID]", required=False)
@click.option(
    "--last",
    type=click.IntRange(1),
    default=SHOWN,
    show_default=True,
    help="At most so many, the latest.",
)
@as_json_option
@configured
def runs(settings: "Settings", run_id: str | None, last: int, as_json: bool) -> None:
    """Show the log of runs, or all of the one with this ID."""
    from sparkify.operate.history import past_runs, run_details

    with reading(settings) as reader:
        if run_id:
            one = run_details(reader, run_id)
            click.echo(one_line_of_json(asdict(one))) if as_json else _print_details(one)
            return
        found = past_runs(reader)
    if as_json:
        click.echo(one_line_of_json([asdict(run) for run in found[:last]]))
    elif found:
        _print_runs("Runs", found[:last])
        say_rest(last, len(found), f"--last {len(found)} shows all")
    else:
        click.echo("No run has loaded anything yet.")


def _print_run(run: "PastRun") -> None:
    took, peak = run.seconds_in_all, run.peak_memory_bytes
    facts = (
        ("outcome", run.outcome),
        ("began (UTC)", run.started_at),
        ("ended (UTC)", run.ended_at),
        ("files", f"{run.files:,} in {counted(run.batches, 'batch', 'batches')}"),
        ("size", megabytes(run.bytes)),
        ("rows", f"{run.rows:,}; {counted(run.rejected, 'record')} rejected"),
        ("seconds", took),
        ("rate", f"{run.rows / took:,.0f} rows a second" if took and run.rows else None),
        ("peak memory", None if peak is None else megabytes(peak)),
        ("error", run.error or None),
    )
    print_table(f"Run {run.run_id}", ("", ""), [(name, shown(value)) for name, value in facts])
    if took:
        stages = run.seconds_by_stage.items()
        shares = ((name, spent, f"{spent / took:.1%}") for name, spent in stages)
        print_table("Where the time went", ("stage", "seconds", "share"), shares)


def _print_details(one: "RunDetails") -> None:
    _print_run(one.run)
    batch = ("loaded_at", "staging_table", "files", "bytes", "records", "rejected")
    _print_records("Batches", batch, one.batches)
    _print_records("Files", ("uri", "bytes", "records", "rejected"), one.files[:SHOWN])
    say_rest(SHOWN, len(one.files), "--json has all")
    check = ("stage", "check_name", "outcome", "offending", "account")
    _print_records("Checks", check, one.checks)
    if one.schema_changes:
        change = ("staging_table", "change", "field", "detail", "records", "first_file")
        _print_records("Schema drift", change, one.schema_changes)
    if one.rejected:
        rejected = ("uri", "line", "column_name", "reason", "detail")
        _print_records("Rejected", rejected, one.rejected[:SHOWN])
        all_of_them = f"sparkify quarantine --all --run {one.run.run_id} has all"
        say_rest(SHOWN, len(one.rejected), all_of_them)


def _print_records(title: str, names: Sequence[str], records: Sequence[dict[str, Any]]) -> None:
    columns = [name.replace("_", " ") for name in names]
    print_table(title, columns, ([record[name] for name in names] for record in records))


@click.command()
@as_json_option
@configured
def reconcile(settings: "Settings", as_json: bool) -> None:
    """Hold the source against the ledger, and the ledger against the tables.

    Exit code 0 if all agree, 3 if not.
    """
    from sparkify.operate.reconcile import find_differences

    with reading(settings) as reader, at_work("listing the source"):
        found = find_differences(reader, settings)
    agree = all(difference.is_note for difference in found)
    if as_json:
        click.echo(
            one_line_of_json({"agree": agree, "differences": [_difference(each) for each in found]})
        )
    else:
        _print_differences(found)
        click.echo("Source, ledger and tables agree." if agree else "They do not agree.")
    if not agree:
        sys.exit(3)


def _difference(each: "Difference") -> dict[str, Any]:
    return asdict(each) | {"note": each.is_note}


def _print_differences(found: "Sequence[Difference]") -> None:
    counts = Counter(each.kind for each in found)
    for kind, count in counts.items():
        alike = [each for each in found if each.kind == kind][:SHOWN]
        name = kind.replace("_", " ").capitalize()
        title = f"{name}{' (a note)' if alike[0].is_note else ''}: {count:,}"
        print_table(title, ("what", "how"), ((each.name, each.detail) for each in alike))
        say_rest(SHOWN, count, "--json has all")
