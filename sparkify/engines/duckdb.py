"""The embedded warehouse: one DuckDB file, no account, no server, no network."""

import atexit
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from sparkify.engines import Arrived, JsonLoad, Loaded, Result, ViewGrant, unheard
from sparkify.engines.duckdb_json import (
    NOT_PLAIN,
    Reading,
    arriving,
    at_most,
    learn_rules,
    objects_of,
    read_carefully,
    read_quickly,
    reading_of,
    require_plain,
)
from sparkify.engines.spool import Part, read_in_place
from sparkify.errors import SourceError, WarehouseBusy, WarehouseError
from sparkify.sources.local import require_unchanged
from sparkify.sql import Dialect, Parameter, Statement, statement
from sparkify.sql.render_cache import rendered

# Without the second, a query that names an extension would fetch it from the network. The third
# compresses rows while they are in the processor's cache still: a tenth of the writing's time.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "write_buffer_row_group_count": 1,
}
# DuckDB says how far a statement is, but only if it is asked.
TOLD_WHEN_ASKED = ("set enable_progress_bar = true", "set enable_progress_bar_print = false")
APPENDED_AT_ONCE = 50_000
# Seconds between two looks at how far an insert is.
LOOK_EVERY = 0.2
# And between two times that an insert which nobody wants any more is asked to stop.
STOP_EVERY = 0.05
# All that DuckDB leaves of the exception that a signal's handler raised during a statement.
INTERRUPTED = "Query interrupted"


# What is being inserted, and the rows that it comes to.
Insert = tuple[Future[int], list[Part]]


class DuckDbEngine:
    """A warehouse in a DuckDB file, created if it is absent."""

    dialect: Dialect = "duckdb"

    def __init__(self, path: Path, memory_limit: int | None = None) -> None:
        """Open it; `memory_limit` megabytes are for DuckDB, which else takes what it needs."""
        self._path = path
        limit = {"memory_limit": f"{memory_limit}MiB"} if memory_limit else {}
        with self._explained():
            self._connection = duckdb.connect(str(path), config=SETTINGS | limit)
            learn_rules(self._connection)
            for setting in TOLD_WHEN_ASKED:
                self._connection.execute(setting)

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement that gives no rows."""
        with self._explained():
            self._connection.execute(statement.render("duckdb"), statement.bind(parameters))

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query."""
        return fetched(self._connection, self._path, statement, parameters)

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Put rows into a table, given as JSON: as Python's lists they would take twice as long."""
        text = rendered("append", table, *columns)
        for start in range(0, len(rows), APPENDED_AT_ONCE):
            by_column = zip(*rows[start : start + APPENDED_AT_ONCE], strict=True)
            arrays = [json.dumps(values, default=str) for values in by_column]
            with self._explained():
                self._connection.execute(text, dict(zip(columns, arrays, strict=True)))

    def load_json(
        self, loads: Sequence[JsonLoad], max_errors: int, arrived: Arrived = unheard
    ) -> Loaded:
        """Put the files' objects into their staging tables, by the rules of Redshift's COPY.

        First the quick way. A value or a file that is not plain ends DuckDB's whole transaction,
        so the transaction begins anew, and what is not plain goes the careful way.
        """
        told = 0

        def heard(size: int) -> None:
            nonlocal told
            told += size
            arrived(size)

        with self._explained(), _spool_folder() as folder:
            readings: list[Reading] = []
            try:
                loaded = self._quickly(loads, folder, readings, heard)
            except duckdb.OutOfMemoryException:
                raise  # the careful way would run out of it, too
            except NOT_PLAIN:
                self._connection.rollback()
                self._connection.begin()
                arrived(-told)
                loaded = Loaded()
                for reading in readings:
                    read_carefully(self._connection, reading, loaded, max_errors, arrived)
            for file in read_in_place(part for reading in readings for part in reading.parts):
                require_unchanged(file)
            return loaded

    def exclude_writers(self) -> bool:
        """Do nothing: the file is ours alone for as long as it is open."""
        return False

    def analyze(self) -> None:
        """Do nothing: DuckDB keeps its statistics itself."""

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return every view that reads a table or view of the schema we work in, and which."""
        with self._explained():
            found = self._connection.execute(statement("duckdb/view_dependencies").text)
            return found.fetchall()

    def view_grants(self) -> list[ViewGrant]:
        """Return nothing: DuckDB has no users."""
        return []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is done inside happen whole, or, on any exception, not at all."""
        try:
            with self._explained():
                self._connection.begin()
            yield
            with self._explained():
                self._connection.commit()
        except BaseException:
            # A failed commit has rolled back already, and what went wrong is the error to show.
            with suppress(duckdb.Error):
                self._connection.rollback()
            raise

    def close(self) -> None:
        """Leave the warehouse."""
        self._connection.close()

    def _quickly(
        self,
        loads: Sequence[JsonLoad],
        folder: Path,
        readings: list[Reading],
        arrived: Arrived,
    ) -> Loaded:
        """Load the quick way: what has arrived is inserted while the rest is on its way.

        `readings` are told of each load and its parts. Raises one of NOT_PLAIN if any is not.
        """
        inserts: list[list[Insert]] = []
        loaded, turn = Loaded(), _Turn()
        with ThreadPoolExecutor(1) as beside:
            try:
                for load in sorted((load for load in loads if load.files), key=_weight):
                    reading = reading_of(load, folder / load.table)
                    readings.append(reading)
                    inserts.append(list(self._inserts(beside, turn, reading, arrived)))
                bounds = [at_most(reading.parts) for reading in readings]
                for reading, counts, of_reading in zip(readings, bounds, inserts, strict=True):
                    inserted = sum(self._inserted(*insert, arrived) for insert in of_reading)
                    loaded.objects.update(objects_of(reading, reading.parts, counts, inserted))
                for reading in readings:
                    require_plain(self._connection, reading)
            except BaseException:
                beside.shutdown(wait=False, cancel_futures=True)
                turn.end(self._connection.interrupt)
                raise
        return loaded

    def _inserts(
        self, beside: ThreadPoolExecutor, turn: "_Turn", reading: Reading, arrived: Arrived
    ) -> Iterator[Insert]:
        """Begin to insert what has arrived whenever nothing else of it is being inserted.

        So what comes slower than it is inserted waits for nothing, and what comes faster is
        inserted in few statements: small ones take more of DuckDB's time for as many rows.
        """
        begun: Future[int] | None = None
        waiting: list[Part] = []
        for parts in arriving(reading, arrived):
            waiting += parts
            if begun is None or begun.done():
                begun = beside.submit(self._insert, turn, reading, waiting)
                yield begun, waiting
                waiting = []
        if waiting:
            yield beside.submit(self._insert, turn, reading, waiting), waiting

    def _insert(self, turn: "_Turn", reading: Reading, parts: list[Part]) -> int:
        with turn:
            return read_quickly(self._connection, reading, parts)

    def _inserted(self, insert: Future[int], parts: list[Part], arrived: Arrived) -> int:
        """Wait for the rows of an insert; `arrived` is told of what DuckDB reads in place."""
        size = sum(file.size for file in read_in_place(parts))
        told = 0
        while not wait([insert], LOOK_EVERY).done:
            share = self._connection.query_progress() / 100  # below none while it is not known
            reached = min(size, max(told, int(size * share)))
            arrived(reached - told)
            told = reached
        rows = insert.result()
        arrived(size - told)
        return rows

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self._path)


