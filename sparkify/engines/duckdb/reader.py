"""A DuckDB warehouse opened for queries: DuckDB itself rejects everything else."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from sparkify.engines.base import (
    Answer,
    Result,
    Value,
    empty_query,
    incorrect_query,
    require_reading,
    require_values,
    stopped_query,
    writing_query,
)
from sparkify.engines.duckdb.engine import errors_translated, fetch_result, hide_progress
from sparkify.engines.duckdb.read_only import Config, connect_read_only
from sparkify.errors import IncorrectQuery, QueryError
from sparkify.sql import Dialect, Parameter, Statement
from sparkify.sql.parameters import in_dollars

# No file but the warehouse, no network, no extension, and no way to set any of it back.
# https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
CONFINED: Config = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allowed_configs": ["enable_progress_bar"],
    "lock_configuration": True,
}
ROWS_PER_FETCH = 10_000
# The type, and no column of that name, which has its type behind it.
BARE_NULL = re.compile(r'"NULL"(?! )')


class DuckDbReader:
    """The warehouse in a DuckDB file, opened read-only; others can read it at the same time."""

    dialect: Dialect = "duckdb"
    is_exclusive = True

    def __init__(self, path: Path) -> None:
        self._path = path
        with errors_translated(path):
            self._connection = connect_read_only(path, CONFINED)
            hide_progress(self._connection)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        return fetch_result(self._connection, self._path, statement, parameters)

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, one after the other."""
        return [self.fetch(each, **parameters) for each in statements]

    def query(self, text: str, values: Mapping[str, Value] | None = None) -> Answer:
        """Run a user's query, in DuckDB's dialect."""
        if values:
            require_values(text, values)
            text = in_dollars(text)
        self._require_reading(text)
        try:
            answer = self._connection.execute(text, values)
        except (duckdb.Error, RuntimeError) as error:
            raise _query_error(error) from error
        if answer is None:  # though DuckDB's own types rule it out
            raise empty_query()
        described = answer.description or []
        names = tuple(column[0] for column in described)
        kinds = tuple(_kind(column[1]) for column in described)
        return Answer(names, kinds, self._rows())

    def interrupt(self) -> None:
        """Stop the query that another thread waits for."""
        self._connection.interrupt()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _require_reading(self, text: str) -> None:
        """Raise QueryError unless a text reads; of what cannot be parsed DuckDB says where."""
        try:
            require_reading(text, self.dialect)
        except IncorrectQuery:
            try:
                self._connection.extract_statements(text)
            except (duckdb.Error, RuntimeError) as error:
                raise _query_error(error) from error
            raise

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        try:
            while rows := self._connection.fetchmany(ROWS_PER_FETCH):
                yield from rows
        except (duckdb.Error, RuntimeError) as error:
            raise _query_error(error) from error


def _kind(declared: object) -> str:
    # Bare nulls, and what is in a list of nothing, have a type of their own that nothing can store.
    return BARE_NULL.sub("INTEGER", str(declared))


def _query_error(error: Exception) -> QueryError:
    text = str(error)
    if isinstance(error, duckdb.InterruptException):
        return stopped_query()
    if "read-only mode" in text or isinstance(error, duckdb.PermissionException):
        return writing_query(text.partition("\n")[0])
    said, _, excerpt = text.partition("\nLINE ")
    # What begins with a tab is a list of all functions of that name.
    lines = [line for line in said.splitlines() if line and not line.startswith("\t")]
    return incorrect_query(" ".join(lines), f"LINE {excerpt}" if excerpt else "")
