"""What runs did: all of them, or one with its batches, files, checks and errors."""

import json
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sparkify.engines import Queryable
from sparkify.errors import ConfigError
from sparkify.operate.refusals import Wanted, refusals
from sparkify.sql import statement

NEAREST = 3


@dataclass(frozen=True, slots=True)
class PastRun:
    """How a run went. Of what it loaded, `refused` of the `objects` are in the quarantine.

    `seconds` is by stage, with `all` for the batches' time in all; it is empty while a run lasts.
    `peak_memory_bytes` is what the run's process had at the most, None where that is not known.
    """

    run_id: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    batches: int
    files: int
    bytes: int
    objects: int
    refused: int
    error: str
    seconds: dict[str, float]
    peak_memory_bytes: int | None

    @property
    def rows(self) -> int:
        """The rows of the staging tables that it loaded: an object each that was not refused."""
        return self.objects - self.refused

    @property
    def seconds_in_all(self) -> float | None:
        """From the listing of the source to the last batch; None while a run lasts."""
        return sum(self.seconds_by_stage.values()) if self.seconds else None

    @property
    def seconds_by_stage(self) -> dict[str, float]:
        """The stages, and of the batches' time what none of them is: commit and the rest."""
        stages = {name: spent for name, spent in self.seconds.items() if name != "all"}
        in_batches = sum(stages.values()) - stages.get("list", 0.0)
        # Of a batch that failed, earlier versions kept the stages only.
        rest = max(self.seconds.get("all", 0.0) - in_batches, 0.0)
        return stages | {"commit and the rest": rest}


@dataclass(frozen=True, slots=True)
class Details:
    """All that is known of one run; the rows are mappings of column to value."""

    run: PastRun
    batches: list[dict[str, Any]]
    files: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    refused: list[dict[str, Any]]


def past_runs(reader: Queryable) -> list[PastRun]:
    """All runs that had something to load, the latest first."""
    columns, rows = reader.fetch(statement("operate/runs"))
    return [_past_run(reader, dict(zip(columns, row, strict=True))) for row in rows]


def require_run(reader: Queryable, run_id: str) -> PastRun:
    """The run of this id. Raises ConfigError, with the ids most like it, if there is none."""
    runs = {run.run_id: run for run in past_runs(reader)}
    if run_id not in runs:
        raise _unknown(run_id, list(runs))
    return runs[run_id]


def details(reader: Queryable, run_id: str) -> Details:
    """All of one run. Raises ConfigError, with the ids most like it, if there is none."""
    return Details(
        require_run(reader, run_id),
        _records(reader, "operate/batches_of_run", run_id),
        _records(reader, "operate/files_of_run", run_id),
        _records(reader, "operate/checks_of_run", run_id),
        _records(reader, "operate/findings_of_run", run_id),
        refusals(reader, Wanted(is_all=True, run_id=run_id)),
    )


def _past_run(reader: Queryable, row: dict[str, Any]) -> PastRun:
    seconds = json.loads(row.pop("stage_seconds"))
    return PastRun(**row | {"outcome": _outcome(reader, row["outcome"]), "seconds": seconds})


def _outcome(reader: Queryable, outcome: str) -> str:
    # DuckDB's file has one writer, or readers: whoever was at it before we opened it is gone.
    if outcome == "running" and reader.dialect == "duckdb":
        return "interrupted"
    return outcome


def _records(reader: Queryable, name: str, run_id: str) -> list[dict[str, Any]]:
    columns, rows = reader.fetch(statement(name), run_id=run_id)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _unknown(run_id: str, known: list[str]) -> ConfigError:
    if not known:
        return ConfigError(
            f"there is no run {run_id}: no run has loaded anything yet", "run: python etl.py"
        )
    nearest = get_close_matches(run_id, known, NEAREST, cutoff=0.3) or known[:NEAREST]
    return ConfigError(f"there is no run {run_id}", f"one of these: {', '.join(nearest)}")
