"""A load rehearsed: the real pipeline, on an empty warehouse in memory that reads no file.

What a load would do is thereby not told a second time: the files, the batches and the statements
are those that the pipeline asks for.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkify import ledger, pipeline
from sparkify.contract.evolving import AddedColumn, add_columns
from sparkify.engines import Arrived, JsonLoad, Loaded, unheard
from sparkify.engines.duckdb import DuckDbEngine
from sparkify.sql import Dialect, Parameter, Statement, statement
from sparkify.sql.literals import with_columns
from sparkify.sql.render_cache import rendered


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a load does: a statement in both dialects, or where a transaction ends."""

    name: str
    duckdb: str
    redshift: str

    def text(self, dialect: Dialect) -> str:
        """The statement in that dialect, its parameters by name."""
        return self.duckdb if dialect == "duckdb" else self.redshift


class Rehearsal(DuckDbEngine):
    """An engine that notes what it is asked for; what it is given to load, it does not read."""

    def __init__(
        self, loaded: Iterable[tuple[str, str]], added: Sequence[AddedColumn] = ()
    ) -> None:
        """`loaded` are uri and etag of what the ledger is to have, `added` columns of staging."""
        super().__init__(Path(":memory:"))
        self.loads: list[Sequence[JsonLoad]] = []
        self.steps: list[Step] = []
        pipeline.create_tables(self)
        add_columns(self, added)
        rows = [(uri, etag, 0, "") for uri, etag in loaded]
        self.append("loaded_files", ledger.COLUMNS[:4], rows)
        self.steps.clear()

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement, and note it."""
        self._note(statement)
        super().execute(statement, **parameters)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Any:
        """Run a query, and note it."""
        self._note(statement)
        return super().fetch(statement, **parameters)

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Put rows into a table, and note it."""
        if rows:
            texts = (rendered(each, table, *columns) for each in ("append", "append_to_redshift"))
            self.steps.append(Step(f"{len(rows):,} row(s) into {table}", *texts))
        super().append(table, columns, rows)

    def load_json(
        self,
        loads: Sequence[JsonLoad],
        max_errors: int,  # noqa: ARG002
        arrived: Arrived = unheard,  # noqa: ARG002
    ) -> Loaded:
        """Note the files that would be loaded."""
        self.loads.append(loads)
        for load in loads:
            if load.files:
                copy = with_columns(statement(f"redshift/copy_{load.table}").text, load.added_names)
                insert = rendered("insert_delivered", load.table, *load.added_names)
                name = f"{len(load.files):,} file(s) into {load.table}"
                self.steps.append(Step(name, insert, copy))
        return Loaded()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is done inside happen whole, and note where it begins and ends."""
        self.steps.append(Step("transaction", "begin", "begin"))
        with super().transaction():
            yield
        self.steps.append(Step("transaction", "commit", "commit"))

    def _note(self, statement: Statement) -> None:
        self.steps.append(
            Step(statement.name, statement.render("duckdb"), statement.render("redshift"))
        )
