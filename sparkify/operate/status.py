"""The status of the warehouse: its runs, freshness, rows and pending files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sparkify import ledger, staging
from sparkify.checks import CheckOutcome, count_outcomes
from sparkify.config import Settings
from sparkify.engines.base import Queryable
from sparkify.operate.history import PastRun, described_runs
from sparkify.sql import statement

LAST_RUNS = 5
ENDED_BADLY = ("failed", "interrupted")
QUESTIONS = (
    "operate/freshness",
    "operate/matched_plays",
    "queries/rows_by_table",
    "operate/rejected_by_reason",
    "quarantine/rejected_versions",
    "operate/runs",
    "operate/recent_findings",
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
    `schema_changes` are those that the latest run found. `findings` are the checks of any run that
    warned or failed last, `last_failure` is the latest run that did not end well, also if it was
    long ago; they are None or empty without any.
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
    schema_changes: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    last_failure: PastRun | None

    @property
    def matched_share(self) -> float | None:
        """The share of plays with a known song, None without plays."""
        return self.matched / self.plays if self.plays else None


def read_status(reader: Queryable) -> WarehouseStatus:
    """Read the status from the warehouse's own tables."""
    answers = reader.fetch_all(map(statement, QUESTIONS))
    freshness, matched_plays, rows_by_table, by_reason, rejected_files, logged, findings = answers
    [(newest_event, loaded_at)] = freshness.rows
    [(plays, matched)] = matched_plays.rows
    all_runs = described_runs(reader, logged)
    runs = all_runs[:LAST_RUNS]
    outcomes, changes = _last_findings(reader, runs)
    return WarehouseStatus(
        runs,
        newest_event,
        loaded_at,
        outcomes,
        {name: count for _, name, count in rows_by_table.rows},
        dict(by_reason.rows),
        len(rejected_files.rows),
        plays,
        matched,
        changes,
        [dict(zip(findings.columns, row, strict=True)) for row in findings.rows],
        next((run for run in all_runs if run.outcome in ENDED_BADLY), None),
    )


def age_seconds(timestamp: datetime | None, now: datetime) -> float | None:
    """Return the age of a timestamp in UTC, None without one; one in the future has the age 0."""
    if timestamp is None:
        return None
    return max((now - timestamp.replace(tzinfo=UTC)).total_seconds(), 0.0)


def find_concerns(
    status: WarehouseStatus, oldest: timedelta | None, now: datetime
) -> list[tuple[str, str]]:
    """Return what needs a person, each with what to do; empty where all is well.

    `oldest` is the age that the latest event may have, None for any.
    """
    concerns = []
    if status.runs and status.runs[0].outcome in ENDED_BADLY:
        run = status.runs[0]
        concerns.append(
            (f"the latest run {run.run_id} {_ended(run)}", f"sparkify runs {run.run_id}")
        )
    if status.rejected_files:
        count = f"{status.rejected_files:,} rejected whole"
        concerns.append((f"files are not loaded: {count}", "sparkify quarantine"))
    age = age_seconds(status.newest_event, now)
    if oldest is not None and (age is None or age > oldest.total_seconds()):
        newest = f"{status.newest_event:%Y-%m-%d %H:%M:%S} UTC" if status.newest_event else "none"
        concerns.append(
            (
                f"the latest event is too old: {newest}",
                "see whether log files arrive (sparkify plan) and loads run (sparkify runs)",
            )
        )
    return concerns


def _ended(run: PastRun) -> str:
    return "was interrupted" if run.outcome == "interrupted" else run.outcome


def _last_findings(
    reader: Queryable, runs: Sequence[PastRun]
) -> tuple[dict[CheckOutcome, int], list[dict[str, Any]]]:
    """Return the outcomes of the latest run's checks, and its schema changes, by one message."""
    if not runs:
        return count_outcomes([]), []
    asked = (statement("operate/checks_of_run"), statement("operate/schema_changes_of_run"))
    checked, changed = reader.fetch_all(asked, run_id=runs[0].run_id)
    outcome = checked.columns.index("outcome")
    return (
        count_outcomes(row[outcome] for row in checked.rows),
        [dict(zip(changed.columns, row, strict=True)) for row in changed.rows],
    )


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
