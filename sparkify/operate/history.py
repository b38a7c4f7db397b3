"""The log of runs: all of them, or one with its batches, files, checks and errors."""

import json
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sparkify.engines.base import Queryable, Result
from sparkify.errors import ConfigError
from sparkify.installation import command_hint
from sparkify.operate.rejected import RejectedFilter, rejected_rows
from sparkify.sql import statement

NEAREST_IDS = 3
LATEST = "last"  # instead of an id


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run in the log: `rejected` of its `records` are in the quarantine.

    `changed` records of earlier runs have another current version since this one.
    `rejected_files` is the number of files that it rejected whole, which are none of its `files`.

    `seconds` is by stage, with `all` for all time of the batches; it is empty while a run lasts.
    `peak_memory_bytes` is the peak of the run's process, None where that is not known.
    """

    run_id: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    batches: int
    files: int
    bytes: int
    records: int
    rejected: int
    rejected_files: int
    error: str
    seconds: dict[str, float]
    peak_memory_bytes: int | None
    changed: int

    @property
    def rows(self) -> int:
        """The rows that it loaded into staging: one for each record that was not rejected."""
        return self.records - self.rejected

    @property
    def seconds_in_all(self) -> float | None:
        """From the listing of the source to the last batch; None while a run lasts."""
        return sum(self.seconds_by_stage.values()) if self.seconds else None

    @property
    def seconds_by_stage(self) -> dict[str, float]:
        """The stages, and the rest of the batches' time, which is mostly the commit."""
        stages = {name: spent for name, spent in self.seconds.items() if name != "all"}
        in_batches = sum(stages.values()) - stages.get("list", 0.0)
        # For a failed batch, earlier versions recorded only the stages.
        rest = max(self.seconds.get("all", 0.0) - in_batches, 0.0)
        return stages | {"commit_and_rest": rest}


@dataclass(frozen=True, slots=True)
class RunDetails:
    """All about one run; the rows are mappings of column to value."""

    run: PastRun
    batches: list[dict[str, Any]]
    files: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    schema_changes: list[dict[str, Any]]
    rejected: list[dict[str, Any]]


def past_runs(reader: Queryable) -> list[PastRun]:
    """Return all runs that had something to load, the latest first."""
    return described_runs(reader, reader.fetch(statement("operate/runs")))


def described_runs(reader: Queryable, logged: Result) -> list[PastRun]:
    """Return these rows of the log as runs, in their order."""
    return [_past_run(reader, dict(zip(logged.columns, row, strict=True))) for row in logged.rows]


def find_run(reader: Queryable, name: str) -> PastRun:
    """Return the run whose id begins with `name`, or the latest one for `last`.

    Raises ConfigError if there is none, with similar ids, or if there are several, with theirs.
    """
    runs = {run.run_id: run for run in past_runs(reader)}
    # The latest run comes first.
    found = list(runs)[:1] if name == LATEST else [each for each in runs if each.startswith(name)]
    if name in runs:
        return runs[name]
    if not name or not found:
        raise _unknown(name, list(runs))
    if len(found) > 1:
        raise ConfigError(
            f"{len(found)} runs have ids that begin with {name}",
            f"write more of one of these: {', '.join(found[:NEAREST_IDS])}",
        )
    return runs[found[0]]


def run_details(reader: Queryable, name: str) -> RunDetails:
    """Return all about the run of this id, or of its beginning, or the `last`.

    Raises ConfigError, with similar ids, if there is none.
    """
    run = find_run(reader, name)
    run_id = run.run_id
    return RunDetails(
        run,
        _records(reader, "operate/batches_of_run", run_id),
        _records(reader, "operate/files_of_run", run_id),
        _records(reader, "operate/checks_of_run", run_id),
        schema_changes(reader, run_id),
        rejected_rows(reader, RejectedFilter(is_all=True, run_id=run_id)),
    )


def _past_run(reader: Queryable, row: dict[str, Any]) -> PastRun:
    seconds = json.loads(row.pop("stage_seconds"))
    return PastRun(**row | {"outcome": _outcome(reader, row["outcome"]), "seconds": seconds})


def _outcome(reader: Queryable, outcome: str) -> str:
    # A writer that has ended can no longer say so.
    if outcome == "running" and reader.is_exclusive:
        return "interrupted"
    return outcome


def schema_changes(reader: Queryable, run_id: str) -> list[dict[str, Any]]:
    """Return the schema changes that a run found: new, missing and retyped fields."""
    return _records(reader, "operate/schema_changes_of_run", run_id)


def _records(reader: Queryable, name: str, run_id: str) -> list[dict[str, Any]]:
    columns, rows = reader.fetch(statement(name), run_id=run_id)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _unknown(run_id: str, known: list[str]) -> ConfigError:
    if not known:
        return ConfigError(
            f"there is no run {run_id}: no run has loaded anything yet",
            f"run: {command_hint('etl')}",
        )
    nearest = get_close_matches(run_id, known, NEAREST_IDS, cutoff=0.3) or known[:NEAREST_IDS]
    return ConfigError(f"there is no run {run_id}", f"one of these: {', '.join(nearest)}")
