"""Measure how long it takes to publish DuckDB's file for readers, at the end of a command.

    python -m bench.publishing                    a file of 500 MB
    python -m bench.publishing --megabytes 50 --rounds 21

The file is a small warehouse with random bytes behind it, which are copied where the filesystem
shares no blocks. A plain copy, also synced, is made in turns.
"""

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import duckdb

from bench.target import Target, run_bench
from sparkify.engines.duckdb.publishing import Publication

LIMIT = 1.2
MEGABYTE = 1_000_000


def targets(megabytes: int, rounds: int) -> list[Target]:
    """Measure the publication of a file of this size, which changed since the last one."""
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as name:
        file = Path(name) / "warehouse.duckdb"
        with duckdb.connect(str(file)) as connection:
            connection.execute("create table numbers as select random() as r from range(1000)")
        _grow(file, megabytes * MEGABYTE)
        publication = Publication(file, "on")
        pairs = [(_publishing_seconds(publication), _copy_seconds(file)) for _ in range(rounds)]
    publish, copy = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(f"{megabytes} MB: published in {publish:.2f} s, copied and synced in {copy:.2f} s")
    what = f"publishing {megabytes:,} MB for readers, relative to a copy"
    return [Target(11, what, [published / copied for published, copied in pairs], LIMIT)]


def _grow(file: Path, size: int) -> None:
    """Append random bytes up to a size: only bytes are copied."""
    with file.open("ab") as opened:
        while (rest := size - opened.tell()) > 0:
            opened.write(os.urandom(min(rest, MEGABYTE)))
        os.fsync(opened.fileno())


def _publishing_seconds(publication: Publication) -> float:
    os.utime(publication.warehouse)
    began = time.perf_counter()
    publication.renew()
    return time.perf_counter() - began


def _copy_seconds(file: Path) -> float:
    copied = file.with_suffix(".copy")
    began = time.perf_counter()
    shutil.copyfile(file, copied)
    with copied.open("rb") as opened:
        os.fsync(opened.fileno())
    seconds = time.perf_counter() - began
    copied.unlink()
    return seconds


if __name__ == "__main__":
    run_bench(targets, __doc__, megabytes=500, rounds=9)
