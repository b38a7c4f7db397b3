"""A session with a Redshift warehouse: one statement at a time, in transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from redshift_connector.core import Connection
from redshift_connector.cursor import Cursor
from redshift_connector.error import Error

from sparkify.config import Settings
from sparkify.engines import Result
from sparkify.engines.redshift_errors import (
    LINE_IS_CUT,
    Said,
    connection_lost,
    outcome_unknown,
    refused,
    said_by_server,
)
from sparkify.engines.redshift_login import connect, disconnect
from sparkify.engines.redshift_types import names, types
from sparkify.errors import Interrupted, WarehouseError
from sparkify.sql import statement
from sparkify.sql.literals import filled, identifier


class ServerRefusal(Exception):  # noqa: N818 - the server's answer, which its caller explains
    """The server refused a statement; its transaction is aborted."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.get("M", ""))
        self.said = said


class Session:
    """A connection that is opened when there is something to say, again if it was lost.

    `types` are those of the columns of the latest answer, by DuckDB's names.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: Connection | None = None
        self._cursor: Cursor
        self.types: tuple[str, ...] = ()
        self._open()

    def begin(self) -> None:
        """See that there is a connection: the driver begins a transaction by itself."""
        if self._connection is not None:
            return
        try:
            self._open()
        except WarehouseError as error:
            # It was there before: what is in its way may pass.
            raise Interrupted(str(error), error.hint) from error

    def run(self, text: str) -> Result:
        """Run a statement. Raises ServerRefusal, or Interrupted where the connection is lost."""
        if self._connection is None:
            raise connection_lost(self._settings)
        try:
            with self._heard_out():
                self._cursor.execute(text)
                described = self._cursor.description
                rows = [tuple(row) for row in self._cursor.fetchall()] if described else []
                self.types = types(described)
                return Result(names(described), rows)
        except (Error, *LINE_IS_CUT) as error:
            said = said_by_server(error)
            if said is not None:
                raise ServerRefusal(said) from error
            self.close()
            raise connection_lost(self._settings) from error

    def commit(self) -> None:
        """End the transaction. Raises Interrupted where its outcome is not known."""
        if self._connection is None:
            raise connection_lost(self._settings)
        try:
            with self._heard_out():
                self._connection.commit()
        except (Error, *LINE_IS_CUT) as error:
            said = said_by_server(error)
            if said is not None:
                raise refused(said, self._settings) from error
            self.close()
            raise outcome_unknown(self._settings) from error

    def rollback(self) -> None:
        """Take the transaction back. A connection that cannot is closed, which does the same."""
        if self._connection is None:
            return
        try:
            with self._heard_out():
                self._connection.rollback()
        except (Error, *LINE_IS_CUT):
            self.close()

    def close(self) -> None:
        """End the session: one that stays open costs money on Serverless."""
        connection, self._connection = self._connection, None
        if connection is not None:
            disconnect(connection)

    @contextmanager
    def _heard_out(self) -> Iterator[None]:
        """Close the connection if this is stopped by hand, before its answer is read to the end.

        What the line brings next would be taken for the answer to what is asked next.
        """
        try:
            yield
        except (Error, *LINE_IS_CUT):
            raise
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        self._connection = connect(self._settings)
        self._cursor = self._connection.cursor()  # one for all, which the driver makes slowly
        if self._settings.db_schema:
            schema = identifier(self._settings.db_schema)
            self.run(f"set search_path to {schema}")
            self.commit()


def cancel(settings: Settings, process: int) -> None:
    """End what the session of this process runs, by another session."""
    connection = connect(settings)
    try:
        with connection.cursor() as cursor:
            cursor.execute(filled(statement("redshift/cancel"), {"process": process}))
    finally:
        disconnect(connection)
