"""The warehouse as a whole: its tables and views, and their version."""

from collections.abc import Collection

from sparkify import __version__
from sparkify.engines.base import Engine, Queryable
from sparkify.errors import WarehouseError
from sparkify.installation import command_hint
from sparkify.sql import (
    DIMENSIONS,
    FACT,
    LEDGER_TABLES,
    STAGING_TABLES,
    TABLES,
    VIEWS,
    WAREHOUSE_VERSION,
    comments,
    drop_statement,
    statement,
    views_of,
)


class NoTables(WarehouseError):  # noqa: N818 - a load creates them
    """The warehouse has no tables yet."""


def tables(engine: Queryable) -> set[str]:
    """Return the names of all tables and views in the current schema, also of those by others."""
    return {name for (name,) in engine.fetch(statement("ledger/tables")).rows}


def version(engine: Queryable) -> int:
    """Return the version of the warehouse's tables, 0 if there are none."""
    return _version(engine, tables(engine))


def _version(engine: Queryable, there: set[str]) -> int:
    if "warehouse_version" in there:
        return int(engine.fetch(statement("ledger/version")).rows[0][0])
    return 1 if {"loaded_files", "text_repairs"} <= there else 0


def require_star(engine: Queryable) -> None:
    """Raise WarehouseError unless the star can be read, also by an analyst who sees nothing else.

    Analysts cannot see the version, but are granted access only to tables of this version.
    """
    there = tables(engine)
    if not _is_an_analysts(there):
        _require_current(engine, there)


def require_current(engine: Queryable) -> None:
    """Raise WarehouseError, with what to do, unless the tables are those of this version."""
    there = tables(engine)
    if _is_an_analysts(there):
        raise WarehouseError(
            "this needs the staging tables and the ledger, which analysts may not read",
            "use sparkify query or sparkify export, or let the tables' owner run this",
        )
    _require_current(engine, there)


def _is_an_analysts(there: set[str]) -> bool:
    """Return whether these tables are those that the role analysts sees."""
    return {FACT, *DIMENSIONS} <= there and there.isdisjoint((*STAGING_TABLES, *LEDGER_TABLES))


def _require_current(engine: Queryable, there: set[str]) -> None:
    found = _version(engine, there)
    if not found:
        raise NoTables(
            "the warehouse has no tables yet", f"run: {command_hint('etl')}, which creates them"
        )
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
            f"use that Sparkify; this one is {__version__}",
        )
    missing = set(TABLES) - there
    if missing:
        raise WarehouseError(
            f"the warehouse lacks the tables {', '.join(sorted(missing))}",
            f"run: {command_hint('create-tables')}, which loses nothing that is still at the "
            "source",
        )


def require_free_names(version: int, there: Collection[str]) -> None:
    """Raise WarehouseError where a table or view of others has a name that is needed."""
    made = {*TABLES, *views_of(version)} if version else set()
    others = {*TABLES, *VIEWS}.intersection(there) - made
    if others:
        raise WarehouseError(
            f"the database holds tables that Sparkify did not make: {', '.join(sorted(others))}",
            "rename them, or set [CLUSTER] DB_NAME to a database of its own",
        )


def require_no_dependent_views(engine: Engine, dropped: Collection[str]) -> None:
    """Raise WarehouseError where views of others read what is to be dropped."""
    reading = {
        view: source
        for view, source in sorted(engine.view_dependencies())
        if source in dropped and view not in dropped
    }
    if reading:
        found = ", ".join(f"{view} (reads {source})" for view, source in reading.items())
        raise WarehouseError(
            f"views that Sparkify did not make read its tables and views: {found}",
            "drop them, run this again, and create them again; nothing was changed",
        )


def drop_views(engine: Engine, version: int, there: Collection[str]) -> None:
    """Drop the views of a warehouse of this version, as far as they are there."""
    views = reversed(views_of(version))
    engine.execute_all([drop_statement(view) for view in views if view in there])


def create_views(engine: Engine) -> None:
    """Create the views, describe everything, and record the version."""
    described = [comment.statement for comment in comments()]
    engine.execute_all([*(statement(f"views/{view}") for view in VIEWS), *described])
    engine.append("warehouse_version", ("version",), [(WAREHOUSE_VERSION,)])
