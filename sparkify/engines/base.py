"""The interface of every engine, and the values that pass through it.

All but bulk loading is SQL, and lives in a file.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from sparkify.config import Settings
from sparkify.diagnosis import Diagnosis
from sparkify.engines.lock_wait import UNKNOWN_HOLDER, OnWait, ignore_wait
from sparkify.errors import (
    FileFault,
    IncorrectQuery,
    Interrupted,
    LoadError,
    QueryError,
    UnloadableFile,
    WarehouseError,
)
from sparkify.records.batch_reader import BatchReader
from sparkify.records.batches import ColumnBatch
from sparkify.records.checksum import CHECKSUM_COLUMNS
from sparkify.records.content import content_chunks, is_compressed
from sparkify.records.foreign import NO_RECORDS, ForeignKind, foreign_kind
from sparkify.records.jsonpaths import JsonPath
from sparkify.records.python_reader import UNREAD_REASONS, Rejection, record_kinds
from sparkify.records.segments import RecordShape
from sparkify.sources import DataFile, OwnFolder, S3Access, Source
from sparkify.sources.hashing import hashed_on_the_way
from sparkify.sources.s3 import S3
from sparkify.sql import Column, Dialect, Parameter, Statement, source_columns, statement
from sparkify.sql.parameters import parameters
from sparkify.unfinished import temporary_folder

REJECTED_RECORDS_SHOWN = 3
REJECTED_TEXT_SHOWN, UNREADABLE_TEXT_SHOWN = 200, 60
# Of one batch; COPY takes no larger MAXERROR.
MOST_REJECTED_RECORDS = 100_000
# As long as the columns of rejected_files.
MESSAGE_BYTES, HINT_BYTES = 4096, 1024
TOO_MANY_REJECTED = "too many rejected records"

ExportFormat = Literal["parquet", "csv"]
# Called often, with the number of bytes read since the last call: 0 while some are decompressed.
OnProgress = Callable[[int], None]
# Accepted as the value of a query's parameter; a datetime is a date, and a bool an int.
Value = str | int | float | Decimal | date | time | None


def ignore_progress(size: int) -> None:
    """Do nothing with the number of bytes read."""


class Result(NamedTuple):
    """The result of a statement: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a user's query: the type of a column is DuckDB's name for it.

    `rows` can be read once, and only until the next query.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]

    @property
    def distinct_columns(self) -> list[str]:
        """The names of the columns; one that comes again, in any case, gets a number."""
        taken: dict[str, str] = {}
        for name in self.columns:
            spellings = (f"{name}_{number}" if number else name for number in count())
            # To DuckDB, names that differ only in case are the same.
            free = next(spelling for spelling in spellings if spelling.lower() not in taken)
            taken[free.lower()] = free
        return list(taken.values())


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """The columns with DuckDB's names for their types, and the files with their numbers of rows.

    A file is named by its path below the location that the table was written to.
    """

    columns: dict[str, str]
    files: dict[str, int]


