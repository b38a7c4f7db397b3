"""The DuckDB engine: one connection to the database file."""

import atexit
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
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
from sparkify.engines.duckdb.loader import (
    FAST_PATH_ERRORS,
    Reading,
    create_macros,
    most_records_by_file,
    prefetch,
    read_fast,
    read_slow,
    reading_of,
    records_by_file,
    require_fast_path_values,
)
from sparkify.engines.duckdb.prefetch import files_read_in_place
from sparkify.errors import SourceError, WarehouseBusy, WarehouseError
from sparkify.sources.local import require_unchanged
from sparkify.sql import Dialect, Parameter, Statement
from sparkify.sql.render_cache import rendered

# Without the second, a query that names an extension would fetch it from the network. The third
# compresses rows while they are in the processor's cache still: a tenth of the writing's time.
CONNECTION_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "write_buffer_row_group_count": 1,
}
# DuckDB reports the progress of a statement only if asked to.
PROGRESS_SETTINGS = ("set enable_progress_bar = true", "set enable_progress_bar_print = false")
ROWS_PER_APPEND = 50_000
PROGRESS_SECONDS = 0.2
# The only text that DuckDB keeps of the exception that a signal handler raised in a statement.
INTERRUPTED = "Query interrupted"

_parsed_statements: dict[str, duckdb.Statement] = {}


