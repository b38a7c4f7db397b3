"""Many small files: what a whole load of them takes beside plainly reading them.

    python -m bench.many                         385,000 one-object song files
    python -m bench.many --songs 14896 --rounds 5

In turns, in a folder and on an S3 server on loopback, which takes its part of the same cores: list
the song files, read each and drop it, in the quickest way that we know of; and `etl.py`, as a
process, which loads them and one small day of events into an empty warehouse.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from obstore.store import S3Store

from bench.arriving import get_all
from bench.loopback import s3_on_loopback
from bench.making import SPARKIFY
from bench.peers.lineup import ROOT
from bench.peers.ours import settings_for
from bench.target import Target, measure_alone

LARGEST = 1 << 16  # bytes of a song file
READING = 2  # times plain reading is what the whole load is to take

# Lists and reads the song files; how many bytes they have.
Read = Callable[[], int]
# Seconds of reading, seconds of `etl.py`, and what it says of its run.
Round = tuple[float, float, dict[str, Any]]


def targets(songs: int, rounds: int) -> list[Target]:
    """Measure and print; how `etl.py` compares to reading, in a folder and in S3."""
    measured: list[Target] = []
    # As on most machines: what Python compiles, and we render, is kept for the next run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as name, s3_on_loopback() as server:
        folder = Path(name)
        server.make_bucket("bench")
        data, bucket = str(folder / "data"), "s3://bench"
        ways: dict[str, tuple[str, Read]] = {
            "a folder": (data, partial(_read_folder, f"{data}/song_data")),
            "S3": (bucket, partial(_read_bucket, server.store("bench"))),
        }
        for where, (place, read) in ways.items():
            _run(folder, SPARKIFY, "generate", "--out", place, *_sizes(songs))
            costs = [_round(place, read, folder) for _ in range(rounds)]
            _print(where, songs, costs)
            what = f"`etl.py`, times reading, {songs:,} small files in {where}"
            measured.append(Target(4, what, [etl / plain for plain, etl, _ in costs], READING))
    return measured


def _sizes(songs: int) -> list[str]:
    sizes = {"songs": songs, "artists": max(1, songs * 3 // 5), "events": 1000, "days": 1}
    return [word for name, size in sizes.items() for word in (f"--{name}", str(size))]


def _round(place: str, read: Read, folder: Path) -> Round:
    os.environ |= settings_for(place)
    _run(folder, sys.executable, ROOT / "create_tables.py")
    began = time.perf_counter()
    size = read()
    between = time.perf_counter()
    output = _run(folder, sys.executable, ROOT / "etl.py", "--json")
    ended = time.perf_counter()
    run = json.loads(output)
    if size > run["bytes"]:
        sys.exit("etl.py loaded less than was read")
    return between - began, ended - between, run


def _run(folder: Path, *command: object) -> str:
    words = list(map(str, command))
    return subprocess.run(words, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def _read_folder(folder: str) -> int:
    return sum(map(_size, _paths(folder)))


def _paths(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _paths(entry.path)
            else:
                yield entry.path


def _size(path: str) -> int:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return len(os.read(descriptor, LARGEST))
    finally:
        os.close(descriptor)


def _read_bucket(store: S3Store) -> int:
    return get_all(store, [found["path"] for page in store.list("song_data") for found in page])


def _print(where: str, songs: int, rounds: list[Round]) -> None:
    read, etl, runs = zip(*rounds, strict=True)
    peak = max(run["peak_memory_bytes"] for run in runs)
    print(f"{songs:,} song files in {where}")
    print(f"  read    {statistics.median(read):7.2f} s")
    print(f"  etl.py  {statistics.median(etl):7.2f} s, peak memory {peak / 2**20:,.0f} MiB")
    for stage in runs[0]["seconds"]:
        print(f"    {stage:<18} {statistics.median(run['seconds'][stage] for run in runs):6.2f} s")


if __name__ == "__main__":
    measure_alone(targets, __doc__, songs=385_000, rounds=3)
