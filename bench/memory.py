"""How much memory a load takes, whatever it loads: each folder of data in a process of its own.

    sparkify generate --events 1000000 --days 30 --out one
    sparkify generate --events 100000000 --days 300 --out hundred     47 GB
    python -m bench.memory one hundred

The peak is that of the whole process, as the run itself tells it; `--limit` is [ETL] MEMORY_LIMIT.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=512)
    arguments = parser.parse_args()
    for data in arguments.data:
        with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
            run = _loaded(data.resolve(), Path(folder), arguments.limit)
        print(
            f"{data}: {run['objects']:,} objects, {run['bytes'] / 1e9:.1f} GB, "
            f"{run['batches']} batches, {run['seconds']['all']:.0f} s, "
            f"peak {run['peak_memory_bytes'] / 2**20:,.0f} MiB",
            flush=True,
        )


def _loaded(data: Path, folder: Path, limit: int) -> Any:
    settings = {
        "SPARKIFY_S3_LOG_DATA": f"{data}/log_data",
        "SPARKIFY_S3_SONG_DATA": f"{data}/song_data",
        "SPARKIFY_S3_LOG_JSONPATH": f"{data}/log_json_path.json",
        "SPARKIFY_ETL_MEMORY_LIMIT": str(limit),
    }
    for command in (["create_tables.py"], ["etl.py", "--json"]):
        done = subprocess.run(
            [sys.executable, str(ROOT / command[0]), *command[1:]],
            cwd=folder,
            env=os.environ | settings,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
