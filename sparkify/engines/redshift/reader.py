"""A Redshift warehouse opened for queries: each runs in a transaction that can only read."""

from collections.abc import Iterable, Mapping
from typing import Any

from redshift_connector.core import Connection
from redshift_connector.cursor import Cursor
from redshift_connector.error import Error

from sparkify.config import Settings
from sparkify.engines.base import (
    Answer,
    Result,
    Value,
    empty_query,
    engine_statement,
    incorrect_query,
    lost_connection,
    require_reading,
    require_values,
    stopped_query,
    writing_query,
)
from sparkify.engines.redshift.column_types import column_names, column_types
from sparkify.engines.redshift.errors import (
    CANCELED_STATE,
    LINE_IS_CUT,
    first_line,
    server_message,
    statement_error,
)
from sparkify.engines.redshift.login import (
    close_connection,
    open_connection,
    session_settings,
)
from sparkify.engines.redshift.pipelined import fetch_together, send_without_rows
from sparkify.engines.redshift.session import cancel
from sparkify.sql import Dialect, Parameter, Statement
from sparkify.sql.literals import filled

READ_ONLY_STATE = "25006"
QUERY_WAS_EMPTY = "query was empty"  # the driver's own words

# The names of the columns, their types by DuckDB's names, and the rows.
Fetched = tuple[tuple[str, ...], tuple[str, ...], list[tuple[Any, ...]]]


class RedshiftReader:
    """A warehouse on a cluster or workgroup, read only.

    The driver prepares each text, so it is one statement, and the transaction it is in is ours:
    https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
    """

    dialect: Dialect = "redshift"
    is_exclusive = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection = _opened(settings)
        self._process = 0  # until a user's query, which alone can be interrupted

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        [result] = self.fetch_all([statement], **parameters)
        return result

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, together."""
        try:
            fetched = fetch_together(
                self._connection, [filled(each, parameters) for each in statements]
            )
        except (Error, *LINE_IS_CUT) as error:
            said = server_message(error)
            if said is None:
                raise lost_connection(self._settings) from error
            raise statement_error(said, self._settings) from error
        return [Result(column_names(described), rows) for described, rows in fetched]

    def query(self, text: str, values: Mapping[str, Value] | None = None) -> Answer:
        """Run a user's query, in Redshift's dialect."""
        require_reading(text, self.dialect)
        if values:
            require_values(text, values)
        if not self._process:
            ((self._process,),) = self.fetch(engine_statement("redshift", "process")).rows
        try:
            columns, types, rows = self._run(text, values)
        except (Error, *LINE_IS_CUT) as error:
            raise self._query_error(error) from error
        return Answer(columns, types, iter(rows))

    def interrupt(self) -> None:
        """Cancel the query that another thread waits for, by another session."""
        cancel(self._settings, self._process)

    def close(self) -> None:
        """Close the connection."""
        close_connection(self._connection)

    def _run(self, text: str, values: Mapping[str, Value] | None = None) -> Fetched:
        """Run a user's text in a transaction that can only read."""
        with self._connection.cursor() as cursor:
            send_without_rows(self._connection, cursor, ["begin read only"])
            try:
                return self._fetched(cursor, text, values)
            finally:
                send_without_rows(self._connection, cursor, ["rollback"])

    @staticmethod
    def _fetched(cursor: Cursor, text: str, values: Mapping[str, Value] | None = None) -> Fetched:
        cursor.paramstyle = "named"
        cursor.execute(text, values or None)
        described = cursor.description
        rows = [tuple(row) for row in cursor.fetchall()] if described else []
        return column_names(described), column_types(described), rows

    def _query_error(self, error: Exception) -> Exception:
        if str(error) == QUERY_WAS_EMPTY:
            return empty_query()
        said = server_message(error)
        if said is None:
            return lost_connection(self._settings)
        if said.get("C") == CANCELED_STATE:
            return stopped_query()
        if said.get("C") == READ_ONLY_STATE:
            return writing_query(first_line(said))
        return incorrect_query(first_line(said))


def _opened(settings: Settings) -> Connection:
    connection = open_connection(settings)
    # We begin the transactions ourselves, as read only ones.
    connection.autocommit = True
    with connection.cursor() as cursor:
        send_without_rows(connection, cursor, session_settings(settings))
    return connection
