"""A DuckDB file opened read-only, as the file that has this name now."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from sparkify.engines.duckdb.publishing import PUBLISHED_SUFFIX

Config = Mapping[str, str | bool | int | float | list[str]]
# These would also forbid to attach the file.
SET_AFTERWARDS = {
    "enable_external_access": "set enable_external_access = false",
    "lock_configuration": "set lock_configuration = true",
}


def connect_read_only(path: Path, config: Config) -> duckdb.DuckDBPyConnection:
    """Open a file read-only.

    While a process has a file open, DuckDB gives it that one for the same name. A published file
    may have been replaced since, so it is attached to a new database in memory, which is detached.
    """
    if not path.name.endswith(PUBLISHED_SUFFIX):
        return duckdb.connect(str(path), read_only=True, config=dict(config))
    at_once = {name: value for name, value in config.items() if name not in SET_AFTERWARDS}
    connection = duckdb.connect(config=at_once | {"temp_directory": f"{path}.tmp"})
    try:
        catalog = _catalog(path)
        connection.execute(f"attach $path as {catalog} (read_only)", {"path": str(path)})
        connection.execute(f"use {catalog}")
        connection.execute("detach memory")
        for name, text in SET_AFTERWARDS.items():  # in this order: after the lock nothing is set
            if name in config:
                connection.execute(text)
    except BaseException:
        connection.close()
        raise
    return connection


def _catalog(path: Path) -> str:
    """Return the name that DuckDB gives to the catalog of a file, quoted."""
    name = path.name.partition(".")[0]
    # "memory" is the database that it is attached to.
    name = name if name.lower() != "memory" else "warehouse"
    return '"' + name.replace('"', '""') + '"'
