"""What is in the quarantine: the objects that were refused, and which of them still matter."""

from dataclasses import asdict, dataclass
from typing import Any

from sparkify.engines import Queryable
from sparkify.sql import statement


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which refused objects are asked for; what is empty asks for all.

    `file` and `reason` are parts of a uri and of a reason. Unless `is_all`, only open ones: those
    of files of which no later version is loaded.
    """

    is_all: bool = False
    run_id: str = ""
    file: str = ""
    reason: str = ""
    column_name: str = ""


COLUMNS = (
    *("loaded_at", "run_id", "uri", "etag", "staging_table", "line", "column_name", "reason"),
    *("detail", "raw_text", "is_open"),
)


def refusals(reader: Queryable, wanted: Wanted) -> list[dict[str, Any]]:
    """The refused objects, the latest first, each with where it stands, why, and its text."""
    columns, rows = reader.fetch(statement("operate/refused"), **asdict(wanted))
    return [dict(zip(columns, row, strict=True)) for row in rows]


def open_by_reason(reader: Queryable) -> dict[str, int]:
    """How many refused objects are open, by reason, the most frequent first."""
    rows = reader.fetch(statement("operate/refused_by_reason")).rows
    return dict(rows)
