"""The `plan` command."""

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, get_args

import click

from sparkify.cli.command import (
    configured_to_read,
    list_option,
    require_no_list,
    show_activity,
)
from sparkify.cli.formats import write_records
from sparkify.cli.reload import full_refresh_option, reload_scope, show_reload_plan
from sparkify.cli.selection import log_choice_options
from sparkify.cli.tables import (
    describe_touched,
    path_in_source,
    print_table,
    report_omitted,
    report_passed_over,
)
from sparkify.cli.terminal import echo, print_note, to_json
from sparkify.config import EngineName
from sparkify.sizes import counted, readable_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sparkify.config import Settings
    from sparkify.operate.plan import LoadPlan
    from sparkify.sources.selection import LogChoice

PENDING_FILES_SHOWN = 20
PENDING_COLUMNS = ("batch", "uri", "etag", "bytes", "table")


@click.command("plan")
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL statements.")
@click.option(
    "--engine",
    type=click.Choice(get_args(EngineName)),
    help="SQL dialect; default: the configured engine's.",
)
@log_choice_options
@click.option(
    "--reload",
    "reloaded",
    is_flag=False,
    flag_value="",
    metavar="[RUN|FILE]",
    help="What sparkify reload would do.",
)
@full_refresh_option
@list_option
@configured_to_read
def plan_command(  # noqa: PLR0913, PLR0917 - one for each option
    settings: "Settings",
    as_sql: bool,
    engine: EngineName | None,
    choice: "LogChoice",
    reloaded: str | None,
    full_refresh: bool,
    form: str,
) -> None:
    """Show what a load would do, and change nothing.

    Lists the pending files, their batches and the SQL statements. With --from, --to (by the date in
    a file's path) or --select only some log files, and all songs. --reload and --full-refresh show
    what a reload removes and loads instead.
    """
    if reloaded is not None or full_refresh:
        if as_sql or engine:
            raise click.UsageError("--sql and --engine show a load, not a reload")
        require_no_list(form, "the steps of a reload")
        scope = reload_scope(reloaded or "", choice, full_refresh)
        show_reload_plan(settings, scope, form == "json")
        return
    if as_sql:
        require_no_list(form, "statements")
    from sparkify import commands

    engine = engine or settings.engine
    with show_activity("listing the source"):
        plan = commands.plan(settings, choice=choice, engine=engine)
    if not plan.has_tables:
        print_note("There are no tables yet; a load creates them.")
    if form == "json":
        echo(to_json(_plan_record(plan, engine)))
    elif form != "table":
        write_records(PENDING_COLUMNS, _pending_records(plan), form)
    elif as_sql:
        _print_statements(plan)
    else:
        _print_plan(plan, settings)
    report_passed_over(plan.passed_over, plan.left_out)
    for warning in plan.warnings:
        echo(f"Warning: {warning}", err=True)


def _plan_record(plan: "LoadPlan", engine: str) -> dict[str, Any]:
    return {
        "files": len(plan.files),
        "bytes": sum(file.bytes for file in plan.files),
        "engine": engine,
        "left_out": plan.left_out,
        "passed_over": [asdict(each) for each in plan.passed_over],
        "batches": [
            {"bytes": sum(file.bytes for file in batch), "files": [asdict(file) for file in batch]}
            for batch in plan.batches
        ],
        "touched": list(plan.touched),
        "statements": [{"name": step.name, "text": step.text} for step in plan.steps],
    }


def _print_statements(plan: "LoadPlan") -> None:
    for step in plan.steps:
        echo(f"-- {step.name}\n{step.text.rstrip()};\n")


def _pending_records(plan: "LoadPlan") -> "Iterator[dict[str, Any]]":
    for number, batch in enumerate(plan.batches, 1):
        yield from ({"batch": number, **asdict(file)} for file in batch)


def _print_plan(plan: "LoadPlan", settings: "Settings") -> None:
    for line in describe_touched(len(plan.touched)):
        echo(line)
    if not plan.files:
        echo("Nothing new to load.")
        return
    rows = []
    for number, batch in enumerate(plan.batches, 1):
        sizes = defaultdict(list)
        for file in batch:
            sizes[file.table].append(file.bytes)
        rows += [
            (number, table, len(each), readable_size(sum(each))) for table, each in sizes.items()
        ]
    print_table("Batches", ("batch", "table", "files", "size"), rows)
    files = [
        (file.table, path_in_source(file.uri, settings), readable_size(file.bytes))
        for file in plan.files[:PENDING_FILES_SHOWN]
    ]
    print_table("Pending files", ("table", "file", "size"), files)
    size = readable_size(sum(file.bytes for file in plan.files))
    echo(
        f"A load takes {counted(len(plan.files), 'file')} ({size}) in "
        f"{counted(len(plan.batches), 'batch', 'batches')}, "
        f"by {len(plan.steps):,} statements (see --sql)."
    )
    report_omitted(len(files), len(plan.files), "--json lists all")
