"""What a warehouse can do, and opening one. All but bulk loading is SQL, and lives in a file."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import Any, Literal, NamedTuple, Protocol

from sparkify.config import Settings
from sparkify.engines.jsonpaths import JsonPath
from sparkify.errors import ConfigError, LoadError, QueryError, WarehouseError
from sparkify.sources import DataFile, S3Access, Source
from sparkify.sql import Column, Dialect, Parameter, Statement, delivered_columns
from sparkify.sql.named import parameters

# Of a batch that is refused, and of an object.
SHOWN_REFUSED = 3
SHOWN_TEXT = 200

Form = Literal["parquet", "csv"]
# Who is told of so many more bytes that were read from where they were delivered; of fewer than
# none where reading begins anew.
Arrived = Callable[[int], None]
# What a person may give for a parameter of a query; a datetime is a date, and a bool an int.
Value = str | int | float | Decimal | date | time | None


class Result(NamedTuple):
    """The answer to a query: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a person's own query: a column's type is DuckDB's name for it.

    `rows` can be read once, and only until the next query.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]

    @property
    def distinct_columns(self) -> list[str]:
        """The columns' names, told apart by a number where one comes again, in whatever case."""
        taken: dict[str, str] = {}
        for name in self.columns:
            spellings = (f"{name}_{number}" if number else name for number in count())
            # To DuckDB, names that differ by case only are the same.
            free = next(spelling for spelling in spellings if spelling.lower() not in taken)
            taken[free.lower()] = free
        return list(taken.values())


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """The columns with DuckDB's names for their types, and the files with their numbers of rows.

    A file is named by its path below the place that the table was written to.
    """

    columns: dict[str, str]
    files: dict[str, int]


@dataclass(frozen=True, slots=True)
class JsonLoad:
    """Files to put into one staging table.

    `paths` says where in an object each column's value is, in the order of the columns, as COPY's
    JSONPaths file does; without them a key is the column of its name, in lower case, and with
    `ignore_case` in any. `paths_location` is where the paths were read from, empty if they are of
    our own making. `added` are columns that were added to the table.
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
        return delivered_columns(self.table) + self.added

    @property
    def places(self) -> tuple[JsonPath, ...]:
        """Where in an object the value of each column is: by its path, else by its name."""
        return self.paths or tuple((column.name,) for column in self.columns)

    @property
    def added_names(self) -> list[str]:
        """The names of the columns that were added."""
        return [column.name for column in self.added]


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that is not loaded: where it starts, the column at fault ('' for none), and why.

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
        column = f", column {self.column}" if self.column else ""
        detail = f" ({self.detail})" if self.detail else ""
        shown = self.text[:SHOWN_TEXT].encode("utf-8", "backslashreplace").decode()
        return f"{self.file.uri}, line {self.line}{column}: {self.reason}{detail}: {shown}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of files: how many objects each was found to hold, and those that are refused."""

    objects: Counter[DataFile] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)


def unheard(size: int) -> None:
    """Tell nobody of bytes that have arrived."""


def require_few(refused: Sequence[Refused], allowed: int) -> None:
    """Raise LoadError, with the first refused objects, if there are more than MAX_ERRORS allows."""
    if len(refused) <= allowed:
        return
    reasons = Counter(each.reason for each in refused)
    counts = ", ".join(f"{reason}: {count}" for reason, count in reasons.most_common())
    first = "; ".join(str(each) for each in refused[:SHOWN_REFUSED])
    raise LoadError(
        f"more objects are refused than the {allowed} that [ETL] MAX_ERRORS allows "
        f"({counts}): {first}",
        "correct the files and run again, or allow more; nothing of their batch was loaded",
    )


def require_all(query: Statement, expected: int, written: int) -> None:
    """Raise WarehouseError unless the files of an export have as many rows as the query."""
    if written != expected:
        raise WarehouseError(
            f"{query.name} has {expected} rows, and {written} were read back from its files",
            "export again, to a disk that is sound; nothing of this export was kept",
        )


def no_query() -> QueryError:
    """The error for a text with nothing to run in it: blank, or comments only."""
    return QueryError("there is no query", "write one, such as: select * from plays limit 10")


def require_values(text: str, values: Mapping[str, Value]) -> None:
    """Raise QueryError unless each parameter of the query has a value, and each value one."""
    names = parameters(text)
    for name in sorted(names ^ set(values)):
        what = f"the query has no :{name}" if name in values else f"there is no value for :{name}"
        raise QueryError(what, 'give each by its name: "... = :name", {"name": value}')
    for name, value in values.items():
        if not isinstance(value, Value):
            raise QueryError(
                f"the value of :{name} is a {type(value).__name__}",
                "give a text, a number, a date, a moment, True, False or None",
            )


def fitted(text: str, size: int) -> str:
    """A text as every engine can keep it, in at most so many bytes.

    Bytes that are no UTF-8, halves of surrogate pairs and NUL are shown by their codes.
    """
    shown = text.encode("utf-8", "backslashreplace").replace(b"\x00", b"\\x00")
    return shown[:size].decode("utf-8", "ignore")


