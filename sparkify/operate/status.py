"""How the warehouse is now: its runs, how fresh it is, what it holds, what it waits for."""

from dataclasses import dataclass
from datetime import datetime

from sparkify import ledger, staging
from sparkify.checks import CheckOutcome, count_outcomes
from sparkify.config import Settings
from sparkify.engines import Queryable
from sparkify.operate.history import PastRun, past_runs
from sparkify.operate.refusals import open_by_reason
from sparkify.sql import statement

LAST_RUNS = 5


@dataclass(frozen=True, slots=True)
class Pending:
    """How much is at the source and not loaded."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the warehouse, all timestamps in UTC.

    `checks` is the number of check results of the latest run by outcome. `refused` is by reason,
    and only what is open.
    """

    runs: list[PastRun]
    newest_event: datetime | None
    loaded_at: datetime | None
    checks: dict[CheckOutcome, int]
    rows: dict[str, int]
    refused: dict[str, int]
    plays: int
    matched: int

    @property
    def matched_share(self) -> float | None:
        """The share of plays of which the song is known, None without plays."""
        return self.matched / self.plays if self.plays else None


def status(reader: Queryable) -> Status:
    """How the warehouse is, by its own tables."""
    [(newest_event, loaded_at)] = reader.fetch(statement("operate/freshness")).rows
    [(plays, matched)] = reader.fetch(statement("operate/matched_plays")).rows
    runs = past_runs(reader)[:LAST_RUNS]
    return Status(
        runs,
        newest_event,
        loaded_at,
        _outcomes(reader, runs[0]) if runs else count_outcomes([]),
        {name: count for _, name, count in reader.fetch(statement("queries/rows_by_table")).rows},
        open_by_reason(reader),
        plays,
        matched,
    )


def _outcomes(reader: Queryable, run: PastRun) -> dict[CheckOutcome, int]:
    rows = reader.fetch(statement("operate/outcomes_of_run"), run_id=run.run_id).rows
    return count_outcomes([]) | dict(rows)


def pending(reader: Queryable, settings: Settings) -> Pending:
    """What is at the source and not loaded. Raises SourceError, ConfigError."""
    loaded = ledger.loaded_versions(reader)
    sizes = [
        file.size
        for feed in staging.open_feeds(settings)
        for file in ledger.pending(feed.source.files(), loaded)
    ]
    return Pending(len(sizes), sum(sizes))
