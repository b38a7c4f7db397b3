"""Convert the result of a query to files or DataFrames, by a DuckDB of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from sparkify.engines.base import Answer, ExportedTable, ExportFormat
from sparkify.engines.duckdb.engine import errors_translated
from sparkify.engines.duckdb.exporter import written
from sparkify.sql.rendering import answer_table
from sparkify.unfinished import temporary_folder

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

ROWS_PER_INSERT = 50_000
IN_MEMORY = Path(":memory:")


def to_parquet(answer: Answer, path: Path) -> None:
    """Write the rows to a Parquet file. Raises OSError."""
    with _in_table(answer) as (_, rows):
        try:
            rows.write_parquet(str(path), compression="zstd")
        except duckdb.IOException as error:
            raise OSError(str(error)) from error


def write_files(
    answer: Answer, folder: Path, form: ExportFormat, partitions: Sequence[str]
) -> ExportedTable:
    """Write the rows as files below an empty folder, as an exporter does. Raises OSError.

    They go through a database on disk, so that any number of them fits.
    """
    with temporary_folder() as beside:
        database = beside / "rows.duckdb"
        with errors_translated(database), _in_table(answer, database) as (connection, rows):
            return written(connection, rows, folder, form, partitions)


def to_pandas(answer: Answer) -> "pd.DataFrame":
    """Return the rows as a pandas DataFrame. Raises ImportError without it."""
    with _in_table(answer) as (_, rows):
        frame: pd.DataFrame = rows.df()
        return frame


def to_polars(answer: Answer) -> "pl.DataFrame":
    """Return the rows as a polars DataFrame. Raises ImportError without it and pyarrow."""
    with _in_table(answer) as (_, rows):
        frame: pl.DataFrame = rows.pl()
        return frame


def to_arrow(answer: Answer) -> "pa.Table":
    """Return the rows as an Arrow table. Raises ImportError without pyarrow."""
    with _in_table(answer) as (_, rows):
        return rows.to_arrow_table()


@contextmanager
def _in_table(
    answer: Answer, database: Path = IN_MEMORY
) -> Iterator[tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation]]:
    """Give a connection, and the answer as a table there."""
    make, insert = answer_table(list(zip(answer.distinct_columns, answer.types, strict=True)))
    with duckdb.connect(str(database)) as connection:
        connection.execute(make)
        while rows := list(islice(answer.rows, ROWS_PER_INSERT)):
            lists = enumerate(zip(*rows, strict=True))
            connection.execute(insert, {f"c{place}": list(values) for place, values in lists})
        yield connection, connection.table("answer")
