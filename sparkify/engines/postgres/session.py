"""A session with a PostgreSQL server: one statement at a time, in transactions."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from typing import Any, cast

import psycopg

from sparkify.config import Settings
from sparkify.engines.base import Result, lost_connection, unknown_commit
from sparkify.engines.postgres.column_types import ResultColumns, names_of
from sparkify.engines.postgres.errors import rejected_statement
from sparkify.engines.postgres.login import PostgresConnection, open_connection_to_postgres
from sparkify.errors import Interrupted, WarehouseError

Values = Mapping[str, Any]
ROWS_PER_CHUNK = 1_000
SECONDS_TO_CANCEL = 5.0


class PostgresSession:
    """A connection that is opened again when it was lost.

    The driver begins a transaction with the first statement.
    """

    def __init__(self, settings: Settings, *, read_only: bool = False) -> None:
        self._settings = settings
        self._read_only = read_only
        self._connection = self._opened()

    def begin(self) -> None:
        """Open the connection if it was lost."""
        if not self._connection.closed:
            return
        try:
            self._connection = self._opened()
        except WarehouseError as error:
            # The connection worked before: the fault may pass.
            raise Interrupted(str(error), error.hint) from error

    def run(self, text: str, values: Values | None = None) -> Result:
        """Run a statement. Raises WarehouseError, Interrupted where the connection is lost."""
        with self._errors_translated(), self._connection.cursor() as cursor:
            cursor.execute(text.encode(), values)
            rows = cursor.fetchall() if cursor.description else []
            return Result(names_of(cursor.description), rows)

    def run_alone(self, text: str) -> None:
        """Run a statement that the server rejects within a transaction. Raises WarehouseError."""
        with self._errors_translated():
            self._connection.set_autocommit(True)
            try:
                self._connection.execute(text.encode())
            finally:
                self._connection.set_autocommit(False)

    def copy_in(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a COPY from this process, which fails where making a row does."""
        with (
            self._errors_translated(),
            self._connection.cursor() as cursor,
            cursor.copy(text.encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def copy_blocks_in(self, text: str, blocks: Iterable[bytes]) -> int:
        """Run a COPY of bytes from this process; return the number of rows that it inserted."""
        with self._errors_translated(), self._connection.cursor() as cursor:
            with cursor.copy(text.encode()) as copy:
                for block in blocks:
                    copy.write(block)
            return cursor.rowcount

    def stream(self, text: str, values: Values) -> "RowStream":
        """Run a query whose rows are read as they arrive."""
        with self._errors_translated():
            return RowStream(self._connection, text, values)

    def read(self, stream: "RowStream") -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a stream. Raises WarehouseError."""
        with self._errors_translated():
            yield from stream

    def commit(self) -> None:
        """End the transaction. Raises Interrupted where its outcome is not known."""
        try:
            with self._errors_translated():
                self._connection.commit()
        except Interrupted as error:
            if self._connection.closed:
                raise unknown_commit(self._settings) from error
            raise

    def rollback(self) -> None:
        """Roll back the transaction. A connection that cannot is closed, which does the same."""
        try:
            self._connection.rollback()
        except psycopg.Error:
            self.close()

    @property
    def process(self) -> int:
        """The number of the server's process for this session."""
        return self._connection.info.backend_pid

    def cancel(self) -> None:
        """Cancel the statement that another thread waits for. Never raises."""
        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=SECONDS_TO_CANCEL)

    def close(self) -> None:
        """Close the connection. Never raises."""
        with suppress(psycopg.Error):
            self._connection.close()

    def _opened(self) -> PostgresConnection:
        return open_connection_to_postgres(self._settings, read_only=self._read_only)

    @contextmanager
    def _errors_translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            if self._connection.closed:
                raise lost_connection(self._settings) from error
            raise rejected_statement(error, self._settings) from error


class RowStream:
    """The rows of one statement as they arrive, and its columns.

    Raises psycopg.Error, also while the rows are read. It has to be closed, or read to its end,
    before the connection is used again.
    """

    def __init__(
        self, connection: PostgresConnection, text: str, values: Values | None = None
    ) -> None:
        cursor = connection.cursor()
        many = ROWS_PER_CHUNK if psycopg.capabilities.has_stream_chunked() else 1
        rows = cursor.stream(text.encode(), values, size=many)
        self._rows = cast("Generator[tuple[Any, ...], None, None]", rows)
        self._first = list(islice(self._rows, 1))
        # The driver does not tell the columns of a result without rows.
        self.columns: ResultColumns = (
            cursor.description if self._first else _described(connection, text, values)
        )

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return chain(self._first, self._rows)

    def close(self) -> None:
        """Cancel the statement if it still runs."""
        self._rows.close()


def _described(connection: PostgresConnection, text: str, values: Values | None) -> ResultColumns:
    """Return the columns of a query that was run, without running it again."""
    try:
        with connection.cursor(name="described") as cursor:
            cursor.execute(text.encode(), values)
            return cursor.description
    except psycopg.Error:  # no query: nothing else gives rows and can have none
        return None
