"""The DuckDB engine: one connection to the database file."""

import json
import os
import threading
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from sparkify.engines.base import (
    JsonLoad,
    LoadResult,
    OnProgress,
    Result,
    ViewGrant,
    engine_statement,
    ignore_progress,
)
from sparkify.engines.duckdb.loader import insert_files
from sparkify.engines.duckdb.publishing import Publication
from sparkify.engines.lock_wait import OnWait, ignore_wait
from sparkify.errors import SparkifyWarning, WarehouseBusy, WarehouseError
from sparkify.sql import ADDED_BYTES, Dialect, Parameter, Statement
from sparkify.sql.parameters import in_dollars
from sparkify.sql.render_cache import rendered

# The oldest DuckDB that can open a new file: other tools and drivers come with versions of 1.
STORAGE_VERSION = "v1.4.0"
# Without the second, a query that names an extension would fetch it from the network. The third
# compresses rows while they are in the processor's cache still: a tenth of the writing's time.
CONNECTION_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "write_buffer_row_group_count": 1,
    "storage_compatibility_version": STORAGE_VERSION,
}
ROWS_PER_APPEND = 50_000
# What holds where the plays of a batch, and where its timestamps, add up to what was staged: no
# event was staged twice.
PROVEN_BY_PLAYS = frozenset({"plays_are_all_there", "songplay_ids_are_unique"})
PROVEN_BY_TIMESTAMPS = frozenset({"songplays_have_their_timestamp"})
# The only text that DuckDB keeps of the exception that a signal handler raised in a statement.
INTERRUPTED = "Query interrupted"

_parsed_statements: dict[str, duckdb.Statement] = {}
# How often this process has each file open to write, as DuckDB allows. It is published when the
# last of them closes, so that nothing is written meanwhile.
_open_here: Counter[Path] = Counter()
_opening = threading.Lock()


