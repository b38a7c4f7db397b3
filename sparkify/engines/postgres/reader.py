"""A PostgreSQL warehouse opened for queries: each runs in a transaction that can only read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import psycopg

from sparkify.config import Settings
from sparkify.engines.base import (
    Answer,
    Result,
    Value,
    empty_query,
    incorrect_query,
    lost_connection,
    require_reading,
    require_values,
    stopped_query,
    writing_query,
)
from sparkify.engines.postgres.column_types import names_of, read_others_as_text, types_of
from sparkify.engines.postgres.errors import excerpt_of, message_of, rejected_statement
from sparkify.engines.postgres.login import PostgresConnection, open_connection_to_postgres
from sparkify.engines.postgres.session import SECONDS_TO_CANCEL, RowStream
from sparkify.errors import SparkifyError
from sparkify.sql import PIECE, Dialect, Parameter, Statement

READ_ONLY_TRANSACTION, QUERY_CANCELED = "25006", "57014"


class PostgresReader:
    """A warehouse in a database of a PostgreSQL server, read only.

    Each text is one statement, in a read-only transaction that is rolled back after it: what one
    sets, the next does not find.
    """

    dialect: Dialect = "postgres"
    is_exclusive = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection = _opened(settings)
        self._stream: RowStream | None = None

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        self._begin()
        try:
            text, values = statement.render("postgres"), statement.bind(parameters)
            cursor = self._connection.execute(text.encode(), values)
            return Result(names_of(cursor.description), cursor.fetchall())
        except psycopg.Error as error:
            if self._connection.closed:
                raise lost_connection(self._settings) from error
            raise rejected_statement(error, self._settings) from error
        finally:
            self._end()

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, one after the other."""
        return [self.fetch(each, **parameters) for each in statements]

    def query(self, text: str, values: Mapping[str, Value] | None = None) -> Answer:
        """Run a user's query, in PostgreSQL's dialect."""
        require_reading(text, self.dialect)
        if values:
            require_values(text, values)
            text = in_percents(text)
        if is_blank(text):
            raise empty_query()
        self._begin()
        try:
            self._stream = RowStream(self._connection, text, values or None)
        except psycopg.Error as error:
            failed = self._query_error(error)
            self._end()
            raise failed from error
        columns = self._stream.columns
        return Answer(names_of(columns), types_of(columns), self._read(self._stream))

    def interrupt(self) -> None:
        """Cancel the query that another thread waits for."""
        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=SECONDS_TO_CANCEL)

    def close(self) -> None:
        """Close the connection."""
        with suppress(psycopg.Error):
            self._connection.close()

    def _begin(self) -> None:
        """Leave the query before, and open the connection again if it was lost."""
        self._end()
        if self._connection.closed:
            self._connection = _opened(self._settings)

    def _end(self) -> None:
        """End the transaction. A connection that cannot is closed, which does the same."""
        stream, self._stream = self._stream, None
        try:
            if stream:
                stream.close()
            self._connection.rollback()
        except psycopg.Error:
            self.close()

    def _read(self, stream: RowStream) -> Iterator[tuple[Any, ...]]:
        try:
            yield from stream
        except psycopg.Error as error:
            raise self._query_error(error) from error
        if stream is self._stream:
            self._end()

    def _query_error(self, error: psycopg.Error) -> SparkifyError:
        if self._connection.closed:
            return lost_connection(self._settings)
        said = message_of(error)
        if error.sqlstate == QUERY_CANCELED:
            return stopped_query()
        if error.sqlstate in (READ_ONLY_TRANSACTION, None):  # the driver says: no rows, or COPY
            return writing_query(said)
        return incorrect_query(said, excerpt_of(error))


def in_percents(text: str) -> str:
    """Return a query with its parameters as the driver spells them, `%(name)s`."""
    pieces, end = [], 0
    for piece in PIECE.finditer(text):
        name = piece["parameter"]
        pieces += [
            text[end : piece.start()].replace("%", "%%"),
            f"%({name})s" if name else piece[0].replace("%", "%%"),
        ]
        end = piece.end()
    return "".join([*pieces, text[end:].replace("%", "%%")])


def is_blank(text: str) -> bool:
    """Return whether a text has nothing to run in it."""
    return not PIECE.sub(_without_comment, text).strip(" \t\r\n;")


def _without_comment(piece: re.Match[str]) -> str:
    return "" if piece[0].startswith(("--", "/*")) else piece[0]


def _opened(settings: Settings) -> PostgresConnection:
    connection = open_connection_to_postgres(settings, read_only=True)
    read_others_as_text(connection.adapters)
    return connection
