"""The order of things: list, take what is pending, and, a batch a transaction, load it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from sparkify import ledger, staging, transform
from sparkify.checks import require, run_checks
from sparkify.config import Settings
from sparkify.engines import Engine
from sparkify.errors import WarehouseError
from sparkify.sources import DataFile
from sparkify.sql import LEDGER_TABLES, TABLES, VIEWS, statement
from sparkify.staging import Batch, Feed


class Observer(Protocol):
    """Who is told how far a run is."""

    def pending(self, files: int, size: int) -> None:
        """So many files of so many bytes are to be loaded."""

    def stage(self, name: str) -> None:
        """The batch at hand enters this stage."""

    def loaded(self, files: int, size: int) -> None:
        """A batch of so many files and bytes is committed."""


class Silence:
    """An observer who tells nobody."""

    def pending(self, files: int, size: int) -> None:
        """Say nothing."""

    def stage(self, name: str) -> None:
        """Say nothing."""

    def loaded(self, files: int, size: int) -> None:
        """Say nothing."""


@dataclass(slots=True)
class Run:
    """What a run did.

    `seconds` is by stage: `list`, the stages of the batches, and `all` of the batches' time.
    """

    files: int = 0
    bytes: int = 0
    batches: int = 0
    checks: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def create_tables(engine: Engine) -> None:
    """Drop the warehouse, ledger included, and make it anew, empty.

    Raises WarehouseError when tables of our names are there that are not ours.
    """
    existing = _tables(engine)
    namesakes = existing & {*TABLES, *VIEWS}
    if namesakes and not existing >= set(LEDGER_TABLES):
        found = ", ".join(sorted(namesakes))
        raise WarehouseError(
            f"the database holds tables that Sparkify did not make: {found}",
            "set [CLUSTER] DB_NAME to a database of its own",
        )
    with engine.transaction():
        for view in reversed(VIEWS):
            engine.execute(statement(f"schema/drop/{view}"))
        for table in reversed(TABLES):
            engine.execute(statement(f"schema/drop/{table}"))
        for table in TABLES:
            engine.execute(statement(f"schema/{table}"))
        for view in VIEWS:
            engine.execute(statement(f"views/{view}"))


def holds_data(engine: Engine) -> bool:
    """Whether the warehouse has any file loaded."""
    return "loaded_files" in _tables(engine) and bool(ledger.loaded_versions(engine))


def load_pending(engine: Engine, settings: Settings, observer: Observer) -> Run:
    """Load every pending file. Nothing pending is a success.

    Each batch is one transaction: all of it is there at the end, or none of it, and then the files
    stay pending. Raises SparkifyError; the batches before the one that failed are kept.
    """
    if not _tables(engine) >= set(TABLES):
        raise WarehouseError("the warehouse has no tables yet", "run: python create_tables.py")
    run = Run()
    with _timed(run, "list"):
        feeds = staging.open_feeds(settings)
        pending = _pending(engine, feeds)
    observer.pending(len(pending), sum(file.size for _, file in pending))
    for batch in staging.batches(pending, settings.batch_mb << 20):
        _load_batch(engine, feeds, batch, run, observer)
    return run


def _tables(engine: Engine) -> set[str]:
    return {name for (name,) in engine.fetch(statement("ledger/tables")).rows}


def _pending(engine: Engine, feeds: Sequence[Feed]) -> list[tuple[Feed, DataFile]]:
    loaded = ledger.loaded_versions(engine)
    return [(feed, file) for feed in feeds for file in ledger.pending(feed.source.files(), loaded)]


def _load_batch(
    engine: Engine, feeds: Sequence[Feed], batch: Batch, run: Run, observer: Observer
) -> None:
    @contextmanager
    def stage(name: str) -> Iterator[None]:
        observer.stage(name)
        with _timed(run, name):
            yield

    with _timed(run, "all"), engine.transaction():
        with stage("load"):
            loaded_at = staging.load(engine, feeds, batch)
        with stage("check the batch"):
            run.checks += require(run_checks(engine, "staging", loaded_at))
        with stage("transform"):
            transform.transform(engine, loaded_at)
        with stage("check the star"):
            run.checks += require(run_checks(engine, "star", loaded_at))
        with stage("record"):
            for feed in feeds:
                ledger.record(engine, feed.table, batch.of(feed.table))
    run.files += len(batch.files)
    run.bytes += batch.bytes
    run.batches += 1
    observer.loaded(len(batch.files), batch.bytes)


@contextmanager
def _timed(run: Run, stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    run.seconds[stage] = run.seconds.get(stage, 0.0) + time.perf_counter() - began
