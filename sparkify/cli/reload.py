"""The `reload` command."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.command import configured, json_option, show_activity
from sparkify.cli.confirmation import ask_before, dry_run_option, yes_option
from sparkify.cli.selection import log_choice_options
from sparkify.cli.tables import path_in_source, print_table, report_omitted
from sparkify.cli.terminal import echo, print_sentence, to_json
from sparkify.sizes import counted, readable_size

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.reload import ReloadPlan, ReloadScope
    from sparkify.pipeline import Run
    from sparkify.sources.selection import LogChoice

FILES_SHOWN = 20
full_refresh_option = click.option(
    "--full-refresh", is_flag=True, help="Rebuild everything from the sources."
)


@click.command("reload")
@click.argument("name", metavar="[RUN|FILE]", required=False, default="")
@log_choice_options
@full_refresh_option
@click.option("--drop-missing", is_flag=True, help="Remove the records of files that are gone.")
@dry_run_option
@yes_option
@json_option
@configured
def reload_command(  # noqa: PLR0913, PLR0917 - one for each option
    settings: "Settings",
    name: str,
    choice: "LogChoice",
    full_refresh: bool,
    drop_missing: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Load files again, in the place of their batches.

    The files of a RUN (its id, the beginning of it, or "last"), a FILE, or log files of chosen days
    or names. The batches that have them are removed, and all their files loaded as they are now, in
    one transaction: records that vanished from a file leave.
    """
    from sparkify import commands
    from sparkify.cli.log import open_reporter

    scope = reload_scope(name, choice, full_refresh)
    if dry_run:
        show_reload_plan(settings, scope, as_json)
        return
    with open_reporter() as reporter:

        def ask(plan: "ReloadPlan") -> None:
            with reporter.hidden():
                ask_before(describe_reload(plan), yes=yes)

        run = commands.reload(
            scope, settings, drop_missing=drop_missing, reporter=reporter, before=ask
        )
        for warning in run.warnings:
            reporter.warn(warning)
        reporter.ended(run)
    echo(to_json(asdict(run)) if as_json else _summary(run))


def reload_scope(name: str, choice: "LogChoice", full_refresh: bool) -> "ReloadScope":
    """Return what to load again. Raises UsageError unless one way says it."""
    from sparkify.operate.reload import ReloadScope

    ways = [bool(name), not choice.is_everything, full_refresh]
    if sum(ways) != 1:
        raise click.UsageError(
            "say what to reload: a run, a file, --from, --to or --select, or --full-refresh"
        )
    return ReloadScope(name, choice, is_everything=full_refresh)


def show_reload_plan(settings: "Settings", scope: "ReloadScope", as_json: bool) -> None:
    """Show what a reload would remove and load."""
    from sparkify import commands

    with show_activity("listing the source"):
        plan = commands.plan_reload(scope, settings)
    if as_json:
        echo(to_json(_plan_record(plan)))
        return
    rows = [
        (number, source.table, path_in_source(file.uri, settings), readable_size(file.size))
        for number, batch in plan.loaded
        for source, file in batch.files
    ]
    if rows:
        print_table("Files to load", ("batch", "table", "file", "size"), rows[:FILES_SHOWN])
    if plan.missing:
        gone = [(path_in_source(uri, settings),) for uri in plan.missing[:FILES_SHOWN]]
        print_table("Gone from the source (see --drop-missing)", ("file",), gone)
    print_sentence(describe_reload(plan))
    report_omitted(len(rows[:FILES_SHOWN]), len(rows), "--json lists all")


def describe_reload(plan: "ReloadPlan") -> str:
    """Describe in a sentence what a reload removes and loads, and what it costs."""
    removed = counted(len(plan.removed), "batch", "batches")
    loaded = counted(len(plan.loaded), "batch", "batches")
    rest = counted(plan.batches_in_all, "batch", "batches")
    gone = counted(len(plan.missing), "file is", "files are")
    missing = f" {gone} gone from the source." if plan.missing else ""
    return (
        f"A reload removes {removed} ({counted(plan.records, 'record')}), loads "
        f"{counted(plan.files, 'file')} ({readable_size(plan.bytes)}) in {loaded}, and fills the "
        f"star schema again from {rest}.{missing}"
    )


def _plan_record(plan: "ReloadPlan") -> dict[str, Any]:
    return {
        "removed": {"batches": [number for number, _ in plan.removed], "records": plan.records},
        "files": plan.files,
        "bytes": plan.bytes,
        "batches": [
            {
                "number": number,
                "bytes": batch.bytes,
                "files": [
                    {
                        "uri": file.uri,
                        "etag": file.etag,
                        "bytes": file.size,
                        "table": source.table,
                    }
                    for source, file in batch.files
                ],
            }
            for number, batch in plan.loaded
        ],
        "missing": list(plan.missing),
        "batches_in_all": plan.batches_in_all,
    }


def _summary(run: "Run") -> str:
    from sparkify.checks import describe_outcomes

    rejected = f", {run.rejected:,} of them rejected" if run.rejected else ""
    forgotten = f", {run.suppressed:,} of forgotten users left out" if run.suppressed else ""
    return (
        f"Reloaded {counted(run.files, 'file')} ({readable_size(run.bytes)}) in "
        f"{counted(run.batches, 'batch', 'batches')}: {counted(run.records, 'record')}{rejected}"
        f"{forgotten}; checks: {describe_outcomes(run.checks)}."
    )
