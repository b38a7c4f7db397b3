"""Batches of records into DuckDB's staging tables, by Arrow's stream interface."""

import threading
from datetime import datetime

import duckdb

from sparkify.engines.base import (
    JsonLoad,
    LoadResult,
    OnProgress,
    batch_reader,
    checksum_statement,
    read_batches,
    require_all_staged,
)
from sparkify.errors import Interrupted
from sparkify.records.arrow import ArrowStream
from sparkify.sql import statement
from sparkify.sql.render_cache import rendered

SIGNAL_SECONDS = 0.1


def insert_files(
    connection: duckdb.DuckDBPyConnection,
    load: JsonLoad,
    result: LoadResult,
    max_errors: int,
    on_progress: OnProgress,
) -> None:
    """Load the files of one staging table; add to the result, also rejected files.

    With a rejected file, only some of the others are loaded. Raises SourceError, LoadError.
    """
    is_stopped = threading.Event()

    def report(size: int) -> None:
        if is_stopped.is_set():
            raise Interrupted("the load was stopped", "run again")
        on_progress(size)

    reader = batch_reader(load)
    batches = read_batches(load, reader, result, max_errors, report)
    stream = ArrowStream(load.columns, batches, reader.reuse)
    loaded_at = connection.execute(statement("ledger/batch_time").render("duckdb")).fetchall()[0][0]
    connection.register("batches", stream)
    text = rendered("insert_batches", load.table, *load.added_names)
    try:
        inserted = _count_inserted(connection, text, {"loaded_at": loaded_at}, is_stopped)
    except duckdb.Error:
        if stream.error is not None:
            raise stream.error from None
        raise  # which also undoes the registration
    connection.unregister("batches")
    if result.rejected_files:
        return
    summed = checksum_statement(load)
    values = summed.bind({"loaded_at": loaded_at})
    [(checksum,)] = connection.execute(summed.render("duckdb"), values).fetchall()
    require_all_staged(load, result, reader, inserted, checksum)


def _count_inserted(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    parameters: dict[str, datetime],
    is_stopped: threading.Event,
) -> int:
    """Run an insert in another thread, so that a signal ends it at once, and sets `is_stopped`."""
    outcome: list[int | Exception] = []
    is_done = threading.Event()

    def insert() -> None:
        try:
            if not is_stopped.is_set():
                [(inserted,)] = connection.execute(text, parameters).fetchall()
                outcome.append(int(inserted))
        except Exception as error:  # noqa: BLE001 - it is raised below
            outcome.append(error)
        finally:
            is_done.set()

    inserting = threading.Thread(target=insert)
    try:
        inserting.start()  # within, as a signal can come once the thread runs
        while not is_done.wait(SIGNAL_SECONDS):  # a signal to another thread does not end a wait
            pass
    except BaseException:
        is_stopped.set()
        connection.interrupt()
        if inserting.ident is not None:
            is_done.wait()  # not join: a signal within it takes a thread for ended
        raise
    [found] = outcome
    if isinstance(found, Exception):
        raise found
    return found