class DuckDbEngine:
    """A warehouse in a DuckDB file, created if it does not exist."""

    dialect: Dialect = "duckdb"
    is_exclusive = True
    reads_source_itself = False

    def __init__(
        self,
        path: Path,
        memory_limit: int | None = None,
        publication: Publication | None = None,
    ) -> None:
        """Open the file; `memory_limit` is in megabytes, without it DuckDB takes what it needs."""
        self._path = path
        self._publication = publication
        limit = {"memory_limit": f"{memory_limit}MiB"} if memory_limit else {}
        self._config = CONNECTION_CONFIG | limit
        with _opening, self._errors_translated():
            self._connection = duckdb.connect(str(path), config=self._config)
            self._file = Path(os.path.realpath(path))
            _open_here[self._file] += 1
        self._is_open = True
        _remove_spilled(path)

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement that gives no rows."""
        with self._errors_translated():
            parsed = _parsed(self._connection, statement.render("duckdb"))
            self._connection.execute(parsed, statement.bind(parameters))

    def execute_all(self, statements: Iterable[Statement], **parameters: Parameter) -> None:
        """Run statements that give no rows: without parameters, as one text."""
        if parameters:
            for each in statements:
                self.execute(each, **parameters)
            return
        with self._errors_translated():
            self._connection.execute(";\n".join(each.render("duckdb") for each in statements))

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        return fetch_result(self._connection, self._path, statement, parameters)

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, one after the other."""
        return [self.fetch(each, **parameters) for each in statements]

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, given as JSON: as Python lists they would take twice as long."""
        text = rendered("append", table, *columns)
        for start in range(0, len(rows), ROWS_PER_APPEND):
            by_column = zip(*rows[start : start + ROWS_PER_APPEND], strict=True)
            arrays = [json.dumps(values, default=str) for values in by_column]
            with self._errors_translated():
                parsed = _parsed(self._connection, text)
                self._connection.execute(parsed, dict(zip(columns, arrays, strict=True)))

    def append_privately(
        self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert rows: nobody keeps the text of a statement."""
        self.append(table, columns, rows)

    def load_json(
        self, loads: Sequence[JsonLoad], max_errors: int, on_progress: OnProgress = ignore_progress
    ) -> LoadResult:
        """Load the records of the files into their staging tables, by the rules of COPY."""
        result = LoadResult()
        with self._errors_translated():
            for load in loads:
                if load.files:
                    insert_files(self._connection, load, result, max_errors, on_progress)
        result.require_no_rejected_file()
        return result

    def acquire_write_lock(self, on_wait: OnWait = ignore_wait) -> bool:  # noqa: ARG002
        """Do nothing: nobody else can write to the file while it is open."""
        return False

    def proven_checks(self, of_batch: Mapping[str, Parameter]) -> frozenset[str]:
        """Return the checks that sums of hashes answer in a third of the checks' own time."""
        sums = engine_statement("duckdb", "sums_of_batch")
        with self._errors_translated():
            parsed = _parsed(self._connection, in_dollars(sums.text))
            [(plays, timestamps)] = self._connection.execute(parsed, sums.bind(of_batch)).fetchall()
        return (PROVEN_BY_PLAYS if plays else frozenset()) | (
            PROVEN_BY_TIMESTAMPS if timestamps else frozenset()
        )

    def analyze(self) -> None:
        """Do nothing: DuckDB keeps its statistics itself."""

    def purge(self, tables: Sequence[str]) -> None:  # noqa: ARG002 - they are in one file
        """Write all that is in the file into a new one, which replaces it and the published copy.

        DuckDB uses the blocks of deleted rows again some time, and until then their bytes stay. A
        kill leaves either file whole. Raises WarehouseBusy while another thread has it open.
        """
        from sparkify.engines.duckdb.storage import rewrite_open_file

        with _opening, self._errors_translated():
            if _open_here[self._file] > 1:
                raise WarehouseBusy(
                    f"the warehouse {self._path} is open a second time in this process",
                    "close it there, and run any command that writes",
                )
            withdraw = self._publication.withdraw if self._publication else None
            rewrite_open_file(self._connection, self._file, withdraw)
            # It has the former file open, which has no name any more.
            self._connection.close()
            self._connection = duckdb.connect(str(self._path), config=self._config)

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return the views that read a table or view of the warehouse's schema, each with which."""
        with self._errors_translated():
            text = engine_statement("duckdb", "view_dependencies").text
            return self._connection.execute(text).fetchall()

    def drop_declared_keys(self) -> None:
        """Do nothing: no table has any."""

    def added_bytes(self, longest: int) -> int:  # noqa: ARG002
        """Return the width of the longest text: none costs more than it holds."""
        return ADDED_BYTES

    def widen_added(self, table: str, longest: Mapping[str, int]) -> None:
        """Do nothing: every added column takes the longest text."""

    def view_grants(self) -> list[ViewGrant]:
        """Return nothing: DuckDB has no users."""
        return []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything done inside, or, on any exception, nothing."""
        try:
            with self._errors_translated():
                self._connection.begin()
            yield
            with self._errors_translated():
                self._connection.commit()
        except BaseException:
            # A failed commit has rolled back already, and what went wrong is the error to show.
            with suppress(duckdb.Error):
                self._connection.rollback()
            raise

    def close(self) -> None:
        """Publish what was committed, and close the file. Warns where it cannot be published."""
        with _opening:
            if not self._is_open:
                return
            self._is_open = False
            _open_here[self._file] -= 1
            try:
                if self._publication and not _open_here[self._file]:
                    self._publish(self._publication)
            finally:
                self._connection.close()

    def publish_unpublished(self) -> None:
        """Publish what a killed command left, before more is changed.

        Some reader may have seen it in the warehouse's own file, and would else see an earlier
        state until this command ends.
        """
        left = self._publication
        if left and left.is_wanted() and not left.is_current():
            with warnings.catch_warnings():  # the end of this command warns
                warnings.simplefilter("ignore", SparkifyWarning)
                self._publish(left)

    def _publish(self, publication: Publication) -> None:
        try:
            if publication.has_log():
                self._connection.execute("checkpoint")
            publication.renew()
        except duckdb.Error:  # of a full disk, perhaps: the next command publishes
            return
        except WarehouseError as error:
            warnings.warn(SparkifyWarning(str(error), error.hint), stacklevel=3)

    def _errors_translated(self) -> AbstractContextManager[None]:
        return errors_translated(self._path)


def _remove_spilled(path: Path) -> None:
    """Remove what a killed process spilled to disk: DuckDB itself waits until it spills again.

    The file is open to write, so no other process uses it.
    """
    for left in Path(f"{path}.tmp").glob("duckdb_temp_*"):
        with suppress(OSError):
            left.unlink()


def hide_progress(connection: duckdb.DuckDBPyConnection) -> None:
    """Let DuckDB draw no progress bar: it does so on stdout, where the data goes.

    In a notebook without ipywidgets that setting is an error, and nothing is drawn.
    """
    with suppress(duckdb.InvalidInputException):
        connection.execute("set enable_progress_bar = false")


def fetch_result(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    statement: Statement,
    parameters: Mapping[str, Parameter],
) -> Result:
    """Run a query of the package on a connection to the warehouse at `path`."""
    with errors_translated(path):
        parsed = _parsed(connection, statement.render("duckdb"))
        answer = connection.execute(parsed, statement.bind(parameters))
        names = tuple(column[0] for column in answer.description or ())
        return Result(names, answer.fetchall())


def _parsed(connection: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    """Parse a statement of the package, once a process: it takes a third of a short statement."""
    if text not in _parsed_statements:
        [_parsed_statements[text]] = connection.extract_statements(text)
    return _parsed_statements[text]


@contextmanager
def errors_translated(path: Path) -> Iterator[None]:
    """Turn DuckDB's errors into WarehouseError, and an interruption into KeyboardInterrupt."""
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise _translated(error, path) from error
    except RuntimeError as error:
        if str(error) == INTERRUPTED:
            raise KeyboardInterrupt from error
        raise


def _translated(error: Exception, path: Path) -> WarehouseError:
    text = str(error)
    if "No space left on device" in text or "File too large" in text:
        return WarehouseError(
            f"the disk of {path} is full: {_first_line(text)}",
            "make room, or lower [ETL] BATCH_MB; nothing of this batch was kept",
        )
    if "lock on file" in text:
        return WarehouseBusy(
            f"the warehouse {path} is in use by another process{_lock_holder(text)}",
            "wait until it is done, or close the program that has the file open",
        )
    if "not a valid DuckDB database" in text:
        return WarehouseError(
            f"the file {path} is not a DuckDB database",
            "set [CLUSTER] DB_NAME to a name of which no .duckdb file exists, or move that file",
        )
    if "Cannot open file" in text or "Permission denied" in text:
        return WarehouseError(
            f"the warehouse {path} cannot be opened: {_first_line(text)}",
            "see that its folder exists and that you may write there",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return WarehouseError(
            f"memory or disk ran out in {path}: {_first_line(text)}",
            "lower [ETL] BATCH_MB, raise [ETL] MEMORY_LIMIT, or make room on the disk",
        )
    return WarehouseError(
        f"DuckDB rejected a statement on {path}: {_first_line(text)}",
        "run again with --debug for the whole text; nothing of this batch was kept",
    )


def _lock_holder(text: str) -> str:
    _, found, rest = text.partition("held in ")
    return f": {rest.partition('. ')[0]}" if found else ""


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
