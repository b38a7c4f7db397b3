"""The order of things: list, take what is pending, and, a batch a transaction, load it."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Protocol

from sparkify import checks, contract, ledger, quarantine, runs, staging, transform, warehouse
from sparkify.checks import CheckedRowsFailed, CheckOutcome, CheckResult, count_outcomes
from sparkify.config import Settings
from sparkify.contract import ContractBroken, Finding, Held
from sparkify.contract.evolving import with_added
from sparkify.contract.looking import Look, look
from sparkify.engines import Engine, JsonLoad, Loaded, require_few
from sparkify.errors import Interrupted, SourceError, SparkifyError, WarehouseError
from sparkify.memory import peak_memory_bytes
from sparkify.sources import DataFile
from sparkify.sql import TABLES, drop_statement, statement, views_of
from sparkify.staging import Batch, Feed

# Seconds before a transaction that the database gave up is tried again.
PAUSES = (1.0, 5.0)
# A load of so many bytes changes what the planner should know of the tables.
ANALYZE_FROM = 64 << 20


class Observer(Protocol):
    """Who is told how far a run is."""

    def pending(self, run_id: str, files: int, size: int) -> None:
        """The run is to load so many files of so many bytes."""

    def stage(self, name: str) -> None:
        """The batch at hand enters this stage."""

    def arrived(self, size: int) -> None:
        """So many more bytes of the batch were read from where they were delivered."""

    def staged(self, table: str, files: int, size: int, rows: int, refused: int) -> None:
        """So many files and bytes are in a staging table: so many rows, and those refused."""

    def done(self, name: str, seconds: float) -> None:
        """The batch at hand leaves a stage."""

    def loaded(self, files: int, size: int) -> None:
        """A batch of so many files and bytes is committed."""


class Silence:
    """An observer who tells nobody."""

    def pending(self, run_id: str, files: int, size: int) -> None:
        """Say nothing."""

    def stage(self, name: str) -> None:
        """Say nothing."""

    def arrived(self, size: int) -> None:
        """Say nothing."""

    def staged(self, table: str, files: int, size: int, rows: int, refused: int) -> None:
        """Say nothing."""

    def done(self, name: str, seconds: float) -> None:
        """Say nothing."""

    def loaded(self, files: int, size: int) -> None:
        """Say nothing."""


@dataclass(slots=True)
class Run:
    """What a run did.

    `seconds` is by stage: `list`, the stages of the batches, and `all` of the batches' time.
    `peak_memory_bytes` is the most that this process has had, also before the run; None where the
    operating system does not tell. `checks` is the number of check results by outcome.
    """

    run_id: str
    files: int = 0
    bytes: int = 0
    batches: int = 0
    objects: int = 0
    refused: int = 0
    checks: dict[CheckOutcome, int] = field(default_factory=lambda: count_outcomes([]))
    warnings: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_memory_bytes: int | None = None


def create_tables(engine: Engine) -> None:
    """Drop the warehouse, ledger included, and create it again, empty.

    Raises WarehouseError, and changes nothing, where there are tables that Sparkify did not make or
    views of others that read its tables.
    """
    there = warehouse.tables(engine)
    before = warehouse.version(engine)
    with engine.transaction():
        warehouse.require_free_names(before, there)
        warehouse.require_no_dependent_views(engine, {*TABLES, *views_of(before)})
        warehouse.drop_views(engine, before, there)
        for table in reversed(TABLES):
            engine.execute(drop_statement(table))
        for table in TABLES:
            engine.execute(statement(f"schema/{table}"))
        warehouse.create_views(engine)


def holds_data(engine: Engine) -> bool:
    """Whether the warehouse has any file loaded."""
    return "loaded_files" in warehouse.tables(engine) and bool(ledger.loaded_versions(engine))


def load_corrected(engine: Engine, settings: Settings, observer: Observer) -> Run:
    """Load the pending files of which another version had objects refused, and no others."""
    warehouse.require_current(engine)
    return load_pending(engine, settings, observer, set(quarantine.files_with_refusals(engine)))


def load_pending(
    engine: Engine,
    settings: Settings,
    observer: Observer,
    uris: Collection[str] | None = None,
    look: Look = look,
) -> Run:
    """Load every pending file, or those of them with these uris. Nothing pending is a success.

    Each batch is one transaction: all of it is there at the end, or none of it, and then the files
    stay pending. Raises SparkifyError; the batches before the one that failed are kept.
    """
    warehouse.require_current(engine)
    run = Run(runs.new_run_id())
    with _measured(run, "list"):
        feeds = staging.open_feeds(settings)
        pending = [
            (feed, file)
            for feed, file in _pending(engine, feeds)
            if uris is None or file.uri in uris
        ]
    observer.pending(run.run_id, len(pending), sum(file.size for _, file in pending))
    if pending:
        loading = _Loading(engine, settings, feeds, run, observer, look)
        with _logged(engine, run):
            for batch in staging.batches(pending, settings.batch_mb << 20):
                _until_it_holds(partial(loading.load, batch))
    if run.bytes >= ANALYZE_FROM:
        engine.analyze()
    return run


def _until_it_holds(transaction: Callable[[], None]) -> None:
    """Do it, and again from its start where the database gave it up, a few times.

    It is safe where the outcome is not known: what was committed is no longer pending.
    """
    for pause in PAUSES:
        try:
            return transaction()
        except Interrupted:
            time.sleep(pause)
    return transaction()


@contextmanager
def _logged(engine: Engine, run: Run) -> Iterator[None]:
    """Keep how the run went, also if it fails."""
    try:
        runs.begin(engine, run.run_id)
        yield
        with _writing(engine):
            runs.end(engine, run, "done")
    except Exception as error:
        # What went wrong is the error to show, whether or not it can be kept.
        with suppress(WarehouseError), _writing(engine):
            if isinstance(error, CheckedRowsFailed):
                checks.record(engine, run.run_id, error.results)
            if isinstance(error, ContractBroken):
                contract.record_findings(engine, run.run_id, error.findings)
            runs.end(engine, run, "failed", _account(error))
        raise
    except KeyboardInterrupt:
        with suppress(WarehouseError), _writing(engine):
            runs.end(engine, run, "interrupted")
        raise


def _account(error: Exception) -> str:
    """What is kept of an error; of one that nobody foresaw no word, since it may tell anything."""
    if isinstance(error, SparkifyError):
        return str(error)
    return f"an unforeseen {type(error).__name__}"


@contextmanager
def _writing(engine: Engine) -> Iterator[None]:
    """One transaction, in which nobody else writes."""
    with engine.transaction():
        engine.exclude_writers()
        yield


def _pending(engine: Engine, feeds: Sequence[Feed]) -> list[tuple[Feed, DataFile]]:
    loaded = ledger.loaded_versions(engine)
    return [(feed, file) for feed in feeds for file in ledger.pending(feed.source.files(), loaded)]


@dataclass(frozen=True, slots=True)
class _Loading:
    """What all batches of a run have in common."""

    engine: Engine
    settings: Settings
    feeds: Sequence[Feed]
    run: Run
    observer: Observer
    look: Look

    def load(self, batch: Batch) -> None:
        """Look at a batch, and load it in one transaction."""
        with _measured(self.run, "all"):
            self._load(batch, self._held(batch))

    def _held(self, batch: Batch) -> Held:
        with self._stage("look"):
            loads = staging.loads_of(self.feeds, batch)
            return contract.hold(self.engine, self.settings, loads, self.run.run_id, self.look)

    def _load(self, batch: Batch, held: Held) -> None:
        with self.engine.transaction():
            if self.engine.exclude_writers():
                batch = self._still_pending(batch)
            if not batch.files:
                return
            loads = with_added(staging.loads_of(self.feeds, batch), held.added)
            with self._stage("load"):
                max_errors, arrived = self.settings.max_errors, self.observer.arrived
                loaded_at, loaded = staging.load(self.engine, loads, max_errors, arrived)
            with self._stage("set aside"):
                transform.find_repeated_events(self.engine, loaded_at)
                self._refuse_contradictions(loads, loaded_at, loaded)
                quarantine.set_aside(self.engine, self.run.run_id, loaded.refused)
                self._tell(batch, loaded)
            scope = checks.scope_of_batch(self.engine, loaded_at)
            with self._stage("check the batch"):
                results = self._staged_rows_checked(loads, scope)
            with self._stage("transform"):
                transform.transform(self.engine, loaded_at)
            with self._stage("check the star"):
                results += self._checked("star", scope)
            with self._stage("record"):
                for feed in self.feeds:
                    files = batch.of(feed.table)
                    ledger.record(self.engine, self.run.run_id, feed.table, files, loaded)
                contract.record(self.engine, self.run.run_id, held)
                results += self._checked("ledger", scope)
                checks.record(self.engine, self.run.run_id, results)
        self._note(batch, held, loaded, results)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        self.observer.stage(name)
        before = self.run.seconds.get(name, 0.0)
        with _measured(self.run, name):
            yield
        self.observer.done(name, self.run.seconds[name] - before)

    def _still_pending(self, batch: Batch) -> Batch:
        """The batch without the files that were loaded since it was put together."""
        loaded = ledger.loaded_versions(self.engine)
        return Batch(
            tuple((feed, file) for feed, file in batch.files if not ledger.has(loaded, file))
        )

    def _checked(self, stage: checks.Stage, scope: checks.Scope) -> list[CheckResult]:
        return checks.require(checks.run_checks(self.engine, stage, scope))

    def _staged_rows_checked(
        self, loads: Sequence[JsonLoad], scope: checks.Scope
    ) -> list[CheckResult]:
        """The results; where one blocks, the error says where its first rows were delivered."""
        try:
            return self._checked("staging", scope)
        except CheckedRowsFailed as failed:
            places = _places(loads, failed.results)
            raise CheckedRowsFailed(failed.results, places) from None

    def _refuse_contradictions(
        self, loads: Sequence[JsonLoad], loaded_at: datetime, loaded: Loaded
    ) -> None:
        contradicting = quarantine.contradicting_events(self.engine, loaded_at)
        if contradicting:
            found = staging.find(loads, quarantine.VERSION, set(contradicting))
            loaded.refused.extend(place.refused(quarantine.CONTRADICTION) for place in found)
            require_few(loaded.refused, self.settings.max_errors)
            quarantine.take_out(self.engine, loaded_at)

    def _tell(self, batch: Batch, loaded: Loaded) -> None:
        for feed in self.feeds:
            files = batch.of(feed.table)
            refused = sum(each.table == feed.table for each in loaded.refused)
            rows = sum(loaded.objects[file] for file in files) - refused
            size = sum(file.size for file in files)
            self.observer.staged(feed.table, len(files), size, rows, refused)

    def _note(
        self, batch: Batch, held: Held, loaded: Loaded, results: Sequence[CheckResult]
    ) -> None:
        self.run.files += len(batch.files)
        self.run.bytes += batch.bytes
        self.run.batches += 1
        self.run.objects += loaded.objects.total()
        self.run.refused += len(loaded.refused)
        for outcome, count in count_outcomes(results).items():
            self.run.checks[outcome] += count
        self.run.findings += held.findings
        self.run.warnings += [result.account for result in results if result.offending]
        self.observer.loaded(len(batch.files), batch.bytes)


def _places(loads: Sequence[JsonLoad], results: Sequence[CheckResult]) -> list[str]:
    """Where the first rows that break the checks were delivered, as far as they can be found."""
    places: list[str] = []
    # What the checks found is the error to show, not that a file has gone since.
    with suppress(SourceError):
        for result in results:
            wanted = set(result.offending)
            # Closed, since what is read ahead in S3 would live for as long as the error does.
            with closing(staging.find(loads, result.columns, wanted)) as found:
                places += map(str, islice(found, checks.SHOWN))
    return places


@contextmanager
def _measured(run: Run, stage: str) -> Iterator[None]:
    """Note what the run takes inside, also if it fails there."""
    began = time.perf_counter()
    try:
        yield
    finally:
        run.seconds[stage] = run.seconds.get(stage, 0.0) + time.perf_counter() - began
        run.peak_memory_bytes = peak_memory_bytes()
