"""Batches of records into DuckDB's staging tables, by Arrow's stream interface."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime

import duckdb

from sparkify.engines.base import (
    JsonLoad,
    LoadResult,
    OnProgress,
    read_batches,
    require_all_records,
)
from sparkify.records.arrow import ArrowStream
from sparkify.records.batch_reader import BatchReader
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
    """Load the files of one staging table; add to the result.

    Raises LoadError at the first record that is one too many to reject; SourceError.
    """
    reader = BatchReader(load.columns, load.places, ignore_case=load.ignore_case)
    batches = read_batches(load, reader, result, max_errors, on_progress)
    stream = ArrowStream(load.columns, batches, reader.idle)
    loaded_at = connection.execute(statement("ledger/batch_time").render("duckdb")).fetchall()[0][0]
    connection.register("batches", stream)
    text = rendered("insert_batches", load.table, *load.added_names)
    try:
        inserted = _count_inserted(connection, text, {"loaded_at": loaded_at})
    except duckdb.Error:
        if stream.error is not None:
            raise stream.error from None
        raise  # which also undoes the registration
    connection.unregister("batches")
    require_all_records(load, result, inserted)


def _count_inserted(
    connection: duckdb.DuckDBPyConnection, text: str, parameters: dict[str, datetime]
) -> int:
    """Run an insert in another thread, so that a signal ends it within a tenth of a second."""

    def insert() -> int:
        [(inserted,)] = connection.execute(text, parameters).fetchall()
        return int(inserted)

    thread = ThreadPoolExecutor(1)
    try:
        inserting = thread.submit(insert)
        while not inserting.done():  # a signal that another thread gets does not end a wait
            wait([inserting], SIGNAL_SECONDS)
        return inserting.result()
    except BaseException:
        connection.interrupt()
        raise
    finally:
        thread.shutdown()
