"""What it takes to make data, in a folder and straight in S3, beside what it takes to load it.

    python -m bench.making                       a million events, 14,896 song files
    python -m bench.making --events 300000

Each is a process; peak memory is that of the largest process there was. S3 is a server on loopback,
which takes its part of the same cores.
"""

import json
import sysconfig
import tempfile
from pathlib import Path

from bench.loopback import s3_on_loopback
from bench.peers.lineup import OURS, run
from bench.peers.page import Cost
from bench.target import Target, measure_alone

SPARKIFY = Path(sysconfig.get_path("scripts")) / "sparkify"


def targets(events: int, songs: int) -> list[Target]:
    """Measure and print; how making data compares to loading it."""
    sizes = f"--users 5000 --songs {songs} --artists {max(1, songs * 3 // 5)} --events {events}"
    with (
        s3_on_loopback() as server,
        tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder,
    ):
        server.make_bucket("bench")
        data, out = Path(folder, "data"), Path(folder, "out")
        out.mkdir()
        make = [str(SPARKIFY), "generate", *sizes.split()]
        in_folder = _tell("made in a folder", [*make, "--out", str(data)])
        _tell("made in S3", [*make, "--out", "s3://bench/data"])
        loaded = _tell("loaded", OURS.command(data, out))
    what = f"`sparkify generate`, times loading it, {events:,} events"
    return [Target(9, what, [in_folder.seconds / loaded.seconds], 1)]


def _tell(what: str, command: list[str]) -> Cost:
    cost = Cost(**json.loads(run("measured", *command)))
    peak = f"peak {cost.peak / 2**20:6,.0f} MiB"
    print(f"{what:<18} {cost.seconds:7.1f} s   CPU {cost.cpu:7.1f} s   {peak}")
    return cost


if __name__ == "__main__":
    measure_alone(targets, __doc__, events=1_000_000, songs=14_896)
