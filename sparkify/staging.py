"""Pending files into the staging tables, in batches of a bounded size."""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sparkify.config import Settings
from sparkify.engines import Arrived, Engine, JsonLoad, Loaded, Refused
from sparkify.engines.json_rows import Rows
from sparkify.engines.jsonpaths import JsonPath, parse_jsonpaths
from sparkify.engines.spool import content
from sparkify.errors import SourceError
from sparkify.sources import DataFile, S3Access, Source, open_source, read_document
from sparkify.sql import delivered_columns, statement

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - all moments are UTC


@dataclass(frozen=True, slots=True)
class Feed:
    """Where one staging table's files come from, and where in their objects the columns are."""

    table: str
    source: Source
    paths: tuple[JsonPath, ...] | None
    ignore_case: bool
    paths_location: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands: the line that it starts on, and its text."""

    table: str
    file: DataFile
    line: int
    text: str

    def refused(self, reason: str) -> Refused:
        """The object, as one that is not loaded for this reason."""
        return Refused(self.table, self.file, self.line, "", reason, "", self.text)

    def __str__(self) -> str:
        return f"{self.file.uri}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that are loaded in one transaction."""

    files: tuple[tuple[Feed, DataFile], ...]

    @property
    def bytes(self) -> int:
        """The files' size as delivered."""
        return sum(file.size for _, file in self.files)

    def of(self, table: str) -> list[DataFile]:
        """The files of one staging table."""
        return [file for feed, file in self.files if feed.table == table]


def open_feeds(settings: Settings) -> tuple[Feed, ...]:
    """The two feeds that the settings name; songs first, since plays are matched to them.

    Raises SourceError for a location that cannot be read, ConfigError for wrong JSONPaths.
    """
    access = S3Access.named_by(settings)
    songs = Feed("staging_songs", open_source(settings.song_data, access), None, ignore_case=False)
    paths = _paths(settings.log_jsonpath, access)
    events = Feed(
        "staging_events",
        open_source(settings.log_data, access),
        paths,
        ignore_case=paths is None,
        paths_location=settings.log_jsonpath,
    )
    return songs, events


def batches(pending: Iterable[tuple[Feed, DataFile]], limit: int) -> Iterator[Batch]:
    """Cut the files into batches of at most `limit` bytes; a larger file is one of its own."""
    files: list[tuple[Feed, DataFile]] = []
    size = 0
    for feed, file in pending:
        if files and size + file.size > limit:
            yield Batch(tuple(files))
            files, size = [], 0
        files.append((feed, file))
        size += file.size
    if files:
        yield Batch(tuple(files))


def loads_of(feeds: Sequence[Feed], batch: Batch) -> list[JsonLoad]:
    """What an engine is to load of a batch, one for each feed."""
    return [
        JsonLoad(
            feed.table,
            feed.source,
            batch.of(feed.table),
            feed.paths,
            feed.ignore_case,
            feed.paths_location,
        )
        for feed in feeds
    ]


def load(
    engine: Engine, loads: Sequence[JsonLoad], max_errors: int, arrived: Arrived
) -> tuple[datetime, Loaded]:
    """Put a batch into the staging tables, first thing in its transaction.

    Returns the moment that its rows carry as `loaded_at`, and what became of its files. Raises
    LoadError if more than `max_errors` objects do not fit; SourceError.
    """
    loaded = engine.load_json(loads, max_errors, arrived)
    moment: datetime = engine.fetch(statement("ledger/batch_moment")).rows[0][0]
    return moment, loaded


def find(
    loads: Sequence[JsonLoad], columns: Sequence[str], wanted: Collection[tuple[Any, ...]]
) -> Generator[Place, None, None]:
    """Where in the loads' files the objects stand that have any of these values in these columns.

    Reads the files of the table that has the columns anew, object by object: slow, and only done
    when there is something to refuse or to tell. Raises SourceError.
    """
    for load in loads:
        kinds = {column.name: column.kind for column in load.columns}
        if not kinds.keys() >= set(columns):
            continue
        rows = Rows(load.columns, load.paths, ignore_case=load.ignore_case)
        for file, data in load.source.read_many(load.files):
            for line, text, row in rows.located(content(file, data)):
                if tuple(_staged(row[name], kinds[name]) for name in columns) in wanted:
                    yield Place(load.table, file, line, text)


def _staged(value: Any, kind: str) -> Any:
    """A value of an object as its column has it."""
    is_moment = kind == "timestamp" and value is not None
    return EPOCH + timedelta(milliseconds=value) if is_moment else value


def _paths(location: str, access: S3Access) -> tuple[JsonPath, ...] | None:
    if not location:
        return None
    try:
        document = read_document(location, access)
    except SourceError as error:
        raise SourceError(
            f"[S3] LOG_JSONPATH: {error}",
            f"{error.hint}; or leave LOG_JSONPATH empty: then keys are matched to columns by name",
        ) from error
    return parse_jsonpaths(document, location, len(delivered_columns("staging_events")))
