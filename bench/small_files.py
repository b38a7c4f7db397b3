"""Measure loading many small files, beside only reading them.

    python -m bench.small_files                  385,000 song files of one record each
    python -m bench.small_files --songs 14896 --rounds 5

In turns, in a folder and on an S3 server on loopback, which uses the same cores: list the song
files, read each and drop it, in the fastest way we know; and `etl.py`, as a process, which loads
them and one small day of events into an empty warehouse.
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

from bench.generator import SPARKIFY
from bench.loopback import s3_on_loopback
from bench.peers.lineup import ROOT
from bench.peers.sparkify_etl import settings_for
from bench.streaming import get_all
from bench.target import Target, run_bench

SONG_BYTES_LIMIT = 1 << 16  # a song file is smaller
READING_LIMIT = 3  # the whole load may take this many times the time of reading

# Lists and reads the song files; returns their size in bytes.
Read = Callable[[], int]
# Seconds of reading, seconds of `etl.py`, and its JSON output.
LoadRound = tuple[float, float, dict[str, Any]]


def targets(songs: int, rounds: int) -> list[Target]:
    """Measure and print `etl.py` relative to reading, in a folder and in S3."""
    measured: list[Target] = []
    # As on most machines, compiled modules and rendered SQL are kept for the next run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as name, s3_on_loopback() as server:
        folder = Path(name)
        server.make_bucket("bench")
        data, bucket = str(folder / "data"), "s3://bench"
        sources: dict[str, tuple[str, Read]] = {
            "a folder": (data, partial(_read_folder, f"{data}/song_data")),
            "S3": (bucket, partial(_read_bucket, server.store("bench"))),
        }
        for where, (location, read) in sources.items():
            _run_command(folder, SPARKIFY, "generate", "--out", location, *_sizes(songs))
            costs = [_load_round(location, read, folder) for _ in range(rounds)]
            _print_rounds(where, songs, costs)
            what = f"`etl.py`, relative to reading, {songs:,} small files in {where}"
            ratios = [etl / plain for plain, etl, _ in costs]
            measured.append(Target(4, what, ratios, READING_LIMIT))
    return measured


def _sizes(songs: int) -> list[str]:
    sizes = {"songs": songs, "artists": max(1, songs * 3 // 5), "events": 1000, "days": 1}
    return [word for name, size in sizes.items() for word in (f"--{name}", str(size))]


def _load_round(location: str, read: Read, folder: Path) -> LoadRound:
    os.environ |= settings_for(location)
    _run_command(folder, sys.executable, ROOT / "create_tables.py")
    began = time.perf_counter()
    size = read()
    between = time.perf_counter()
    output = _run_command(folder, sys.executable, ROOT / "etl.py", "--json")
    ended = time.perf_counter()
    run = json.loads(output)
    if size > run["bytes"]:
        sys.exit("etl.py loaded fewer bytes than were read")
    return between - began, ended - between, run


def _run_command(folder: Path, *command: object) -> str:
    words = list(map(str, command))
    return subprocess.run(words, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def _read_folder(folder: str) -> int:
    return sum(map(_read_file, _paths(folder)))


def _paths(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _paths(entry.path)
            else:
                yield entry.path


def _read_file(path: str) -> int:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return len(os.read(descriptor, SONG_BYTES_LIMIT))
    finally:
        os.close(descriptor)


def _read_bucket(store: S3Store) -> int:
    return get_all(store, [found["path"] for page in store.list("song_data") for found in page])


def _print_rounds(where: str, songs: int, rounds: list[LoadRound]) -> None:
    read, etl, runs = zip(*rounds, strict=True)
    peak = max(run["peak_memory_bytes"] for run in runs)
    print(f"{songs:,} song files in {where}")
    print(f"  read    {statistics.median(read):7.2f} s")
    print(f"  etl.py  {statistics.median(etl):7.2f} s, peak memory {peak / 2**20:,.0f} MiB")
    for stage in runs[0]["seconds"]:
        print(f"    {stage:<18} {statistics.median(run['seconds'][stage] for run in runs):6.2f} s")


if __name__ == "__main__":
    run_bench(targets, __doc__, songs=385_000, rounds=3)
