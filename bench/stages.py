"""The whole run beside a bare hand-written DuckDB script, on the same data, in turns.

    make bench                         a million events, 14,896 one-object song files
    python -m bench.stages --events 100000 --rounds 1

Prints the seconds of each stage, and the ratio of the whole `etl.py`, as a process, with ledger,
checks and all, to `bench/bare.py`, as a process; both must leave the same rows in all seven tables.
Machines differ and are noisy: the ratio is what counts, and it is taken pair by pair.
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

from bench.peers.rows import rows
from sparkify.generate import Recipe, generate

ROOT = Path(__file__).parent.parent
USERS, DAYS = 5_000, 30


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        data = Path(folder, "data")
        artists = max(1, arguments.songs * 3 // 5)
        generate(data, Recipe(USERS, arguments.songs, artists, DAYS, arguments.events))
        _one_a_line(data)
        pairs = [_pair(data, Path(folder)) for _ in range(arguments.rounds)]
    print(f"{arguments.events:,} events, {arguments.songs:,} one-object song files")
    _print(pairs)


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


def _pair(data: Path, folder: Path) -> tuple[float, float, dict[str, float]]:
    """Seconds of the bare script, of `etl.py`, and of the stages of the latter."""
    bares, ours = folder / "bare", folder / "ours"
    for out in (bares, ours):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
    bare, _ = _timed(["-m", "bench.bare", str(data), str(bares / "bare.duckdb")], ROOT, {})
    settings = {
        "SPARKIFY_S3_LOG_DATA": f"{data}/log_data",
        "SPARKIFY_S3_SONG_DATA": f"{data}/song_data",
        "SPARKIFY_S3_LOG_JSONPATH": f"{data}/log_json_path.json",
    }
    _timed([str(ROOT / "create_tables.py")], ours, settings)
    whole, output = _timed([str(ROOT / "etl.py"), "--json"], ours, settings)
    if rows(bares) != rows(ours):
        sys.exit("the bare script makes other rows than etl.py")
    return bare, whole, json.loads(output)["seconds"]


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


def _print(pairs: list[tuple[float, float, dict[str, float]]]) -> None:
    print(f"median of {len(pairs)} rounds")
    for stage in pairs[0][2]:
        print(f"  {stage:<18} {statistics.median(pair[2][stage] for pair in pairs):6.2f} s")
    print(f"  {'etl.py, process':<18} {statistics.median(pair[1] for pair in pairs):6.2f} s")
    print(f"  {'bare.py, process':<18} {statistics.median(pair[0] for pair in pairs):6.2f} s")
    ratios = sorted(whole / bare for bare, whole, _ in pairs)
    print(
        f"  {'ratio':<18} {statistics.median(ratios):6.2f}   ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


if __name__ == "__main__":
    main()
