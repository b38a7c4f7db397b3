"""The warehouse in Python: queries, and their results as rows or DataFrames."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from html import escape
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from sparkify.config import Settings, load_settings
from sparkify.engines import open_reader
from sparkify.engines.base import Answer, Reader, Value
from sparkify.errors import ConfigError
from sparkify.installation import extra_command
from sparkify.serve.query import run_interruptibly
from sparkify.serve.schema_commands import schema

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

ROWS_SHOWN_IN_REPR = 20
Frame = TypeVar("Frame")


class QueryResult:
    """The result of a query: `columns`, `types` (DuckDB's names) and `rows`, all in memory."""

    def __init__(self, answer: Answer) -> None:
        self.columns = answer.columns
        self.types = answer.types
        self.rows: list[tuple[Any, ...]] = list(answer.rows)

    def df(self) -> "pd.DataFrame":
        """Return a pandas DataFrame. Raises ConfigError without the extra pandas."""
        from sparkify.engines.answers import to_pandas

        return self._converted(to_pandas, "pandas")

    def pl(self) -> "pl.DataFrame":
        """Return a polars DataFrame. Raises ConfigError without the extra polars."""
        from sparkify.engines.answers import to_polars

        return self._converted(to_polars, "polars")

    def arrow(self) -> "pa.Table":
        """Return an Arrow table. Raises ConfigError without the extra polars."""
        from sparkify.engines.answers import to_arrow

        return self._converted(to_arrow, "polars")

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
        return self.rows[:ROWS_SHOWN_IN_REPR]

    def _rest(self) -> list[str]:
        more = len(self.rows) - ROWS_SHOWN_IN_REPR
        return [f"... and {more:,} more rows"] if more > 0 else []

    def _converted(self, convert: Callable[[Answer], Frame], extra: str) -> Frame:
        try:
            return convert(Answer(self.columns, self.types, iter(self.rows)))
        except ImportError as error:
            raise ConfigError(f"{error.name} is not installed", extra_command(extra)) from error


class Connection:
    """A read-only connection to the warehouse. Close it, or use it in a `with`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def sql(self, query: str, parameters: Mapping[str, Value] | None = None) -> QueryResult:
        """Run a query in the engine's dialect; Ctrl-C stops it. Raises QueryError.

        `sql("select * from plays where level = :level", {"level": "paid"})`: each `:name` is bound
        to the value of that name, which is never part of the SQL.
        """
        return run_interruptibly(
            self._reader, lambda: QueryResult(self._reader.query(query, parameters))
        )

    def metric(
        self,
        metrics: str | Iterable[str],
        *,
        by: str | Iterable[str] = (),
        where: Mapping[str, Any] | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> QueryResult:
        """Count metrics by dimensions: `metric("plays", by="plan,week", where={"state": "TX"})`.

        The names are those of docs/metrics.md; a filter has a value or a list of values. Without
        `first` and `last` the period has all days with data. Raises ConfigError, QueryError.
        """
        from sparkify.serve.metrics import metric_query

        return self.sql(metric_query(self._reader, metrics, by, where, first, last))

    def tables(self) -> dict[str, dict[str, str]]:
        """Return the tables and views, each with its columns and their types."""
        return schema(self._reader)

    def close(self) -> None:
        """Close the connection."""
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
    config: Settings | str | Path | None = None, settings: Mapping[str, str] | None = None
) -> Connection:
    """Open the warehouse read-only: `connect().sql("select ...").df()`.

    `config` is a settings file, by default `./dwh.cfg` if it exists, or Settings. `settings` maps
    `SECTION.KEY` to values that override a file, as `--set` does on the command line. Raises
    SparkifyError.
    """
    if isinstance(config, Settings):
        return Connection(open_reader(config))
    return Connection(open_reader(load_settings(config, settings)))
