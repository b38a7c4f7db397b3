"""One COPY over thousands of one-object files beside packing them first.

    python -m bench.packing                 14,896 one-object song files, 100,000 events
    python -m bench.packing --songs 2000 --events 5000 --rounds 1

Both ways load the same files into the stand-in for Redshift, from an S3 server on loopback. First a
whole batch, and what the stand-in's log says of it: statements, COPYs, and the bytes that go each
way; none of that depends on the machine. Then the songs alone: the whole of `load_json` is timed,
packing and upload included, in turns. A request to loopback costs a fraction of one to Amazon, so
what is timed is the least that packing gains.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from bench.target import Target, measure_alone
from sparkify import pipeline
from sparkify.config import Settings
from sparkify.engines import open_engine
from sparkify.engines.base import JsonLoad, ignore_progress
from sparkify.engines.redshift import copy_plan
from sparkify.generate import Recipe, generate
from sparkify.sources import (
    DataFile,
    S3Access,
    S3Delivery,
    S3Folder,
    WorkFolder,
    open_source,
)
from sparkify.sql import Statement
from tests.redshift_standin import S3Access as StandinAccess
from tests.redshift_standin import Standin
from tests.redshift_standin.fixtures import ROLE, settings_for
from tests.s3_server import S3Server

NEVER = 1 << 40
BYTES_READ = "select bytes_scanned, query_id from sys_load_detail"


def targets(songs: int, events: int, rounds: int) -> list[Target]:
    """Measure and print; how packed files compare to files as they are."""
    server = S3Server()
    access = StandinAccess(server.endpoint, *server.admin)
    standin = Standin.start(access, roles={ROLE: ["s3://"]})
    try:
        _trust(standin, server)
        size = _deliver(server, songs, events)
        settings = _settings(standin, server)
        print(f"a batch of {songs:,} songs and {events:,} events, {size:,} bytes")
        accounts = [_account(standin, settings, least) for least in (NEVER, 64)]
        pairs = [(_seconds(settings, NEVER), _seconds(settings, 64)) for _ in range(rounds)]
    finally:
        standin.close()
        server.close()
    print(f"{'':<34}{'unpacked':>14}{'packed':>14}")
    for what in accounts[1]:
        print(f"{what:<34}{accounts[0][what]:>14,}{accounts[1][what]:>14,}")
    print(f"{songs:,} one-object files")
    for unpacked, packed in pairs:
        print(f"unpacked {unpacked:6.1f} s   packed {packed:6.1f} s")
    what = f"{songs:,} files packed for COPY, times as they are"
    return [Target(8, what, [packed / unpacked for unpacked, packed in pairs], 1)]


def _trust(standin: Standin, server: S3Server) -> None:
    os.environ["SSL_CERT_FILE"] = str(standin.ca_file)
    os.environ["AWS_ACCESS_KEY_ID"] = server.admin.access_key_id
    os.environ["AWS_SECRET_ACCESS_KEY"] = server.admin.secret_access_key


def _deliver(server: S3Server, songs: int, events: int) -> int:
    server.make_bucket("bench")
    access = S3Access(endpoint_url=server.endpoint)
    recipe = Recipe(songs=songs, artists=max(1, songs * 3 // 5), events=events, days=5)
    return generate(S3Delivery("s3://bench", access), recipe).size


def _settings(standin: Standin, server: S3Server) -> Settings:
    return settings_for(
        standin.login(),
        s3_endpoint_url=server.endpoint,
        song_data="s3://bench/song_data",
        log_data="s3://bench/log_data",
        log_jsonpath="s3://bench/log_json_path.json",
        work_data="s3://bench/work",
    )


def _account(standin: Standin, settings: Settings, packed_from: int) -> Counter[str]:
    """What a whole load into an empty warehouse takes, counted."""
    copy_plan.PACKED_FROM = packed_from
    engine = open_engine(settings)
    try:
        pipeline.create_tables(engine)
        standin.statements.clear()
        with _watched() as (got, put):
            pipeline.load_pending(engine, settings, pipeline.NullReporter())
        said = [each for each in standin.statements if each.tag]
        read = engine.fetch(Statement("bench", BYTES_READ)).rows
    finally:
        engine.close()
    kinds = Counter(_kind(each.text) for each in said)
    queries = {each.copy.query_id for each in said if each.copy}
    sizes = [size for size, query in read if query in queries]
    parts = [len(content) for name, content in put if name.endswith(".gz")]
    longest = max(said, key=lambda each: len(each.text))
    return Counter(
        {
            "statements": len(said),
            **{f"  {kind}": number for kind, number in sorted(kinds.items())},
            "bytes of SQL from the client": sum(len(each.text.encode()) for each in said),
            f"  in the longest, {_kind(longest.text)}": len(longest.text.encode()),
            "bytes the client gets from S3": sum(map(len, got)),
            "bytes the client puts into S3": sum(len(content) for _, content in put),
            "  parts": len(parts),
            "  smallest part": min(parts, default=0),
            "  largest part": max(parts, default=0),
            "objects that COPY reads": len(sizes),
            "bytes of JSON that COPY reads": sum(sizes),
        }
    )


@contextmanager
def _watched() -> Iterator[tuple[list[bytes], list[tuple[str, bytes]]]]:
    """What the client meanwhile gets from S3, and puts there, by name."""
    got: list[bytes] = []
    put: list[tuple[str, bytes]] = []

    def read(folder: S3Folder, file: DataFile) -> bytes:
        got.append(plain_read(folder, file))
        return got[-1]

    def keep(folder: WorkFolder, name: str, content: bytes) -> str:
        put.append((name, content))
        return plain_put(folder, name, content)

    plain_read, plain_put = S3Folder.read, WorkFolder.put
    with patch.object(S3Folder, "read", read), patch.object(WorkFolder, "put", keep):
        yield got, put


def _kind(text: str) -> str:
    words = re.sub(r"--.*", "", text).lower().split()
    return words[0] if words[0] != "create" else " ".join(words[:2])


def _seconds(settings: Settings, packed_from: int) -> float:
    copy_plan.PACKED_FROM = packed_from
    engine = open_engine(settings)
    try:
        pipeline.create_tables(engine)
        source = open_source(settings.song_data, S3Access.named_by(settings))
        load = JsonLoad("staging_songs", source, list(source.files()))
        began = time.perf_counter()
        with engine.transaction():
            engine.load_json([load], max_errors=0, on_progress=ignore_progress)
        return time.perf_counter() - began
    finally:
        engine.close()


if __name__ == "__main__":
    measure_alone(targets, __doc__, songs=14_896, events=100_000, rounds=3)
