"""A Redshift warehouse to be asked only: every query is a transaction that may only read."""

from collections.abc import Mapping
from typing import Any

from redshift_connector.core import Connection
from redshift_connector.error import Error

from sparkify.config import Settings
from sparkify.engines import Answer, Result, Value, no_query, require_values
from sparkify.engines.redshift_errors import (
    LINE_IS_CUT,
    connection_lost,
    first_line,
    refused,
    said_by_server,
)
from sparkify.engines.redshift_login import connect, disconnect
from sparkify.engines.redshift_session import cancel
from sparkify.engines.redshift_types import names, types
from sparkify.errors import QueryError
from sparkify.sql import Dialect, Parameter, Statement, statement
from sparkify.sql.literals import filled, identifier

QUERY_CANCELED, READ_ONLY = "57014", "25006"
QUERY_WAS_EMPTY = "query was empty"  # the driver's own words


class RedshiftReader:
    """A warehouse on a cluster or workgroup, read only.

    The driver prepares each text, so it is one statement, and the transaction it is in is ours:
    https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
    """

    dialect: Dialect = "redshift"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection = _opened(settings)
        ((self._process,),) = self.fetch(statement("redshift/process")).rows

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of ours."""
        try:
            columns, _, rows = self._run(filled(statement, parameters))
        except (Error, *LINE_IS_CUT) as error:
            said = said_by_server(error)
            if said is None:
                raise connection_lost(self._settings) from error
            raise refused(said, self._settings) from error
        return Result(columns, rows)

    def ask(self, text: str, values: Mapping[str, Value] | None = None) -> Answer:
        """Run a person's own query, in Redshift's dialect."""
        if values:
            require_values(text, values)
        try:
            columns, types, rows = self._run(text, values)
        except (Error, *LINE_IS_CUT) as error:
            raise self._refusal(error) from error
        return Answer(columns, types, iter(rows))

    def interrupt(self) -> None:
        """End the query that another thread waits for, by another session."""
        cancel(self._settings, self._process)

    def close(self) -> None:
        """Leave the warehouse."""
        disconnect(self._connection)

    def _run(
        self, text: str, values: Mapping[str, Value] | None = None
    ) -> tuple[tuple[str, ...], tuple[str, ...], list[tuple[Any, ...]]]:
        with self._connection.cursor() as cursor:
            cursor.paramstyle = "named"
            cursor.execute("begin read only")
            try:
                cursor.execute(text, values or None)
                described = cursor.description
                rows = [tuple(row) for row in cursor.fetchall()] if described else []
            finally:
                cursor.execute("rollback")
        return names(described), types(described), rows

    def _refusal(self, error: Exception) -> Exception:
        if str(error) == QUERY_WAS_EMPTY:
            return no_query()
        said = said_by_server(error)
        if said is None:
            return connection_lost(self._settings)
        if said.get("C") == QUERY_CANCELED:
            return QueryError("the query was stopped", "ask again; nothing was changed")
        if said.get("C") == READ_ONLY:
            return QueryError(
                f"queries only read the warehouse: {first_line(said)}",
                "load with sparkify etl, copy out with sparkify export",
            )
        return QueryError(
            first_line(said), "correct the query; sparkify query '\\d' shows tables and columns"
        )


def _opened(settings: Settings) -> Connection:
    connection = connect(settings)
    # The transactions are begun by us, as ones that read only.
    connection.autocommit = True
    if settings.db_schema:
        with connection.cursor() as cursor:
            cursor.execute(f"set search_path to {identifier(settings.db_schema)}")
    return connection
