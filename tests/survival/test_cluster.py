"""A cluster whose connections break while it is loaded."""

import random
import threading
from collections import Counter
from pathlib import Path

import pytest
from redshift_standin import Standin

from .crash_harness import CrashHarness, require_two_lines


@pytest.mark.parametrize("harness", ["redshift"], indirect=True)
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_a_load_survives_connections_that_break(
    harness: CrashHarness, standin: Standin, tmp_path: Path, figures: Counter[str], seed: int
) -> None:
    """A run retries by itself where that can help, or fails cleanly."""
    chance = random.Random(seed)
    target = harness.target(tmp_path / "target")
    ended = threading.Event()

    def cut_off() -> None:
        for _ in range(3):
            if not ended.wait(chance.uniform(0.5, 3)):
                standin.drop_connections()
                figures[f"connection broken ({harness.engine})"] += 1

    cutting = threading.Thread(target=cut_off)
    cutting.start()
    done = harness.load(target)
    ended.set()
    cutting.join()

    if done.code:
        require_two_lines(done, "connection")
    harness.recover(target)
