"""Load pending files into the staging tables, in batches of a bounded size."""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sparkify.config import Settings
from sparkify.engines.base import (
    Engine,
    JsonLoad,
    LoadResult,
    OnProgress,
    RejectedFile,
    RejectedRecord,
)
from sparkify.errors import ConfigError, MissingSource, SourceError
from sparkify.records.content import content_chunks
from sparkify.records.jsonpaths import JsonPath, parse_jsonpaths
from sparkify.records.python_reader import Rows
from sparkify.sources import (
    DataFile,
    S3Access,
    Source,
    open_source,
    read_document,
    uri_prefix,
)
from sparkify.sql import source_columns, statement

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - all timestamps are UTC


@dataclass(frozen=True, slots=True)
class StagingSource:
    """The location of one staging table's files, and the paths to the columns in their records."""

    table: str
    source: Source
    paths: tuple[JsonPath, ...] | None
    ignore_case: bool
    paths_location: str = ""
    jsonpaths_uri: str = ""

    def files(self) -> Iterator[DataFile]:
        """List the data files, by uri, without the JSONPaths file, should it lie among them.

        Raises SourceError if there are none, or they cannot be listed.
        """
        return (file for file in self.source.files() if file.uri != self.jsonpaths_uri)


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """A record in its file: the line that it starts on, its text, and the values looked for."""

    table: str
    file: DataFile
    line: int
    text: str
    values: tuple[Any, ...]

    def rejected(self, reason: str, column: str = "", detail: str = "") -> RejectedRecord:
        """Return the record as one that is rejected for this reason."""
        return RejectedRecord(self.table, self.file, self.line, column, reason, detail, self.text)

    def __str__(self) -> str:
        return f"{self.file.uri}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that are loaded in one transaction."""

    files: tuple[tuple[StagingSource, DataFile], ...]

    def without(self, files: Collection[RejectedFile]) -> "Batch":
        """Return the batch without the rejected files."""
        rejected = {(each.table, each.uri) for each in files}
        return Batch(
            tuple(each for each in self.files if (each[0].table, each[1].uri) not in rejected)
        )

    def halves(self) -> tuple["Batch", "Batch"]:
        """Return the first half of the files, and the second."""
        middle = len(self.files) // 2
        return Batch(self.files[:middle]), Batch(self.files[middle:])

    @property
    def bytes(self) -> int:
        """The size of the files, compressed if they are."""
        return sum(file.size for _, file in self.files)

    def of(self, table: str) -> list[DataFile]:
        """Return the files of one staging table."""
        return [file for source, file in self.files if source.table == table]


def open_staging_sources(settings: Settings) -> tuple[StagingSource, ...]:
    """Open the two sources that the settings name; songs first, since plays are matched to them.

    Raises SourceError for a location that cannot be read, ConfigError for wrong JSONPaths.
    """
    _require_apart(settings)
    access = S3Access.named_by(settings)
    jsonpaths_uri = uri_prefix(settings.log_jsonpath) if settings.log_jsonpath else ""
    songs = StagingSource(
        "staging_songs",
        open_source(settings.song_data, access),
        None,
        ignore_case=False,
        jsonpaths_uri=jsonpaths_uri,
    )
    paths = _paths(settings.log_jsonpath, access)
    events = StagingSource(
        "staging_events",
        open_source(settings.log_data, access),
        paths,
        ignore_case=paths is None,
        paths_location=settings.log_jsonpath,
        jsonpaths_uri=jsonpaths_uri,
    )
    return songs, events


def require_sources(settings: Settings) -> None:
    """Raise SourceError or ConfigError where a location has no files, or cannot be listed."""
    for each in open_staging_sources(settings):
        next(each.files(), None)


def _require_apart(settings: Settings) -> None:
    """Raise ConfigError where one location lies in the other: a file would be log and song."""
    logs, songs = (f"{uri_prefix(each)}/" for each in (settings.log_data, settings.song_data))
    if logs.startswith(songs) or songs.startswith(logs):
        raise ConfigError(
            f"[S3] LOG_DATA {settings.log_data} and SONG_DATA {settings.song_data} overlap: files "
            "in both would be read as logs and as songs",
            "give each a folder of its own",
        )


def cut_into_batches(
    pending: Iterable[tuple[StagingSource, DataFile]], limit: int
) -> Iterator[Batch]:
    """Cut the files into batches of at most `limit` bytes; a larger file is one of its own."""
    files: list[tuple[StagingSource, DataFile]] = []
    size = 0
    for source, file in pending:
        if files and size + file.size > limit:
            yield Batch(tuple(files))
            files, size = [], 0
        files.append((source, file))
        size += file.size
    if files:
        yield Batch(tuple(files))


def loads_of(sources: Sequence[StagingSource], batch: Batch) -> list[JsonLoad]:
    """Return what an engine has to load of a batch, one load for each source."""
    return [
        JsonLoad(
            source.table,
            source.source,
            batch.of(source.table),
            source.paths,
            source.ignore_case,
            source.paths_location,
        )
        for source in sources
    ]


def load_batch(
    engine: Engine, loads: Sequence[JsonLoad], max_errors: int, on_progress: OnProgress
) -> tuple[datetime, LoadResult]:
    """Load a batch into the staging tables, as the first step of its transaction.

    Returns the `loaded_at` of its rows, and the records by file. Raises FilesRejected for files
    that cannot be loaded, LoadError, SourceError.
    """
    result = engine.load_json(loads, max_errors, on_progress)
    loaded_at: datetime = engine.fetch(statement("ledger/batch_time")).rows[0][0]
    return loaded_at, result


def find_records(
    loads: Sequence[JsonLoad], columns: Sequence[str], wanted: Collection[tuple[Any, ...]]
) -> Generator[RecordLocation, None, None]:
    """Yield the records of the loads' files that have any of these values in these columns.

    Reads the files of the table with these columns again, record by record: slow, and only done
    when there is something to reject or to report. Raises SourceError.
    """
    meant = {_trimmed(values): values for values in wanted}
    for load in loads:
        kinds = {column.name: column.kind for column in load.columns}
        if not kinds.keys() >= set(columns):
            continue
        rows = Rows(load.columns, load.paths, ignore_case=load.ignore_case)
        for file, chunks in load.source.stream(load.files):
            for line, text, row in rows.located(content_chunks(file.uri, chunks)):
                values = _trimmed(staged_value(row[name], kinds[name]) for name in columns)
                if values in meant:
                    yield RecordLocation(load.table, file, line, text, meant[values])


def _trimmed(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return values to compare: blanks at the end of a text do not count, as on Redshift."""
    return tuple(value.rstrip(" ") if isinstance(value, str) else value for value in values)


def staged_value(value: Any, kind: str) -> Any:
    """Return a value of a record as a column of this kind has it."""
    is_timestamp = kind == "timestamp" and value is not None
    return EPOCH + timedelta(milliseconds=value) if is_timestamp else value


def _paths(location: str, access: S3Access) -> tuple[JsonPath, ...] | None:
    if not location:
        return None
    try:
        document = read_document(location, access)
    except SourceError as error:
        hint = error.hint
        if isinstance(error, MissingSource):  # of a host that cannot be reached it would not help
            hint += "; or leave LOG_JSONPATH empty: then keys are matched to columns by name"
        raise SourceError(f"[S3] LOG_JSONPATH: {error}", hint) from error
    return parse_jsonpaths(document, location, len(source_columns("staging_events")))
