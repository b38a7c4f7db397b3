"""Which files are loaded, and recording the rest. A file is known by its uri and its etag."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sparkify.engines import Engine, Loaded, Queryable
from sparkify.sources import DataFile
from sparkify.sql import statement

COLUMNS = ("uri", "etag", "bytes", "staging_table", "objects", "refused", "run_id")


def loaded_versions(engine: Queryable) -> set[tuple[str, str]]:
    """The uri and etag of every version of a file that is loaded."""
    return set(engine.fetch(statement("ledger/loaded")).rows)


def pending(files: Iterable[DataFile], loaded: set[tuple[str, str]]) -> Iterator[DataFile]:
    """The files of which this version is not loaded, in their order."""
    return (file for file in files if not has(loaded, file))


def has(loaded: set[tuple[str, str]], file: DataFile) -> bool:
    """Whether this version of the file is loaded."""
    return (file.uri, file.etag) in loaded


def record(
    engine: Engine, run_id: str, staging_table: str, files: Iterable[DataFile], loaded: Loaded
) -> None:
    """Note the files as loaded, in the transaction that loads them, which gives `loaded_at`."""
    refused = Counter(each.file for each in loaded.refused)
    rows = [
        (*file, staging_table, loaded.objects[file], refused.get(file, 0), run_id) for file in files
    ]
    engine.append("loaded_files", COLUMNS, rows)
