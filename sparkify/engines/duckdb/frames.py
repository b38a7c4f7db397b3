"""Convert the result of a query to Parquet or DataFrames, by a DuckDB in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from sparkify.engines.base import Answer
from sparkify.sql.rendering import answer_table

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

ROWS_PER_INSERT = 50_000


def write_parquet(answer: Answer, path: Path) -> None:
    """Write the rows to a Parquet file. Raises OSError."""
    with _in_memory(answer) as rows:
        try:
            rows.write_parquet(str(path), compression="zstd")
        except duckdb.IOException as error:
            raise OSError(str(error)) from error


def to_pandas(answer: Answer) -> "pd.DataFrame":
    """Return the rows as a pandas DataFrame. Raises ImportError without it."""
    with _in_memory(answer) as rows:
        frame: pd.DataFrame = rows.df()
        return frame


def to_polars(answer: Answer) -> "pl.DataFrame":
    """Return the rows as a polars DataFrame. Raises ImportError without it and pyarrow."""
    with _in_memory(answer) as rows:
        frame: pl.DataFrame = rows.pl()
        return frame


def to_arrow(answer: Answer) -> "pa.Table":
    """Return the rows as an Arrow table. Raises ImportError without pyarrow."""
    with _in_memory(answer) as rows:
        return rows.to_arrow_table()


@contextmanager
def _in_memory(answer: Answer) -> Iterator[duckdb.DuckDBPyRelation]:
    """Give the answer as a table in memory."""
    make, insert = answer_table(list(zip(answer.distinct_columns, answer.types, strict=True)))
    with duckdb.connect() as memory:
        memory.execute(make)
        while rows := list(islice(answer.rows, ROWS_PER_INSERT)):
            lists = enumerate(zip(*rows, strict=True))
            memory.execute(insert, {f"c{place}": list(values) for place, values in lists})
        yield memory.table("answer")
