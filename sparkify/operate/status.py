"""How the warehouse is now: its runs, how fresh it is, what it holds, what it waits for."""

from dataclasses import dataclass
from datetime import datetime

from sparkify import ledger, staging
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
    """How the warehouse is, all moments in UTC; `refused` is by reason, and only what is open."""

    runs: list[PastRun]
    newest_event: datetime | None
    loaded_at: datetime | None
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
    return Status(
        past_runs(reader)[:LAST_RUNS],
        newest_event,
        loaded_at,
        {name: count for _, name, count in reader.fetch(statement("answers/rows_by_table")).rows},
        open_by_reason(reader),
        plays,
        matched,
    )


def pending(reader: Queryable, settings: Settings) -> Pending:
    """What is at the source and not loaded. Raises SourceError, ConfigError."""
    loaded = ledger.loaded_versions(reader)
    sizes = [
        file.size
        for feed in staging.open_feeds(settings)
        for file in ledger.pending(feed.source.files(), loaded)
    ]
    return Pending(len(sizes), sum(sizes))
