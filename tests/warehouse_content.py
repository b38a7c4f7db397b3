"""The content of a DuckDB warehouse, read without the product."""

from functools import cache
from pathlib import Path

import duckdb
from sqlglot import exp

from tests.small_source import COUNTS


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read all that is in a warehouse: all tables but the runs' log."""
    reader = _reader()
    file = exp.Literal.string(str(database)).sql("duckdb")
    reader.execute(f"attach {file} as warehouse (read_only)")
    try:
        names = reader.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse'"
        ).fetchall()
        return {
            name: sorted(reader.execute(f'select * from warehouse."{name}"').fetchall(), key=repr)
            for (name,) in names
            if name not in {"runs", "check_results"}
        }
    finally:
        reader.execute("detach warehouse")


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()  # which takes longer than to read a small warehouse


def counts(database: Path) -> dict[str, int]:
    """Count the rows of each table of the design."""
    rows = content(database)
    return {name: len(rows[name]) for name in COUNTS}
