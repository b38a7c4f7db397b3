"""Record which files are loaded. A file is identified by its uri and its etag."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from sparkify.engines.base import Engine, LoadResult, Queryable
from sparkify.errors import Interrupted
from sparkify.sources import DataFile
from sparkify.sql import statement

BATCH_COLUMNS = ("batch_number", "run_id")
LEDGER_COLUMNS = ("uri", "etag", "bytes", "staging_table", "objects", "refused", "run_id")


def loaded_versions(engine: Queryable) -> set[tuple[str, str]]:
    """Return the uri and etag of every version of a file that is loaded."""
    return set(engine.fetch(statement("ledger/loaded")).rows)


def pending(files: Iterable[DataFile], loaded: set[tuple[str, str]]) -> Iterator[DataFile]:
    """Return the files of which this version is not loaded, in their order."""
    return (file for file in files if not is_loaded(loaded, file))


def is_loaded(loaded: set[tuple[str, str]], file: DataFile) -> bool:
    """Return whether this version of the file is loaded."""
    return (file.uri, file.etag) in loaded


def record_batch(engine: Engine, run_id: str, loaded_at: datetime) -> None:
    """Give a batch the next number, in the transaction that loads it, before it is transformed.

    Raises Interrupted where a clock that was set back gave it the `loaded_at` of another batch:
    their rows could not be told apart.
    """
    rows = engine.fetch(statement("ledger/next_batch"), loaded_at=loaded_at).rows
    [(batch_number, batches_of_this_time)] = rows
    if batches_of_this_time:
        raise Interrupted(
            f"a batch has already been loaded at {loaded_at}: the warehouse's clock was set back",
            "run again: the next batch has another time",
        )
    engine.append("batches", BATCH_COLUMNS, [(batch_number, run_id)])


def record_files(
    engine: Engine, run_id: str, staging_table: str, files: Iterable[DataFile], result: LoadResult
) -> None:
    """Record the files as loaded, in the transaction that loads them, which gives `loaded_at`."""
    rejected = Counter(each.file for each in result.rejected)
    rows = [
        (*file, staging_table, result.records[file], rejected.get(file, 0), run_id)
        for file in files
    ]
    engine.append("loaded_files", LEDGER_COLUMNS, rows)
