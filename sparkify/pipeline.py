"""The order of things: list the files, and load the pending ones, a batch a transaction."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Protocol

from sparkify import (
    checks,
    contract,
    ledger,
    quarantine,
    runs,
    staging,
    suppression,
    transform,
    warehouse,
)
from sparkify.checks import Check, CheckedRowsFailed, CheckOutcome, CheckResult, count_outcomes
from sparkify.config import Settings, Severity
from sparkify.contract import ContractBroken, ContractReport, SchemaChange
from sparkify.contract.evolution import with_added
from sparkify.contract.profile import Profiler, profile_files
from sparkify.engines.base import (
    Engine,
    FilesRejected,
    JsonLoad,
    LoadResult,
    Queryable,
    RejectedFile,
    RejectedRecord,
    judge_files,
    require_within_bound,
)
from sparkify.errors import (
    Interrupted,
    SourceError,
    SparkifyError,
    WarehouseBusy,
    WarehouseError,
)
from sparkify.ledger import LatestVersions, SourceChanges
from sparkify.memory import peak_memory_bytes
from sparkify.sources import DataFile, PassedOver, passed_over_by, uri_prefix
from sparkify.sources.files import PERMISSION_DENIED
from sparkify.sources.selection import ChosenLogs, LogChoice
from sparkify.sql import (
    DIMENSIONS,
    FACT,
    KEPT_TABLES,
    STAGING_TABLES,
    TABLES,
    Parameter,
    drop_statement,
    statement,
    views_of,
)
from sparkify.staging import Batch, StagingSource
from sparkify.transform import BatchPart, RowChanges, StarChanges
from sparkify.warehouse import NoTables

# Seconds before a transaction that the database gave up is tried again.
RETRY_PAUSES = (1.0, 5.0)
# A batch is tried so often without the files that turned out to be bad; then by halves.
MOST_ATTEMPTS = 20
# A load of so many bytes makes the planner's statistics stale.
ANALYZE_FROM_BYTES = 64 << 20
DATA_TABLES = (*STAGING_TABLES, FACT, *DIMENSIONS)


class RunReporter(Protocol):
    """Reports the progress of a run."""

    def touched(self, files: Collection[DataFile]) -> None:
        """Report the files that were only touched or copied again; not called without any."""

    def pending(self, run_id: str, files: int, size: int) -> None:
        """Report the number and size in bytes of the pending files."""

    def waiting(self, holder: str) -> None:
        """Report who writes to the warehouse, if the run has to wait for that."""

    def stage(self, name: str) -> None:
        """Report that the batch enters a stage."""

    def on_progress(self, size: int) -> None:
        """Report the number of source bytes read since the last call."""

    def staged(self, table: str, files: int, size: int, rows: int, rejected: int) -> None:
        """Report the files and bytes loaded into a staging table, the rows and the rejected."""

    def done(self, name: str, seconds: float) -> None:
        """Report that the batch leaves a stage."""

    def loaded(self, files: int, size: int) -> None:
        """Report the files and bytes of a committed batch."""

    def warn(self, text: str) -> None:
        """Report something that does not stop the run."""


class NullReporter:
    """Reports nothing."""

    def touched(self, files: Collection[DataFile]) -> None:
        """Do nothing."""

    def pending(self, run_id: str, files: int, size: int) -> None:
        """Do nothing."""

    def waiting(self, holder: str) -> None:
        """Do nothing."""

    def stage(self, name: str) -> None:
        """Do nothing."""

    def on_progress(self, size: int) -> None:
        """Do nothing."""

    def staged(self, table: str, files: int, size: int, rows: int, rejected: int) -> None:
        """Do nothing."""

    def done(self, name: str, seconds: float) -> None:
        """Do nothing."""

    def loaded(self, files: int, size: int) -> None:
        """Do nothing."""

    def warn(self, text: str) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class FileSelection:
    """The files that a run may load: `takes` says so of a file and its staging table.

    The uris `again` are loaded also if they did not change, and with `tries_rejected` also files
    that were rejected whole. `logs` are the log files that a choice of days and names takes.
    """

    takes: Callable[[str, DataFile], bool]
    again: Collection[str] = ()
    tries_rejected: bool = False
    logs: ChosenLogs | None = None


def select_logs(settings: Settings, choice: LogChoice) -> FileSelection | None:
    """Return what selects these log files and all songs, since plays need them; None for all."""
    if choice.is_everything:
        return None
    logs = ChosenLogs(choice, settings.log_data, uri_prefix(settings.log_data))
    return FileSelection(
        lambda table, file: table != "staging_events" or logs.takes(file), logs=logs
    )


@dataclass(slots=True)
class Run:
    """The result of a run.

    `suppressed` is the number of records of forgotten users, which were left out. `changed` is the
    number of records loaded before that have another current version now.
    `row_changes` has for each staging and star table the rows that the batches changed, added up.
    `seconds` is by stage: `list`, the stages of the batches, and `all` of the batches' time.
    `touched` is the number of files with another etag and the content of their latest version.
    `rejected_files` were rejected whole; `left_out` is the number of those that earlier runs
    rejected, and that did not change. `passed_over` are the files that are no data by their names,
    and those without a date where only some days were to be loaded; `empty_files` are the uris of
    loaded files without any record.
    `checks` is the number of check results by outcome. `peak_memory_bytes` is the peak of this
    process, also before the run; None where the operating system does not report it.
    """

    run_id: str
    files: int = 0
    touched: int = 0
    bytes: int = 0
    batches: int = 0
    records: int = 0
    rejected: int = 0
    suppressed: int = 0
    changed: int = 0
    row_changes: dict[str, RowChanges] = field(
        default_factory=lambda: dict.fromkeys(DATA_TABLES, RowChanges())
    )
    rejected_files: list[RejectedFile] = field(default_factory=list)
    left_out: int = 0
    passed_over: list[PassedOver] = field(default_factory=list)
    empty_files: list[str] = field(default_factory=list)
    checks: dict[CheckOutcome, int] = field(default_factory=lambda: count_outcomes([]))
    warnings: list[str] = field(default_factory=list)
    schema_changes: list[SchemaChange] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_memory_bytes: int | None = None

    def needs_person(self, fail_on: Severity = "block") -> bool:
        """Return whether a file was rejected, or with `warn` a record, or a check warned."""
        warns = bool(self.checks["warned"] or self.rejected)
        return bool(self.rejected_files) or (fail_on == "warn" and warns)


def create_tables(engine: Engine) -> None:
    """Drop all tables, the ledger included, and recreate them, empty, but for KEPT_TABLES.

    Raises WarehouseError, and changes nothing, where there are tables that Sparkify did not make,
    or views of others that read its tables.
    """
    there = warehouse.tables(engine)
    before = warehouse.version(engine)
    with engine.transaction():
        warehouse.require_free_names(before, there)
        warehouse.require_no_dependent_views(engine, {*TABLES, *views_of(before)})
        warehouse.drop_views(engine, before, there)
        engine.execute_all(
            [
                *(drop_statement(each) for each in reversed(TABLES) if each not in KEPT_TABLES),
                *(statement(f"schema/{table}") for table in TABLES),
            ]
        )
        warehouse.create_views(engine)


def require_tables(engine: Engine) -> None:
    """Create the tables if there are none; what is there stays.

    Raises WarehouseError for tables of another version, or made by others.
    """
    try:
        warehouse.require_current(engine)
    except NoTables:
        _create_first_tables(engine)


def _create_first_tables(engine: Engine) -> None:
    """Create the tables where there are none; another run may do the same meanwhile."""
    try:
        warehouse.require_free_names(0, warehouse.tables(engine))
        with engine.transaction():
            engine.execute_all([statement(f"schema/{table}") for table in TABLES])
            warehouse.create_views(engine)
    except WarehouseError:
        if not warehouse.version(engine):
            raise
        warehouse.require_current(engine)


def count_loaded_files(reader: Queryable) -> int:
    """Return the number of files that are loaded; 0 without tables. Any version has the column."""
    if not warehouse.version(reader):
        return 0
    return int(reader.fetch(statement("ledger/count_files")).rows[0][0])


def load_corrected(engine: Engine, settings: Settings, reporter: RunReporter) -> Run:
    """Load the rejected files again, and those of which another version had rejected records.

    Unchanged files with records that a former rule rejected are loaded again as a whole: what is
    in the warehouse already counts once.
    """
    warehouse.require_current(engine)
    uris = set(quarantine.files_with_rejected(engine))
    selection = FileSelection(
        lambda _, file: file.uri in uris,
        set(quarantine.files_to_load_again(engine)),
        tries_rejected=True,
    )
    return load_pending(engine, settings, reporter, selection)


def load_pending(
    engine: Engine,
    settings: Settings,
    reporter: RunReporter,
    selection: FileSelection | None = None,
    profiler: Profiler = profile_files,
) -> Run:
    """Load every pending file, or only selected ones. Nothing pending is a success.

    The tables are created if there are none. Each batch is one transaction: it is loaded as a
    whole, or not at all, and then its files stay pending. Raises SparkifyError; the batches before
    the one that failed are kept.
    """
    require_tables(engine)
    run = Run(runs.new_run_id())
    configured = checks.configured_checks(settings)
    with measured(run, "list"):
        sources = staging.open_staging_sources(settings)
        latest, rejected = ledger.known_versions(engine)
        changes = _find_changes(latest, sources, selection)
        run.passed_over = [passed_over_by(each.source) for each in sources]
        if selection and selection.logs:
            run.passed_over.append(selection.logs.without_date)
            run.warnings += selection.logs.warnings
    touched = {file: each for of_source in changes for file, each in of_source.touched.items()}
    if touched:
        run.touched = len(touched)
        reporter.touched(touched)
        with_retries(partial(_remember_touched, engine, touched))
    changed = [
        (source, file)
        for source, of_source in zip(sources, changes, strict=True)
        for file in of_source.pending
    ]
    left_out = set() if selection and selection.tries_rejected else rejected
    pending = [each for each in changed if (each[1].uri, each[1].etag) not in left_out]
    run.left_out = len(changed) - len(pending)
    reporter.pending(run.run_id, len(pending), sum(file.size for _, file in pending))
    if pending:
        newer = LatestVersions(latest.until)
        loading = Loading(engine, settings, sources, configured, run, reporter, profiler, newer)
        with logged(engine, run, reporter):
            for batch in staging.cut_into_batches(pending, settings.batch_mb << 20):
                with_retries(partial(loading.load, batch))
    if run.bytes >= ANALYZE_FROM_BYTES:
        engine.analyze()
    return run


def with_retries(transaction: Callable[[], None]) -> None:
    """Run a transaction, and again from its start if the database gave it up, a few times.

    That is safe where the outcome is not known: committed files are no longer pending.
    """
    for pause in RETRY_PAUSES:
        try:
            return transaction()
        except Interrupted:
            time.sleep(pause)
    return transaction()


@contextmanager
def logged(engine: Engine, run: Run, reporter: RunReporter) -> Iterator[None]:
    """Record how the run went, also if it fails."""
    runs.begin(engine, run.run_id, reporter.waiting)
    try:
        yield
        with _writing(engine):
            runs.end(engine, run, "done")
    except WarehouseBusy:
        raise  # to record it takes the lock; the next run records that this one was interrupted
    except Exception as error:
        # What went wrong is the error to show, whether or not it can be recorded.
        with suppress(WarehouseError), _writing(engine):
            if isinstance(error, CheckedRowsFailed):
                checks.record_results(engine, run.run_id, error.results)
            if isinstance(error, ContractBroken):
                contract.record_changes(engine, run.run_id, error.changes)
            runs.end(engine, run, "failed", _text_to_log(error))
        raise
    except KeyboardInterrupt:
        with suppress(WarehouseError), _writing(engine):
            runs.end(engine, run, "interrupted")
        raise


def _text_to_log(error: Exception) -> str:
    """Return the text to log. Unexpected errors are reduced to their type: it may hold secrets."""
    if isinstance(error, SparkifyError):
        return str(error)
    return f"an unexpected {type(error).__name__}"


@contextmanager
def _writing(engine: Engine) -> Iterator[None]:
    """Open a transaction in which nobody else writes."""
    with engine.transaction():
        engine.acquire_write_lock()
        yield


def _find_changes(
    latest: LatestVersions,
    sources: Sequence[StagingSource],
    selection: FileSelection | None,
) -> list[SourceChanges]:
    known = latest.without(selection.again) if selection else latest
    found = []
    for each in sources:
        files = (
            file for file in each.files() if not selection or selection.takes(each.table, file)
        )
        found.append(ledger.find_changes(each.source, files, known))
    return found


def _remember_touched(engine: Engine, touched: Mapping[DataFile, str]) -> None:
    with _writing(engine):
        ledger.remember_touched(engine, touched)


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """A batch in the staging tables: what came of its files, and the results of its checks.

    `scope` are the rows to check, `parts` what the transform has to do.
    """

    loaded_at: datetime
    result: LoadResult
    scope: checks.Scope
    parts: set[BatchPart]
    results: list[CheckResult]

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of the transform."""
        return {"loaded_at": self.loaded_at, **asdict(self.scope)}


