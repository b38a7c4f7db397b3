"""Record what is rejected: records, up to MAX_ERRORS a file, and whole files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sparkify.engines.base import Engine, Queryable, RejectedFile, RejectedRecord, fitted
from sparkify.records.python_reader import OUT_OF_RANGE
from sparkify.sql import Parameter, drop_statement, statement

CONTRADICTION = "contradicts the timestamp of another record of the event"
CONTRADICTION_FIX = "correct the wrong one in its file, then load that again: sparkify reload FILE"
# The columns of staging_events that tell one version of an event from another.
EVENT_VERSION = ("sessionid", "iteminsession", "ts", "userid")

UNIDENTIFIED = "lacks what identifies it"
# The columns of a staging table that say which records are meant, where those lack some of them.
IDENTIFYING_COLUMNS = {"staging_events": EVENT_VERSION, "staging_songs": ("song_id", "artist_id")}
UNIDENTIFIED_ROWS = {
    "staging_events": "quarantine/unidentified_staging_events/rows",
    "staging_songs": "quarantine/unidentified_staging_songs/rows",
}
UNSTAGE_UNIDENTIFIED = {
    "staging_events": "quarantine/unidentified_staging_events/delete",
    "staging_songs": "quarantine/unidentified_staging_songs/delete",
}

QUARANTINE_COLUMNS = (
    *("uri", "etag", "staging_table", "line", "column_name", "reason", "detail", "raw_text"),
    "run_id",
)
REJECTED_FILE_COLUMNS = (
    *("uri", "etag", "bytes", "staging_table", "reason", "message", "hint", "run_id"),
)
RAW_TEXT_BYTES = 65_535
DETAIL_BYTES = 1024


def unidentified_records(
    engine: Engine, table: str, loaded_at: datetime
) -> dict[tuple[Any, ...], tuple[str, str]]:
    """Return the records in the batch that lack what identifies them, with reason and column.

    Each is its values of IDENTIFYING_COLUMNS. Where there are very many, some of them.
    """
    rows = engine.fetch(statement(UNIDENTIFIED_ROWS[table]), loaded_at=loaded_at).rows
    columns = IDENTIFYING_COLUMNS[table]
    return {
        tuple(values): (_reason_unidentified(values[columns.index(column)]), column)
        for *values, column in rows
    }


def _reason_unidentified(value: Any) -> str:
    return OUT_OF_RANGE if isinstance(value, int) else UNIDENTIFIED


def unstage_unidentified(engine: Engine, table: str, loaded_at: datetime) -> None:
    """Delete the records without identity from the staging table."""
    engine.execute(statement(UNSTAGE_UNIDENTIFIED[table]), loaded_at=loaded_at)


def contradicting_events(
    engine: Engine, of_batch: Mapping[str, Parameter]
) -> list[tuple[Any, ...]]:
    """Return the versions of events in the batch that contradict another in their timestamp.

    Each is its values of EVENT_VERSION. They are among the events that the batch repeats, which
    the transform has found before. `of_batch` is its `loaded_at`, and its first and last session.
    """
    engine.execute(drop_statement("contradicting_events"))
    engine.execute(statement("quarantine/contradicting_events/stage"), **of_batch)
    return engine.fetch(statement("quarantine/contradicting_events/rows")).rows


def unstage_contradictions(engine: Engine, of_batch: Mapping[str, Parameter]) -> None:
    """Delete the contradicting versions from the staging table."""
    engine.execute(statement("quarantine/contradicting_events/delete"), **of_batch)


def record_rejected(engine: Engine, run_id: str, rejected: Sequence[RejectedRecord]) -> None:
    """Record the rejected records in `load_errors`, in the transaction that loads the others."""
    rows = [
        (
            *(each.file.uri, each.file.etag, each.table, each.line, each.column, each.reason),
            *(fitted(each.detail, DETAIL_BYTES), fitted(each.text, RAW_TEXT_BYTES), run_id),
        )
        for each in rejected
    ]
    engine.append("load_errors", QUARANTINE_COLUMNS, rows)


def record_rejected_files(engine: Engine, run_id: str, rejected: Sequence[RejectedFile]) -> None:
    """Record the rejected files, in the transaction that loads the others of their batch."""
    rows = [
        (
            *(each.uri, each.etag, each.bytes, each.table, each.reason, each.message, each.hint),
            run_id,
        )
        for each in rejected
    ]
    engine.append("rejected_files", REJECTED_FILE_COLUMNS, rows)


def files_with_rejected(engine: Queryable) -> list[str]:
    """Return the uris of rejected files and of those with rejected records.

    Files of which a later version is loaded are not among them.
    """
    return [uri for (uri,) in engine.fetch(statement("quarantine/open_files")).rows]


def files_to_load_again(engine: Engine) -> list[str]:
    """Return the uris of files with records that a former rule rejected and this one may load."""
    return [uri for (uri,) in engine.fetch(statement("quarantine/files_to_load_again")).rows]
