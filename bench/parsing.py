"""The limit: DuckDB's reader over the events alone, each column aggregated, and nothing kept.

    python -m bench.parsing DATA_FOLDER

What a load takes beyond this is the songs, and making and keeping the tables.
"""

import sys
from pathlib import Path

import duckdb

from bench.bare import typed
from bench.peers.delivered import EVENT_KEYS, log_files

PARSE = """
select max(columns(*))
from read_json($logs, columns = $event_keys, format = 'newline_delimited')
"""


def parse(data: Path) -> None:
    """Read every event of the data."""
    duckdb.execute(PARSE, {"logs": log_files(data), "event_keys": typed(EVENT_KEYS)}).fetchall()


if __name__ == "__main__":
    parse(Path(sys.argv[1]))
