"""The `query` command: one query, a query of the report, or a prompt."""

import re
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from sparkify.cli.command import configured_to_read, list_option
from sparkify.cli.selection import day
from sparkify.cli.spreadsheets import csv_format, safe_option
from sparkify.cli.terminal import echo, is_terminal
from sparkify.sql import WRITTEN_IN, Dialect

if TYPE_CHECKING:
    from sparkify.config import Settings

ROWS_SHOWN_IN_TABLE = 100
OPTION = re.compile(r"--[\w-]*(=.*)?")


class QueryCommand(click.Command):
    """A command whose argument is SQL, also where it begins with a comment, as options do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; a blank before a comment tells it from an option."""
        return super().parse_args(ctx, [_shielded(each) for each in args])


def _shielded(argument: str) -> str:
    is_comment = argument.startswith("--") and not OPTION.fullmatch(argument)
    return f" {argument}" if is_comment else argument


def _complete_metric(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from sparkify.serve.metrics import metric_model

    return _complete_last(begun, metric_model().metrics)


def _complete_dimension(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from sparkify.serve.metrics import metric_model

    return _complete_last(begun, metric_model().dimensions)


def _complete_last(begun: str, names: Iterable[str]) -> list[str]:
    """Return what the last of the names that are listed by commas can become."""
    before, comma, last = begun.rpartition(",")
    return [f"{before}{comma}{name}" for name in names if name.startswith(last)]


def _complete_name(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from sparkify.serve.questions import question_names

    return [name for name in question_names() if name.startswith(begun)]


@click.command("query", cls=QueryCommand)
@click.argument("sql", required=False)
@click.option(
    "-f",
    "--file",
    type=click.File(encoding="utf-8-sig"),
    metavar="FILE",
    help="Read the query from a file; - is stdin.",
)
@click.option(
    "--named",
    metavar="NAME",
    shell_complete=_complete_name,
    help="Run a query of the report by its name.",
)
@click.option(
    "--metric",
    "metrics",
    metavar="NAMES",
    shell_complete=_complete_metric,
    help="Count metrics, as plays,listeners.",
)
@click.option(
    "--by",
    metavar="NAMES",
    shell_complete=_complete_dimension,
    help="Dimensions of --metric, as plan,week.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="FILTER",
    shell_complete=_complete_dimension,
    help="Only of these: state=TX,CA; can be repeated.",
)
@click.option("--from", "first", type=day, metavar="DATE", help="First day of --named or --metric.")
@click.option("--to", "last", type=day, metavar="DATE", help="Last day, as 2018-11-30.")
@list_option
@click.option(
    "--dialect",
    type=click.Choice([WRITTEN_IN]),
    help="SQL dialect; default: the configured engine's.",
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
@configured_to_read
def query_command(  # noqa: PLR0913, PLR0917 - an option is an argument
    settings: "Settings",
    sql: str | None,
    file: TextIO | None,
    named: str | None,
    metrics: str | None,
    by: str | None,
    where: tuple[str, ...],
    first: date | None,
    last: date | None,
    form: str,
    dialect: Dialect | None,
    out: Path | None,
    safe_for_spreadsheets: bool,
    limit: int | None,
    explain: bool,
    client: bool,
) -> None:
    r"""Run a read-only SQL query.

    SQL is an argument, a file or stdin (-); without it a prompt opens. The query '\d' lists tables
    and views, '\d NAME' the columns of one. --metric counts by the definitions of docs/metrics.md.
    """
    from sparkify import commands
    from sparkify.cli.formats import require_no_terminal, write_answer
    from sparkify.serve.metrics import metric_query, parse_filters
    from sparkify.serve.query import explain_query, run_interruptibly, run_query
    from sparkify.serve.questions import question_text

    if client:
        _open_client(settings)
        return
    if sum(map(bool, (sql, file, named, metrics is not None))) > 1:
        raise click.UsageError("give one of a query, --file, --named and --metric")
    if (first or last) and not named and metrics is None:
        raise click.UsageError("--from and --to are for --named and --metric")
    if (by or where) and metrics is None:
        raise click.UsageError("--by and --where are for --metric")
    written = csv_format(form, safe_for_spreadsheets)
    require_no_terminal(form, out)
    is_made = bool(named) or metrics is not None
    if not is_made:
        sql = _read_sql(sql, file)
    with commands.reading(settings) as reader:
        if not sql and not is_made:
            from sparkify.cli.prompt import run_prompt

            run_prompt(reader, ROWS_SHOWN_IN_TABLE if limit is None else limit, dialect)
            return

        if metrics is not None:
            text = metric_query(reader, metrics, by or "", parse_filters(where), first, last)
        else:
            text = question_text(reader, named, first, last) if named else sql or ""
        written_in = dialect if metrics is None else None

        def ask() -> None:
            if explain:
                echo(explain_query(reader, text, written_in))
            else:
                answer = run_query(reader, text, written_in)
                write_answer(answer, written, out, _row_limit(form, limit))

        run_interruptibly(reader, ask)


def _read_sql(sql: str | None, file: TextIO | None) -> str:
    """Return the query, empty where a prompt is to open. Raises UsageError without one."""
    if sql and sql != "-":
        return sql
    if not sql and not file and is_terminal(sys.stdin):
        return ""
    text = _read_text(file or sys.stdin)
    if not text.strip():
        raise click.UsageError("there is no query: give one as an argument, a file or on stdin")
    return text


def _read_text(stream: TextIO | None) -> str:
    try:
        return stream.read() if stream else ""
    except UnicodeDecodeError as error:
        raise click.UsageError("the query is not UTF-8") from error


def _open_client(settings: "Settings") -> None:
    import os
    import shutil
    import subprocess

    from sparkify import commands
    from sparkify.engines import backend_of
    from sparkify.errors import ConfigError
    from sparkify.installation import extra_command

    # It is installed in this environment, or in one of its own.
    beside = Path(sys.executable).parent
    program = shutil.which("harlequin", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    command = backend_of(settings).client_command(program or "harlequin", settings)
    if not program:
        raise ConfigError("harlequin is not installed", extra_command("client"))
    with commands.reading(settings):  # which may publish the file first
        pass
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - a list, no shell


def _row_limit(form: str, limit: int | None) -> int:
    if limit is not None:
        return limit
    return ROWS_SHOWN_IN_TABLE if form == "table" else 0
