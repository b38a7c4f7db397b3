"""How long the command takes to start: `sparkify --help`, which is what its imports take.

python -m bench.starting
"""

import subprocess
import time

from bench.making import SPARKIFY
from bench.target import Target, measure_alone

SECONDS = 0.3


def targets(rounds: int) -> list[Target]:
    """Measure; how long it takes."""
    return [Target(6, "`sparkify --help`", [_seconds() for _ in range(rounds)], SECONDS, " s")]


def _seconds() -> float:
    began = time.perf_counter()
    subprocess.run([SPARKIFY, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    measure_alone(targets, __doc__, rounds=21)
