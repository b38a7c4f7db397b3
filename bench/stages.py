"""Measure the whole run by stage, beside a bare hand-written DuckDB script on the same data.

    python -m bench.stages             a million events, 14,896 song files of one record each
    python -m bench.stages --events 100000 --rounds 1

In turns and each as a process: `etl.py` with ledger, checks and quarantine; `bench/bare.py`, which
must leave the same rows in all seven tables; and `bench/parsing.py`, which only reads the events.
Machines differ and are noisy, so what counts is the ratio by round.
"""

import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.peers.dataset import generate_dataset
from bench.peers.lineup import ROOT
from bench.peers.rows import table_digests
from bench.peers.sparkify_etl import settings_for
from bench.target import Target, run_bench

# Limits of the run relative to the bare script and to parsing.
BARE_LIMIT, PARSING_LIMIT = 1.05, 3
LARGE_BARE_LIMIT, LARGE_EVENTS = 1.0, 10_000_000  # from this many events on
# Up to how many events, and gigabytes.
MEMORY_LIMITS = ((1_000_000, 0.35), (10_000_000, 0.8), (math.inf, 1))


class ProcessTime(NamedTuple):
    """Seconds of a process by the clock, and of the processor: user and system."""

    seconds: float
    cpu: float


class StageRound(NamedTuple):
    """Times of the three processes, seconds of the stages of `etl.py`, and its peak bytes."""

    parsing: ProcessTime
    bare: ProcessTime
    etl: ProcessTime
    stages: dict[str, float]
    peak: int


def targets(events: int, songs: int, rounds: int) -> list[Target]:
    """Measure and print the whole run, relative to the two scripts, and its peak memory."""
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        data = Path(folder, "data")
        generate_dataset(data, events, songs)
        measured = [_measure_stages(data, Path(folder)) for _ in range(rounds)]
    size = f"{events:,} events"
    bare_limit = BARE_LIMIT if events < LARGE_EVENTS else LARGE_BARE_LIMIT
    print(f"{size}, {songs:,} song files of one record each")
    _print_stages(measured)
    return [
        Target(
            1,
            f"`etl.py`, relative to the bare script, {size}",
            [each.etl.seconds / each.bare.seconds for each in measured],
            bare_limit,
        ),
        Target(
            1,
            f"`etl.py`, CPU relative to the bare script, {size}",
            [each.etl.cpu / each.bare.cpu for each in measured],
            bare_limit,
        ),
        Target(
            1,
            f"`etl.py`, relative to parsing, {size}",
            [each.etl.seconds / each.parsing.seconds for each in measured],
            PARSING_LIMIT,
        ),
        Target(
            3,
            f"peak memory, {size}",
            [each.peak / 1e9 for each in measured],
            next(limit for most, limit in MEMORY_LIMITS if events <= most),
            " GB",
        ),
    ]


def _measure_stages(data: Path, folder: Path) -> StageRound:
    bare_out, etl_out = folder / "bare", folder / "etl"
    for out in (bare_out, etl_out):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
    parsing, _ = _time_process(["-m", "bench.parsing", str(data)], ROOT, {})
    bare, _ = _time_process(
        ["-m", "bench.bare", str(data), str(bare_out / "bare.duckdb")], ROOT, {}
    )
    settings = settings_for(data)
    _time_process([str(ROOT / "create_tables.py")], etl_out, settings)
    whole, output = _time_process([str(ROOT / "etl.py"), "--json"], etl_out, settings)
    if table_digests(bare_out) != table_digests(etl_out):
        sys.exit("the bare script has other rows than etl.py")
    run = json.loads(output)
    return StageRound(parsing, bare, whole, run["seconds"], run["peak_memory_bytes"])


def _time_process(
    command: list[str], folder: Path, settings: dict[str, str]
) -> tuple[ProcessTime, str]:
    # As on most machines, compiled modules and rendered SQL are kept for the next run.
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began, before = time.perf_counter(), _cpu_of_children()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=usual | settings,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    took = ProcessTime(time.perf_counter() - began, _cpu_of_children() - before)
    return took, done.stdout


def _cpu_of_children() -> float:
    """Return the CPU seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _print_stages(rounds: list[StageRound]) -> None:
    print(f"median of {len(rounds)} rounds")
    for stage in rounds[0].stages:
        print(f"  {stage:<20} {statistics.median(each.stages[stage] for each in rounds):6.2f} s")
    for name, times in {
        "etl.py, process": [each.etl for each in rounds],
        "bare.py, process": [each.bare for each in rounds],
        "parsing.py, process": [each.parsing for each in rounds],
    }.items():
        seconds, cpu = (statistics.median(each) for each in zip(*times, strict=True))
        print(f"  {name:<20} {seconds:6.2f} s   CPU {cpu:6.2f} s")


if __name__ == "__main__":
    run_bench(targets, __doc__, events=1_000_000, songs=14_896, rounds=5)
