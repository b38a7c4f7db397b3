"""An answer as a table for people, or as CSV, JSON or Parquet for machines."""

import csv
import json
import math
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO

from sparkify.cli.command import is_terminal

if TYPE_CHECKING:
    from rich.table import Table

    from sparkify.engines.base import Answer

READABLE = 12  # characters of a value
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


def write_table(answer: "Answer", stream: TextIO) -> None:
    """Draw a table: wide as the terminal, or, in a pipe, as its values.

    Where a terminal is too narrow for the columns, each row is a list of them.
    """
    from rich.console import Console

    terminal = is_terminal(stream)
    console = Console(
        file=stream, width=None if terminal else 100_000, no_color=not terminal, highlight=False
    )
    rows = [[_shown(value) for value in row] for row in answer.rows]
    if rows and terminal and _least_width(answer.columns, rows) > console.width:
        for row in rows:
            console.print(_record(answer.columns, row))
    else:
        console.print(_table(answer, rows))


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The width of a table of these values that can still be read."""
    longest = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    return sum(min(length, READABLE) + 3 for length in longest)


def _table(answer: "Answer", rows: Sequence[Sequence[str]]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for name, kind in zip(answer.columns, answer.types, strict=True):
        number = kind.startswith(NUMBERS)
        table.add_column(Text(name), justify="right" if number else "left", no_wrap=number)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _record(columns: Sequence[str], row: Sequence[str]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, show_header=False)
    table.add_column(no_wrap=True)
    for name, value in zip(columns, row, strict=True):
        table.add_row(Text(name, style="bold"), Text(value))
    return table


def write_csv(answer: "Answer", stream: TextIO) -> None:
    """Write RFC 4180, a null as nothing at all."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(["" if value is None else _text(value) for value in row])


def write_json(answer: "Answer", stream: TextIO) -> None:
    """Write one array of objects, a row a line."""
    keys = answer.distinct_columns
    between = "["
    for row in answer.rows:
        record = {key: _plain(value) for key, value in zip(keys, row, strict=True)}
        stream.write(f"{between}{json.dumps(record, ensure_ascii=False, allow_nan=False)}")
        between = ",\n "
    stream.write("]\n" if between != "[" else "[]\n")


def write_parquet(answer: "Answer", stream: IO[bytes]) -> None:
    """Write a Parquet file's bytes."""
    from sparkify.engines.answers import write_parquet as write

    # The format ends with its table of contents, so it is written as a file first.
    with tempfile.TemporaryDirectory(prefix="sparkify-") as folder:
        made = Path(folder, "answer.parquet")
        write(answer, made)
        with made.open("rb") as content:
            shutil.copyfileobj(content, stream)


TEXTS: dict[str, Callable[["Answer", TextIO], None]] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
}


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    # What steers a terminal is not for data to say.
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return json.dumps(_plain(value), ensure_ascii=False)
    return str(value)


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value if value is None or isinstance(value, (int, str)) else str(value)
