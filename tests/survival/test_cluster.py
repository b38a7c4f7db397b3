"""A cluster whose connections break while it is loaded."""

import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.redshift_standin import Standin

from .siege import Siege, require_two_lines


@pytest.mark.parametrize("siege", ["redshift"], indirect=True)
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_a_load_survives_connections_that_break(
    siege: Siege, standin: Standin, tmp_path: Path, figures: Counter[str], seed: int
) -> None:
    """A run goes on by itself where that can heal, or fails clean."""
    chance = random.Random(seed)
    ground = siege.ground(tmp_path / "ground")
    ended = threading.Event()

    def cut_off() -> None:
        for _ in range(3):
            if not ended.wait(chance.uniform(0.5, 3)):
                standin.drop_connections()
                figures[f"connection broken ({siege.engine})"] += 1

    cutting = threading.Thread(target=cut_off)
    cutting.start()
    done = siege.load(ground)
    ended.set()
    cutting.join()

    if done.code:
        require_two_lines(done, "connection")
    siege.recover(ground)
