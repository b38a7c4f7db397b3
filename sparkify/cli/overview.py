"""The `overview` command."""

from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.command import configured_to_read, list_option
from sparkify.cli.formats import write_records
from sparkify.cli.terminal import echo, printable_line, to_json

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import Result

BAR_WIDTH = 20


@click.command("overview")
@list_option
@configured_to_read
def overview_command(settings: "Settings", form: str) -> None:
    """Show what the warehouse contains.

    The rows of each table, and the answers to three common questions.
    """
    from sparkify import commands
    from sparkify.engines.base import Result
    from sparkify.serve.overview import OVERVIEW_QUESTIONS, answers, rows_by_table

    with commands.reading(settings) as reader:
        rows = rows_by_table(reader)
        found = answers(reader)
    if form == "json":
        listed = {
            OVERVIEW_QUESTIONS[title].rpartition("/")[2]: _answer_records(result)
            for title, result in found.items()
        }
        echo(to_json({"rows": rows, "answers": listed}))
        return
    if form != "table":
        counts = ({"table": table, "rows": count} for table, count in rows.items())
        write_records(("table", "rows"), counts, form)
        return
    _print_bars("In the warehouse", Result(("table", "rows"), list(rows.items())))
    for title, result in found.items():
        _print_bars(title, result)


def _answer_records(result: "Result") -> list[dict[str, Any]]:
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _print_bars(title: str, result: "Result") -> None:
    """Print a table with a bar for the number in its last column."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from sparkify.cli.console import SafeConsole

    most = max((row[-1] for row in result.rows), default=0)
    table = Table(box=box.SIMPLE_HEAD)
    for place, name in enumerate(result.columns):
        number = any(isinstance(row[place], int) for row in result.rows)
        table.add_column(name.replace("_", " "), justify="right" if number else "left")
    table.add_column("")
    for row in result.rows:
        cells = [
            Text(f"{value:,}" if isinstance(value, int) else printable_line(str(value or "")))
            for value in row
        ]
        table.add_row(*cells, "█" * round(BAR_WIDTH * row[-1] / most if most else 0))
    console = SafeConsole()
    console.print(Text(title, style="bold"))
    console.print(table)
