"""Rows in other forms, whichever engine gave them, by DuckDB in memory: Parquet and DataFrames."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from sparkify.engines import Answer
from sparkify.sql.rendering import answer_table

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

AT_ONCE = 50_000


def write_parquet(answer: Answer, path: Path) -> None:
    """Write the answer's rows to a Parquet file. Raises OSError."""
    with _held(answer) as rows:
        try:
            rows.write_parquet(str(path), compression="zstd")
        except duckdb.IOException as error:
            raise OSError(str(error)) from error


def to_pandas(answer: Answer) -> "pd.DataFrame":
    """The answer's rows for pandas. Raises ImportError without it."""
    with _held(answer) as rows:
        frame: pd.DataFrame = rows.df()
        return frame


def to_polars(answer: Answer) -> "pl.DataFrame":
    """The answer's rows for polars. Raises ImportError without it and pyarrow."""
    with _held(answer) as rows:
        frame: pl.DataFrame = rows.pl()
        return frame


def to_arrow(answer: Answer) -> "pa.Table":
    """The answer's rows for Arrow. Raises ImportError without pyarrow."""
    with _held(answer) as rows:
        return rows.to_arrow_table()


@contextmanager
def _held(answer: Answer) -> Iterator[duckdb.DuckDBPyRelation]:
    """Give the answer as a table in memory."""
    make, insert = answer_table(list(zip(answer.distinct_columns, answer.types, strict=True)))
    with duckdb.connect() as memory:
        memory.execute(make)
        while rows := list(islice(answer.rows, AT_ONCE)):
            lists = enumerate(zip(*rows, strict=True))
            memory.execute(insert, {f"c{place}": list(values) for place, values in lists})
        yield memory.table("answer")
