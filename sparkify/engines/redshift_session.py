"""A session with a Redshift warehouse: one statement at a time, in transactions."""

from contextlib import suppress

from redshift_connector.core import Connection
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
from sparkify.engines.redshift_login import connect
from sparkify.errors import Interrupted, WarehouseError
from sparkify.sql.literals import identifier


class ServerRefusal(Exception):  # noqa: N818 - the server's answer, which its caller explains
    """The server refused a statement; its transaction is aborted."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.get("M", ""))
        self.said = said


class Session:
    """A connection that is opened when there is something to say, again if it was lost."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: Connection | None = None
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
            with self._connection.cursor() as cursor:
                cursor.execute(text)
                if not cursor.description:
                    return Result((), [])
                names = tuple(_text(column[0]) for column in cursor.description)
                return Result(names, [tuple(row) for row in cursor.fetchall()])
        except (Error, *LINE_IS_CUT) as error:
            said = said_by_server(error)
            if said is not None:
                raise ServerRefusal(said) from error
            self.close()
            raise connection_lost(self._settings) from error
        except BaseException:
            # Stopped by hand: what the line brings next is not the answer to what is asked next.
            self.close()
            raise

    def commit(self) -> None:
        """End the transaction. Raises Interrupted where its outcome is not known."""
        if self._connection is None:
            raise connection_lost(self._settings)
        try:
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
            self._connection.rollback()
        except (Error, *LINE_IS_CUT):
            self.close()

    def close(self) -> None:
        """End the session: one that stays open costs money on Serverless."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Error, *LINE_IS_CUT):
                connection.close()

    def _open(self) -> None:
        self._connection = connect(self._settings)
        if self._settings.db_schema:
            schema = identifier(self._settings.db_schema)
            self.run(f"set search_path to {schema}")
            self.commit()


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name
