"""Measure what it costs to compare the source with a large ledger: reading it, and its memory.

    python -m bench.ledger                 512,000 files
    python -m bench.ledger --files 64000

A run reads the latest version of every loaded file once, and compares the listing with it. Each
size is read by a process of its own, from DuckDB and from the stand-in for Redshift on loopback.
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from redshift_standin import S3Access, Standin
from redshift_standin.plugin import ROLE

from sparkify import ledger, pipeline
from sparkify.config import Settings
from sparkify.engines import open_engine
from sparkify.memory import peak_memory_bytes
from sparkify.sql import Statement
from tests.redshift_fixtures import settings_for
from tests.s3_server import S3Server

FIRST_FILES = 1_000
DOUBLE = """
    insert into loaded_files (uri, etag, bytes, content_hash, staging_table, loaded_at)
    select uri || '-{number}', etag, bytes, content_hash, staging_table, loaded_at
    from loaded_files
"""


@contextmanager
def warehouses() -> Iterator[dict[str, Settings]]:
    """Give the settings of an empty warehouse on each engine."""
    with TemporaryDirectory(prefix="sparkify-ledger-") as folder:
        server = S3Server()
        roles = {ROLE: ["s3://"]}
        standin = Standin.start(S3Access(server.endpoint, *server.admin), roles=roles)
        try:
            login = standin.login(standin.new_database())
            os.environ["SSL_CERT_FILE"] = str(standin.ca_file)
            yield {
                "DuckDB": Settings(database_folder=Path(folder)),
                "the stand-in for Redshift": settings_for(login),
            }
        finally:
            standin.close()
            server.close()


def fill_ledger(settings: Settings, files: int) -> None:
    """Record a thousand files, and double them until there are so many."""
    engine = open_engine(settings)
    pipeline.create_tables(engine)
    engine.append("batches", ("batch_number", "run_id"), [(1, "r")])
    [(loaded_at,)] = engine.fetch(Statement("bench", "select loaded_at from batches")).rows
    columns = (*ledger.LEDGER_COLUMNS[:5], "loaded_at")
    begin, digits = "s3://bucket/log_data/2018/11/2018-11-01-events", "0123456789abcdef" * 2
    rows = [
        (f"{begin}-{number}", digits, number, digits, "staging_events", loaded_at)
        for number in range(FIRST_FILES)
    ]
    engine.append("loaded_files", columns, rows)
    for number in range((files // FIRST_FILES).bit_length() - 1):
        engine.execute(Statement("bench", DOUBLE.format(number=number)))
    engine.close()


def read_ledger(settings: Settings) -> tuple[int, float, float]:
    """Return the number of files read, the seconds, and the memory that it took, in MB."""
    engine = open_engine(settings)
    before, began = peak_memory_bytes() or 0, time.perf_counter()
    latest, _ = ledger.known_versions(engine)
    seconds = time.perf_counter() - began
    engine.close()
    return len(latest), seconds, ((peak_memory_bytes() or 0) - before) / 1e6


def main() -> None:
    """Print a row for each engine."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=512_000)
    files = parser.parse_args().files
    print("| ledger on | files | seconds | memory |\n| --- | ---: | ---: | ---: |")
    spawn = multiprocessing.get_context("spawn")
    with warehouses() as found:
        for name, settings in found.items():
            fill_ledger(settings, files)
            with spawn.Pool(1) as pool:
                count, seconds, megabytes = pool.apply(read_ledger, (settings,))
            print(f"| {name} | {count:,} | {seconds:.1f} | {megabytes:,.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
