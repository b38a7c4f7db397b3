"""Measure reading from S3, and loading what is read, beside the S3 client alone.

    python -m bench.streaming                    a million events in 30 objects, 14,896 song objects
    python -m bench.streaming --events 300000

On an S3 server on loopback, which uses the same cores, these are measured in turns: getting all
objects by the client library with our concurrency, and dropping them (`client`); reading them as a
load does, and dropping them (`stream`); loading them into their staging table (`load`); loading
the same files from a folder; and, as if the server were far away, loading objects that arrive at
100 MB per second (`load at line speed`).
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from obstore.store import S3Store

from bench.loopback import s3_on_loopback
from bench.target import Target, run_bench
from sparkify import pipeline
from sparkify.engines.base import JsonLoad
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.generate import Recipe, generate
from sparkify.sources import DataFile, S3Access, S3Folder, Source, open_source
from sparkify.sources.s3 import THREADS
from tests.s3_server import S3Server

STAGING_TABLES = {"log_data": "staging_events", "song_data": "staging_songs"}
LINE_SPEED = 100e6  # bytes a second
CLIENT_LIMIT = 1.3  # reading may take this many times the client library's own time
# What is timed, and what prepares it in an empty folder.
Action = Callable[[], object]
Prepare = Callable[[Path], Action]


def targets(events: int, songs: int, rounds: int) -> list[Target]:
    """Measure and print reading from S3, relative to the client library and to line speed."""
    measured: list[Target] = []
    with (
        tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder,
        s3_on_loopback() as server,
    ):
        data = Path(folder, "data")
        generate(data, Recipe(5000, songs, max(1, songs * 3 // 5), 30, events))
        store = server.store("bench")
        for kind in STAGING_TABLES:
            _upload(store, data, data / kind)
            measured += _measure_kind(kind, server, data, Path(folder), rounds)
    return measured


def _upload(store: S3Store, data: Path, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda path: store.put(str(path.relative_to(data)), path), files))


def _measure_kind(
    kind: str, server: S3Server, data: Path, folder: Path, rounds: int
) -> list[Target]:
    access, staging = S3Access(), STAGING_TABLES[kind]
    remote = open_source(f"s3://bench/{kind}", access)
    slow = LineSpeedFolder(f"s3://bench/{kind}", access)
    files = list(remote.files())
    store = server.store("bench")
    keys = [file.uri.removeprefix("s3://bench/") for file in files]
    local = open_source(str(data / kind), access)
    ways: dict[str, Prepare] = {
        "client": lambda _: partial(get_all, store, keys),
        "stream": lambda _: lambda: read_all(remote, files),
        "load": lambda folder: _prepare_load(staging, remote, files, folder),
        "load at line speed": lambda folder: _prepare_load(staging, slow, files, folder),
        "load from a folder": lambda folder: _prepare_load(
            staging, local, list(local.files()), folder
        ),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, prepare in ways.items():
            with tempfile.TemporaryDirectory(dir=folder) as empty:
                action = prepare(Path(empty))
                began = time.perf_counter()
                action()
                seconds[way].append(time.perf_counter() - began)
    client, size = seconds["client"], sum(file.size for file in files)
    what = f"{len(files):,} objects, {size / 1e6:,.0f} MB"
    print(f"{kind}: {what}")
    for way, spent in seconds.items():
        ratios = _ratios(spent, client)
        print(
            f"  {way:<20} {statistics.median(spent):6.2f} s"
            f"   {statistics.median(ratios):5.2f} times the client"
            f" ({min(ratios):.2f} to {max(ratios):.2f})"
        )
    # At line speed the client would take as long as the transfer does.
    client_at_line_speed = [max(each, size / LINE_SPEED) for each in client]
    return [
        Target(
            7,
            f"read from S3 on these cores, relative to the client, {what}",
            _ratios(seconds["stream"], client),
            CLIENT_LIMIT,
        ),
        Target(
            7,
            f"loaded from S3 at {LINE_SPEED / 1e6:.0f} MB/s, relative to the client, {what}",
            _ratios(seconds["load at line speed"], client_at_line_speed),
            CLIENT_LIMIT,
        ),
    ]


def _ratios(seconds: list[float], baseline: list[float]) -> list[float]:
    return [one / other for one, other in zip(seconds, baseline, strict=True)]


class LineSpeedFolder(S3Folder):
    """A prefix of a bucket whose objects arrive at line speed."""

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        """Yield the chunks of each of the files, in order, once they would have arrived."""
        due = time.perf_counter()

        def arriving(chunks: Iterable[bytes]) -> Iterator[bytes]:
            nonlocal due
            for chunk in chunks:
                due += len(chunk) / LINE_SPEED
                time.sleep(max(0, due - time.perf_counter()))
                yield chunk

        for file, chunks in super().stream(files):
            yield file, arriving(chunks)


def get_all(store: S3Store, keys: list[str]) -> int:
    """Get the objects with our concurrency and drop them; return their size in bytes."""
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda key: len(store.get(key).bytes()), keys))


def read_all(source: Source, files: list[DataFile]) -> int:
    """Read the files in chunks and drop them; return their size in bytes."""
    return sum(len(chunk) for _, chunks in source.stream(files) for chunk in chunks)


def _prepare_load(staging: str, source: Source, files: list[DataFile], folder: Path) -> Action:
    engine = DuckDbEngine(folder / "warehouse.duckdb")
    pipeline.create_tables(engine)

    def load() -> None:
        with engine.transaction():
            engine.load_json([JsonLoad(staging, source, files)], max_errors=0)
        engine.close()

    return load


if __name__ == "__main__":
    run_bench(targets, __doc__, events=1_000_000, songs=14_896, rounds=5)