@dataclass(frozen=True, slots=True)
class Loading:
    """The parts that all batches of a run share.

    `newer` are the versions that were loaded since the run compared the source with the ledger.
    """

    engine: Engine
    settings: Settings
    sources: Sequence[StagingSource]
    configured: Sequence[Check]
    run: Run
    reporter: RunReporter
    profiler: Profiler = profile_files
    newer: LatestVersions = field(default_factory=LatestVersions)

    def load(self, batch: Batch) -> None:
        """Check a batch against the contract, and load it in one transaction.

        Files that cannot be loaded are rejected, and the batch is loaded without them.
        """
        with measured(self.run, "all"):
            self._load_good_files(batch, self.contract_report(batch), [])

    def _load_good_files(
        self, batch: Batch, report: ContractReport, rejected: list[RejectedFile]
    ) -> None:
        for _ in range(MOST_ATTEMPTS):
            try:
                return self._load(batch, report, rejected)
            except FilesRejected as found:
                _require_some_access(batch, found.files)
                rejected = [*rejected, *found.files]
                batch = batch.without(found.files)
        first, second = batch.halves()
        self._load_good_files(first, report, rejected)
        self._load_good_files(second, ContractReport(report.added), [])
        return None

    def contract_report(self, batch: Batch) -> ContractReport:
        """Compare the files of a batch with the contract, before its transaction."""
        with self.stage("profile"):
            loads = staging.loads_of(self.sources, batch)
            return contract.check_contract(
                self.engine, self.settings, loads, self.run.run_id, self.profiler
            )

    def _load(self, batch: Batch, report: ContractReport, rejected: list[RejectedFile]) -> None:
        with self.engine.transaction():
            if self.engine.acquire_write_lock(self.reporter.waiting):
                batch = self._still_pending(batch)
            loaded = self._load_batch(batch, report) if batch.files else None
            quarantine.record_rejected_files(self.engine, self.run.run_id, rejected)
        self.run.rejected_files += rejected
        if loaded:
            result, results, changes = loaded
            self.run.changed += changes.corrected
            self.add_files(batch, result)
            self._add_rows(changes.rows)
            self.add_results(report, results)
            self.reporter.loaded(len(batch.files), batch.bytes)

    def _load_batch(
        self, batch: Batch, report: ContractReport
    ) -> tuple[LoadResult, list[CheckResult], StarChanges]:
        """Load a batch in the transaction at hand.

        Returns what it loaded, the results of its checks, and how it changed the star.
        """
        staged = self.stage_batch(batch, report)
        with self.stage("transform"):
            changes = transform.transform(self.engine, staged.parts, staged.parameters)
        scope = staged.scope
        if changes.first_rematched_time:
            scope = replace(scope, first_rematched_time=changes.first_rematched_time)
        with self.stage("check_star"):
            results = staged.results + self.run_checks(scope, "star", proven=changes.proven)
            checks.require_passed(results)
        with self.stage("record"):
            self.record_files(batch, staged.result)
            contract.record_contract(self.engine, self.run.run_id, report)
            results += self.run_checks(staged.scope, "ledger", "own")
            checks.require_passed(results)
            checks.record_results(self.engine, self.run.run_id, results)
        return staged.result, results, changes

    def stage_batch(
        self, batch: Batch, report: ContractReport, number: int | None = None
    ) -> StagedBatch:
        """Load a batch into the staging tables, in the transaction at hand, and check its rows.

        It gets this number, or the next. Raises FilesRejected, LoadError, SourceError,
        ChecksFailed.
        """
        with self._redacted_faults():
            return self._stage_batch(batch, report, number)

    def _stage_batch(self, batch: Batch, report: ContractReport, number: int | None) -> StagedBatch:
        loads = with_added(staging.loads_of(self.sources, batch), report.added)
        with self.stage("load"):
            loaded_at, result = staging.load_batch(
                self.engine, loads, self.settings.max_errors, self.reporter.on_progress
            )
            ledger.record_batch(self.engine, self.run.run_id, loaded_at, number)
        with self.stage("quarantine"):
            if batch.of("staging_events"):
                self._suppress(loaded_at, result)
            for load in loads:
                self._reject_unidentified(load, loaded_at, result)
            scope = checks.scope_of_batch(self.engine, loaded_at)
            of_batch = {"loaded_at": loaded_at, **asdict(scope)}
            tables = {source.table for source, _ in batch.files}
            parts = transform.parts_of_batch(self.engine, tables, of_batch)
            if "repeated_events" in parts:
                self._reject_contradictions(loads, of_batch, result)
            quarantine.record_rejected(self.engine, self.run.run_id, result.rejected)
            self._report_staged(batch, result)
        with self.stage("check_batch"):
            results = self._staged_rows_checked(loads, scope)
        return StagedBatch(loaded_at, result, scope, parts, results)

    @contextmanager
    def _redacted_faults(self) -> Iterator[None]:
        """Take the texts that quote forgotten users out of the messages about rejected files."""
        try:
            yield
        except FilesRejected as found:
            known = suppression.open_suppression(self.engine, self.settings)
            raise FilesRejected(list(map(known.redacted_file, found.files))) from None

    def _suppress(self, loaded_at: datetime, result: LoadResult) -> None:
        """Drop the records of forgotten users, and the texts of rejected ones that quote them.

        The rows were staged, so their bytes may be in the storage; the log of erasures notes it.
        """
        known = suppression.open_suppression(self.engine, self.settings)
        if known.key is None:
            return
        result.rejected[:] = map(known.redacted_record, result.rejected)
        dropped = suppression.drop_suppressed(self.engine, known, loaded_at)
        if dropped:
            result.suppressed["staging_events"] = dropped
            suppression.log_dropped(self.engine, self.run.run_id)

    def record_files(self, batch: Batch, result: LoadResult) -> None:
        """Record the files of a batch in the ledger, in the transaction that loads them."""
        for source in self.sources:
            files = batch.of(source.table)
            ledger.record_files(self.engine, self.run.run_id, source.table, files, result)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Report and measure a stage."""
        self.reporter.stage(name)
        before = self.run.seconds.get(name, 0.0)
        with measured(self.run, name):
            yield
        self.reporter.done(name, self.run.seconds[name] - before)

    def _still_pending(self, batch: Batch) -> Batch:
        """Return the batch without the files that another run has loaded meanwhile."""
        ledger.add_newer(self.engine, self.newer)
        return Batch(tuple(each for each in batch.files if not self.newer.has(each[1])))

    def run_checks(
        self, scope: checks.Scope, *stages: checks.Stage, proven: Collection[str] = ()
    ) -> list[CheckResult]:
        """Run the checks of these stages, as they are configured, without the proven ones."""
        return checks.run_checks(self.engine, self.configured, scope, *stages, proven=proven)

    def _staged_rows_checked(
        self, loads: Sequence[JsonLoad], scope: checks.Scope
    ) -> list[CheckResult]:
        """Return the results; if one blocks, the error names file and line of its first rows."""
        results = self.run_checks(scope, "staging")
        failed = [result for result in results if result.outcome == "failed"]
        if failed:
            raise CheckedRowsFailed(results, _locations(loads, failed))
        return results

    def _reject_contradictions(
        self, loads: Sequence[JsonLoad], of_batch: Mapping[str, Parameter], result: LoadResult
    ) -> None:
        contradicting = quarantine.contradicting_events(self.engine, of_batch)
        if contradicting:
            found = staging.find_records(loads, quarantine.EVENT_VERSION, set(contradicting))
            rejected = (
                each.rejected(quarantine.CONTRADICTION, detail=quarantine.CONTRADICTION_FIX)
                for each in found
            )
            self._reject_records(loads, rejected, result)
            quarantine.unstage_contradictions(self.engine, of_batch)

    def _reject_unidentified(self, load: JsonLoad, loaded_at: datetime, result: LoadResult) -> None:
        unidentified = quarantine.unidentified_records(self.engine, load.table, loaded_at)
        if unidentified:
            columns = quarantine.IDENTIFYING_COLUMNS[load.table]
            found = staging.find_records([load], columns, unidentified)
            rejected = (each.rejected(*unidentified[each.values]) for each in found)
            self._reject_records([load], rejected, result)
            quarantine.unstage_unidentified(self.engine, load.table, loaded_at)

    def _reject_records(
        self, loads: Sequence[JsonLoad], rejected: Iterable[RejectedRecord], result: LoadResult
    ) -> None:
        """Add rejected records to the result. Raises FilesRejected for files with too many."""
        by_file = Counter(each.file for each in result.rejected)
        for each in rejected:
            by_file[each.file] += 1
            if by_file[each.file] <= self.settings.max_errors + 1:  # the rest is rejected with it
                result.rejected.append(each)
                require_within_bound(result.rejected)
        for load in loads:
            judged = judge_files(load, result, self.settings.max_errors, load.files)
            result.rejected_files.extend(judged)
        result.require_no_rejected_file()

    def _report_staged(self, batch: Batch, result: LoadResult) -> None:
        rows = _staged_rows(batch, result)
        for source in self.sources:
            files = batch.of(source.table)
            rejected = sum(each.table == source.table for each in result.rejected)
            size = sum(file.size for file in files)
            self.reporter.staged(source.table, len(files), size, rows[source.table], rejected)

    def add_files(self, batch: Batch, result: LoadResult) -> None:
        """Add the files of a committed batch to the run, and the rows that were staged."""
        staged = {table: RowChanges(rows) for table, rows in _staged_rows(batch, result).items()}
        self._add_rows(staged)
        self.run.files += len(batch.files)
        self.run.bytes += batch.bytes
        self.run.batches += 1
        self.run.records += result.records.total()
        self.run.rejected += len(result.rejected)
        self.run.suppressed += result.suppressed.total()
        self.run.empty_files += [file.uri for _, file in batch.files if not result.records[file]]

    def _add_rows(self, rows: Mapping[str, RowChanges]) -> None:
        for table, changes in rows.items():
            self.run.row_changes[table] += changes

    def add_results(self, report: ContractReport, results: Sequence[CheckResult]) -> None:
        """Add what the checks found in committed batches to the run."""
        for outcome, count in count_outcomes(each.outcome for each in results).items():
            self.run.checks[outcome] += count
        self.run.schema_changes += report.changes
        self.run.warnings += [each.account for each in results if each.offending]


def _staged_rows(batch: Batch, result: LoadResult) -> dict[str, int]:
    """Return the number of rows by staging table: one for each record that was not left out."""
    rejected = Counter(each.table for each in result.rejected)
    return {
        table: sum(result.records[file] for file in batch.of(table))
        - rejected[table]
        - result.suppressed[table]
        for table in STAGING_TABLES
    }


def _require_some_access(batch: Batch, rejected: Sequence[RejectedFile]) -> None:
    """Raise SourceError where no file of a batch may be read: that is no fault of the files."""
    denied = {each.uri for each in rejected if each.reason == PERMISSION_DENIED}
    if denied and all(file.uri in denied for _, file in batch.files if file.size):
        raise SourceError(rejected[0].message, rejected[0].hint)


def _locations(loads: Sequence[JsonLoad], results: Sequence[CheckResult]) -> list[str]:
    """Return file and line of the first rows that break the checks, as far as they are found."""
    locations: list[str] = []
    # What the checks found is the error to show, not that a file was deleted since.
    with suppress(SourceError):
        for result in results:
            wanted = set(result.offending)
            # Closed, since what is read ahead in S3 would live for as long as the error does.
            with closing(staging.find_records(loads, result.columns, wanted)) as found:
                locations += map(str, islice(found, checks.ROWS_IN_ERROR))
    return locations


@contextmanager
def measured(run: Run, stage: str) -> Iterator[None]:
    """Add the time of a stage to the run, also if it fails."""
    began = time.perf_counter()
    try:
        yield
    finally:
        run.seconds[stage] = run.seconds.get(stage, 0.0) + time.perf_counter() - began
        run.peak_memory_bytes = peak_memory_bytes()
