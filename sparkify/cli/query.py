"""The command that asks: one query, a question of the report, or a prompt."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import closing, configured, is_terminal, whole_file

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import Answer, Reader

SHOWN = 100
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("sql", required=False)
@click.option("--named", metavar="NAME", help="Ask a question of the report.")
@click.option("--from", "first", type=DAY, help="With --named: the first day, like 2018-11-01.")
@click.option("--to", "last", type=DAY, help="With --named: the last day.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    help=f"At most so many rows, 0 for all; else {SHOWN} in a table, and all in the other formats.",
)
@click.option("--explain", is_flag=True, help="Show how the query would be run; do not run it.")
@click.option("--client", is_flag=True, help="Open a full SQL client, harlequin, to read only.")
@configured
def query(  # noqa: PLR0913, PLR0917 - an option is an argument
    settings: "Settings",
    sql: str | None,
    named: str | None,
    first: datetime | None,
    last: datetime | None,
    form: str,
    out: Path | None,
    limit: int | None,
    explain: bool,
    client: bool,
) -> None:
    r"""Ask the warehouse, and nothing but ask: SQL as an argument or on stdin, else at a prompt.

    '\d' shows tables and views, '\d NAME' the columns of one.
    """
    from sparkify.engines import open_reader
    from sparkify.serve.query import explain_query, run_interruptibly, run_query

    if client:
        _open_client(settings)
        return
    if sql and named:
        raise click.UsageError("give a query or --named, not both")
    if (first or last) and not named:
        raise click.UsageError("--from and --to are for --named")
    if form == "parquet" and not out and is_terminal(sys.stdout):
        raise click.UsageError("Parquet is not for a terminal: give --out FILE")
    if not sql and not named and not is_terminal(sys.stdin):
        sql = _read_stdin()
        if not sql.strip():
            raise click.UsageError("there is no query: give one as an argument or on stdin")
    with closing(open_reader(settings)) as reader:
        if not sql and not named:
            from sparkify.cli.shell import prompt

            prompt(reader, limit=SHOWN if limit is None else limit)
            return

        text = sql or _question(reader, named, first, last)

        def answer() -> None:
            if explain:
                click.echo(explain_query(reader, text))
            else:
                write(run_query(reader, text), form, out, _limit(form, limit))

        run_interruptibly(reader, answer)


def _read_stdin() -> str:
    try:
        return sys.stdin.read() if sys.stdin else ""
    except UnicodeDecodeError as error:
        raise click.UsageError("the query is not UTF-8") from error


def write(answer: "Answer", form: str, out: Path | None, limit: int) -> None:
    """Write the answer to the file, else to stdout, and say on stderr if it was cut."""
    from sparkify.cli.formats import TEXTS, write_parquet
    from sparkify.serve.query import limit_rows

    shown, has_more = limit_rows(answer, limit)
    if out:
        with whole_file(out) as file:
            _write_file(shown, form, file)
    elif form == "parquet":
        write_parquet(shown, sys.stdout.buffer)
    else:
        TEXTS[form](shown, sys.stdout)
    if has_more():
        sys.stdout.flush()
        rows = "1 row" if limit == 1 else f"{limit:,} rows"
        click.echo(f"Limited to {rows}, and there are more; --limit 0 gives all.", err=True)


def _open_client(settings: "Settings") -> None:
    from sparkify.engines import backend_of, require_warehouse
    from sparkify.errors import ConfigError

    # It is installed beside us, or by itself.
    beside = Path(sys.executable).parent
    program = shutil.which("harlequin", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    command = backend_of(settings).client_command(program or "harlequin", settings)
    if not program:
        raise ConfigError("harlequin is not installed", "pip install 'sparkify[client]'")
    require_warehouse(settings)
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - a list, no shell


def _write_file(answer: "Answer", form: str, file: Path) -> None:
    from sparkify.cli.formats import TEXTS, write_parquet

    if form == "parquet":
        with file.open("wb") as content:
            write_parquet(answer, content)
    else:
        with file.open("w", encoding="utf-8", newline="") as text:
            TEXTS[form](answer, text)


def _limit(form: str, limit: int | None) -> int:
    if limit is not None:
        return limit
    return SHOWN if form == "table" else 0


def _question(
    reader: "Reader", named: str | None, first: datetime | None, last: datetime | None
) -> str:
    from sparkify.serve.period import chosen_period, data_period
    from sparkify.serve.questions import question
    from sparkify.warehouse import require_star

    require_star(reader)
    asked = question(named or "")
    today = datetime.now(UTC).date()
    days = chosen_period(data_period(reader), first and first.date(), last and last.date(), today)
    return asked.written_out(days.parameters)
