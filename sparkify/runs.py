"""The log of runs: outcome, times and errors. What a run loaded is in the ledger."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, Protocol

from sparkify.engines.base import Engine
from sparkify.engines.lock_wait import OnWait
from sparkify.sql import statement

Outcome = Literal["done", "failed", "interrupted"]
ERROR_BYTES = 4096


class Ended(Protocol):
    """A run that ended, as it is recorded: `seconds` is by stage."""

    run_id: str
    seconds: dict[str, float]
    peak_memory_bytes: int | None


def to_the_millisecond(seconds: Mapping[str, float]) -> dict[str, float]:
    """Round the seconds by stage, as every log of a run has them."""
    return {stage: round(spent, 3) for stage, spent in seconds.items()}


def new_run_id() -> str:
    """Return a new id of a run, which sorts by time: `20181115T120000123-5f2c`."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}-{secrets.token_hex(2)}"


def begin(engine: Engine, run_id: str, on_wait: OnWait) -> None:
    """Record that a run begins, and that earlier runs without an end were interrupted.

    `on_wait` is told of a run that has to be waited for. Raises WarehouseBusy after LOCK_WAIT.
    """
    with engine.transaction():
        engine.acquire_write_lock(on_wait)
        engine.execute(statement("runs/interrupted"))
        engine.execute(statement("runs/begin"), run_id=run_id)


def end(engine: Engine, run: Ended, outcome: Outcome, error: str = "") -> None:
    """Record how a run ended, and what it took."""
    engine.execute(
        statement("runs/end"),
        run_id=run.run_id,
        outcome=outcome,
        error=error.encode()[:ERROR_BYTES].decode("utf-8", "ignore"),
        stage_seconds=json.dumps(to_the_millisecond(run.seconds)),
        peak_memory_bytes=run.peak_memory_bytes,
    )
