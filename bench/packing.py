"""One COPY over thousands of one-object files beside packing them first.

    python bench/packing.py                 14,896 one-object song files
    python bench/packing.py --songs 2000 --rounds 1

Both ways load the same files into the stand-in for Redshift, from an S3 server on loopback; the
whole of `load_json` is timed, packing and upload included, in turns. A request to loopback costs a
fraction of one to Amazon, so what is measured is the least that packing gains.
"""

import argparse
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sparkify import pipeline
from sparkify.config import Settings
from sparkify.engines import JsonLoad, open_engine, redshift_plan
from sparkify.generate import Recipe, generate
from sparkify.sources import S3Access, open_source
from tests.redshift_standin import S3Access as StandinAccess
from tests.redshift_standin import Standin
from tests.redshift_standin.fixtures import ROLE, settings_for
from tests.s3_server import S3Server

NEVER = 1 << 40


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--songs", type=int, default=14_896)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    server = S3Server()
    access = StandinAccess(server.endpoint, *server.admin)
    standin = Standin.start(access, roles={ROLE: ["s3://"]})
    try:
        _trust(standin, server)
        _deliver(server, arguments.songs)
        settings = _settings(standin, server)
        pairs = [
            (_seconds(settings, NEVER), _seconds(settings, 64)) for _ in range(arguments.rounds)
        ]
    finally:
        standin.close()
        server.close()
    ratios = [unpacked / packed for unpacked, packed in pairs]
    print(f"{arguments.songs:,} one-object files")
    for unpacked, packed in pairs:
        print(
            f"unpacked {unpacked:6.1f} s   packed {packed:6.1f} s   {unpacked / packed:5.2f} times"
        )
    print(f"median: packed is {statistics.median(ratios):.2f} times as fast")


def _trust(standin: Standin, server: S3Server) -> None:
    os.environ["SSL_CERT_FILE"] = str(standin.ca_file)
    os.environ["AWS_ACCESS_KEY_ID"] = server.admin.access_key_id
    os.environ["AWS_SECRET_ACCESS_KEY"] = server.admin.secret_access_key


def _deliver(server: S3Server, songs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        data = Path(folder, "data")
        generate(data, Recipe(songs=songs, artists=max(1, songs * 3 // 5), events=100, days=1))
        files = list((data / "song_data").rglob("*.json"))
        with ThreadPoolExecutor(16) as pool:
            keys = (str(file.relative_to(data)) for file in files)
            contents = (file.read_bytes() for file in files)
            list(pool.map(lambda key, content: server.put("bench", key, content), keys, contents))


def _settings(standin: Standin, server: S3Server) -> Settings:
    return settings_for(
        standin.login(),
        s3_endpoint_url=server.endpoint,
        song_data="s3://bench/song_data",
        work_data="s3://bench/work",
    )


def _seconds(settings: Settings, packed_from: int) -> float:
    redshift_plan.PACKED_FROM = packed_from
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
    main()
