"""Reading from S3: how near to the client library's own pace, and how much of it parsing hides.

    python -m bench.arriving                     a million events in 30 objects, 14,896 song objects
    python -m bench.arriving --events 300000

On an S3 server on loopback, which takes its part of the same cores, it does in turns: get all
objects by the client library, as many at once as we do, and drop them (`client`); bring them where
DuckDB reads them (`prefetch`); load them into their staging table (`load`); load it from a folder.
And, as from a server that is far away, load what comes at 100 MB a second (`load as it comes`).
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
from bench.target import Target, measure_alone
from sparkify import pipeline
from sparkify.engines.base import JsonLoad, ignore_progress
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.engines.duckdb.prefetch import prefetch_files
from sparkify.generate import Recipe, generate
from sparkify.sources import DataFile, S3Access, S3Folder, Source, open_source
from sparkify.sources.s3 import THREADS
from tests.s3_server import S3Server

TABLES = {"log_data": "staging_events", "song_data": "staging_songs"}
LINE = 100e6  # bytes a second
CLIENT = 1.3  # times the client library's own reading is what ours is to take
# What is measured, and what makes it ready in an empty folder.
Do = Callable[[], object]
Way = Callable[[Path], Do]


def targets(events: int, songs: int, rounds: int) -> list[Target]:
    """Measure and print; how reading from S3 compares to the client library's, and to the line."""
    measured: list[Target] = []
    with (
        tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder,
        s3_on_loopback() as server,
    ):
        data = Path(folder, "data")
        generate(data, Recipe(5000, songs, max(1, songs * 3 // 5), 30, events))
        store = server.store("bench")
        for kind in TABLES:
            _upload(store, data, data / kind)
            measured += _measure(kind, server, data, Path(folder), rounds)
    return measured


def _upload(store: S3Store, data: Path, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda path: store.put(str(path.relative_to(data)), path), files))


def _measure(kind: str, server: S3Server, data: Path, folder: Path, rounds: int) -> list[Target]:
    access, staging = S3Access(), TABLES[kind]
    distant = open_source(f"s3://bench/{kind}", access)
    far = Far(f"s3://bench/{kind}", access)
    files = list(distant.files())
    store = server.store("bench")
    keys = [file.uri.removeprefix("s3://bench/") for file in files]
    here = open_source(str(data / kind), access)
    ways: dict[str, Way] = {
        "client": lambda _: partial(get_all, store, keys),
        "prefetch": lambda folder: (
            lambda: list(prefetch_files(distant, files, folder, ignore_progress))
        ),
        "load": lambda folder: _loading(staging, distant, files, folder),
        "load as it comes": lambda folder: _loading(staging, far, files, folder),
        "load from a folder": lambda folder: _loading(staging, here, list(here.files()), folder),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, make_ready in ways.items():
            with tempfile.TemporaryDirectory(dir=folder) as empty:
                do = make_ready(Path(empty))
                began = time.perf_counter()
                do()
                seconds[way].append(time.perf_counter() - began)
    client, size = seconds["client"], sum(file.size for file in files)
    what = f"{len(files):,} objects, {size / 1e6:,.0f} MB"
    print(f"{kind}: {what}")
    for way, spent in seconds.items():
        ratios = _ratios(spent, client)
        print(
            f"  {way:<20} {statistics.median(spent):6.2f} s"
            f"   {statistics.median(ratios):5.2f} of the client's time"
            f" ({min(ratios):.2f} to {max(ratios):.2f})"
        )
    # The client would take as long as the line does, where that is longer.
    from_afar = [max(each, size / LINE) for each in client]
    return [
        Target(
            7,
            f"fetched from S3 on these cores, times the client, {what}",
            _ratios(seconds["prefetch"], client),
            CLIENT,
        ),
        Target(
            7,
            f"loaded from S3 at {LINE / 1e6:.0f} MB/s, times the client, {what}",
            _ratios(seconds["load as it comes"], from_afar),
            CLIENT,
        ),
    ]


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


class Far(S3Folder):
    """A prefix of a bucket from which no more comes than a line of so many bytes a second lets."""

    def read_many(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
        """Read each of the files, in their order, once it is there."""
        due = time.perf_counter()
        for file, data in super().read_many(files):
            due += len(data) / LINE
            time.sleep(max(0, due - time.perf_counter()))
            yield file, data


def get_all(store: S3Store, keys: list[str]) -> int:
    """Get the objects, as many at once as we do, and drop them; how many bytes they have."""
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda key: len(store.get(key).bytes()), keys))


def _loading(staging: str, source: Source, files: list[DataFile], folder: Path) -> Do:
    engine = DuckDbEngine(folder / "warehouse.duckdb")
    pipeline.create_tables(engine)

    def load() -> None:
        with engine.transaction():
            engine.load_json([JsonLoad(staging, source, files)], max_errors=0)
        engine.close()

    return load


if __name__ == "__main__":
    measure_alone(targets, __doc__, events=1_000_000, songs=14_896, rounds=5)
