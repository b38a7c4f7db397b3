"""The warehouse in Python: queries, and their answers as rows or DataFrames."""

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from sparkify.config import load_settings
from sparkify.engines import open_reader
from sparkify.engines.base import Answer, Reader, Value
from sparkify.errors import ConfigError
from sparkify.serve.query import interruptible, schema

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

SHOWN = 20
Frame = TypeVar("Frame")


class Rows:
    """The answer to a query: `columns`, `types` (DuckDB's names) and `rows`, all in memory."""

    def __init__(self, answer: Answer) -> None:
        self.columns = answer.columns
        self.types = answer.types
        self.rows: list[tuple[Any, ...]] = list(answer.rows)

    def df(self) -> "pd.DataFrame":
        """As a pandas DataFrame. Raises ConfigError without `sparkify[pandas]`."""
        from sparkify.engines.answers import to_pandas

        return self._framed(to_pandas, "pandas")

    def pl(self) -> "pl.DataFrame":
        """As a polars DataFrame. Raises ConfigError without `sparkify[polars]`."""
        from sparkify.engines.answers import to_polars

        return self._framed(to_polars, "polars")

    def arrow(self) -> "pa.Table":
        """As an Arrow table. Raises ConfigError without `sparkify[polars]`."""
        from sparkify.engines.answers import to_arrow

        return self._framed(to_arrow, "polars")

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        lines = [" | ".join(self.columns), *(" | ".join(map(str, row)) for row in self._first())]
        return "\n".join([*lines, *self._rest()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>"
            for row in self._first()
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return table + "".join(f"<p>{line}</p>" for line in self._rest())

    def _first(self) -> list[tuple[Any, ...]]:
        return self.rows[:SHOWN]

    def _rest(self) -> list[str]:
        more = len(self.rows) - SHOWN
        return [f"... and {more:,} rows more"] if more > 0 else []

    def _framed(self, make: Callable[[Answer], Frame], extra: str) -> Frame:
        try:
            return make(Answer(self.columns, self.types, iter(self.rows)))
        except ImportError as error:
            raise ConfigError(
                f"{error.name} is not installed", f"pip install 'sparkify[{extra}]'"
            ) from error


class Connection:
    """The warehouse, open to be asked and for nothing else. Close it, or use it in a `with`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def sql(self, query: str, parameters: Mapping[str, Value] | None = None) -> Rows:
        """The answer to a query in the engine's dialect; Ctrl-C ends it. Raises QueryError.

        `sql("select * from plays where level = :level", {"level": "paid"})`: each `:name` is bound
        to the value of that name, which is never read as SQL.
        """
        return interruptible(self._reader, lambda: Rows(self._reader.query(query, parameters)))

    def tables(self) -> dict[str, dict[str, str]]:
        """The tables and views, each with its columns and their types."""
        return schema(self._reader)

    def close(self) -> None:
        """Leave the warehouse."""
        self._reader.close()

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def connect(
    config: str | Path | None = None, settings: Mapping[str, str] | None = None
) -> Connection:
    """The warehouse that the settings name; see `sparkify.connect`."""
    return Connection(open_reader(load_settings(Path(config) if config else None, settings)))
