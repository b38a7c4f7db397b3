"""The `query` command: one query, a query of the report, or a prompt."""

import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.selection import day
from sparkify.cli.spreadsheets import csv_format, safe_option
from sparkify.cli.terminal import echo, is_terminal

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import Reader

ROWS_SHOWN_IN_TABLE = 100


@click.command("query")
@click.argument("sql", required=False)
@click.option("--named", metavar="NAME", help="Run a query of the report by its name.")
@click.option(
    "--from", "first", type=day, metavar="DATE", help="First day of --named, as 2018-11-01."
)
@click.option("--to", "last", type=day, metavar="DATE", help="Last day of --named.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
    help="Output format.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@safe_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="ROWS",
    help=f"Maximum rows; 0 is all. A table has {ROWS_SHOWN_IN_TABLE}.",
)
@click.option("--explain", is_flag=True, help="Show the query plan; do not run the query.")
@click.option("--client", is_flag=True, help="Open the SQL client harlequin, read-only.")
@configured
def query_command(  # noqa: PLR0913, PLR0917 - an option is an argument
    settings: "Settings",
    sql: str | None,
    named: str | None,
    first: date | None,
    last: date | None,
    form: str,
    out: Path | None,
    safe_for_spreadsheets: bool,
    limit: int | None,
    explain: bool,
    client: bool,
) -> None:
    r"""Run a read-only SQL query.

    SQL is an argument or comes from stdin; without it a prompt opens. The query '\d' lists tables
    and views, '\d NAME' the columns of one.
    """
    from sparkify.cli.formats import write_answer
    from sparkify.engines import open_reader
    from sparkify.serve.query import explain_query, run_interruptibly, run_query

    if client:
        _open_client(settings)
        return
    if sql and named:
        raise click.UsageError("give a query or --named, not both")
    if (first or last) and not named:
        raise click.UsageError("--from and --to are for --named")
    written = csv_format(form, safe_for_spreadsheets)
    if form == "parquet" and not out and is_terminal(sys.stdout):
        raise click.UsageError("Parquet cannot be shown on a terminal: give --out FILE")
    if not sql and not named and not is_terminal(sys.stdin):
        sql = _read_stdin()
        if not sql.strip():
            raise click.UsageError("there is no query: give one as an argument or on stdin")
    with closing(open_reader(settings)) as reader:
        if not sql and not named:
            from sparkify.cli.prompt import run_prompt

            run_prompt(reader, ROWS_SHOWN_IN_TABLE if limit is None else limit)
            return

        text = sql or _named_query(reader, named, first, last)

        def answer() -> None:
            if explain:
                echo(explain_query(reader, text))
            else:
                write_answer(run_query(reader, text), written, out, _row_limit(form, limit))

        run_interruptibly(reader, answer)


def _read_stdin() -> str:
    try:
        return sys.stdin.read() if sys.stdin else ""
    except UnicodeDecodeError as error:
        raise click.UsageError("the query is not UTF-8") from error


def _open_client(settings: "Settings") -> None:
    import os
    import shutil
    import subprocess

    from sparkify.engines import backend_of, require_warehouse
    from sparkify.errors import ConfigError

    # It is installed in this environment, or in one of its own.
    beside = Path(sys.executable).parent
    program = shutil.which("harlequin", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    command = backend_of(settings).client_command(program or "harlequin", settings)
    if not program:
        raise ConfigError("harlequin is not installed", "pip install 'sparkify[client]'")
    require_warehouse(settings)
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - a list, no shell


def _row_limit(form: str, limit: int | None) -> int:
    if limit is not None:
        return limit
    return ROWS_SHOWN_IN_TABLE if form == "table" else 0


def _named_query(reader: "Reader", named: str | None, first: date | None, last: date | None) -> str:
    from sparkify.serve.period import chosen_period, data_period
    from sparkify.serve.questions import question
    from sparkify.warehouse import require_star

    require_star(reader)
    asked = question(named or "")
    today = datetime.now(UTC).date()
    days = chosen_period(data_period(reader), first, last, today)
    return asked.written_out(days.parameters)
