"""The rejected records in the quarantine, and which of them are still open."""

from dataclasses import asdict, dataclass
from typing import Any

from sparkify.engines.base import Queryable
from sparkify.sql import statement


@dataclass(frozen=True, slots=True)
class RejectedFilter:
    """A selection of rejected records; empty values select all.

    `file` and `reason` are parts of a uri and of a reason. Unless `is_all`, only open ones: those
    of files of which no later version is loaded.
    """

    is_all: bool = False
    run_id: str = ""
    file: str = ""
    reason: str = ""
    column_name: str = ""


REJECTED_COLUMNS = (
    *("loaded_at", "run_id", "uri", "etag", "staging_table", "line", "column_name", "reason"),
    *("detail", "raw_text", "is_open"),
)


def rejected_rows(reader: Queryable, wanted: RejectedFilter) -> list[dict[str, Any]]:
    """Return the rejected records, the latest first, with file, line, reason and text."""
    columns, rows = reader.fetch(statement("operate/rejected"), **asdict(wanted))
    return [dict(zip(columns, row, strict=True)) for row in rows]


def open_by_reason(reader: Queryable) -> dict[str, int]:
    """Count the open rejected records by reason, the most frequent first."""
    rows = reader.fetch(statement("operate/rejected_by_reason")).rows
    return dict(rows)
