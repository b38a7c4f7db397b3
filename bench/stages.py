"""The whole run beside a bare hand-written DuckDB script, on the same data, in turns.

    python -m bench.stages             a million events, 14,896 one-object song files
    python -m bench.stages --events 100000 --rounds 1

Prints the seconds of each stage, and the ratio of the whole `etl.py`, as a process, with ledger,
checks and all, to `bench/bare.py`, as a process; both must leave the same rows in all seven tables.
And its ratio to `bench/parsing.py`, which is no more than the reading of the events.
Machines differ and are noisy: the ratios are what counts, and they are taken round by round.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.peers.delivery import deliver
from bench.peers.ours import settings_for
from bench.peers.rows import rows
from bench.target import Target, measure_alone

ROOT = Path(__file__).parent.parent
# The run is to take so many times the bare script, and so many times the parsing.
BARE, PARSING = 1.15, 3
BARE_OF_MANY, MANY = 1.05, 10_000_000  # from so many events on


class Round(NamedTuple):
    """Seconds of the three processes, one after the other, and of the stages of `etl.py`.

    And the bytes that `etl.py` had in memory at its peak.
    """

    parsing: float
    bare: float
    etl: float
    stages: dict[str, float]
    peak: int


def targets(events: int, songs: int, rounds: int) -> list[Target]:
    """Measure and print; how the whole run compares, and its peak memory."""
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        data = Path(folder, "data")
        deliver(data, events, songs)
        measured = [_round(data, Path(folder)) for _ in range(rounds)]
    size = f"{events:,} events"
    print(f"{size}, {songs:,} one-object song files")
    _print(measured)
    return [
        Target(
            1,
            f"`etl.py`, times the bare script, {size}",
            [each.etl / each.bare for each in measured],
            BARE if events < MANY else BARE_OF_MANY,
        ),
        Target(
            1,
            f"`etl.py`, times parsing alone, {size}",
            [each.etl / each.parsing for each in measured],
            PARSING,
        ),
        Target(3, f"peak memory, {size}", [each.peak / 1e9 for each in measured], 1, " GB"),
    ]


def _round(data: Path, folder: Path) -> Round:
    bares, ours = folder / "bare", folder / "ours"
    for out in (bares, ours):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
    parsing, _ = _timed(["-m", "bench.parsing", str(data)], ROOT, {})
    bare, _ = _timed(["-m", "bench.bare", str(data), str(bares / "bare.duckdb")], ROOT, {})
    settings = settings_for(data)
    _timed([str(ROOT / "create_tables.py")], ours, settings)
    whole, output = _timed([str(ROOT / "etl.py"), "--json"], ours, settings)
    if rows(bares) != rows(ours):
        sys.exit("the bare script makes other rows than etl.py")
    run = json.loads(output)
    return Round(parsing, bare, whole, run["seconds"], run["peak_memory_bytes"])


def _timed(command: list[str], folder: Path, settings: dict[str, str]) -> tuple[float, str]:
    # As on most machines: what Python compiles, and we render, is kept for the next run.
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=usual | settings,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return time.perf_counter() - began, done.stdout


def _print(rounds: list[Round]) -> None:
    print(f"median of {len(rounds)} rounds")
    for stage in rounds[0].stages:
        print(f"  {stage:<20} {statistics.median(each.stages[stage] for each in rounds):6.2f} s")
    for name, seconds in {
        "etl.py, process": [each.etl for each in rounds],
        "bare.py, process": [each.bare for each in rounds],
        "parsing.py, process": [each.parsing for each in rounds],
    }.items():
        print(f"  {name:<20} {statistics.median(seconds):6.2f} s")


if __name__ == "__main__":
    measure_alone(targets, __doc__, events=1_000_000, songs=14_896, rounds=5)
