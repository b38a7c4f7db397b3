"""Batches of records into PostgreSQL's staging tables, by COPY from this process."""

from collections.abc import Iterator

from sparkify.engines.base import (
    JsonLoad,
    LoadResult,
    OnProgress,
    batch_reader,
    checksum_statement,
    read_batches,
    require_all_staged,
)
from sparkify.engines.postgres import copy_binary_from_stdin
from sparkify.engines.postgres.binary_rows import SIGNATURE, TRAILER, binary_rows
from sparkify.engines.postgres.session import PostgresSession
from sparkify.sql import statement


def copy_files(
    session: PostgresSession,
    load: JsonLoad,
    result: LoadResult,
    max_errors: int,
    on_progress: OnProgress,
) -> None:
    """Load the files of one staging table; add to the result, also rejected files.

    With a rejected file, only some of the others are loaded. Raises SourceError, LoadError.
    """
    reader = batch_reader(load)

    def blocks() -> Iterator[bytes]:
        yield SIGNATURE
        for batch in read_batches(load, reader, result, max_errors, on_progress):
            yield from binary_rows(batch)
            reader.reuse(batch)
        yield TRAILER

    text = copy_binary_from_stdin(load.table, [column.name for column in load.columns])
    inserted = session.copy_blocks_in(text, blocks())
    if result.rejected_files:
        return
    [(loaded_at,)] = session.run(statement("ledger/batch_time").render("postgres")).rows
    summed = checksum_statement(load)
    values = summed.bind({"loaded_at": loaded_at})
    [(checksum,)] = session.run(summed.render("postgres"), values).rows
    require_all_staged(load, result, reader, inserted, int(checksum))
