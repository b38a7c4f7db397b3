"""Measure what CPU time it takes to publish DuckDB's file for readers, at the end of a command.

    python -m bench.publishing                    a file of 500 MB
    python -m bench.publishing --megabytes 50 --rounds 21

The file is a small warehouse with random bytes behind it, which are copied where the filesystem
shares no blocks. A plain copy, also synced, is made in turns. Wall time would tell of
the disk, and of who else uses it.
"""

import os
import shutil
import statistics
import tempfile
from pathlib import Path

import duckdb

from bench.target import Target, run_bench
from sparkify.engines.duckdb.publishing import Publication

# Mostly the start of the process that copies.
MOST_SECONDS_MORE = 0.2
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
    print(f"{megabytes} MB: published in {publish:.2f} s of CPU, copied and synced in {copy:.2f} s")
    more = [published - copied for published, copied in pairs]
    what = f"CPU time of publishing {megabytes:,} MB for readers, beyond a copy"
    return [Target(11, what, more, MOST_SECONDS_MORE, " s")]


def _grow(file: Path, size: int) -> None:
    """Append random bytes up to a size: only bytes are copied."""
    with file.open("ab") as opened:
        while (rest := size - opened.tell()) > 0:
            opened.write(os.urandom(min(rest, MEGABYTE)))
        os.fsync(opened.fileno())


def _publishing_seconds(publication: Publication) -> float:
    os.utime(publication.warehouse)
    began = _cpu_seconds()
    publication.renew()
    return _cpu_seconds() - began


def _cpu_seconds() -> float:
    """Return the CPU time of this process and of those that it waited for."""
    return sum(os.times()[:4])


def _copy_seconds(file: Path) -> float:
    copied = file.with_suffix(".copy")
    began = _cpu_seconds()
    shutil.copyfile(file, copied)
    with copied.open("rb") as opened:
        os.fsync(opened.fileno())
    seconds = _cpu_seconds() - began
    copied.unlink()
    return seconds


if __name__ == "__main__":
    run_bench(targets, __doc__, megabytes=500, rounds=9)
