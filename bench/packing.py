"""Measure packing thousands of small files before COPY, beside one COPY over all of them.

    python -m bench.packing                 14,896 song files of one record each, 100,000 events
    python -m bench.packing --songs 2000 --events 5000 --rounds 1

Both ways load the same files into the stand-in for Redshift from an S3 server on loopback. First a
whole batch, counted from the stand-in's log: statements, COPYs, and bytes in each direction; these
do not depend on the machine. Then the songs alone, in turns: all of `load_json` is timed, with
packing and upload. A request to loopback costs a fraction of one to Amazon, so packing gains at
least the measured time.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from redshift_standin import S3Access as StandinAccess
from redshift_standin import Standin
from redshift_standin.plugin import ROLE

from bench.target import Target, run_bench
from sparkify import pipeline
from sparkify.config import Settings
from sparkify.engines import open_engine
from sparkify.engines.base import JsonLoad
from sparkify.engines.redshift import copy_plan
from sparkify.generate import Recipe, generate
from sparkify.sources import (
    DataFile,
    S3Access,
    S3Folder,
    S3Output,
    WorkFolder,
    open_source,
)
from sparkify.sql import Statement
from tests.redshift_fixtures import settings_for
from tests.s3_server import S3Server

NEVER_PACK = 1 << 40  # a number of files that no batch has
COPIED_BYTES = "select bytes_scanned, query_id from sys_load_detail"


def targets(songs: int, events: int, rounds: int) -> list[Target]:
    """Measure and print packed files relative to files as they are."""
    server = S3Server()
    access = StandinAccess(server.endpoint, *server.admin)
    standin = Standin.start(access, roles={ROLE: ["s3://"]})
    try:
        _set_environment(standin, server)
        size = _generate_source(server, songs, events)
        settings = _settings(standin, server)
        print(f"a batch of {songs:,} songs and {events:,} events, {size:,} bytes")
        counts = [_count_batch(standin, settings, least) for least in (NEVER_PACK, 64)]
        pairs = [
            (_load_seconds(settings, NEVER_PACK), _load_seconds(settings, 64))
            for _ in range(rounds)
        ]
    finally:
        standin.close()
        server.close()
    print(f"{'':<34}{'unpacked':>14}{'packed':>14}")
    for what in counts[1]:
        print(f"{what:<34}{counts[0][what]:>14,}{counts[1][what]:>14,}")
    print(f"{songs:,} song files of one record each")
    for unpacked, packed in pairs:
        print(f"unpacked {unpacked:6.1f} s   packed {packed:6.1f} s")
    what = f"{songs:,} files packed for COPY, relative to unpacked"
    return [Target(8, what, [packed / unpacked for unpacked, packed in pairs], 1)]


def _set_environment(standin: Standin, server: S3Server) -> None:
    os.environ["SSL_CERT_FILE"] = str(standin.ca_file)
    os.environ["AWS_ACCESS_KEY_ID"] = server.admin.access_key_id
    os.environ["AWS_SECRET_ACCESS_KEY"] = server.admin.secret_access_key


def _generate_source(server: S3Server, songs: int, events: int) -> int:
    server.make_bucket("bench")
    access = S3Access(endpoint_url=server.endpoint)
    recipe = Recipe(songs=songs, artists=max(1, songs * 3 // 5), events=events, days=5)
    generate(S3Output("s3://bench", access), recipe)
    return sum(each["size"] for page in server.store("bench").list() for each in page)


def _settings(standin: Standin, server: S3Server) -> Settings:
    return settings_for(
        standin.login(),
        s3_endpoint_url=server.endpoint,
        song_data="s3://bench/song_data",
        log_data="s3://bench/log_data",
        log_jsonpath="s3://bench/log_json_path.json",
        work_data="s3://bench/work",
    )


def _count_batch(standin: Standin, settings: Settings, packed_from: int) -> Counter[str]:
    """Return the counts of a whole load into an empty warehouse."""
    copy_plan.PACKED_FROM = packed_from
    engine = open_engine(settings)
    try:
        pipeline.create_tables(engine)
        standin.statements.clear()
        with _record_s3_traffic() as (got, put):
            pipeline.load_pending(engine, settings, pipeline.NullReporter())
        sent = [each for each in standin.statements if each.tag]
        read = engine.fetch(Statement("bench", COPIED_BYTES)).rows
    finally:
        engine.close()
    kinds = Counter(_statement_kind(each.text) for each in sent)
    queries = {each.copy.query_id for each in sent if each.copy}
    sizes = [size for size, query in read if query in queries]
    parts = [len(content) for name, content in put if name.endswith(".gz")]
    longest = max(sent, key=lambda each: len(each.text))
    return Counter(
        {
            "statements": len(sent),
            **{f"  {kind}": number for kind, number in sorted(kinds.items())},
            "bytes of SQL from the client": sum(len(each.text.encode()) for each in sent),
            f"  in the longest, {_statement_kind(longest.text)}": len(longest.text.encode()),
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
def _record_s3_traffic() -> Iterator[tuple[list[bytes], list[tuple[str, bytes]]]]:
    """Record what the client gets from S3, and what it puts there by name."""
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


def _statement_kind(text: str) -> str:
    words = re.sub(r"--.*", "", text).lower().split()
    return words[0] if words[0] != "create" else " ".join(words[:2])


def _load_seconds(settings: Settings, packed_from: int) -> float:
    copy_plan.PACKED_FROM = packed_from
    engine = open_engine(settings)
    try:
        pipeline.create_tables(engine)
        source = open_source(settings.song_data, S3Access.named_by(settings))
        load = JsonLoad("staging_songs", source, list(source.files()))
        began = time.perf_counter()
        with engine.transaction():
            engine.load_json([load], max_errors=0)
        return time.perf_counter() - began
    finally:
        engine.close()


if __name__ == "__main__":
    run_bench(targets, __doc__, songs=14_896, events=100_000, rounds=3)
