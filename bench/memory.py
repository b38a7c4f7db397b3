"""Measure the peak memory of loads: each folder of data in a process of its own.

    sparkify generate --events 1000000 --days 30 --out one
    sparkify generate --events 100000000 --days 300 --users 50000 --out hundred     49 GB
    python -m bench.memory one hundred

The peak is that of the whole process, as the log of runs has it; `--limit` is [ETL] MEMORY_LIMIT.
"""

import argparse
import os
import tempfile
from pathlib import Path

import duckdb

from bench.peers.sparkify_etl import build


def main() -> None:
    """Load each folder, and print its peak memory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=512)
    arguments = parser.parse_args()
    os.environ["SPARKIFY_ETL_MEMORY_LIMIT"] = str(arguments.limit)
    for data in arguments.data:
        with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
            build(data.resolve(), Path(folder))
            peak = _peak_of_run(Path(folder, "sparkify.duckdb"))
        print(f"{data}: peak {peak / 2**20:,.0f} MiB", flush=True)


def _peak_of_run(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        [(peak,)] = connection.execute("select peak_memory_bytes from runs").fetchall()
    return int(peak)


if __name__ == "__main__":
    main()
