"""The lower bound: DuckDB's reader over the events alone, every column aggregated, nothing stored.

    python -m bench.parsing DATA_FOLDER

A load also reads the songs, and creates and writes the tables.
"""

import sys
from pathlib import Path

import duckdb

from bench.bare import duckdb_columns
from bench.peers.inputs import EVENT_KEYS, log_files

PARSE = """
select max(columns(*))
from read_json($logs, columns = $event_keys, format = 'newline_delimited')
"""


def parse_events(data: Path) -> None:
    """Read every event of the data."""
    columns = duckdb_columns(EVENT_KEYS)
    duckdb.execute(PARSE, {"logs": log_files(data), "event_keys": columns}).fetchall()


if __name__ == "__main__":
    parse_events(Path(sys.argv[1]))
