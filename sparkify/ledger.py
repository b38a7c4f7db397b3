"""Record which files are loaded. A file is identified by its uri and its etag."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sparkify.engines.base import Engine, LoadResult, Queryable
from sparkify.sources import DataFile
from sparkify.sql import statement

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
