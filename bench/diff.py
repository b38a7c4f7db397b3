"""Measure `sparkify diff` of two DuckDB warehouses, equal and with a few changed plays.

    python -m bench.diff                     ten million plays, a thousand of them changed
    python -m bench.diff --plays 1000000 --changed 10

The warehouses are filled by SQL, not by a load. CPU seconds are printed too, since wall time is
noisy.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from bench.peers.lineup import ROOT
from bench.target import parse_amounts

PLAYS = """
insert into songplays
select
    i // 20 * 1000000 + i % 20,
    timestamp '2018-11-01' + to_milliseconds(i * 263),
    i // 20 % 9000,
    'paid',
    null,
    null,
    i // 20,
    'San Francisco-Oakland-Hayward, CA',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.36 (KHTML, like Gecko)',
    i % 20,
    'Title ' || i % 100000,
    'Artist ' || i % 5000,
    i % 400000 / 1000.0 + 0.01
from range({plays}) as numbers (i)
"""
CHANGE = "update songplays set level = 'x' where session_id % {apart} = 0 and item_in_session = 7"


def measure(plays: int, changed: int) -> None:
    """Print the seconds of a diff of equal warehouses, then of changed ones."""
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as name:
        folder = Path(name)
        _sparkify(folder, "create-tables", "--yes")
        _execute(folder / "sparkify.duckdb", PLAYS.format(plays=plays))
        shutil.copy(folder / "sparkify.duckdb", folder / "copy.duckdb")
        _print_seconds(folder, f"{plays:,} plays, equal", expected=0)
        _execute(folder / "copy.duckdb", CHANGE.format(apart=plays // 20 // changed))
        _print_seconds(folder, f"{plays:,} plays, {changed:,} changed", expected=3)


def _print_seconds(folder: Path, what: str, expected: int) -> None:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    code = _sparkify(folder, "diff", "sparkify.duckdb", "copy.duckdb")
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if code != expected:
        raise SystemExit(f"{what}: exit code {code}")
    print(f"{what}: {wall:.1f} s, {cpu:.1f} s of CPU, {after.ru_maxrss // 1024:,} MB at the most")


def _execute(file: Path, statement: str) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute(statement)


def _sparkify(folder: Path, *arguments: str) -> int:
    command = [sys.executable, "-c", "from sparkify.cli import main; main()", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False
    ).returncode


if __name__ == "__main__":
    measure(**parse_amounts(__doc__, plays=10_000_000, changed=1_000))
