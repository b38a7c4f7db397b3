"""The warehouse as a whole: whether it is there, and of which version its tables are."""

from sparkify.engines.base import Engine, Queryable
from sparkify.errors import WarehouseError
from sparkify.sql import (
    ANALYSTS_VIEWS,
    DIMENSIONS,
    FACT,
    LEDGER_TABLES,
    STAGING_TABLES,
    TABLES,
    WAREHOUSE_VERSION,
    comments,
    statement,
)

# What brings the tables of the version before to this one, in one transaction.
MIGRATIONS = {
    2: (
        "migrate/to_2/add_objects",
        "migrate/to_2/add_refused",
        "migrate/to_2/add_run_id",
        "schema/warehouse_version",
        "migrate/to_2/add_runs",
        "schema/load_errors",
        "schema/check_results",
        "schema/drop/matches",
        "schema/drop/titled_plays",
        "views/titled_plays",
        "views/known_titles",
        "views/matches",
        "schema/write_lock",
    ),
    3: tuple(f"views/{view}" for view in ANALYSTS_VIEWS),
    4: ("schema/source_keys", "schema/source_findings", "schema/added_columns"),
    5: ("migrate/to_5/add_peak_memory_bytes",),
}


def tables(engine: Queryable) -> set[str]:
    """The names of all tables and views in the schema we work in, whoever made them."""
    return {name for (name,) in engine.fetch(statement("ledger/tables")).rows}


def version(engine: Queryable) -> int:
    """The version of the warehouse's tables, 0 if there are none."""
    return _version(engine, tables(engine))


def _version(engine: Queryable, there: set[str]) -> int:
    if "warehouse_version" in there:
        return int(engine.fetch(statement("ledger/version")).rows[0][0])
    return 1 if {"loaded_files", "text_repairs"} <= there else 0


def require_star(engine: Queryable) -> None:
    """Raise WarehouseError unless the star can be read, be it by an analyst who sees nothing else.

    Analysts are let in when the tables are of this version, and see no ledger that could tell.
    """
    there = tables(engine)
    if not _is_an_analysts(there):
        _require_current(engine, there)


def require_current(engine: Queryable) -> None:
    """Raise WarehouseError, saying what to do, unless the tables are those of this version."""
    there = tables(engine)
    if _is_an_analysts(there):
        raise WarehouseError(
            "this takes the staging tables and the ledger, which analysts may not read",
            "ask with sparkify query, copy out with sparkify export, or let the tables' owner run "
            "this",
        )
    _require_current(engine, there)


def _is_an_analysts(there: set[str]) -> bool:
    """Whether these tables are what the group analysts sees of a warehouse."""
    return {FACT, *DIMENSIONS} <= there and there.isdisjoint((*STAGING_TABLES, *LEDGER_TABLES))


def _require_current(engine: Queryable, there: set[str]) -> None:
    found = _version(engine, there)
    if not found:
        raise WarehouseError("the warehouse has no tables yet", "run: python create_tables.py")
    if found < WAREHOUSE_VERSION:
        raise WarehouseError(
            f"the warehouse was made by an earlier Sparkify: its tables are of version {found}, "
            f"and this one needs {WAREHOUSE_VERSION}",
            "run: sparkify migrate",
        )
    if found > WAREHOUSE_VERSION:
        raise WarehouseError(
            f"the warehouse was made by a later Sparkify: its tables are of version {found}, "
            f"and this one knows {WAREHOUSE_VERSION}",
            "install that Sparkify: pip install --upgrade sparkify",
        )
    missing = set(TABLES) - there
    if missing:
        raise WarehouseError(
            f"the warehouse lacks the tables {', '.join(sorted(missing))}",
            "run: python create_tables.py, which loses nothing that is still at the source",
        )


def migrate(engine: Engine) -> int:
    """Bring the tables to this version, all steps or none; the version they were of before.

    Raises WarehouseError where there are no tables, or those of a later version.
    """
    before = version(engine)
    if not 0 < before < WAREHOUSE_VERSION:
        require_current(engine)
        return before
    with engine.transaction():
        for step in range(before + 1, WAREHOUSE_VERSION + 1):
            for name in MIGRATIONS[step]:
                engine.execute(statement(name))
        for comment in comments():
            engine.execute(comment)
        engine.append("warehouse_version", ("version",), [(WAREHOUSE_VERSION,)])
    return before