class DuckDbEngine:
    """A warehouse in a DuckDB file, created if it does not exist."""

    dialect: Dialect = "duckdb"
    is_exclusive = True
    reads_source_itself = False

    def __init__(self, path: Path, memory_limit: int | None = None) -> None:
        """Open the file; `memory_limit` is in megabytes, without it DuckDB takes what it needs."""
        self._path = path
        limit = {"memory_limit": f"{memory_limit}MiB"} if memory_limit else {}
        with self._errors_translated():
            self._connection = duckdb.connect(str(path), config=CONNECTION_CONFIG | limit)
            create_macros(self._connection)
            for setting in PROGRESS_SETTINGS:
                self._connection.execute(setting)

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement that gives no rows."""
        with self._errors_translated():
            parsed = _parsed(self._connection, statement.render("duckdb"))
            self._connection.execute(parsed, statement.bind(parameters))

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        return fetch_result(self._connection, self._path, statement, parameters)

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, given as JSON: as Python lists they would take twice as long."""
        text = rendered("append", table, *columns)
        for start in range(0, len(rows), ROWS_PER_APPEND):
            by_column = zip(*rows[start : start + ROWS_PER_APPEND], strict=True)
            arrays = [json.dumps(values, default=str) for values in by_column]
            with self._errors_translated():
                parsed = _parsed(self._connection, text)
                self._connection.execute(parsed, dict(zip(columns, arrays, strict=True)))

    def load_json(
        self, loads: Sequence[JsonLoad], max_errors: int, on_progress: OnProgress = ignore_progress
    ) -> LoadResult:
        """Load the records of the files into their staging tables, by the rules of COPY.

        The fast path comes first. A value or a file that it does not support ends DuckDB's whole
        transaction, so the transaction begins again, and such files take the slow path.
        """
        reported = 0

        def report(size: int) -> None:
            nonlocal reported
            reported += size
            on_progress(size)

        with self._errors_translated(), _prefetch_folder() as folder:
            readings: list[Reading] = []
            try:
                result = self._load_fast(loads, folder, readings, report)
            except duckdb.OutOfMemoryException:
                raise  # the slow path would run out of it, too
            except FAST_PATH_ERRORS:
                self._connection.rollback()
                self._connection.begin()
                on_progress(-reported)
                result = LoadResult()
                for reading in readings:
                    read_slow(self._connection, reading, result, max_errors, on_progress)
            chunks = (chunk for reading in readings for chunk in reading.chunks)
            for file in files_read_in_place(chunks):
                require_unchanged(file)
            return result

    def acquire_write_lock(self) -> bool:
        """Do nothing: nobody else can write to the file while it is open."""
        return False

    def analyze(self) -> None:
        """Do nothing: DuckDB keeps its statistics itself."""

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return the views that read a table or view of the warehouse's schema, each with which."""
        with self._errors_translated():
            text = engine_statement("duckdb", "view_dependencies").text
            return self._connection.execute(text).fetchall()

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
        """Close the file."""
        self._connection.close()

    def _load_fast(
        self,
        loads: Sequence[JsonLoad],
        folder: Path,
        readings: list[Reading],
        on_progress: OnProgress,
    ) -> LoadResult:
        """Load by DuckDB's own reader, adding each load to `readings` before it is read.

        Raises one of FAST_PATH_ERRORS at what the fast path does not support.
        """
        largest_first = sorted((load for load in loads if load.files), key=_size, reverse=True)
        for load in largest_first:
            readings.append(reading_of(load, folder / load.table))
            prefetch(readings[-1], on_progress)
        result = LoadResult()
        with ThreadPoolExecutor(1) as beside:
            # Counted from the files while DuckDB reads them: neither believes the other.
            bounds = [beside.submit(most_records_by_file, each.chunks) for each in readings]
            try:
                for reading, bound in zip(readings, bounds, strict=True):
                    inserted = self._insert(reading, on_progress)
                    counts = records_by_file(reading, reading.chunks, bound.result(), inserted)
                    result.records.update(counts)
            finally:
                beside.shutdown(cancel_futures=True)
        for reading in readings:
            require_fast_path_values(self._connection, reading)
        return result

    def _insert(self, reading: Reading, on_progress: OnProgress) -> int:
        size = sum(file.size for file in files_read_in_place(reading.chunks))
        with self._progress_reported(size, on_progress):
            return read_fast(self._connection, reading, reading.chunks)

    @contextmanager
    def _progress_reported(self, size: int, on_progress: OnProgress) -> Iterator[None]:
        """Report how many of so many bytes the statement inside has read, while it runs."""
        ended = threading.Event()
        reported = 0

        def report_until_ended() -> None:
            nonlocal reported
            while not ended.wait(PROGRESS_SECONDS):
                share = self._connection.query_progress() / 100  # negative while unknown
                reached = min(size, max(reported, int(size * share)))
                on_progress(reached - reported)
                reported = reached

        reporter = threading.Thread(target=report_until_ended, daemon=True)
        try:
            reporter.start()  # within, as a signal can come once the thread runs
            yield
        finally:
            ended.set()
            if reporter.is_alive():
                reporter.join()
        on_progress(size - reported)

    def _errors_translated(self) -> AbstractContextManager[None]:
        return errors_translated(self._path)


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
    except FAST_PATH_ERRORS as error:
        raise _translated(error, path) from error
    except RuntimeError as error:
        if str(error) == INTERRUPTED:
            raise KeyboardInterrupt from error
        raise


@contextmanager
def _prefetch_folder() -> Iterator[Path]:
    """Give a folder for what has to be written before DuckDB reads it.

    It is removed in the end; and when Python ends, where a signal comes between.
    """
    above = folder = tempfile.gettempdir()
    try:
        folder = tempfile.mkdtemp(prefix="sparkify-")
        remove = partial(shutil.rmtree, folder, ignore_errors=True)
        atexit.register(remove)
        try:
            yield Path(folder)
        finally:
            remove()
            atexit.unregister(remove)
    except OSError as error:
        if error.filename and not str(error.filename).startswith(folder):
            raise SourceError(
                f"{error.filename} cannot be read: {error.strerror}",
                "run again: the files are listed again",
            ) from error
        raise WarehouseError(
            f"the files to load cannot be written to {above}: {error.strerror}",
            "make room there, or set TMPDIR to a folder with more",
        ) from error


def _size(load: JsonLoad) -> int:
    return sum(file.size for file in load.files)


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
