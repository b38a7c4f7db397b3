"""The warehouse's SQL as statements that run as they are, for scripts that have only a cursor.

One list after the other, they build the staging tables and the star that a first `etl` builds. The
ledger stays empty, no check runs, and records that do not fit are left out.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sparkify.config import Settings
from sparkify.engines import backend_of
from sparkify.engines.base import JsonLoad
from sparkify.records.content import content_chunks
from sparkify.records.python_reader import Rejection, Rows
from sparkify.sql import (
    KEPT_TABLES,
    TABLES,
    VIEWS,
    WAREHOUSE_VERSION,
    Parameter,
    Statement,
    drop_statement,
    statement,
)
from sparkify.sql.literals import filled, inserts
from sparkify.sql.rendering import render_to_run
from sparkify.staging import Batch, loads_of, open_staging_sources, staged_value
from sparkify.transform import (
    FIND_REPEATS,
    REPAIR_COLUMNS,
    TRANSFORM_STEPS,
    TransformStep,
    repairs_of,
)
from sparkify.user_agents import AGENT_COLUMNS, described_agents

# Of an `insert` with many rows; a few hundred events.
INSERT_BYTES = 1 << 17
# The batch is all that there is, so that its sessions and times need no bounds.
WHOLE_SPAN: dict[str, Parameter] = {
    "first_session": -(2**63) + 1,
    "last_session": 2**63 - 1,
    "first_start_time": datetime(1, 1, 1),  # noqa: DTZ001 - all timestamps are UTC
    "last_start_time": datetime(9999, 12, 31),  # noqa: DTZ001
    "first_rematched_time": datetime(1, 1, 1),  # noqa: DTZ001
    "first_replaced_time": datetime(1, 1, 1),  # noqa: DTZ001
    "last_replaced_time": datetime(9999, 12, 31),  # noqa: DTZ001
    "first_changed_time": datetime(1, 1, 1),  # noqa: DTZ001
    "last_changed_time": datetime(9999, 12, 31),  # noqa: DTZ001
}


class QueryLists(NamedTuple):
    """The lists of a course's `sql_queries.py`, to be run in this order by one session."""

    drop_table_queries: list[str]
    create_table_queries: list[str]
    copy_table_queries: list[str]
    insert_table_queries: list[str]


def query_lists(settings: Settings) -> QueryLists:
    """Return the lists in the dialect of the settings' engine, for the files that are there now.

    Where the server reads S3, it gets a COPY; for others the files are read now, and their rows
    are in the statements. Raises ConfigError, SourceError.
    """
    writer = _Writer(settings, datetime.now(UTC).replace(tzinfo=None))
    loads = _loads(settings)
    return QueryLists(
        [
            writer.text(drop_statement(name))
            for name in (*reversed(VIEWS), *reversed(TABLES))
            if name not in KEPT_TABLES
        ],
        [
            *(writer.text(statement(f"schema/{table}")) for table in TABLES),
            *(writer.text(statement(f"views/{view}")) for view in VIEWS),
            *writer.version(),
        ],
        [text for load in loads for text in writer.copies(load)],
        [
            *writer.batch(),
            *writer.repairs(loads),
            *writer.user_agents(loads),
            *writer.steps((*FIND_REPEATS.values(), *TRANSFORM_STEPS)),
        ],
    )


def _loads(settings: Settings) -> list[JsonLoad]:
    sources = open_staging_sources(settings)
    files = tuple((source, file) for source in sources for file in source.files())
    return loads_of(sources, Batch(files))


class _Writer:
    """Writes statements of one batch, which is loaded at this time."""

    def __init__(self, settings: Settings, loaded_at: datetime) -> None:
        self._settings = settings
        self._backend = backend_of(settings)
        self._loaded_at = loaded_at

    def text(self, written: Statement) -> str:
        """Return a statement with its values, in the engine's dialect."""
        return render_to_run(
            self._backend.dialect, filled(written, WHOLE_SPAN | {"loaded_at": self._loaded_at})
        )

    def copies(self, load: JsonLoad) -> Iterator[str]:
        """Yield the statements that fill a staging table."""
        by_server = self._backend.copy_queries(self._settings, load, self._loaded_at)
        yield from by_server
        if not by_server:
            columns = [column.name for column in load.columns]
            rows = ((*row, self._loaded_at) for row in _rows(load))
            yield from self._inserts(load.table, (*columns, "loaded_at"), rows)

    def version(self) -> Iterator[str]:
        """Yield the statement that says of which version the tables are, for the other commands."""
        yield from self._inserts("warehouse_version", ("version",), [(WAREHOUSE_VERSION,)])

    def batch(self) -> Iterator[str]:
        """Yield the statement that numbers the batch; current versions go by that number."""
        yield from self._inserts("batches", ("batch_number", "loaded_at"), [(1, self._loaded_at)])

    def repairs(self, loads: Sequence[JsonLoad]) -> Iterator[str]:
        """Yield the statements that record the texts of plays that were UTF-8 encoded twice."""
        texts = {text for load in loads for text in _texts_of_plays(load)}
        yield from self._inserts("text_repairs", REPAIR_COLUMNS, repairs_of(sorted(texts)))

    def user_agents(self, loads: Sequence[JsonLoad]) -> Iterator[str]:
        """Yield the statements that record which device and browser each user agent names."""
        agents = {agent for load in loads for agent in _user_agents(load)}
        yield from self._inserts("user_agents", AGENT_COLUMNS, described_agents(agents))

    def steps(self, steps: Sequence[TransformStep]) -> Iterator[str]:
        """Yield the transform; each temporary table is dropped first, should it be there."""
        for step in steps:
            if step.temporary_table:
                yield self.text(drop_statement(step.temporary_table))
            yield self.text(step.statement)

    def _inserts(self, table: str, columns: Sequence[str], rows: Any) -> Iterator[str]:
        for text in inserts(table, columns, rows, INSERT_BYTES):
            yield render_to_run(self._backend.dialect, text)


def _rows(load: JsonLoad) -> Iterator[tuple[Any, ...]]:
    """Yield the values of each record that fits, in the order of the columns."""
    reader = Rows(load.columns, load.paths, ignore_case=load.ignore_case)
    for file, chunks in load.source.stream(load.files):
        for row in reader.read(content_chunks(file.uri, chunks)):
            if not isinstance(row, Rejection):
                yield tuple(staged_value(row[each.name], each.kind) for each in load.columns)


def _texts_of_plays(load: JsonLoad) -> Iterator[str]:
    """Yield the titles and artist names of plays that are not ASCII."""
    names = [column.name for column in load.columns]
    if "page" not in names:
        return
    page, *texts = (names.index(name) for name in ("page", "song", "artist"))
    for row in _rows(load):
        if (row[page] or "").strip(" ") == "NextSong":
            yield from (row[each] for each in texts if row[each] and not row[each].isascii())


def _user_agents(load: JsonLoad) -> Iterator[str]:
    """Yield the user agents of the events of users, without quotes."""
    names = [column.name for column in load.columns]
    if "useragent" not in names:
        return
    user, agent = (names.index(name) for name in ("userid", "useragent"))
    for row in _rows(load):
        if row[user] is not None and (found := (row[agent] or "").strip(' "')):
            yield found
