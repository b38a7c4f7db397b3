"""Rows that are not loaded: set aside with where they stand and why, up to MAX_ERRORS a batch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sparkify.engines import Engine, Refused, fitted
from sparkify.sql import drop_statement, statement

CONTRADICTION = "contradicts another delivery of the event"
# Of staging_events: what tells one version of an event from another.
VERSION = ("sessionid", "iteminsession", "ts", "userid")

COLUMNS = (
    *("uri", "etag", "staging_table", "line", "column_name", "reason", "detail", "raw_text"),
    "run_id",
)
RAW_TEXT_BYTES = 65_535
DETAIL_BYTES = 1024


def contradicting_events(engine: Engine, loaded_at: datetime) -> list[tuple[Any, ...]]:
    """The versions of events in the batch that contradict another in moment or user.

    Each is its values of VERSION. They are among the repeated events, which the transform has
    found.
    """
    engine.execute(drop_statement("contradicting_events"))
    engine.execute(statement("quarantine/contradicting_events/stage"), loaded_at=loaded_at)
    return engine.fetch(statement("quarantine/contradicting_events/rows")).rows


def take_out(engine: Engine, loaded_at: datetime) -> None:
    """Take the contradicting versions out of what was staged."""
    engine.execute(statement("quarantine/contradicting_events/delete"), loaded_at=loaded_at)


def set_aside(engine: Engine, run_id: str, refused: Sequence[Refused]) -> None:
    """Keep the refused objects in `load_errors`, in the transaction that loads the others."""
    rows = [
        (
            *(each.file.uri, each.file.etag, each.table, each.line, each.column, each.reason),
            *(fitted(each.detail, DETAIL_BYTES), fitted(each.text, RAW_TEXT_BYTES), run_id),
        )
        for each in refused
    ]
    engine.append("load_errors", COLUMNS, rows)


def files_with_refusals(engine: Engine) -> list[str]:
    """The uris of files with refused objects, of which no other version was loaded since."""
    return [uri for (uri,) in engine.fetch(statement("quarantine/open_files")).rows]
