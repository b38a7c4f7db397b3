"""The result of a query in other forms, whichever engine gave it."""

from sparkify.engines.duckdb.frames import (
    to_arrow,
    to_pandas,
    to_parquet,
    to_polars,
    write_files,
)

__all__ = ["to_arrow", "to_pandas", "to_parquet", "to_polars", "write_files"]
