"""Run the bare DuckDB script, `bench/bare.py`, as the peers are run.

python -m bench.peers.bare DATA_FOLDER OUT_FOLDER
"""

import sys
from pathlib import Path

from bench.bare import build, open_database

if __name__ == "__main__":
    with open_database(Path(sys.argv[2], "bare.duckdb")) as made:
        build(Path(sys.argv[1]), made)