@dataclass(frozen=True, slots=True)
class JsonLoad:
    """Files to load into one staging table.

    `paths` are the places of the columns' values in a record, in the order of the columns, as in
    COPY's JSONPaths file; without them a field fills the column of its name, in lower case, and
    with `ignore_case` in any. `paths_location` is the location that the paths were read from,
    empty if they are generated. `added` are columns that were added to the table.
    """

    table: str
    source: Source
    files: Sequence[DataFile]
    paths: tuple[JsonPath, ...] | None = None
    ignore_case: bool = False
    paths_location: str = ""
    added: tuple[Column, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns to fill, in the order of the paths."""
        return source_columns(self.table) + self.added

    @property
    def places(self) -> tuple[JsonPath, ...]:
        """The path to the value of each column: the given one, else its name."""
        return self.paths or tuple((column.name,) for column in self.columns)

    @property
    def added_names(self) -> list[str]:
        """The names of the columns that were added."""
        return [column.name for column in self.added]


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record that is not loaded: the line it starts on, the column at fault ('' for none), why.

    `reason` is one of a few, which can be counted; `detail` is what there is to add to it.
    """

    table: str
    file: DataFile
    line: int
    column: str
    reason: str
    detail: str
    text: str

    def __str__(self) -> str:
        return f"{self.file.uri}, {self.shown(REJECTED_TEXT_SHOWN)}"

    def shown(self, size: int) -> str:
        """Return line and reason, and the first characters of its text, so many."""
        column = f", column {self.column}" if self.column else ""
        detail = f" ({self.detail})" if self.detail else ""
        shown = self.text[:size].encode("utf-8", "backslashreplace").decode()
        return f"line {self.line}{column}: {self.reason}{detail}: {shown}"


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that is not loaded at all: what it is, in one of a few phrases, and what to do.

    `message` is the whole sentence, with the file in it.
    """

    uri: str
    etag: str
    bytes: int
    table: str
    reason: str
    message: str
    hint: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The number of records in each file, those that were rejected, and files that were.

    `hashes` are those of the files whose bytes this process read. `suppressed` is the number of
    records of forgotten users, by table.

    With a file that was rejected whole, the load of all is in vain.
    """

    records: Counter[DataFile] = field(default_factory=Counter)
    rejected: list[RejectedRecord] = field(default_factory=list)
    hashes: dict[DataFile, str] = field(default_factory=dict)
    rejected_files: list[RejectedFile] = field(default_factory=list)
    suppressed: Counter[str] = field(default_factory=Counter)

    def require_no_rejected_file(self) -> None:
        """Raise FilesRejected if any file was rejected whole."""
        if self.rejected_files:
            raise FilesRejected(self.rejected_files)


class FilesRejected(LoadError):  # noqa: N818 - the others can be loaded
    """Some files of a load cannot be loaded; those without them can be."""

    def __init__(self, files: Sequence[RejectedFile]) -> None:
        super().__init__("; ".join(map(str, files)), files[0].hint)
        self.files = tuple(files)


class TablePlace(NamedTuple):
    """The place of a warehouse's tables: its URI as OpenLineage names it, database, schema."""

    namespace: str
    database: str
    schema: str


class ViewGrant(NamedTuple):
    """The right to read a view, of a `user`, `group` or `role` of that name, or of the `public`."""

    view: str
    kind: Literal["user", "group", "role", "public"]
    grantee: str


class Queryable(Protocol):
    """A warehouse that can be queried.

    `is_exclusive` is true where nobody else can write while this is open.
    """

    dialect: Dialect
    is_exclusive: bool

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package. Raises WarehouseError."""

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, in as few messages as it takes. Raises WarehouseError."""

    def close(self) -> None:
        """Close the connection. Never raises."""


class Reader(Queryable, Protocol):
    """A warehouse opened for queries only: the engine rejects everything else."""

    def query(self, text: str, values: Mapping[str, Value] | None = None) -> Answer:
        """Run a user's query, in the engine's dialect. Raises QueryError.

        `values` are bound to the parameters of the same names, `:name` in the text, and never
        become a part of it.
        """

    def interrupt(self) -> None:
        """Stop the query that another thread waits for, which then raises QueryError."""


class Exporter(Queryable, Protocol):
    """A warehouse opened for an export; everything it gives is of one point in time."""

    def unload(
        self, query: Statement, target: str, form: ExportFormat, partitions: Sequence[str]
    ) -> ExportedTable:
        """Write the rows of a query as files below an empty folder, or `s3://bucket/prefix`.

        Partition columns are not in the files: a file has the rows of one value of each, and
        `NAME=VALUE` in its path. Raises WarehouseError, SourceError, OSError.
        """


class Engine(Queryable, Protocol):
    """A warehouse opened for everything.

    `reads_source_itself` is true where the server reads the files, with its own credentials.
    """

    reads_source_itself: bool

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement that gives no rows. Raises WarehouseError."""

    def execute_all(self, statements: Iterable[Statement], **parameters: Parameter) -> None:
        """Run statements that give no rows, in a transaction, in as few messages as it takes."""

    def load_json(
        self, loads: Sequence[JsonLoad], max_errors: int, on_progress: OnProgress = ignore_progress
    ) -> LoadResult:
        """Load the records of the files into their staging tables, by the rules of COPY.

        Must be the first call in its transaction, which an engine may have to begin again. Up to
        `max_errors` records of a file that do not fit are left out. Raises FilesRejected for files
        with more, of which no record can be read, or that cannot be read themselves: all of them
        where the client reads. Raises SourceError where the source itself fails, LoadError.
        """

    def acquire_write_lock(self, on_wait: OnWait = ignore_wait) -> bool:
        """Let no other run write until the transaction ends; must be the first call in it.

        `on_wait` is told who has the lock, if it has to be waited for. Returns whether another run
        may have written since this engine was opened. Raises WarehouseBusy after LOCK_WAIT.
        """

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows made by the package, such as the ledger's, in bulk."""

    def append_privately(
        self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert rows of which no value may stand in the text of a statement, which servers keep.

        In a transaction that has the write lock. Raises ConfigError where that needs a setting.
        """

    def transaction(self) -> AbstractContextManager[None]:
        """Commit everything done inside, or, on any exception, nothing."""

    def proven_checks(self, of_batch: Mapping[str, Parameter]) -> frozenset[str]:
        """Return checks of the star that a batch has passed, by a quicker proof than their own.

        Its events are in the star, its temporary tables still there, and it repeats no event.
        """

    def analyze(self) -> None:
        """Update the planner's statistics after a large load. Never raises."""

    def purge(self, tables: Sequence[str]) -> None:
        """Remove the bytes of deleted rows of tables from the storage, as far as the engine can.

        Outside any transaction. Raises WarehouseError; to run it again does no harm.
        """

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return the views that read a table or view of the warehouse's schema, each with which.

        A view of another schema is named with its schema. A view that is bound to what it reads
        only when it is queried does not block a drop, and need not be among them.
        """

    def drop_declared_keys(self) -> None:
        """Drop the keys that the tables of earlier versions declare: checks prove them instead."""

    def added_bytes(self, longest: int) -> int:
        """Return the width of an added column for texts of up to `longest` bytes."""

    def widen_added(self, table: str, longest: Mapping[str, int]) -> None:
        """Widen the added columns of a table whose texts to come have up to so many bytes.

        Outside any transaction; what it widened stays so.
        """

    def view_grants(self) -> list[ViewGrant]:
        """Return who was granted to read the views of the warehouse's schema, at least."""


# What a server needs to be known, each with the question for it and the field of Settings.
SERVER_QUESTIONS = {
    "CLUSTER.HOST": ("Host of the server", "host"),
    "CLUSTER.DB_NAME": ("Name of the database", "db_name"),
    "CLUSTER.DB_USER": ("User of the database", "db_user"),
}


class Backend(Protocol):
    """The parts of one engine, and what else the package asks of it before it is open.

    `driver` is the Python package it connects with, `extra` the extra of Sparkify that installs
    it, empty for a core dependency. `is_in_cloud` is true where `sparkify cluster` manages it.
    `longest_name` is the most bytes that a column's name may have.
    """

    dialect: Dialect
    driver: str
    extra: str
    is_in_cloud: bool
    longest_name: int

    def open_engine(self, settings: Settings) -> Engine:
        """Open the warehouse, creating it if the engine can. Raises WarehouseError."""

    def open_reader(self, settings: Settings) -> Reader:
        """Open the warehouse for queries. Raises WarehouseError."""

    def open_exporter(self, settings: Settings) -> Exporter:
        """Open the warehouse for an export. Raises WarehouseError."""

    def migrate_storage(self, settings: Settings) -> str:
        """Let other programs of this engine open the warehouse; return what was done, if anything.

        Raises WarehouseError, and changes nothing.
        """

    def exists(self, settings: Settings) -> bool:
        """Return whether there is a warehouse to open, as far as this machine can tell."""

    def missing(self, settings: Settings) -> WarehouseError:
        """Return the error for a warehouse that does not exist."""

    def address(self, settings: Settings) -> str:
        """Return where the warehouse is: no two warehouses have the same."""

    def table_place(self, settings: Settings) -> TablePlace:
        """Return the names by which other tools know the warehouse's tables."""

    def describe_opened(self, settings: Settings) -> str:
        """Describe the warehouse that could be opened, in a line for `doctor`."""

    def diagnose_settings(self, settings: Settings) -> Iterator[Diagnosis]:
        """Examine the settings that only this engine needs."""

    def stored_files(self, settings: Settings) -> list[Path]:
        """Return the files of the database on this machine, which may or may not exist."""

    def data_folder(self, settings: Settings) -> Path | None:
        """Return the folder of this machine that the warehouse grows in, if there is one."""

    def connection_text(self, client: str, settings: Settings) -> str:
        """Return what to paste into another program. Raises ConfigError if it cannot connect."""

    def client_command(self, program: str, settings: Settings) -> list[str]:
        """Return the command that opens the warehouse in harlequin. Raises ConfigError."""

    def require_loadable(self, settings: Settings, loads: Iterable[JsonLoad]) -> None:
        """Raise ConfigError where the engine needs more settings to load these files."""

    def load_text(self, table: str, added: Sequence[str] = ()) -> str:
        """Return the statement that loads a staging table and its added columns, for `plan`."""

    def copy_queries(self, settings: Settings, load: JsonLoad, loaded_at: datetime) -> list[str]:
        """Return the statements by which the server itself loads a location, as they run.

        None where only this process reads files. Raises ConfigError, SourceError.
        """

    def append_text(self, table: str, columns: Sequence[str]) -> str:
        """Return the statement that inserts rows into a table of the ledger, for `plan`."""

    def grant_analysts(self, engine: Engine, users: Sequence[str]) -> None:
        """Let users read the star and its views, and nothing else. Raises ConfigError."""


@cache
def engine_statement(engine: str, name: str) -> Statement:
    """Return a statement of one engine's own: `redshift/lock`, from `redshift/sql/lock.sql`."""
    folder = files("sparkify.engines") / engine / "sql"
    text = (folder / f"{name}.sql").read_text(encoding="utf-8")
    return Statement(f"{engine}/{name}", text)


def read_batches(
    load: JsonLoad,
    reader: BatchReader,
    result: LoadResult,
    max_errors: int,
    on_progress: OnProgress,
) -> Iterator[ColumnBatch]:
    """Yield the records of a load's files in batches; add all to the result, and the rejected.

    From the first file on that is rejected whole nothing more is given, and only other such files
    are looked for. Raises SourceError where the source itself fails, LoadError.
    """
    for file, chunks in hashed_on_the_way(load.source.stream(load.files), result.hashes):
        content = _reported_content(file, chunks, on_progress)
        try:
            for batch in _batches_of_file(load, reader, result, max_errors, (file, content)):
                if result.rejected_files:
                    reader.reuse(batch)
                else:
                    yield batch
        except FileFault as fault:
            result.rejected_files.append(reject_file(load.table, file, fault))
    if not result.rejected_files:
        yield from reader.remaining()


def _reported_content(
    file: DataFile, chunks: Iterable[bytes], on_progress: OnProgress
) -> Iterator[bytes]:
    """Yield the content of a file, and report the bytes that are read of it."""

    def reported(chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk
            on_progress(len(chunk))

    for chunk in content_chunks(file.uri, reported(chunks)):
        yield chunk
        if is_compressed(file.uri):  # one read can give much to decompress
            on_progress(0)


def _batches_of_file(
    load: JsonLoad,
    reader: BatchReader,
    result: LoadResult,
    max_errors: int,
    found: tuple[DataFile, Iterator[bytes]],
) -> Iterator[ColumnBatch]:
    """Yield the batches that a file fills, then add it to the result. Raises FileFault."""
    file, content = found
    rejected: list[RejectedRecord] = []

    def reject(rejection: Rejection) -> None:
        rejected.append(RejectedRecord(load.table, file, *astuple(rejection)))
        require_within_max_errors(load, file, rejected, max_errors)

    yield from reader.read(content, reject)
    require_readable(load, file, reader.records, rejected)
    result.records[file] = reader.records
    result.rejected.extend(rejected)
    require_within_bound(result.rejected)


def batch_reader(load: JsonLoad) -> BatchReader:
    """Return a reader for the records of a load's files."""
    return BatchReader(
        RecordShape(load.columns, load.places, load.ignore_case, CHECKSUM_COLUMNS[load.table])
    )


def checksum_statement(load: JsonLoad) -> Statement:
    """Return the query for the checksum of what a batch staged; its parameter is `loaded_at`."""
    return statement(f"ledger/checksum_of_{load.table}")


def require_all_staged(
    load: JsonLoad, result: LoadResult, reader: BatchReader, inserted: int, checksum: int
) -> None:
    """Raise WarehouseError unless the engine staged the rows that the reader gave.

    `inserted` and `checksum` are the engine's own account of them.
    """
    rejected = sum(each.table == load.table for each in result.rejected)
    accepted = sum(result.records[file] for file in load.files) - rejected
    if (inserted, checksum) == (accepted, reader.checksum):
        return
    what = "others than were read" if inserted == accepted else f"{accepted} were read"
    raise WarehouseError(
        f"{inserted} rows of {load.source.location} were staged, and {what}",
        "run again; nothing of this batch was kept. If it fails again, report it as a bug",
    )


def reject_file(table: str, file: DataFile, fault: FileFault) -> RejectedFile:
    """Return the file as one that is rejected whole, for this fault."""
    message, hint = fitted(str(fault), MESSAGE_BYTES), fitted(fault.hint, HINT_BYTES)
    return RejectedFile(*file, table, fault.reason, message, hint)


def require_within_max_errors(
    load: JsonLoad, file: DataFile, rejected: Sequence[RejectedRecord], allowed: int
) -> None:
    """Raise UnloadableFile, with the first of its rejected records, if a file has too many."""
    if len(rejected) <= allowed:
        return
    kind = _kind_of(load, rejected) if rejected[0].line == 1 else None
    what = f"is {kind.name}: " if kind else "is rejected: "
    first = "; ".join(each.shown(REJECTED_TEXT_SHOWN) for each in rejected[:REJECTED_RECORDS_SHOWN])
    raise UnloadableFile(
        f"{file.uri} {what}more of its records are rejected than the {allowed} that "
        f"[ETL] MAX_ERRORS allows a file ({_reasons(rejected)}): {first}",
        kind.hint if kind else "correct the file, or allow more",
        kind.name if kind else TOO_MANY_REJECTED,
    )


def require_readable(
    load: JsonLoad, file: DataFile, records: int, rejected: Sequence[RejectedRecord]
) -> None:
    """Raise UnloadableFile, with what it is, if a file has content and no record can be read."""
    if len(rejected) < records or not rejected or any(map(_is_read, rejected)):
        return
    kind = _kind_of(load, rejected) or NO_RECORDS
    first = rejected[0]
    if kind is NO_RECORDS:
        what = f"has no JSON records: {first.shown(UNREADABLE_TEXT_SHOWN)}"
    elif first.text.isprintable():
        what = f"is {kind.name}, not JSON records: {first.shown(UNREADABLE_TEXT_SHOWN)}"
    else:
        what = f"is {kind.name}, not JSON records"
    raise UnloadableFile(f"{file.uri} {what}", kind.hint, kind.name)


def judge_files(
    load: JsonLoad, result: LoadResult, max_errors: int, files: Iterable[DataFile]
) -> Iterator[RejectedFile]:
    """Yield those of the loaded files that must be rejected whole for their rejected records."""
    by_file: dict[DataFile, list[RejectedRecord]] = {}
    for each in result.rejected:
        by_file.setdefault(each.file, []).append(each)
    for file in files:
        rejected = by_file.get(file, [])
        try:
            require_within_max_errors(load, file, rejected, max_errors)
            if file in result.records:
                require_readable(load, file, result.records[file], rejected)
        except FileFault as fault:
            yield reject_file(load.table, file, fault)


def require_within_bound(rejected: Sequence[RejectedRecord]) -> None:
    """Raise LoadError if so many records of a batch are rejected that it is no accident."""
    if len(rejected) < MOST_REJECTED_RECORDS:
        return
    raise LoadError(
        f"{MOST_REJECTED_RECORDS:,} records of one batch are rejected ({_reasons(rejected)}): "
        f"{'; '.join(map(str, rejected[:REJECTED_RECORDS_SHOWN]))}",
        "correct the files and run again, or lower [ETL] MAX_ERRORS, so that files with more are "
        "rejected whole; nothing of the batch was loaded",
    )


def _is_read(rejected: RejectedRecord) -> bool:
    """Return whether a record was read, and rejected for one of its values."""
    return rejected.reason not in UNREAD_REASONS


def _kind_of(load: JsonLoad, rejected: Sequence[RejectedRecord]) -> ForeignKind | None:
    """Return what a file is that begins with a record that cannot be read."""
    first = rejected[0]
    if _is_read(first) or not first.text:
        return None
    takes_arrays = list in record_kinds(load.places)
    kind = foreign_kind(first.text, takes_arrays=takes_arrays)
    return None if kind is NO_RECORDS else kind


def _reasons(rejected: Sequence[RejectedRecord]) -> str:
    reasons = Counter(each.reason for each in rejected)
    return ", ".join(f"{reason}: {count:,}" for reason, count in reasons.most_common())


def export_by_way_of_folder(
    target: str, access: S3Access, write: Callable[[Path], ExportedTable]
) -> ExportedTable:
    """Let an export write into the target; to S3 by way of a temporary folder.

    `write` takes the folder. Raises what it raises, and SourceError where S3 does not take a file.
    """
    if not target.startswith(S3):
        return write(Path(target))
    with temporary_folder() as folder:
        written = write(folder)
        OwnFolder(target, access).put_files(folder, written.files)
    return written


def require_all_rows(query: Statement, expected: int, written: int) -> None:
    """Raise WarehouseError unless the files of an export have as many rows as the query."""
    if written != expected:
        raise WarehouseError(
            f"{query.name} has {expected} rows, and {written} were read back from its files",
            "export again, to a disk that is sound; nothing of this export was kept",
        )


def address_on_server(settings: Settings) -> str:
    """Return where a warehouse on a server is: host, port, database and schema."""
    place = f"{settings.host}:{settings.db_port}/{settings.db_name}"
    return f"{place}, schema {settings.db_schema}" if settings.db_schema else place


def lost_connection(settings: Settings) -> Interrupted:
    """Return the error for a connection that was lost during a statement."""
    return Interrupted(
        f"the connection to {settings.host} was lost",
        "run again; nothing of the batch at hand was kept",
    )


def unknown_commit(settings: Settings) -> Interrupted:
    """Return the error for a connection that was lost during a commit."""
    return Interrupted(
        f"the connection to {settings.host} was lost while it committed: whether the batch is "
        "loaded is not known",
        "run again: the ledger in the warehouse tells, and nothing is loaded twice",
    )


def stopped_statement(settings: Settings, said: str) -> WarehouseError:
    """Return the error for a statement that the server stopped, with what it said."""
    limit = settings.statement_timeout
    after = f" ([ETL] STATEMENT_TIMEOUT is {limit} s)" if limit else ""
    return WarehouseError(
        f"{settings.host} stopped a statement: {said}{after}",
        "run again with a higher STATEMENT_TIMEOUT, or ask who cancelled it; nothing of this batch "
        "was kept",
    )


def describe_holders(rows: Sequence[tuple[Any, ...]]) -> str:
    """Describe the sessions that hold a lock: owner, process and begin of the transaction."""
    described = [
        f"{owner} (process {process}, since {began:%Y-%m-%d %H:%M:%S} UTC)"
        for owner, process, began in rows
    ]
    return " and ".join(described) or UNKNOWN_HOLDER


def stopped_query() -> QueryError:
    """Return the error for a query that was interrupted."""
    return QueryError("the query was stopped", "run it again; nothing was changed")


def writing_query(said: str) -> QueryError:
    """Return the error for a query that would write, with what the engine said of it."""
    return QueryError(
        f"queries only read the warehouse: {said}",
        "load with sparkify etl, copy out with sparkify export",
    )


def require_reading(text: str, dialect: Dialect) -> None:
    """Raise QueryError unless a user's text is, at most, one statement that only reads."""
    from sparkify.sql.read_only import effect_of

    effect = effect_of(text, dialect)
    if effect:
        raise writing_query(effect)


def incorrect_query(said: str, excerpt: str = "") -> IncorrectQuery:
    """Return the error for a query that the engine rejected, with what it said and where."""
    hint = "correct the query; sparkify query '\\d' shows tables, '\\d NAME' columns"
    return IncorrectQuery(said, hint, excerpt)


def empty_query() -> QueryError:
    """Return the error for a text with nothing to run in it: blank, or comments only."""
    return QueryError("there is no query", "write one, such as: select * from plays limit 10")


def require_values(text: str, values: Mapping[str, Value]) -> None:
    """Raise QueryError unless each parameter of a query has a value, and each value one."""
    names = parameters(text)
    for name in sorted(names ^ set(values)):
        what = f"the query has no :{name}" if name in values else f"there is no value for :{name}"
        raise QueryError(what, 'give each by its name: "... = :name", {"name": value}')
    for name, value in values.items():
        if not isinstance(value, Value):
            raise QueryError(
                f"the value of :{name} is a {type(value).__name__}",
                "give a text, a number, a date, a time, True, False or None",
            )


def fitted(text: str, size: int) -> str:
    """Cut a text to this many bytes, in characters that every engine can store.

    Bytes that are no UTF-8, halves of surrogate pairs and NUL are replaced by their codes.
    """
    shown = text.encode("utf-8", "backslashreplace").replace(b"\x00", b"\\x00")
    return shown[:size].decode("utf-8", "ignore")
