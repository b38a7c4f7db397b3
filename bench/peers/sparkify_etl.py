"""Load by Sparkify as users run it: its two scripts, with ledger, checks and quarantine.

python -m bench.peers.sparkify_etl DATA_FOLDER OUT_FOLDER
"""

import os
import subprocess
import sys
from pathlib import Path

from bench.peers.lineup import ROOT


def settings_for(data: Path | str) -> dict[str, str]:
    """Return the environment variables for data in a folder or below an `s3://` prefix."""
    return {
        "SPARKIFY_S3_LOG_DATA": f"{data}/log_data",
        "SPARKIFY_S3_SONG_DATA": f"{data}/song_data",
        "SPARKIFY_S3_LOG_JSONPATH": f"{data}/log_json_path.json",
        "SPARKIFY_CLUSTER_PUBLISH": "off",  # bench/publishing.py has its cost
    }


def build(data: Path, out: Path) -> None:
    """Build the warehouse `sparkify.duckdb` in the folder."""
    for script in ("create_tables.py", "etl.py"):
        command = [sys.executable, str(ROOT / script)]
        subprocess.run(command, cwd=out, env=os.environ | settings_for(data), check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