def needs_own_paths(load: JsonLoad) -> ConfigError:
    """Say that COPY needs a JSONPaths file for the added columns, and has no place for one."""
    return ConfigError(
        f"to fill the columns added to {load.table}, COPY needs a JSONPaths file of our own making",
        "set [S3] WORK_DATA to an s3:// prefix that may be written",
    )


class ViewGrant(NamedTuple):
    """The right to read a view, of a `user`, `group` or `role` of that name, or of the `public`."""

    view: str
    kind: Literal["user", "group", "role", "public"]
    grantee: str


class Queryable(Protocol):
    """A warehouse that answers."""

    dialect: Dialect

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query. Raises WarehouseError."""

    def close(self) -> None:
        """Leave the warehouse. Never raises."""


class Reader(Queryable, Protocol):
    """A warehouse, open to be asked and for nothing else, whatever it is asked."""

    def ask(self, text: str, values: Mapping[str, Value] | None = None) -> Answer:
        """Run a person's own query, in the engine's dialect. Raises QueryError.

        Where there are values they are bound to the parameters of the same names: `:name` in the
        text, never a part of it.
        """

    def interrupt(self) -> None:
        """End the query that another thread waits for, which then raises QueryError."""


class Exporter(Queryable, Protocol):
    """A warehouse, open to be copied out; all that it gives is of one moment."""

    def copy_out(
        self, query: Statement, place: str, form: Form, partitions: Sequence[str]
    ) -> ExportedTable:
        """Write the query's rows as files below a folder, or an `s3://bucket/prefix`: it is empty.

        Where columns are named as partitions, a file is for one of their values, `NAME=VALUE` is in
        its path, and they are not in the file. Raises WarehouseError, SourceError, OSError.
        """


class Engine(Queryable, Protocol):
    """A warehouse, open."""

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        """Run a statement that gives no rows. Raises WarehouseError."""

    def load_json(
        self, loads: Sequence[JsonLoad], max_errors: int, arrived: Arrived = unheard
    ) -> Loaded:
        """Put the files' objects into their staging tables, by the rules of Redshift's COPY.

        It must be the first thing in its transaction, which an engine may have to begin anew.
        Objects that do not fit are left out, up to `max_errors` of them. Raises LoadError, naming
        file, line and column, if there are more; SourceError for a file that cannot be read.
        """

    def exclude_writers(self) -> bool:
        """Let no other run write until the transaction, of which it is the first thing, ends.

        Returns whether another may have written since this engine was opened.
        """

    def append(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Put rows of our own making (the ledger's) into a table, in bulk."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make what is done inside happen whole, or, on any exception, not at all."""

    def analyze(self) -> None:
        """Bring the planner's statistics up to date after a large load. Never raises."""

    def view_dependencies(self) -> list[tuple[str, str]]:
        """Return every view that reads a table or view of the schema we work in, and which.

        A view of another schema is named with its schema. A view that is bound to what it reads
        only when it is queried, and so is in nobody's way, need not be among them.
        """

    def view_grants(self) -> list[ViewGrant]:
        """Return who was granted to read the views of the schema we work in, at least."""


def open_engine(settings: Settings) -> Engine:
    """The warehouse that the settings name: without a HOST DuckDB's, created if it is absent.

    Raises WarehouseError when it cannot be opened.
    """
    if settings.host:
        return _open_redshift(settings)
    from sparkify.engines.duckdb import DuckDbEngine

    return DuckDbEngine(settings.database_file, settings.memory_limit)


def open_existing(settings: Settings) -> Engine:
    """The same, for a warehouse that must be there already."""
    require_warehouse(settings)
    return open_engine(settings)


def open_reader(settings: Settings) -> Reader:
    """The warehouse that the settings name, which must be there, to be asked only.

    Raises WarehouseError when it cannot be opened.
    """
    require_warehouse(settings)
    if settings.host:
        with _extra_needed():
            from sparkify.engines.redshift_reader import RedshiftReader
        return RedshiftReader(settings)
    from sparkify.engines.duckdb_reader import DuckDbReader

    return DuckDbReader(settings.database_file)


def open_exporter(settings: Settings) -> Exporter:
    """The warehouse that the settings name, which must be there, to be copied out.

    Raises WarehouseError when it cannot be opened.
    """
    require_warehouse(settings)
    if settings.host:
        with _extra_needed():
            from sparkify.engines.redshift_unload import RedshiftExporter
        return RedshiftExporter(settings)
    from sparkify.engines.duckdb_export import DuckDbExporter

    return DuckDbExporter(settings.database_file, S3Access.named_by(settings))


def require_warehouse(settings: Settings) -> None:
    """Raise WarehouseError unless there is the file, or the server, that the settings name."""
    if not settings.host and not settings.database_file.exists():
        raise WarehouseError(
            f"there is no warehouse: the file {settings.database_file} does not exist",
            "run: python create_tables.py",
        )


def _open_redshift(settings: Settings) -> Engine:
    with _extra_needed():
        from sparkify.engines.redshift import RedshiftEngine
    return RedshiftEngine(settings)


@contextmanager
def _extra_needed() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"[CLUSTER] HOST is set, but {(error.name or '').partition('.')[0]} is not installed",
            "pip install 'sparkify[redshift]', or leave HOST empty to load into DuckDB",
        ) from error
