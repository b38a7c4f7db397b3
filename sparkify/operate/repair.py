"""Repair the warehouse: rebuild the star from staging, and undo a run."""

from sparkify import checks, transform, warehouse
from sparkify.engines.base import Engine
from sparkify.errors import ConfigError
from sparkify.sql import (
    DIMENSIONS,
    FACT,
    STAGING_TABLES,
    empty_statement,
    statement,
    undo_statement,
)


def rebuild_star(engine: Engine) -> int:
    """Rebuild the star from every batch in staging; return the number of batches.

    One transaction, checked as a whole. Raises ChecksFailed, WarehouseError.
    """
    warehouse.require_current(engine)
    with engine.transaction():
        engine.acquire_write_lock()
        return _rebuild(engine)


def undo_run(engine: Engine, run_id: str) -> int:
    """Remove what a run loaded from staging and star; return the number of files pending again.

    The star is rebuilt from the rest, so it is as if the run had never been. One transaction.
    Raises ConfigError for a run that loaded nothing, ChecksFailed.
    """
    warehouse.require_current(engine)
    with engine.transaction():
        engine.acquire_write_lock()
        files = int(engine.fetch(statement("runs/files"), run_id=run_id).rows[0][0])
        if not files:
            raise ConfigError(
                f"there is no run {run_id} of which files are loaded", "see them: sparkify runs"
            )
        for table in (
            *STAGING_TABLES,
            "load_errors",
            "rejected_files",
            "source_keys",
            "loaded_files",
        ):
            engine.execute(undo_statement(table), run_id=run_id)
        engine.execute(statement("runs/undone"), run_id=run_id)
        _rebuild(engine)
    return files


def _rebuild(engine: Engine) -> int:
    for table in (FACT, *DIMENSIONS):
        engine.execute(empty_statement(table))
    batches = engine.fetch(statement("repair/batches")).rows
    for (loaded_at,) in batches:
        transform.find_repeated_events(engine, loaded_at)
        transform.transform(engine, loaded_at)
    checks.require_passed(checks.run_checks(engine, "star", checks.EVERYTHING))
    return len(batches)
