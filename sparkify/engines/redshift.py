"""The warehouse on Amazon Redshift: S3 to tables by COPY, all else by the same SQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sparkify.config import Settings
from sparkify.engines import Arrived, JsonLoad, Loaded, Result, ViewGrant, unheard
from sparkify.engines.redshift_copy import copy_all
from sparkify.engines.redshift_errors import refused
from sparkify.engines.redshift_session import ServerRefusal, Session
from sparkify.errors import WarehouseError
from sparkify.sql import TABLES, Dialect, Parameter, Statement, statement
from sparkify.sql.literals import filled, identifier, inserted

# A statement may have 16 MB; a row of the ledger some two hundred bytes.
APPENDED_AT_ONCE = 5_000
# A workgroup does not say; many multiples of it are.
ASSUMED_SLICES = 16


class RedshiftEngine:
    """A warehouse on a cluster or a serverless workgroup."""

    dialect: Dialect = "redshift"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = Session(settings)
        self._in_transaction = False
        self._slices = 0

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement that gives no rows. Outside a transaction it is one of its own."""
        text = filled(statement, parameters)
        if self._in_transaction:
            self._run(text)
            return
        with self.transaction():
            self._run(text)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query."""
        text = filled(statement, parameters)
        if self._in_transaction:
            return self._run(text)
        self._session.begin()
        try:
            return self._run(text)
        finally:
            self._session.rollback()

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Put rows into a table, thousands a statement."""
        for start in range(0, len(rows), APPENDED_AT_ONCE):
            self._run(inserted(table, columns, rows[start : start + APPENDED_AT_ONCE]))

    def load_json(
        self, loads: Sequence[JsonLoad], max_errors: int, arrived: Arrived = unheard
    ) -> Loaded:
        """COPY the files' objects into their staging tables."""
        slices = self._slices or ASSUMED_SLICES
        loaded = copy_all(self._session, self._settings, loads, slices, max_errors)
        arrived(sum(file.size for load in loads for file in load.files))
        return loaded

    def exclude_writers(self) -> bool:
        """Wait until no other run is writing, and let none begin before this transaction ends."""
        if not self._slices:
            self._slices = self._count_slices()
        self.execute(statement("redshift/lock"))
        return True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is done inside happen whole, or, on any exception, not at all."""
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

    def analyze(self) -> None:
        """Bring the planner's statistics up to date."""
        with suppress(WarehouseError):
            for table in TABLES:
                self.execute(Statement("analyze", f"analyze {identifier(table)}"))

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return every view that reads a table or view of the schema we work in, and which.

        Late-binding views are not among them.
        """
        return self.fetch(statement("redshift/view_dependencies")).rows

    def view_grants(self) -> list[ViewGrant]:
        """Return who was granted to read the tables and views of the schema we work in."""
        ((schema,),) = self.fetch(statement("ledger/schema")).rows
        rows = self.fetch(statement("redshift/grant/view_grants"), schema=schema).rows
        return [ViewGrant(*row) for row in rows]

    def close(self) -> None:
        """Leave the warehouse."""
        self._session.close()

    def _count_slices(self) -> int:
        """How many slices there are; the transaction begins anew, that the lock comes first in it.

        A query takes the transaction's snapshot, and what was committed while we wait for the lock
        would not be seen:
        https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
        """
        try:
            return int(self._session.run(statement("redshift/slices").text).rows[0][0])
        except ServerRefusal:
            return ASSUMED_SLICES
        finally:
            self._session.rollback()

    def _run(self, text: str) -> Result:
        try:
            return self._session.run(text)
        except ServerRefusal as refusal:
            raise refused(refusal.said, self._settings) from refusal
