"""Repair the warehouse: rebuild the star from staging, and undo a run."""

from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from sparkify import checks, transform, warehouse
from sparkify.config import DEFAULT_SETTINGS, Settings
from sparkify.engines.base import Engine, Queryable
from sparkify.errors import ConfigError
from sparkify.operate.history import PastRun, find_run
from sparkify.sql import (
    LOOKUP_TABLES,
    STAGING_TABLES,
    STAR_TABLES,
    empty_statement,
    statement,
    undo_statement,
)

# Tables beside the star that are filled with it, by the same steps.
FILLED_WITH_STAR = (
    *("repeated_events", "repeated_songs", "batch_days", "session_totals", "played_titles"),
    *LOOKUP_TABLES,
)


def rebuild_star(engine: Engine, settings: Settings = DEFAULT_SETTINGS) -> int:
    """Rebuild the star from every batch in staging; return the number of batches.

    One transaction, checked as a whole. Raises ChecksFailed, WarehouseError.
    """
    warehouse.require_current(engine)
    with engine.transaction():
        engine.acquire_write_lock()
        return refill_star(engine, settings)


def undo_run(engine: Engine, run_id: str, settings: Settings = DEFAULT_SETTINGS) -> int:
    """Remove what a run loaded from staging and star; return the number of files pending again.

    The star is rebuilt from the rest, so it is as if the run had never been. One transaction.
    Raises ConfigError for a run that loaded nothing, ChecksFailed.
    """
    warehouse.require_current(engine)
    with engine.transaction():
        engine.acquire_write_lock()
        files = loaded_run(engine, run_id).files
        for table in (
            *(*STAGING_TABLES, "load_errors", "rejected_files", "source_keys"),
            *("loaded_files", "batches"),
        ):
            engine.execute(undo_statement(table), run_id=run_id)
        engine.execute(statement("runs/undone"), run_id=run_id)
        refill_star(engine, settings)
    return files


def loaded_run(reader: Queryable, name: str) -> PastRun:
    """Return the run of this id, of its beginning, or the `last`, of which files are loaded.

    Raises ConfigError without any, WarehouseError for tables of another version.
    """
    warehouse.require_current(reader)
    run = find_run(reader, name)
    if not run.files:
        raise ConfigError(
            f"nothing is loaded of the run {run.run_id}", "see what each loaded: sparkify runs"
        )
    return run


class RebuildPlan(NamedTuple):
    """The rows of the star that a rebuild removes, by table, and the batches to fill it from."""

    rows: dict[str, int]
    batches: int


def plan_rebuild(reader: Queryable) -> RebuildPlan:
    """Tell what a rebuild would remove, and from how many batches it would fill the star.

    Raises WarehouseError for tables of another version.
    """
    warehouse.require_current(reader)
    counts = reader.fetch(statement("queries/rows_by_table")).rows
    rows = {table: count for _, table, count in counts if table in STAR_TABLES}
    return RebuildPlan(rows, len(reader.fetch(statement("repair/batches")).rows))


def refill_from_batch(engine: Engine, loaded_at: datetime) -> None:
    """Transform a batch that is in staging into the star, in the transaction at hand."""
    of_batch = {"loaded_at": loaded_at, **asdict(checks.scope_of_batch(engine, loaded_at))}
    parts = transform.parts_of_batch(engine, STAGING_TABLES, of_batch)
    transform.transform(engine, parts, of_batch)


def refill_star(engine: Engine, settings: Settings = DEFAULT_SETTINGS) -> int:
    """Empty the star, fill it from every batch in staging and check it, in the same transaction.

    Returns the number of batches. Raises ChecksFailed.
    """
    batches = refill_unchecked(engine)
    chosen = checks.configured_checks(settings)
    results = checks.run_checks(engine, chosen, checks.EVERYTHING, "star", "own")
    checks.require_passed(results)
    return batches


def refill_unchecked(engine: Engine) -> int:
    """Do the same, and leave the checks to the caller."""
    for table in (*STAR_TABLES, *FILLED_WITH_STAR):
        engine.execute(empty_statement(table))
    batches = engine.fetch(statement("repair/batches")).rows
    for _, loaded_at in batches:
        refill_from_batch(engine, loaded_at)
    return len(batches)
