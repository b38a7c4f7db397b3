"""Record which files are loaded, and compare them with the source.

A file is its path: what is compared is the latest version that was loaded of it, in the order of
the batches' numbers. A file with another etag and the content of that version was only touched, or
copied again; this is told by its hash, which is known of all files that this process read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sparkify.engines.base import Engine, LoadResult, Queryable, Result
from sparkify.errors import Interrupted
from sparkify.sources import DataFile, Source
from sparkify.sources.hashing import content_hashes
from sparkify.sql import (
    STAGING_TABLES,
    drop_statement,
    move_statement,
    removal_statement,
    statement,
)

BATCH_COLUMNS = ("batch_number", "run_id")
LEDGER_COLUMNS = (
    *("uri", "etag", "bytes", "content_hash", "staging_table"),
    *("objects", "refused", "run_id"),
)
TOUCHED_COLUMNS = ("uri", "etag", "content_hash")
# The tables whose rows carry the time of their batch, `batches` itself last.
BATCH_TABLES = (*STAGING_TABLES, "load_errors", "loaded_files", "batches")


class LoadedVersion(NamedTuple):
    """A version of a file that is loaded.

    `etag` is the one with which it was last found at the source, `content_hash` is None where it is
    not known.
    """

    uri: str
    etag: str
    size: int
    content_hash: str | None


class LastBatch(NamedTuple):
    """The highest number of the batches that are known, and the latest time at which one began."""

    batch_number: int
    loaded_at: datetime


NO_BATCH = LastBatch(0, datetime(1970, 1, 1))  # noqa: DTZ001 - all times are UTC


class LatestVersions:
    """The latest version of every loaded file.

    They stay texts, as the ledger gives them, until they are asked for: of a large ledger few are.
    `until` is the last batch whose files are among them.
    """

    def __init__(self, until: LastBatch = NO_BATCH) -> None:
        self._texts: dict[str, str] = {}
        self.until = until

    def add(self, versions: Iterable[tuple[Any, ...]], until: LastBatch) -> None:
        """Add versions of later batches until that one, in the order of loading."""
        self._texts.update((uri, text) for uri, text, _ in versions)
        self.until = until

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[LoadedVersion]:
        return (_version(uri, text) for uri, text in self._texts.items())

    def of(self, uri: str) -> LoadedVersion | None:
        """Return the latest version of a file, None if none is loaded."""
        text = self._texts.get(uri)
        return None if text is None else _version(uri, text)

    def without(self, uris: Collection[str]) -> "LatestVersions":
        """Return the versions without those of some files, which then count as new."""
        kept = LatestVersions(self.until)
        kept._texts = {uri: text for uri, text in self._texts.items() if uri not in uris}
        return kept

    def has(self, file: DataFile) -> bool:
        """Return whether the latest version of a file is this one, by its etag."""
        version = self.of(file.uri)
        return version is not None and version.etag == file.etag


def _version(uri: str, text: str) -> LoadedVersion:
    """Read a version as `ledger/versions` gives it; of an etag a blank may be part."""
    size, content_hash, etag = text.split(" ", 2)
    return LoadedVersion(uri, etag, int(size), content_hash or None)


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """The files of a source that are to be loaded, and those that were only touched, by hash."""

    pending: list[DataFile] = field(default_factory=list)
    touched: dict[DataFile, str] = field(default_factory=dict)


def latest_versions(engine: Queryable) -> LatestVersions:
    """Read the latest version of every loaded file from the ledger."""
    latest = LatestVersions(NO_BATCH)
    add_newer(engine, latest)
    return latest


def known_versions(engine: Queryable) -> tuple[LatestVersions, set[tuple[str, str]]]:
    """Return the latest versions in the ledger, and uri and etag of the rejected files."""
    latest = LatestVersions(NO_BATCH)
    asked = ("ledger/last_batch", "ledger/versions", "quarantine/rejected_versions")
    last, loaded, rejected = engine.fetch_all(map(statement, asked), **NO_BATCH._asdict())
    latest.add(loaded.rows, _until(last, NO_BATCH))
    return latest, set(rejected.rows)


def add_newer(engine: Queryable, known: LatestVersions) -> None:
    """Add the versions of the batches that were loaded after those that are known."""
    asked = map(statement, ("ledger/last_batch", "ledger/versions"))
    last, loaded = engine.fetch_all(asked, **known.until._asdict())
    known.add(loaded.rows, _until(last, known.until))


def _until(last: Result, known: LastBatch) -> LastBatch:
    """Return the last batch that there is, or where there is none, the one that was known."""
    [(number, loaded_at)] = last.rows
    return known if number is None else LastBatch(number, max(known.loaded_at, loaded_at))


def find_changes(
    source: Source, files: Iterable[DataFile], latest: LatestVersions
) -> SourceChanges:
    """Return how these files of a source differ from their latest versions.

    Reads only files with a new etag and the size of their latest version.
    """
    changed = [file for file in files if not latest.has(file)]
    touched = find_touched(source, changed, latest)
    return SourceChanges([file for file in changed if file not in touched], touched)


def find_touched(
    source: Source, changed: Iterable[DataFile], latest: LatestVersions
) -> dict[DataFile, str]:
    """Return those of the files that have the content of their latest version, with its hash."""
    loaded = {file: version for file in changed if (version := latest.of(file.uri))}
    candidates = [
        file
        for file, version in loaded.items()
        if version.content_hash is not None and version.size == file.size
    ]
    return {
        file: content_hash
        for file, content_hash in content_hashes(source, candidates).items()
        if content_hash == loaded[file].content_hash
    }


def remember_touched(engine: Engine, touched: Mapping[DataFile, str]) -> None:
    """Record the etags that touched files have now, so that the next listing is enough."""
    engine.execute(drop_statement("touched_files"))
    engine.execute(statement("ledger/touched_files/create"))
    rows = [(file.uri, file.etag, content_hash) for file, content_hash in touched.items()]
    engine.append("touched_files", TOUCHED_COLUMNS, rows)
    engine.execute(statement("ledger/touched_files/remember"))
    engine.execute(drop_statement("touched_files"))


def record_batch(
    engine: Engine, run_id: str, loaded_at: datetime, number: int | None = None
) -> None:
    """Give a batch this number or the next, in its transaction, before it is transformed.

    Raises Interrupted where a clock that was set back gave it the `loaded_at` of another batch:
    their rows could not be told apart.
    """
    next_number = _next_number(engine, loaded_at)
    engine.append("batches", BATCH_COLUMNS, [(number or next_number, run_id)])


def _next_number(engine: Engine, loaded_at: datetime) -> int:
    """Return the number of the next batch. Raises Interrupted if another one has its time."""
    rows = engine.fetch(statement("ledger/next_batch"), loaded_at=loaded_at).rows
    [(next_number, batches_of_this_time)] = rows
    if batches_of_this_time:
        raise Interrupted(
            f"a batch has already been loaded at {loaded_at}: the warehouse's clock was set back",
            "run again: the next batch has another time",
        )
    return int(next_number)


def remove_batches(engine: Engine, batches: Iterable[tuple[int, str | None]]) -> None:
    """Remove batches, each a number and its run, from staging, quarantine and ledger.

    What they brought into the star stays there until it is filled again.
    """
    engine.execute(drop_statement("removed_batches"))
    engine.execute(statement("ledger/removed_batches/create"))
    engine.append("removed_batches", BATCH_COLUMNS, list(batches))
    engine.execute_all(map(removal_statement, BATCH_TABLES))


def move_batch(engine: Engine, loaded_at: datetime, moved_to: datetime) -> None:
    """Give the rows of a batch another time, so that the next has that of the transaction.

    Raises Interrupted if another batch has that time.
    """
    _next_number(engine, moved_to)
    for table in BATCH_TABLES:
        engine.execute(move_statement(table), loaded_at=loaded_at, moved_to=moved_to)


def mark_reloaded_runs(engine: Engine) -> None:
    """Mark the runs of which only removed batches were loaded, once others took their places."""
    engine.execute(statement("ledger/removed_batches/mark_runs"))
    engine.execute(drop_statement("removed_batches"))


def record_files(
    engine: Engine, run_id: str, staging_table: str, files: Sequence[DataFile], result: LoadResult
) -> None:
    """Record the files as loaded, in the transaction that loads them, which gives `loaded_at`."""
    rejected = Counter(each.file for each in result.rejected)
    rows = [
        (
            *(*file, result.hashes.get(file), staging_table),
            *(result.records[file], rejected.get(file, 0), run_id),
        )
        for file in files
    ]
    engine.append("loaded_files", LEDGER_COLUMNS, rows)
