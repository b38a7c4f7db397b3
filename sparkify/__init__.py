"""Build a star schema from JSON logs and song metadata, on DuckDB, PostgreSQL or Redshift."""

# The root scripts import this package with any Python 3, before they choose the right one.
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparkify.serve.connection import Connection

__version__ = "0.1.0"


def connect(
    config: str | Path | None = None, settings: Mapping[str, str] | None = None
) -> Connection:
    """Open the warehouse read-only: `connect().sql("select ...").df()`.

    `config` is a settings file, by default `./dwh.cfg` if it exists. `settings` maps `SECTION.KEY`
    to values that override it, as `--set` does on the command line. Raises SparkifyError.
    """
    from sparkify.serve import connection

    return connection.connect_to_warehouse(config, settings)