class _Turn:
    """Whose turn it is to use the connection beside the main thread: nobody's, once that ended.

    An executor cannot promise that: a thread that a signal came upon as it was started is none of
    those that it waits for, and would insert into the transaction that comes next.
    """

    def __init__(self) -> None:
        self._taken = threading.Lock()
        self._ended = False

    def __enter__(self) -> None:
        self._taken.acquire()
        if self._ended:
            self._taken.release()
            raise CancelledError

    def __exit__(self, *_: object) -> None:
        self._taken.release()

    def end(self, interrupt: Callable[[], object]) -> None:
        """Let nobody have it any more, and wait for who has it, who is asked to stop."""
        self._ended = True
        while not self._taken.acquire(timeout=STOP_EVERY):
            interrupt()
        self._taken.release()


def fetched(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    statement: Statement,
    parameters: Mapping[str, Parameter],
) -> Result:
    """The answer to a query of ours, on a connection to the warehouse at `path`."""
    with explained(path):
        answer = connection.execute(statement.render("duckdb"), statement.bind(parameters))
        names = tuple(column[0] for column in answer.description or ())
        return Result(names, answer.fetchall())


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn DuckDB's errors into ours. Raises WarehouseError."""
    try:
        yield
    except NOT_PLAIN as error:
        raise _explanation(error, path) from error
    except RuntimeError as error:
        if str(error) == INTERRUPTED:
            raise KeyboardInterrupt from error
        raise


@contextmanager
def _spool_folder() -> Iterator[Path]:
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
                f"{error.filename} cannot be read: {error.strerror}", "run again to list it anew"
            ) from error
        raise WarehouseError(
            f"the files to load cannot be written to {above}: {error.strerror}",
            "make room there, or set TMPDIR to a folder with more",
        ) from error


def _weight(load: JsonLoad) -> int:
    return -sum(file.size for file in load.files)


def _explanation(error: Exception, path: Path) -> WarehouseError:
    text = str(error)
    if "No space left on device" in text or "File too large" in text:
        return WarehouseError(
            f"the disk of {path} is full: {_first_line(text)}",
            "make room, or lower [ETL] BATCH_MB; nothing of this batch was kept",
        )
    if "lock on file" in text:
        return WarehouseBusy(
            f"the warehouse {path} is in use by another process{_holder(text)}",
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
        f"DuckDB refused a statement on {path}: {_first_line(text)}",
        "run again with --debug for the whole text; nothing of this batch was kept",
    )


def _holder(text: str) -> str:
    _, found, rest = text.partition("held in ")
    return f": {rest.partition('. ')[0]}" if found else ""


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
