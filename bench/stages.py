"""The whole run beside a bare hand-written DuckDB script, on the same data, in turns.

    make bench                         a million events, 14,896 one-object song files
    python -m bench.stages --events 100000 --rounds 1

Prints the seconds of each stage, and the ratio of the whole `etl.py`, as a process, with ledger,
checks and all, to `bench/bare.py`, as a process; both must leave the same rows in all seven tables.
And its ratio to `bench/parsing.py`, which is no more than the reading of the events.
Machines differ and are noisy: the ratios are what counts, and they are taken round by round.
"""

import argparse
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

from bench.peers.ours import settings_for
from bench.peers.rows import rows
from sparkify.generate import Recipe, generate

ROOT = Path(__file__).parent.parent
USERS, DAYS = 5_000, 30


class Round(NamedTuple):
    """Seconds of the three processes, one after the other, and of the stages of `etl.py`."""

    parsing: float
    bare: float
    etl: float
    stages: dict[str, float]


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        data = Path(folder, "data")
        artists = max(1, arguments.songs * 3 // 5)
        generate(data, Recipe(USERS, arguments.songs, artists, DAYS, arguments.events))
        _one_a_line(data)
        rounds = [_round(data, Path(folder)) for _ in range(arguments.rounds)]
    print(f"{arguments.events:,} events, {arguments.songs:,} one-object song files")
    _print(rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--songs", type=int, default=14_896)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _one_a_line(data: Path) -> None:
    """Rewrite the pretty-printed day, which the bare script could not read."""
    for path in (data / "log_data").rglob("*.json"):
        with path.open(encoding="utf-8") as stream:
            if stream.readline() != "{\n":
                continue
        objects = path.read_text(encoding="utf-8").replace("}\n{", "}\0{").split("\0")
        events = (json.dumps(json.loads(text), ensure_ascii=False) for text in objects)
        path.write_text("\n".join(events), encoding="utf-8")


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
    return Round(parsing, bare, whole, json.loads(output)["seconds"])


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
    for name, ratios in {
        "ratio": sorted(each.etl / each.bare for each in rounds),
        "ratio to parsing": sorted(each.etl / each.parsing for each in rounds),
    }.items():
        spread = f"({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(f"  {name:<20} {statistics.median(ratios):6.2f}   {spread}")


if __name__ == "__main__":
    main()
