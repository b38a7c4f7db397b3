"""The same by Sparkify: its two doors, as anybody runs them, with checks, ledger and all.

python -m bench.peers.ours DATA_FOLDER OUT_FOLDER
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def settings_for(data: Path | str) -> dict[str, str]:
    """The environment in which our doors load the data of a folder, or of an `s3://` prefix."""
    return {
        "SPARKIFY_S3_LOG_DATA": f"{data}/log_data",
        "SPARKIFY_S3_SONG_DATA": f"{data}/song_data",
        "SPARKIFY_S3_LOG_JSONPATH": f"{data}/log_json_path.json",
    }


def build(data: Path, out: Path) -> None:
    """Make the warehouse `sparkify.duckdb` in the folder."""
    for door in ("create_tables.py", "etl.py"):
        command = [sys.executable, str(ROOT / door)]
        subprocess.run(command, cwd=out, env=os.environ | settings_for(data), check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
