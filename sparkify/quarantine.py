"""Record rejected records with file, line and reason, up to MAX_ERRORS a batch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sparkify.engines.base import Engine, RejectedRecord, fitted
from sparkify.sql import drop_statement, statement

CONTRADICTION = "contradicts the timestamp of another record of the event"
# The columns of staging_events that tell one version of an event from another.
EVENT_VERSION = ("sessionid", "iteminsession", "ts", "userid")

QUARANTINE_COLUMNS = (
    *("uri", "etag", "staging_table", "line", "column_name", "reason", "detail", "raw_text"),
    "run_id",
)
RAW_TEXT_BYTES = 65_535
DETAIL_BYTES = 1024


def contradicting_events(engine: Engine, loaded_at: datetime) -> list[tuple[Any, ...]]:
    """Return the versions of events in the batch that contradict another in their timestamp.

    Each is its values of EVENT_VERSION. They are among the events that the batch repeats, which
    the transform has found before.
    """
    engine.execute(drop_statement("contradicting_events"))
    engine.execute(statement("quarantine/contradicting_events/stage"), loaded_at=loaded_at)
    return engine.fetch(statement("quarantine/contradicting_events/rows")).rows


def unstage_contradictions(engine: Engine, loaded_at: datetime) -> None:
    """Delete the contradicting versions from the staging table."""
    engine.execute(statement("quarantine/contradicting_events/delete"), loaded_at=loaded_at)


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


def files_with_rejected(engine: Engine) -> list[str]:
    """Return the uris of files with rejected records, of which no later version is loaded."""
    return [uri for (uri,) in engine.fetch(statement("quarantine/open_files")).rows]
