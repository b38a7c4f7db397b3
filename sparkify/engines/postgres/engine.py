"""The warehouse on PostgreSQL: rows by COPY from this process, all else by the same SQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sparkify.config import Settings
from sparkify.engines.base import (
    JsonLoad,
    LoadResult,
    OnProgress,
    Result,
    ViewGrant,
    describe_holders,
    engine_statement,
    ignore_progress,
)
from sparkify.engines.lock_wait import OnWait, ignore_wait, limited_wait
from sparkify.engines.postgres import copy_from_stdin, quoted_name
from sparkify.engines.postgres.loader import copy_files
from sparkify.engines.postgres.session import PostgresSession
from sparkify.errors import WarehouseError
from sparkify.sql import ADDED_BYTES, TABLES, Dialect, Parameter, Statement
from sparkify.sql.literals import filled


class PostgresEngine:
    """A warehouse in a database of a PostgreSQL server."""

    dialect: Dialect = "postgres"
    is_exclusive = False
    reads_source_itself = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = PostgresSession(settings)
        self._in_transaction = False

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement that gives no rows, outside a transaction in one of its own."""
        text, values = statement.render("postgres"), statement.bind(parameters)
        if self._in_transaction:
            self._session.run(text, values)
            return
        with self.transaction():
            self._session.run(text, values)

    def fetch_own(self, text: str) -> Result:
        """Run a statement of this engine's own, within a transaction."""
        return self._session.run(text)

    def execute_all(self, statements: Iterable[Statement], **parameters: Parameter) -> None:
        """Run statements that give no rows, in a transaction: without parameters, as one text."""
        if parameters:
            for each in statements:
                self._session.run(each.render("postgres"), each.bind(parameters))
            return
        self._session.run(";\n".join(each.render("postgres") for each in statements))

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        text, values = statement.render("postgres"), statement.bind(parameters)
        if self._in_transaction:
            return self._session.run(text, values)
        self._session.begin()
        try:
            return self._session.run(text, values)
        finally:
            self._session.rollback()

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, one after the other."""
        return [self.fetch(each, **parameters) for each in statements]

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows by COPY."""
        if rows:
            self._session.copy_in(copy_from_stdin(table, columns), rows)

    def append_privately(
        self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert rows: COPY has no value in its text."""
        self.append(table, columns, rows)

    def load_json(
        self, loads: Sequence[JsonLoad], max_errors: int, on_progress: OnProgress = ignore_progress
    ) -> LoadResult:
        """Load the records of the files into their staging tables, by the rules of COPY."""
        result = LoadResult()
        for load in loads:
            if load.files:
                copy_files(self._session, load, result, max_errors, on_progress)
        result.require_no_rejected_file()
        return result

    def acquire_write_lock(self, on_wait: OnWait = ignore_wait) -> bool:
        """Wait until no other run writes, and let none begin before this transaction ends.

        The lock comes first in the transaction, whose view of the database begins after it.
        """
        session, seconds = self._session, self._settings.lock_wait
        with limited_wait(seconds, self._lock_holder, session.cancel, on_wait):
            session.run(engine_statement("postgres", "lock").text)
        return True

    def _lock_holder(self) -> str:
        """Describe whose lock the session waits for, by another session."""
        holders = filled(
            engine_statement("postgres", "lock_holders"), {"process": self._session.process}
        )
        other = PostgresSession(self._settings, read_only=True)
        try:
            return describe_holders(other.run(holders).rows)
        finally:
            other.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything done inside, or, on any exception, nothing."""
        self._session.begin()
        self._in_transaction = True
        try:
            yield
            self._session.commit()
        except BaseException:
            self._session.rollback()
            raise
        finally:
            self._in_transaction = False

    def proven_checks(self, of_batch: Mapping[str, Parameter]) -> frozenset[str]:  # noqa: ARG002
        """Return nothing: each check runs its own statement."""
        return frozenset()

    def analyze(self) -> None:
        """Update the planner's statistics."""
        with suppress(WarehouseError), self.transaction():
            for table in TABLES:
                self._session.run(f"analyze {quoted_name(table)}")

    def purge(self, tables: Sequence[str]) -> None:
        """Write the tables, and the planner's statistics, whose samples are values, into new files.

        Rows that a transaction still sees, which began before they were deleted, stay.
        """
        self._session.begin()
        for table in tables:
            self._session.run_alone(f"vacuum (full, analyze) {quoted_name(table)}")
        # The database's owner may, and for another user it is skipped with a warning.
        self._session.run_alone("vacuum (full) pg_catalog.pg_statistic")

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return the views that read a table or view of the warehouse's schema, each with which."""
        text = engine_statement("postgres", "view_dependencies").text
        return [(view, source) for view, source in self._session.run(text).rows]

    def drop_declared_keys(self) -> None:
        """Do nothing: no table has any."""

    def added_bytes(self, longest: int) -> int:  # noqa: ARG002
        """Return the width of the longest text: none costs more than it holds."""
        return ADDED_BYTES

    def widen_added(self, table: str, longest: Mapping[str, int]) -> None:
        """Do nothing: every added column takes the longest text."""

    def view_grants(self) -> list[ViewGrant]:
        """Return the roles that were granted to read tables and views of the warehouse's schema."""
        text = engine_statement("postgres", "grant/view_grants").text
        return [ViewGrant(*row) for row in self._session.run(text).rows]

    def close(self) -> None:
        """Close the connection."""
        self._session.close()
