"""A session with a Redshift warehouse: one statement at a time, in transactions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from redshift_connector.core import Connection
from redshift_connector.cursor import Cursor
from redshift_connector.error import Error

from sparkify.config import Settings
from sparkify.engines.base import Result, engine_statement, lost_connection, unknown_commit
from sparkify.engines.redshift.column_types import column_names, column_types
from sparkify.engines.redshift.errors import (
    LINE_IS_CUT,
    ServerMessage,
    server_message,
    statement_error,
)
from sparkify.engines.redshift.login import (
    close_connection,
    open_connection,
    session_settings,
)
from sparkify.engines.redshift.pipelined import fetch_together, send_without_rows
from sparkify.errors import Interrupted, WarehouseError
from sparkify.sql.literals import filled

BEGIN = "begin transaction"


class ServerRejection(Exception):  # noqa: N818 - the server's answer, which its caller explains
    """The server rejected a statement; its transaction is aborted."""

    def __init__(self, message: ServerMessage) -> None:
        super().__init__(message.get("M", ""))
        self.message = message


class Session:
    """A connection that is opened again when it was lost.

    `types` are the types of the columns of the latest result, by DuckDB's names; `process` is the
    number of the server's process, by which another session cancels a statement, 0 until asked for;
    `last_copy` the greatest id of a COPY that is known.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: Connection | None = None
        self._cursor: Cursor
        self.types: tuple[str, ...] = ()
        self.process = self.last_copy = 0
        self._open()

    def begin(self) -> None:
        """Open the connection if it was lost; the first statement begins the transaction."""
        if self._connection is not None:
            return
        try:
            self._open()
        except WarehouseError as error:
            # The connection worked before: the fault may pass.
            raise Interrupted(str(error), error.hint) from error

    def run(self, text: str) -> Result:
        """Run a query in the transaction. Raises ServerRejection, or Interrupted."""
        [result] = self.run_all(text)
        return result

    def run_all(self, *texts: str) -> list[Result]:
        """Run queries in the transaction, together. Raises ServerRejection, or Interrupted."""
        self._send([])
        return self.run_alone(*texts)

    def run_alone(self, *texts: str) -> list[Result]:
        """Run queries together, in a transaction that the server begins and ends by itself.

        Where one is open, they run in that.
        """
        if self._connection is None:
            raise lost_connection(self._settings)
        with self._errors_translated():
            fetched = fetch_together(self._connection, texts)
        if fetched:
            self.types = column_types(fetched[-1].description)
        return [Result(column_names(described), rows) for described, rows in fetched]

    def execute(self, *texts: str) -> None:
        """Run statements that give no rows in the transaction, in one round trip.

        Raises ServerRejection, or Interrupted where the connection is lost.
        """
        self._send(texts)

    def _send(self, texts: Sequence[str]) -> None:
        """Run statements that give no rows, after the begin of a transaction if there is none."""
        connection = self._connection
        if connection is None:
            raise lost_connection(self._settings)
        begin = () if connection.in_transaction else (BEGIN,)
        with self._errors_translated():
            send_without_rows(connection, self._cursor, [*begin, *texts])

    @contextmanager
    def _errors_translated(self) -> Iterator[None]:
        try:
            with self._closed_if_interrupted():
                yield
        except (Error, *LINE_IS_CUT) as error:
            message = server_message(error)
            if message is not None:
                raise ServerRejection(message) from error
            self.close()
            raise lost_connection(self._settings) from error

    def ask_process(self) -> None:
        """Ask for the number of the server's process, outside a transaction."""
        [found] = self.run_alone(engine_statement("redshift", "process").text)
        ((self.process,),) = found.rows

    def commit(self) -> None:
        """End the transaction. Raises Interrupted where its outcome is not known."""
        if self._connection is None:
            raise lost_connection(self._settings)
        try:
            with self._closed_if_interrupted():
                self._end(self._connection, "commit")
        except (Error, *LINE_IS_CUT) as error:
            message = server_message(error)
            if message is not None:
                raise statement_error(message, self._settings) from error
            self.close()
            raise unknown_commit(self._settings) from error

    def rollback(self) -> None:
        """Roll back the transaction. A connection that cannot is closed, which does the same."""
        if self._connection is None:
            return
        try:
            with self._closed_if_interrupted():
                self._end(self._connection, "rollback")
        except (Error, *LINE_IS_CUT):
            self.close()

    def _end(self, connection: Connection, word: str) -> None:
        """End the transaction, if one was begun."""
        if connection.in_transaction:
            send_without_rows(connection, self._cursor, [word])

    def close(self) -> None:
        """End the session: one that stays open costs money on Serverless."""
        connection, self._connection = self._connection, None
        if connection is not None:
            close_connection(connection)

    @contextmanager
    def _closed_if_interrupted(self) -> Iterator[None]:
        """Close the connection on an interruption, before the answer is read to the end.

        The rest of it would be taken for the answer to the next statement.
        """
        try:
            yield
        except (Error, *LINE_IS_CUT):
            raise
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        self._connection = open_connection(self._settings)
        self.process = 0
        self._cursor = self._connection.cursor()  # one for all: the driver is slow to make one
        texts = session_settings(self._settings)
        if texts:
            self.execute(*texts)
            self.commit()


def cancel(settings: Settings, process: int) -> None:
    """Cancel what the session of this process runs, by another session."""
    connection = open_connection(settings)
    try:
        with connection.cursor() as cursor:
            cursor.execute(filled(engine_statement("redshift", "cancel"), {"process": process}))
    finally:
        close_connection(connection)
