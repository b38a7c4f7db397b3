"""Run the real pipeline on an empty warehouse in memory, and note what it does.

So a load is described only once: the files, the batches and the statements are those that the
pipeline asks for. No source file is read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sparkify import ledger, pipeline, quarantine
from sparkify.contract.evolution import AddedColumn, add_columns
from sparkify.engines import open_scratch
from sparkify.engines.base import (
    Backend,
    JsonLoad,
    LoadResult,
    OnProgress,
    Result,
    ViewGrant,
    ignore_progress,
)
from sparkify.engines.lock_wait import OnWait, ignore_wait
from sparkify.ledger import LoadedVersion
from sparkify.sizes import counted
from sparkify.sql import ADDED_BYTES, Parameter, Statement
from sparkify.sql.own_checks import OWN_CHECKS


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of a load: a statement, its parameters by name, or where a transaction ends."""

    name: str
    text: str


class DryRun:
    """An engine that notes the statements of a load for a backend, and reads no source file."""

    is_exclusive = True
    reads_source_itself = False

    def __init__(
        self,
        backend: Backend,
        latest: Iterable[LoadedVersion],
        rejected: Iterable[tuple[str, str]] = (),
        added: Sequence[AddedColumn] = (),
    ) -> None:
        """Prepare a warehouse with these versions of files, loaded and rejected, and columns."""
        self._backend = backend
        self._scratch = open_scratch()
        self.dialect = self._scratch.dialect
        self.loads: list[Sequence[JsonLoad]] = []
        self.steps: list[PlannedStep] = []
        pipeline.create_tables(self)
        add_columns(self, dict.fromkeys(added, ADDED_BYTES))
        rows = [(*version, "") for version in latest]
        with self._scratch.transaction():
            self.append("batches", ledger.BATCH_COLUMNS[:1], [(1,)])
            self.append("loaded_files", ledger.LEDGER_COLUMNS[:5], rows)
            left_out = [(uri, etag, 0, "", "", "", "", "") for uri, etag in rejected]
            self.append("rejected_files", quarantine.REJECTED_FILE_COLUMNS, left_out)
        self.steps.clear()

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement, and note it."""
        self._note(statement)
        self._scratch.execute(statement, **parameters)

    def execute_all(self, statements: Iterable[Statement], **parameters: Parameter) -> None:
        """Run statements, and note them."""
        for statement in statements:
            self.execute(statement, **parameters)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query, and note it."""
        self._note(statement)
        if statement.name.startswith(f"checks/{OWN_CHECKS}/"):
            return Result((), [])  # it may read tables that only the real warehouse has
        return self._scratch.fetch(statement, **parameters)

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, and note them."""
        return [self.fetch(each, **parameters) for each in statements]

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows into a table, and note it."""
        if rows:
            text = self._backend.append_text(table, columns)
            self.steps.append(PlannedStep(f"{counted(len(rows), 'row')} into {table}", text))
        self._scratch.append(table, columns, rows)

    def append_privately(
        self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert rows: of a load there are none."""
        self.append(table, columns, rows)

    def load_json(
        self,
        loads: Sequence[JsonLoad],
        max_errors: int,  # noqa: ARG002
        on_progress: OnProgress = ignore_progress,  # noqa: ARG002
    ) -> LoadResult:
        """Note the files that would be loaded."""
        self.loads.append(loads)
        for load in loads:
            if load.files:
                name = f"{counted(len(load.files), 'file')} into {load.table}"
                text = self._backend.load_text(load.table, load.added_names)
                self.steps.append(PlannedStep(name, text))
        return LoadResult()

    def acquire_write_lock(self, on_wait: OnWait = ignore_wait) -> bool:  # noqa: ARG002
        """Do nothing: the warehouse in memory has no other user."""
        return False

    def proven_checks(self, of_batch: Mapping[str, Parameter]) -> frozenset[str]:  # noqa: ARG002
        """Return nothing: what an engine can prove is known once the batch is loaded."""
        return frozenset()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run everything inside in a transaction, and note where it begins and ends."""
        self.steps.append(PlannedStep("transaction", "begin"))
        with self._scratch.transaction():
            yield
        self.steps.append(PlannedStep("transaction", "commit"))

    def analyze(self) -> None:
        """Do nothing."""

    def purge(self, tables: Sequence[str]) -> None:
        """Do nothing."""

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return nothing: nobody else has views here."""
        return []

    def drop_declared_keys(self) -> None:
        """Do nothing: no table has any."""

    def added_bytes(self, longest: int) -> int:  # noqa: ARG002
        """Return the width of the longest text: none costs more than it holds."""
        return ADDED_BYTES

    def widen_added(self, table: str, longest: Mapping[str, int]) -> None:
        """Do nothing: every added column takes the longest text."""

    def view_grants(self) -> list[ViewGrant]:
        """Return nothing: nobody else has access."""
        return []

    def close(self) -> None:
        """Close the warehouse in memory."""
        self._scratch.close()

    def _note(self, statement: Statement) -> None:
        text = statement.render(self._backend.dialect)
        self.steps.append(PlannedStep(statement.name, text))
