"""The bare DuckDB script, `bench/bare.py`, called as the peers are.

python -m bench.peers.bare DATA_FOLDER OUT_FOLDER
"""

import sys
from pathlib import Path

from bench.bare import build, opened

if __name__ == "__main__":
    with opened(Path(sys.argv[2], "bare.duckdb")) as made:
        build(Path(sys.argv[1]), made)
