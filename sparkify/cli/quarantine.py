"""The `quarantine` commands: list the rejected records, retry the corrected files."""

import io
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from sparkify.cli.command import (
    NEEDS_A_PERSON,
    FailOn,
    configured,
    fail_on_option,
    json_option,
    list_option,
    output_file,
    read_settings,
    report_errors,
    settings_options,
    wait_option,
    waiting_so_long,
)
from sparkify.cli.formats import write_records
from sparkify.cli.spreadsheets import csv_format, safe_option
from sparkify.cli.tables import (
    describe_rejected_files,
    path_in_source,
    print_table,
    readable,
    report_omitted,
)
from sparkify.cli.terminal import echo, is_terminal, print_marked, to_json
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings

RECORDS_SHOWN_IN_TABLE = 50
TEXT_SHOWN_IN_TABLE = 200  # characters; the other formats have all of a text
RejectedRows = Sequence[dict[str, Any]]


@click.group("quarantine", invoke_without_command=True)
@click.option("--all", "is_all", is_flag=True, help="Also those of files replaced since.")
@click.option("--run", "run_id", default="", metavar="ID", help='Only of this run; also "last".')
@click.option(
    "--file", default="", metavar="TEXT", help="Only of files with this text in their path."
)
@click.option("--reason", default="", metavar="TEXT", help="Only with this text in their reason.")
@click.option("--column", "column_name", default="", metavar="NAME", help="Only of this column.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="RECORDS",
    help=f"Maximum records; 0 is all. A table has {RECORDS_SHOWN_IN_TABLE}.",
)
@list_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@safe_option
@wait_option
@settings_options
@click.pass_context
def quarantine_command(  # noqa: PLR0913, PLR0917 - an option is an argument
    context: click.Context,
    /,
    config: Path | None,
    overrides: tuple[str, ...],
    debug: bool,
    limit: int | None,
    form: str,
    out: Path | None,
    safe_for_spreadsheets: bool,
    wait: float | None,
    **wanted: Any,
) -> None:
    """List the rejected records and files.

    Each has its file, line, reason and text; a file that was rejected whole has no line. Those of
    files that were loaded since are left out, unless --all is given.
    """
    if context.invoked_subcommand:
        return
    from sparkify.operate.rejected import REJECTED_COLUMNS

    written = csv_format(form, safe_for_spreadsheets)
    with report_errors(debug=debug):
        settings = waiting_so_long(read_settings(config, overrides), wait)
        rows = _read_rejected(settings, wanted)
        if limit is None:
            limit = RECORDS_SHOWN_IN_TABLE if form == "table" else 0
        chosen = rows[: limit or None]
        if form != "table":
            write_records(REJECTED_COLUMNS, chosen, written, out)
        elif out:
            with output_file(out) as file, file.open("w", encoding="utf-8", newline="") as stream:
                _write_rejected_table(chosen, stream, settings)
        else:
            _write_rejected_table(chosen, sys.stdout or io.StringIO(), settings)
    report_omitted(len(chosen), len(rows), "--limit 0 shows all")


@quarantine_command.command("retry")
@fail_on_option
@json_option
@configured
def quarantine_retry(settings: "Settings", fail_on: FailOn, as_json: bool) -> None:
    """Load only the corrected and the rejected files.

    Those are files with rejected records that changed at the source, and files that were rejected
    whole, changed or not.
    """
    from sparkify import commands
    from sparkify.checks import describe_outcomes
    from sparkify.cli.log import open_reporter

    with open_reporter() as reporter:
        run = commands.retry(settings, reporter=reporter)
        for warning in run.warnings:
            reporter.warn(warning)
        reporter.ended(run)
    left = len(commands.files_with_rejected(settings))
    if as_json:
        echo(to_json(asdict(run)))
    else:
        echo(
            f"Loaded {counted(run.files, 'corrected file')}, {counted(run.records, 'record')}, "
            f"{run.rejected:,} of them rejected again; "
            f"{counted(left, 'file')} with rejected records left; "
            f"checks: {describe_outcomes(run.checks)}."
        )
    for text in describe_rejected_files(run.rejected_files):
        echo(f"Warning: {text}", err=True)
    if run.needs_person(fail_on):
        sys.exit(NEEDS_A_PERSON)


def _read_rejected(settings: "Settings", wanted: dict[str, Any]) -> RejectedRows:
    from sparkify import commands
    from sparkify.operate.rejected import RejectedFilter

    return commands.rejected(RejectedFilter(**wanted), settings)


def _write_rejected_table(rows: RejectedRows, stream: TextIO, settings: "Settings") -> None:
    if not rows:
        stream.write("There are no rejected records.\n")
    elif is_terminal(stream):
        for row in rows:
            _print_rejected(row, settings)
    else:
        columns = ("file", "line", "column", "reason", "detail", "text", "run")
        names = ("line", "column_name", "reason", "detail")
        cells = (
            (
                path_in_source(row["uri"], settings),
                *(row[name] for name in names),
                *(_shortened(row["raw_text"]), row["run_id"]),
            )
            for row in rows
        )
        print_table("Rejected records", columns, cells, stream)


def _print_rejected(row: dict[str, Any], settings: "Settings") -> None:
    """Print a record as compilers do: its text is too long for a column of a terminal."""
    line = f", line {row['line']:,}" if row["line"] is not None else ""
    location = f"{path_in_source(row['uri'], settings)}{line}"
    column = f", column {row['column_name']}" if row["column_name"] else ""
    detail = f" ({row['detail']})" if row["detail"] else ""
    print_marked("", readable(f"{location}{column}: {row['reason']}{detail}"), 0)
    if row["line"] is not None:
        print_marked("    ", readable(_shortened(row["raw_text"])), 4)


def _shortened(text: str | None) -> str | None:
    if text and len(text) > TEXT_SHOWN_IN_TABLE:
        return f"{text[:TEXT_SHOWN_IN_TABLE]}…"
    return text
