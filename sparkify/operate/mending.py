"""Making the warehouse right again: the star anew from staging, and a run taken back out."""

from sparkify import checks, transform, warehouse
from sparkify.engines import Engine
from sparkify.errors import ConfigError
from sparkify.sql import (
    DIMENSIONS,
    FACT,
    STAGING_TABLES,
    empty_statement,
    statement,
    undo_statement,
)


def rebuild(engine: Engine) -> int:
    """Empty the star and fill it anew from every batch in staging; how many there were.

    One transaction, checked as a whole: all of it or nothing. Raises ChecksFailed, WarehouseError.
    """
    warehouse.require_current(engine)
    with engine.transaction():
        engine.exclude_writers()
        return _rebuild(engine)


def undo(engine: Engine, run_id: str) -> int:
    """Take what a run loaded back out of staging and star; how many files are pending again.

    The star is built anew from what is left, so what the run had changed is as it would be without
    it. One transaction. Raises ConfigError for a run that loaded nothing, ChecksFailed.
    """
    warehouse.require_current(engine)
    with engine.transaction():
        engine.exclude_writers()
        files = int(engine.fetch(statement("runs/files"), run_id=run_id).rows[0][0])
        if not files:
            raise ConfigError(
                f"there is no run {run_id} of which files are loaded", "see them: sparkify runs"
            )
        for table in (*STAGING_TABLES, "load_errors", "source_keys", "loaded_files"):
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
    checks.require(checks.run_checks(engine, "star", checks.EVERYTHING))
    return len(batches)
