"""Killed at any time of a load: the next run completes the tables."""

import random
from collections import Counter
from pathlib import Path

import pytest

from .crash_harness import CrashHarness

# Of the points of a load, evenly; one more than it has is struck never.
FEW = [("SIGKILL", 2), ("SIGINT", 1)]
MANY = [("SIGKILL", 160), ("SIGTERM", 50), ("SIGINT", 50), ("SIGHUP", 10)]
PARTS = 10  # of the many, so that several workers share them
SHARES = [(*attack, part) for attack in MANY for part in range(PARTS)]


def evenly(count: int, points: int) -> list[int]:
    return [1 + (points - 1) * place // count for place in range(1, count + 1)]


def test_a_load_that_is_killed_is_made_whole_by_the_next(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str]
) -> None:
    for name, count in FEW:  # in one test, so that one worker alone prepares the harness
        for point in evenly(max(1, count // harness.cost_factor), len(harness.points) - 20):
            harness.strike(tmp_path / f"{name}-{point}", str(point), name, figures)


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARES, ids=lambda share: f"{share[0]}-{share[2]}")
def test_a_load_survives_a_kill_at_every_kind_of_point(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str], share: tuple[str, int, int]
) -> None:
    name, count, part = share
    for point in evenly(count // harness.cost_factor, len(harness.points))[part::PARTS]:
        harness.strike(tmp_path / str(point), str(point), name, figures)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("seed", range(4))
def test_a_load_survives_a_kill_at_any_time(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str], name: str, seed: int
) -> None:
    """Also within a statement, which no point is."""
    chance = random.Random(seed)
    for number in range(6 // harness.cost_factor):
        at = f"1+{chance.uniform(0, 1.2):.3f}"
        harness.strike(tmp_path / str(number), at, name, figures)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_a_load_that_is_killed_again_and_again_comes_to_its_end(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str], seed: int
) -> None:
    chance = random.Random(seed)
    target = harness.target(tmp_path / "again")
    for _ in range(8 // harness.cost_factor):
        name = chance.choice(["SIGKILL", "SIGKILL", "SIGTERM", "SIGINT"])
        point = chance.randint(1, len(harness.points))
        harness.load(target, SURVIVAL_STRIKE=f"{point}:{name}")
        figures[f"{name} ({harness.engine})"] += 1
    harness.recover(target)
