"""The commands about the objects that were refused."""

import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from sparkify.cli.command import (
    closing,
    configurable,
    configured,
    read_settings,
    reading,
    reported,
    whole_file,
)
from sparkify.cli.tables import counted, one_line_of_json, print_table

if TYPE_CHECKING:
    from sparkify.config import Settings

SHOWN = 50
TEXT_SHOWN = 200  # of a text in a table; the other formats have all of it
Rows = Sequence[dict[str, Any]]


@click.group(invoke_without_command=True)
@click.option("--all", "is_all", is_flag=True, help="Also those of which the file came anew.")
@click.option("--run", "run_id", default="", metavar="ID", help="Only those of this run.")
@click.option("--file", default="", metavar="TEXT", help="Only of files with this in their name.")
@click.option("--reason", default="", metavar="TEXT", help="Only with this in their reason.")
@click.option("--column", "column_name", default="", metavar="NAME", help="Only of this column.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    help=f"At most so many, 0 for all; else {SHOWN} in a table, and all in the other formats.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "ndjson", "csv"]),
    default="table",
    show_default=True,
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@configurable
@click.pass_context
def quarantine(  # noqa: PLR0913, PLR0917 - an option is an argument
    context: click.Context,
    /,
    config: Path | None,
    overrides: tuple[str, ...],
    debug: bool,
    limit: int | None,
    form: str,
    out: Path | None,
    **wanted: Any,
) -> None:
    """List the objects that were refused: where each stands, why, and its text.

    Unless --all is given, only the open ones: those of files that did not come anew since.
    """
    if context.invoked_subcommand:
        return
    with reported(debug=debug):
        rows = _refused(read_settings(config, overrides), wanted)
        limit = (SHOWN if form == "table" else 0) if limit is None else limit
        chosen = rows[: limit or None]
        if out:
            with whole_file(out) as begun, begun.open("w", encoding="utf-8", newline="") as stream:
                FORMATS[form](chosen, stream)
        else:
            FORMATS[form](chosen, sys.stdout or io.StringIO())
    if len(chosen) < len(rows):
        click.echo(f"Limited to {len(chosen):,} of {len(rows):,}; --limit 0 gives all.", err=True)


@quarantine.command()
@click.option("--json", "as_json", is_flag=True, help="Print the run as one JSON object.")
@configured
def retry(settings: "Settings", as_json: bool) -> None:
    """Load again the files that were corrected at the source, and nothing else."""
    from sparkify import pipeline
    from sparkify import quarantine as quarantined
    from sparkify.cli.log import TextLog
    from sparkify.engines import open_existing

    with closing(open_existing(settings)) as engine:
        run = pipeline.load_corrected(engine, settings, TextLog())
        left = len(quarantined.files_with_rejected(engine))
    if as_json:
        click.echo(json.dumps(asdict(run)))
    else:
        click.echo(
            f"Loaded {counted(run.files, 'corrected file')}, {counted(run.records, 'record')}, "
            f"{run.rejected:,} of them rejected again; "
            f"{counted(left, 'file')} with rejected records left."
        )


def _refused(settings: "Settings", wanted: dict[str, Any]) -> Rows:
    from sparkify.operate.history import require_run
    from sparkify.operate.rejected import RejectedFilter, rejected_rows

    with reading(settings) as reader:
        if wanted["run_id"]:
            require_run(reader, wanted["run_id"])
        return rejected_rows(reader, RejectedFilter(**wanted))


def _write_table(rows: Rows, stream: TextIO) -> None:
    if not rows:
        stream.write("Nothing is refused.\n")
        return
    columns = ("file", "line", "column", "reason", "detail", "text", "run")
    names = ("uri", "line", "column_name", "reason", "detail", "raw_text", "run_id")
    print_table(
        "Refused", columns, ([_cut(row[name]) for name in names] for row in rows), stream=stream
    )


def _write_json(rows: Rows, stream: TextIO) -> None:
    stream.write(f"{one_line_of_json(rows)}\n")


def _write_ndjson(rows: Rows, stream: TextIO) -> None:
    stream.writelines(f"{one_line_of_json(row)}\n" for row in rows)


def _write_csv(rows: Rows, stream: TextIO) -> None:
    from sparkify.operate.rejected import REJECTED_COLUMNS

    writer = csv.DictWriter(stream, REJECTED_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _cut(value: Any) -> Any:
    text = isinstance(value, str) and len(value) > TEXT_SHOWN
    return f"{value[:TEXT_SHOWN]}…" if text else value


FORMATS: dict[str, Callable[[Rows, TextIO], None]] = {
    "table": _write_table,
    "json": _write_json,
    "ndjson": _write_ndjson,
    "csv": _write_csv,
}
