"""The `runs` command."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.command import configured_to_read, list_option, require_no_list
from sparkify.cli.formats import write_records
from sparkify.cli.tables import path_in_source, print_table, readable, report_omitted
from sparkify.cli.terminal import echo, print_marked, to_json
from sparkify.sizes import counted, readable_duration, readable_size

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.history import PastRun, RunDetails

# The headings of columns that are not named as people say it.
HEADINGS = {"bytes": "size", "uri": "file", "staging_table": "table", "column_name": "column"}
RUNS_SHOWN = 20
ROWS_OF_RUN_SHOWN = 20  # of its files, and of its rejected records


@click.command("runs")
@click.argument("run_id", metavar="[ID]", required=False)
@click.option(
    "--last",
    type=click.IntRange(1),
    default=RUNS_SHOWN,
    show_default=True,
    metavar="NUMBER",
    help="Show only the latest runs.",
)
@list_option
@configured_to_read
def runs_command(settings: "Settings", run_id: str | None, last: int, form: str) -> None:
    """Show past runs, or the details of one.

    With an ID, its beginning, or "last": its stages, batches, files, checks, schema drift and
    rejected records.
    """
    from sparkify import commands
    from sparkify.operate.history import PastRun

    if run_id:
        require_no_list(form, "the details of a run")
        details = commands.run_details(run_id, settings)
        if form == "json":
            echo(to_json(asdict(details)))
        else:
            _print_details(details, settings)
        return
    found = commands.list_runs(settings)
    if form != "table":
        columns = [field.name for field in fields(PastRun)]
        write_records(columns, map(asdict, found[:last]), form)
    elif found:
        print_runs("Runs", found[:last])
        report_omitted(last, len(found), f"--last {len(found)} shows all")
    else:
        echo("No run has loaded anything yet.")


def print_runs(title: str, runs: "Sequence[PastRun]") -> None:
    """Print a table of runs, and below it the errors and the rejected files."""
    columns = ("run", "outcome", "files", "size", "records", "rejected", "time")
    rows = (
        (
            *(run.run_id, run.outcome, run.files, readable_size(run.bytes)),
            *(run.records, run.rejected, _duration(run.seconds_in_all)),
        )
        for run in runs
    )
    print_table(title, columns, rows)
    for run in runs:
        if run.error:
            echo(f"  {run.run_id} {run.outcome}: {readable(run.error)}\n")
        if run.rejected_files:
            echo(f"  {run.run_id} rejected {counted(run.rejected_files, 'file')} whole\n")


def _print_details(details: "RunDetails", settings: "Settings") -> None:
    _print_run(details.run)
    batch = ("loaded_at", "staging_table", "files", "bytes", "records", "rejected")
    _print_rows("Batches", batch, details.batches, settings)
    file = ("staging_table", "uri", "bytes", "records", "rejected")
    title = _title_of_first_rows("Files", details.files, "--json")
    _print_rows(title, file, details.files[:ROWS_OF_RUN_SHOWN], settings)
    _print_rows("Checks", ("stage", "check_name", "outcome"), details.checks, settings)
    for check in details.checks:
        if check["account"]:
            for line in check["account"].splitlines():
                print_marked("  ", line, 6)
            echo()
    if details.schema_changes:
        change = ("staging_table", "change", "field", "detail", "records", "first_file")
        _print_rows("Schema drift", change, details.schema_changes, settings)
    if details.rejected:
        rejected = ("uri", "line", "column_name", "reason", "detail")
        command = f"sparkify quarantine --all --run {details.run.run_id}"
        title = _title_of_first_rows("Rejected records", details.rejected, command)
        _print_rows(title, rejected, details.rejected[:ROWS_OF_RUN_SHOWN], settings)


def _print_run(run: "PastRun") -> None:
    seconds, peak = run.seconds_in_all, run.peak_memory_bytes
    facts = (
        ("outcome", run.outcome),
        ("started", run.started_at),
        ("ended", run.ended_at),
        ("files", f"{run.files:,} in {counted(run.batches, 'batch', 'batches')}"),
        ("size", readable_size(run.bytes)),
        ("rows", f"{run.rows:,}; {counted(run.rejected, 'record')} rejected"),
        ("corrected", counted(run.changed, "earlier record") if run.changed else None),
        ("rejected files", run.rejected_files or None),
        ("time", _duration(seconds)),
        ("rate", _rate(run.rows, seconds)),
        ("peak memory", None if peak is None else readable_size(peak)),
        ("error", run.error or None),
    )
    print_table(f"Run {run.run_id}", ("", ""), [(name, readable(value)) for name, value in facts])
    if seconds:
        stages = run.seconds_by_stage.items()
        shares = (
            (name.replace("_", " "), readable_duration(spent), f"{spent / seconds:.0%}")
            for name, spent in stages
        )
        print_table("Time by stage", ("stage", "time", "share"), shares)


def _rate(rows: int, seconds: float | None) -> str | None:
    return f"{counted(round(rows / seconds), 'row')} per second" if rows and seconds else None


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else readable_duration(seconds)


def _title_of_first_rows(title: str, rows: Sequence[Any], command: str) -> str:
    if len(rows) <= ROWS_OF_RUN_SHOWN:
        return title
    return f"{title} (the first {ROWS_OF_RUN_SHOWN} of {len(rows):,}; {command} shows all)"


def _print_rows(
    title: str, names: Sequence[str], rows: Sequence[dict[str, Any]], settings: "Settings"
) -> None:
    columns = [HEADINGS.get(name, name).replace("_", " ") for name in names]
    cells = ([_display(name, row[name], settings) for name in names] for row in rows)
    print_table(title, columns, cells)


def _display(name: str, value: Any, settings: "Settings") -> Any:
    if name == "bytes":
        return readable_size(value)
    if name in {"uri", "first_file"}:
        return path_in_source(value, settings)
    return value
