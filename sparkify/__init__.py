"""Sparkify's JSON logs and song metadata as a star schema, on DuckDB or Amazon Redshift."""

# The root scripts import this package with any Python 3 before they choose the one to run with.
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparkify.serve.connection import Connection


def connect(
    config: str | Path | None = None, settings: Mapping[str, str] | None = None
) -> Connection:
    """Open the warehouse, to be asked and for nothing else: `connect().sql("select ...").df()`.

    `config` is a settings file, else `./dwh.cfg` if it is there; `settings` are `SECTION.KEY` to
    value and win, as `--set` does on the command line. Raises SparkifyError.
    """
    from sparkify.serve import connection

    return connection.connect_to_warehouse(config, settings)
