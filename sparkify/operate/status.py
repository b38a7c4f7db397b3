"""The status of the warehouse: its runs, freshness, rows and pending files."""

from dataclasses import dataclass
from datetime import datetime

from sparkify import ledger, staging
from sparkify.checks import CheckOutcome, count_outcomes
from sparkify.config import Settings
from sparkify.engines.base import Queryable
from sparkify.operate.history import PastRun, described_runs
from sparkify.sql import statement

LAST_RUNS = 5
QUESTIONS = (
    "operate/freshness",
    "operate/matched_plays",
    "queries/rows_by_table",
    "operate/rejected_by_reason",
    "quarantine/rejected_versions",
    "operate/runs",
)


@dataclass(frozen=True, slots=True)
class PendingFiles:
    """The number and size of the files whose latest version at the source is not loaded."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class WarehouseStatus:
    """The state of the warehouse, all timestamps in UTC.

    `checks` is the number of check results of the latest run by outcome. `rejected` is by reason,
    and counts only open records; `rejected_files` is the number of files that are rejected whole.
    """

    runs: list[PastRun]
    newest_event: datetime | None
    loaded_at: datetime | None
    checks: dict[CheckOutcome, int]
    rows: dict[str, int]
    rejected: dict[str, int]
    rejected_files: int
    plays: int
    matched: int

    @property
    def matched_share(self) -> float | None:
        """The share of plays with a known song, None without plays."""
        return self.matched / self.plays if self.plays else None


def read_status(reader: Queryable) -> WarehouseStatus:
    """Read the status from the warehouse's own tables."""
    freshness, matched_plays, rows_by_table, by_reason, rejected_files, logged = reader.fetch_all(
        map(statement, QUESTIONS)
    )
    [(newest_event, loaded_at)] = freshness.rows
    [(plays, matched)] = matched_plays.rows
    runs = described_runs(reader, logged)[:LAST_RUNS]
    return WarehouseStatus(
        runs,
        newest_event,
        loaded_at,
        _outcomes(reader, runs[0]) if runs else count_outcomes([]),
        {name: count for _, name, count in rows_by_table.rows},
        dict(by_reason.rows),
        len(rejected_files.rows),
        plays,
        matched,
    )


def _outcomes(reader: Queryable, run: PastRun) -> dict[CheckOutcome, int]:
    columns, rows = reader.fetch(statement("operate/checks_of_run"), run_id=run.run_id)
    return count_outcomes(row[columns.index("outcome")] for row in rows)


def find_pending(reader: Queryable, settings: Settings) -> PendingFiles:
    """List the source and count the files that a load would take.

    Files that were only touched, or rejected and did not change, are not among them. Raises
    SourceError, ConfigError.
    """
    latest, rejected = ledger.known_versions(reader)
    sizes = [
        file.size
        for each in staging.open_staging_sources(settings)
        for file in ledger.find_changes(each.source, each.files(), latest).pending
        if (file.uri, file.etag) not in rejected
    ]
    return PendingFiles(len(sizes), sum(sizes))
