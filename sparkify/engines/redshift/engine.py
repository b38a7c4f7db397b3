"""The warehouse on Amazon Redshift: S3 to tables by COPY, all else by the same SQL."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

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
from sparkify.engines.redshift.added_columns import (
    measured_bytes,
    narrow_columns,
    widen_columns,
)
from sparkify.engines.redshift.errors import statement_error
from sparkify.engines.redshift.loader import copy_all, copy_rows
from sparkify.engines.redshift.session import ServerRejection, Session, cancel
from sparkify.errors import WarehouseError
from sparkify.sql import TABLES, Dialect, Parameter, Statement, statement
from sparkify.sql.literals import filled, identifier, inserts

# A statement may have 16 MB, and no row of ours has a quarter of that.
# https://docs.aws.amazon.com/redshift/latest/dg/c_redshift-sql.html
MAX_INSERT_BYTES = 8 << 20
# A workgroup does not say; many multiples of it are.
ASSUMED_SLICES = 16

Ran = TypeVar("Ran")


class RedshiftEngine:
    """A warehouse on a cluster or a serverless workgroup."""

    dialect: Dialect = "redshift"
    is_exclusive = False
    reads_source_itself = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = Session(settings)
        self._in_transaction = False
        self._slices = 0

    @property
    def iam_role(self) -> str:
        """The ARN of the role that COPY and UNLOAD use, empty for the cluster's default role."""
        return self._settings.iam_role

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement that gives no rows, outside a transaction in one of its own."""
        self._execute([filled(statement, parameters)])

    def execute_all(self, statements: Iterable[Statement], **parameters: Parameter) -> None:
        """Run statements that give no rows, together."""
        self._execute([filled(each, parameters) for each in statements])

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        [result] = self.fetch_all([statement], **parameters)
        return result

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, together."""
        texts = [filled(each, parameters) for each in statements]
        if self._in_transaction:
            return self._run(self._session.run_all, *texts)
        self._session.begin()
        return self._run(self._session.run_alone, *texts)

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, as many in a statement as it may have bytes."""
        for text in inserts(table, columns, rows, MAX_INSERT_BYTES):
            self._execute([text])

    def append_privately(
        self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert rows by COPY from [S3] WORK_DATA, where they are only meanwhile."""
        if rows:
            self._run(copy_rows, self._session, self._settings, table, columns, rows)

    def load_json(
        self, loads: Sequence[JsonLoad], max_errors: int, on_progress: OnProgress = ignore_progress
    ) -> LoadResult:
        """Load the records of the files into their staging tables by COPY."""
        slices = self._slices or ASSUMED_SLICES
        result = copy_all(self._session, self._settings, loads, slices, max_errors)
        on_progress(sum(file.size for load in loads for file in load.files))
        return result

    def acquire_write_lock(self, on_wait: OnWait = ignore_wait) -> bool:
        """Wait until no other run writes, and let none begin before this transaction ends.

        The lock comes first in the transaction: a query takes the transaction's snapshot, and
        commits made while the lock is waited for would not be seen.
        https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
        """
        if not self._session.process:
            self._ask_once()
        process = self._session.process
        with limited_wait(
            self._settings.lock_wait,
            self._lock_holder,
            lambda: cancel(self._settings, process),
            on_wait,
        ):
            self.execute(engine_statement("redshift", "lock"))
        return True

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
        with suppress(WarehouseError):
            for table in TABLES:
                self.execute(Statement("analyze", f"analyze {identifier(table)}"))

    def purge(self, tables: Sequence[str]) -> None:
        """Reclaim the blocks of deleted rows; snapshots keep theirs until they expire.

        VACUUM is rejected in a transaction, and one runs at a time on a cluster.
        https://docs.aws.amazon.com/redshift/latest/dg/r_VACUUM_command.html
        """
        self._session.begin()
        for table in tables:
            vacuum = f"vacuum delete only {identifier(table)} to 100 percent"
            self._run(self._session.run_alone, vacuum)

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return every view that reads a table or view of the schema we work in, and which.

        Late-binding views are not among them.
        """
        return self.fetch(engine_statement("redshift", "view_dependencies")).rows

    def drop_declared_keys(self) -> None:
        """Drop the keys of the warehouse's tables, by which the planner reads checks as answered.

        https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html
        """
        for table, key, _ in self.fetch(engine_statement("redshift", "declared_keys")).rows:
            if table in TABLES:
                text = f"alter table {identifier(table)} drop constraint {identifier(key)}"
                self.execute(Statement("drop_key", text))

    def added_bytes(self, longest: int) -> int:
        """Return the width for texts of that length: intermediate results are kept by width."""
        return measured_bytes(longest)

    def widen_added(self, table: str, longest: Mapping[str, int]) -> None:
        """Widen the added columns that are narrower than their texts, each by itself."""
        self._session.begin()
        try:
            narrow = narrow_columns(self._session, table, longest)
            widen_columns(self._session, table, narrow)
        except ServerRejection as rejection:
            raise statement_error(rejection.message, self._settings) from rejection

    def view_grants(self) -> list[ViewGrant]:
        """Return who was granted to read the tables and views of the schema we work in."""
        ((schema,),) = self.fetch(statement("ledger/schema")).rows
        rows = self.fetch(engine_statement("redshift", "grant/view_grants"), schema=schema).rows
        return [ViewGrant(*row) for row in rows]

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _lock_holder(self) -> str:
        """Describe whose lock the session waits for, by another session."""
        other = Session(self._settings)
        try:
            ((schema,),) = other.run(statement("ledger/schema").text).rows
            holders = filled(engine_statement("redshift", "lock_holders"), {"schema_name": schema})
            return describe_holders(other.run(holders).rows)
        except ServerRejection as rejection:
            raise statement_error(rejection.message, self._settings) from rejection
        finally:
            other.close()

    def _ask_once(self) -> None:
        """Ask for process and slices, each alone, so that the lock comes first in its transaction.

        A workgroup does not say how many slices it has.
        """
        try:
            self._session.ask_process()
            [slices] = self._session.run_alone(engine_statement("redshift", "slices").text)
            self._slices = int(slices.rows[0][0])
        except ServerRejection:
            self._slices = ASSUMED_SLICES

    def _execute(self, texts: Sequence[str]) -> None:
        if self._in_transaction:
            self._run(self._session.execute, *texts)
            return
        with self.transaction():
            self._run(self._session.execute, *texts)

    def _run(self, run: Callable[..., Ran], *given: Any) -> Ran:
        try:
            return run(*given)
        except ServerRejection as rejection:
            raise statement_error(rejection.message, self._settings) from rejection
