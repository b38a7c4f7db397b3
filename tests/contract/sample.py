"""The sample of the real data, where there is one."""

import os
from pathlib import Path

import pytest

from .warehouse import Warehouse

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / os.environ.get("SPARKIFY_SAMPLE", "../shared/data/sample")
LOGS, SONGS = SAMPLE / "log_data", SAMPLE / "song_data"
needs_sample = pytest.mark.skipif(not LOGS.is_dir(), reason=f"there is no sample in {SAMPLE}")


def load_sample(warehouse: Warehouse) -> None:
    warehouse.load(
        log_data=str(LOGS), song_data=str(SONGS), log_jsonpath=str(SAMPLE / "log_json_path.json")
    )
