"""The `diff` command."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.command import (
    NEEDS_A_PERSON,
    debug_option,
    list_option,
    output_options,
    report_errors,
    show_activity,
)
from sparkify.cli.formats import write_records
from sparkify.cli.tables import print_table, readable
from sparkify.cli.terminal import echo, print_marked, to_json
from sparkify.sizes import counted
from sparkify.sql import ANALYSTS_TABLES

if TYPE_CHECKING:
    from sparkify.serve.diff import RowDifference, TableDifference
    from sparkify.serve.diff_side import DiffSide

LONGEST_VALUE = 60
KIND_TITLES = {"only_a": "only in A", "only_b": "only in B", "changed": "changed"}


@click.command("diff")
@click.argument("a")
@click.argument("b")
@click.option(
    "--table",
    "tables",
    multiple=True,
    type=click.Choice(ANALYSTS_TABLES),
    help="Compare this table only; can be repeated.",
)
@list_option
@debug_option
@output_options
def diff_command(a: str, b: str, tables: tuple[str, ...], form: str, debug: bool) -> None:
    """Compare two warehouses row by row.

    A and B are each a settings file, a DuckDB file (NAME.duckdb) or the folder of an export. Exit
    code 0 if the star tables are equal, 3 if not.
    """
    with report_errors(debug=debug):
        from sparkify import commands
        from sparkify.serve.diff import TableDifference
        from sparkify.serve.diff_side import find_sides

        sides = find_sides(a, b)
        for warning in (warning for side in sides for warning in side.warnings):
            echo(f"Warning: {warning}", err=True)
        differences = commands.diff(
            a,
            b,
            tables=tables or ANALYSTS_TABLES,
            within=lambda table: show_activity(f"comparing {table}"),
        )
        if form == "json":
            echo(to_json(_as_json(sides, differences)))
        elif form == "table":
            _print_differences(sides, differences)
        else:
            columns = [field.name for field in fields(TableDifference)]
            write_records(columns, map(asdict, differences), form)
        if any(each.differences for each in differences):
            sys.exit(NEEDS_A_PERSON)


def _as_json(
    sides: "tuple[DiffSide, DiffSide]", differences: "Sequence[TableDifference]"
) -> dict[str, Any]:
    a, b = ({"name": side.name, "address": side.address} for side in sides)
    equal = not any(each.differences for each in differences)
    return {"a": a, "b": b, "equal": equal, "tables": [asdict(each) for each in differences]}


def _print_differences(
    sides: "tuple[DiffSide, DiffSide]", differences: "Sequence[TableDifference]"
) -> None:
    from sparkify.serve.diff import EXAMPLES

    for letter, side in zip("AB", sides, strict=True):
        echo(f"{letter}: {readable(side.name)}")
    echo()
    rows = [
        (each.table, each.rows_a, each.rows_b, each.only_a, each.only_b, each.changed)
        for each in differences
    ]
    columns = ("table", "rows in A", "rows in B", "only in A", "only in B", "changed")
    print_table("Rows of the star", columns, rows)
    # One screen for all tables; of a single one all examples.
    examples_of_kind = EXAMPLES if len(differences) == 1 else 1
    for each in differences:
        for line in _described(each, examples_of_kind):
            print_marked("", line, indent=4)
    different = sum(each.differences for each in differences)
    total = sum(each.rows_a for each in differences)
    if different:
        echo(f"A and B differ in {counted(different, 'row')}.")
    else:
        echo(f"A and B are equal: {counted(total, 'row')} in {counted(len(rows), 'table')}.")


def _described(difference: "TableDifference", examples_of_kind: int) -> Iterator[str]:
    """Describe what differs in a table: columns, examples, and what was not compared."""
    shown: Counter[str] = Counter()
    if difference.changed_columns:
        counts = sorted(difference.changed_columns.items(), key=lambda each: -each[1])
        columns = ", ".join(f"{name} ({count:,})" for name, count in counts)
        yield f"{difference.table}, changed columns: {columns}"
    for example in difference.examples:
        shown[example.kind] += 1
        if shown[example.kind] <= examples_of_kind:
            yield f"{difference.table}, {KIND_TITLES[example.kind]}: {_described_row(example)}"
    if difference.not_compared:
        rows = counted(difference.not_compared, "more row")
        yield f"{difference.table}, not compared: {rows}, since so many differ"


def _described_row(example: "RowDifference") -> str:
    changes = (f"{name} {_shown(a)} -> {_shown(b)}" for name, (a, b) in example.values.items())
    key = ", ".join(f"{name} {_shown(value)}" for name, value in example.key.items())
    return "; ".join([key, *changes])


def _shown(value: Any) -> str:
    """Return a value as it is, a long text cut, and null told from a text."""
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds")
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
