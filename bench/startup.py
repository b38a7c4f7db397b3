"""Measure how long `sparkify --help` takes, which is mostly its imports.

python -m bench.startup
"""

import subprocess
import time

from bench.generator import SPARKIFY
from bench.target import Target, run_bench

STARTUP_SECONDS = 0.1


def targets(rounds: int) -> list[Target]:
    """Measure the command's wall time."""
    seconds = [_help_seconds() for _ in range(rounds)]
    return [Target(6, "`sparkify --help`", seconds, STARTUP_SECONDS, " s")]


def _help_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([SPARKIFY, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    run_bench(targets, __doc__, rounds=21)
