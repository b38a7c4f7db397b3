"""Measure generating data, in a folder and in S3, beside loading it.

    python -m bench.generator                    a million events, 14,896 song files
    python -m bench.generator --events 300000

Each is a process; peak memory is that of its largest process. S3 is a server on loopback that
uses the same cores.
"""

import json
import sysconfig
import tempfile
from pathlib import Path

from bench.loopback import s3_on_loopback
from bench.peers.lineup import SPARKIFY_PEER, run_module
from bench.peers.page import Cost
from bench.target import Target, run_bench

SPARKIFY = Path(sysconfig.get_path("scripts")) / "sparkify"


def targets(events: int, songs: int) -> list[Target]:
    """Measure and print the cost of generating data compared to loading it."""
    sizes = f"--users 5000 --songs {songs} --artists {max(1, songs * 3 // 5)} --events {events}"
    with (
        s3_on_loopback() as server,
        tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder,
    ):
        server.make_bucket("bench")
        data, out = Path(folder, "data"), Path(folder, "out")
        out.mkdir()
        generate = [str(SPARKIFY), "generate", *sizes.split()]
        in_folder = _measure_command("generated in a folder", [*generate, "--out", str(data)])
        _measure_command("generated in S3", [*generate, "--out", "s3://bench/data"])
        loaded = _measure_command("loaded", SPARKIFY_PEER.command(data, out))
    what = f"`sparkify generate`, relative to loading the data, {events:,} events"
    return [Target(9, what, [in_folder.seconds / loaded.seconds], 1)]


def _measure_command(what: str, command: list[str]) -> Cost:
    cost = Cost(**json.loads(run_module("measure", *command)))
    peak = f"peak {cost.peak / 2**20:6,.0f} MiB"
    print(f"{what:<21} {cost.seconds:7.1f} s   CPU {cost.cpu:7.1f} s   {peak}")
    return cost


if __name__ == "__main__":
    run_bench(targets, __doc__, events=1_000_000, songs=14_896)
