"""Rewrite the warehouse's file: in a storage version that others can open, or without old bytes."""

import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb

from sparkify.engines.duckdb.engine import STORAGE_VERSION, errors_translated
from sparkify.errors import WarehouseError
from sparkify.sizes import readable_size
from sparkify.unfinished import atomic_file

STORAGE_OF_FORMER = (
    "select tags['storage_version'] from duckdb_databases() where database_name = 'former'"
)
TABLES_OF_FORMER = (
    "select schema_name, table_name from duckdb_tables() where database_name = $former"
)
ROWS_AND_HASH = "select count(*), sum(hash(rows)) from query_table($name) as rows"


def rewrite_in_storage_version(path: Path) -> bool:
    """Rewrite a warehouse that only a later DuckDB can open; return whether that was needed.

    The new file replaces the old one once it holds the same rows, so that a kill leaves either of
    them whole. Raises WarehouseError.
    """
    path = path.resolve()
    with errors_translated(path), closing(duckdb.connect()) as connection:
        connection.execute("attach $path as former", {"path": str(path)})
        [(found,)] = connection.execute(STORAGE_OF_FORMER).fetchall()
        if _numbers(found) <= _numbers(STORAGE_VERSION):
            return False
        _require_room(path, "sparkify migrate")
        _replace(connection, "former", path)
    return True


def rewrite_open_file(
    connection: duckdb.DuckDBPyConnection, path: Path, withdraw: Callable[[], None] | None
) -> None:
    """Write what is in a connection's file into a new one, which then has its name.

    `withdraw` is called just before that. Raises WarehouseError.
    """
    [(former,)] = connection.execute("select current_database()").fetchall()
    _require_room(path, "any command that writes")
    _replace(connection, former, path, withdraw)


def _replace(
    connection: duckdb.DuckDBPyConnection,
    former: str,
    path: Path,
    withdraw: Callable[[], None] | None = None,
) -> None:
    """Replace the file of an attached database by a new one with the same content."""
    # What is in the log only would be lost with it, or be taken for a log of the new file.
    connection.execute(f"checkpoint {_quoted(former)}")
    try:
        # The former file stays open, and so locked, until the new one has its name.
        with atomic_file(path) as rewritten:
            _rewrite(connection, former, rewritten)
            rewritten.chmod(path.stat().st_mode)
            if withdraw:
                withdraw()
    except OSError as error:
        raise WarehouseError(
            f"{path} cannot be rewritten: {error.strerror or error}",
            "see that you may write in its folder; the warehouse is as it was",
        ) from error


def _rewrite(connection: duckdb.DuckDBPyConnection, former: str, rewritten: Path) -> None:
    """Copy tables, views and all else into a new file. Raises WarehouseError for other rows."""
    connection.execute("set temp_directory = $folder", {"folder": f"{rewritten}.tmp"})
    # A day's rows stay beside each other, so that a query of some days reads those.
    connection.execute("set preserve_insertion_order = true")
    attach = f"attach $path as rewritten (storage_version '{STORAGE_VERSION}')"
    connection.execute(attach, {"path": str(rewritten)})
    connection.execute(f"copy from database {_quoted(former)} to rewritten")
    for schema, table in connection.execute(TABLES_OF_FORMER, {"former": former}).fetchall():
        name = f"{_quoted(schema)}.{_quoted(table)}"
        rows, copied = (
            connection.execute(ROWS_AND_HASH, {"name": f"{database}.{name}"}).fetchall()
            for database in (_quoted(former), "rewritten")
        )
        if rows != copied:
            raise WarehouseError(
                f"{table} has other rows after it was rewritten",
                "run again; the warehouse is as it was. If it fails again, report it as a bug",
            )
    connection.execute("detach rewritten")


def _quoted(name: str) -> str:
    """Return a name as `query_table` reads it."""
    return '"' + name.replace('"', '""') + '"'


def _require_room(path: Path, command: str) -> None:
    """Raise WarehouseError unless the file fits beside itself a second time."""
    needed, free = path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < needed:
        raise WarehouseError(
            f"the disk of {path} has no room to rewrite it: {readable_size(needed)} are needed "
            f"and {readable_size(free)} are free",
            f"make room, and run: {command}; the warehouse is as it was",
        )


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version: (1, 4, 0) of `v1.4.0+`, which is what DuckDB calls it."""
    return tuple(map(int, re.findall("[0-9]+", version)))
