"""The commands that show what the warehouse says."""

import json
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.command import closing, configured

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import Result

BAR_WIDTH = 20


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the answers as one JSON object.")
@configured
def overview(settings: "Settings", as_json: bool) -> None:
    """Show what is in the warehouse, and the answers to three first questions."""
    from sparkify.engines import open_existing
    from sparkify.engines.base import Result
    from sparkify.serve.overview import answers, rows_by_table

    with closing(open_existing(settings)) as engine:
        rows = rows_by_table(engine)
        found = answers(engine)
    if as_json:
        listed = {question: _records(result) for question, result in found.items()}
        click.echo(json.dumps({"rows": rows, "answers": listed}, ensure_ascii=False))
        return
    _print_table("In the warehouse", Result(("table", "rows"), list(rows.items())))
    for question, result in found.items():
        _print_table(question, result)


def _records(result: "Result") -> list[dict[str, Any]]:
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _print_table(title: str, result: "Result") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    most = max((row[-1] for row in result.rows), default=0)
    table = Table(box=box.SIMPLE_HEAD)
    for place, name in enumerate(result.columns):
        number = any(isinstance(row[place], int) for row in result.rows)
        table.add_column(name.replace("_", " "), justify="right" if number else "left")
    table.add_column("")
    for row in result.rows:
        cells = [
            Text(f"{value:,}" if isinstance(value, int) else str(value or "")) for value in row
        ]
        table.add_row(*cells, "█" * round(BAR_WIDTH * row[-1] / most if most else 0))
    console = Console()
    console.print(Text(title, style="bold"))
    console.print(table)
