"""Write rows as a table, CSV, JSON, Markdown or Parquet: a query's answer, a command's list."""

import csv
import io
import json
import math
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO

import click

from sparkify.cli.command import output_file
from sparkify.cli.layout import PIPE_WIDTH, laid_out
from sparkify.cli.spreadsheets import SAFE_CSV
from sparkify.cli.terminal import (
    echo,
    in_utc,
    is_terminal,
    output_stream,
    print_note,
    printable,
    printable_line,
    to_json,
)

if TYPE_CHECKING:
    from sparkify.engines.base import Answer

NUMBER_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


# The type of a listed value in Parquet; all others are texts, lists and objects as JSON.
LISTED_TYPES = {
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    datetime: "TIMESTAMP WITH TIME ZONE",
}


def write_answer(answer: "Answer", form: str, out: Path | None, limit: int) -> None:
    """Write up to `limit` rows of an answer, 0 for all, to a file or else to stdout."""
    from sparkify.serve.query import limit_rows

    shown, has_more = limit_rows(answer, limit)
    _write(shown, form, out)
    if has_more():
        sys.stdout.flush()
        rows = "row" if limit == 1 else f"{limit:,} rows"
        print_note(f"Showing only the first {rows}; --limit 0 shows all.")


def require_no_terminal(form: str, out: Path | None) -> None:
    """Raise UsageError where bytes would be written to a terminal."""
    if form == "parquet" and not out and is_terminal(sys.stdout):
        raise click.UsageError("Parquet cannot be shown on a terminal: write it to a file")


def _write(answer: "Answer", form: str, out: Path | None) -> None:
    if out:
        with output_file(out) as file:
            _write_file(answer, form, file)
    elif form == "parquet":
        write_parquet(answer, sys.stdout.buffer)
    else:
        TEXT_FORMATS[form](answer, sys.stdout or io.StringIO())


def _write_file(answer: "Answer", form: str, file: Path) -> None:
    if form == "parquet":
        with file.open("wb") as content:
            write_parquet(answer, content)
    else:
        with file.open("w", encoding="utf-8", newline="") as text:
            TEXT_FORMATS[form](answer, text)


def write_table(answer: "Answer", stream: TextIO) -> None:
    """Write a table as wide as the terminal; in a pipe, as wide as its values.

    If a terminal is too narrow for the columns, each row is written as a list of them.
    """
    from sparkify.cli.console import SafeConsole

    terminal = is_terminal(stream)
    console = SafeConsole(
        file=stream, width=None if terminal else PIPE_WIDTH, no_color=not terminal, highlight=False
    )
    rows = [[_printable_text(value) for value in row] for row in answer.rows]
    numbers = [place for place, kind in enumerate(answer.types) if _is_number(kind)]
    for each in laid_out(answer.columns, rows, numbers, console.width):
        console.print(each)


def write_csv(answer: "Answer", stream: TextIO) -> None:
    """Write CSV as RFC 4180 has it; a null is empty."""
    writer = csv.writer(output_stream(stream), lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(["" if value is None else _value_text(value) for value in row])


def write_safe_csv(answer: "Answer", stream: TextIO) -> None:
    """Write the same CSV, of which a spreadsheet takes no text for a formula."""
    from sparkify.sql.formulas import safe_cell

    rows = (tuple(map(safe_cell, row)) for row in answer.rows)
    columns = tuple(map(safe_cell, answer.columns))
    write_csv(replace(answer, columns=columns, rows=rows), stream)


def write_json(answer: "Answer", stream: TextIO) -> None:
    """Write a JSON array with an object and a line per row."""
    between = "["
    for record in _json_records(answer):
        stream.write(f"{between}{record}")
        between = ",\n "
    stream.write("]\n" if between != "[" else "[]\n")


def write_ndjson(answer: "Answer", stream: TextIO) -> None:
    """Write a JSON object and a line per row."""
    stream.writelines(f"{record}\n" for record in _json_records(answer))


def _json_records(answer: "Answer") -> Iterator[str]:
    keys = answer.distinct_columns
    for row in answer.rows:
        yield to_json({key: _json_value(value) for key, value in zip(keys, row, strict=True)})


def write_markdown(answer: "Answer", stream: TextIO) -> None:
    """Write a table of Markdown; numbers are aligned to the right."""
    stream.write(_markdown_row(answer.columns))
    stream.write(_markdown_row("--:" if _is_number(kind) else "---" for kind in answer.types))
    stream.writelines(
        _markdown_row("" if value is None else _value_text(value) for value in row)
        for row in answer.rows
    )


def _markdown_row(cells: Iterable[str]) -> str:
    escaped = (printable_line(cell).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |\n"


def write_parquet(answer: "Answer", stream: IO[bytes]) -> None:
    """Write the bytes of a Parquet file."""
    from sparkify.engines.answers import to_parquet
    from sparkify.unfinished import temporary_folder

    # Parquet ends with its index, so it is written to a file first.
    with temporary_folder() as folder:
        file = folder / "answer.parquet"
        to_parquet(answer, file)
        with file.open("rb") as content:
            shutil.copyfileobj(content, stream)


TEXT_FORMATS: dict[str, Callable[["Answer", TextIO], None]] = {
    "table": write_table,
    "csv": write_csv,
    SAFE_CSV: write_safe_csv,
    "json": write_json,
    "ndjson": write_ndjson,
    "markdown": write_markdown,
}


def write_records(
    columns: Sequence[str],
    records: Iterable[Mapping[str, Any]],
    form: str,
    out: Path | None = None,
) -> None:
    """Write what a command lists to a file or else to stdout; its timestamps are UTC.

    As JSON it is one line, as all JSON of commands. Raises UsageError for Parquet on a terminal.
    """
    from sparkify.engines.base import Answer

    require_no_terminal(form, out)
    rows = [tuple(in_utc(record[name]) for name in columns) for record in records]
    if form == "json":
        line = to_json([dict(zip(columns, row, strict=True)) for row in rows])
        _write_line(line, out)
        return
    kinds = tuple(_listed_type(row[place] for row in rows) for place in range(len(columns)))
    if form == "parquet":
        rows = [tuple(map(_typed, row, kinds)) for row in rows]
    _write(Answer(tuple(columns), kinds, iter(rows)), form, out)


def _write_line(line: str, out: Path | None) -> None:
    if out:
        with output_file(out) as file:
            file.write_text(f"{line}\n", encoding="utf-8")
    else:
        echo(line)


def _listed_type(values: Iterable[Any]) -> str:
    """Return the type of a column: that of its values, of which none is another."""
    kinds = {type(value) for value in values if value is not None}
    return LISTED_TYPES.get(kinds.pop(), "VARCHAR") if len(kinds) == 1 else "VARCHAR"


def _typed(value: Any, kind: str) -> Any:
    return value if value is None or kind != "VARCHAR" else _value_text(value)


def _is_number(kind: str) -> bool:
    return kind.startswith(NUMBER_TYPES)


def _printable_text(value: Any) -> str:
    if value is None:
        return "null"
    return printable(_value_text(value))


def _value_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return json.dumps(_json_value(value), ensure_ascii=False)
    return str(value)


def _json_value(value: Any) -> Any:
    """Return a value that JSON can hold."""
    if isinstance(value, dict):
        return {str(key): _json_value(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(each) for each in value]
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value if value is None or isinstance(value, (int, str)) else str(value)
