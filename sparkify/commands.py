"""The commands as functions, for Python programs, and for the command line, which calls them too.

Nothing is printed, and an error is a SparkifyError. Each function takes the settings: a settings
file, a mapping of `SECTION.KEY` to values as `--set` takes them, or Settings. Without them it reads
`./dwh.cfg`, if there is one, and the environment.
"""

import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sparkify import aftermath, pipeline, staging, warehouse
from sparkify.config import EngineName, GivenSettings, Settings, Severity, as_settings
from sparkify.engines import (
    ENGINES,
    backend_of,
    open_engine,
    open_existing,
    open_exporter,
    open_reader,
    require_warehouse,
)
from sparkify.engines.base import Engine, ExportFormat, Reader
from sparkify.errors import SparkifyWarning, WarehouseBusy, WarehouseError
from sparkify.pipeline import NullReporter, Run, RunReporter
from sparkify.sources.selection import EVERY_LOG, LogChoice
from sparkify.sql import ANALYSTS_TABLES
from sparkify.suppression import latest_unfinished

if TYPE_CHECKING:
    from sparkify.checks import CheckResult
    from sparkify.operate.forget import Erasure, ErasureRequest
    from sparkify.operate.history import PastRun, RunDetails
    from sparkify.operate.plan import LoadPlan
    from sparkify.operate.reconcile import Difference
    from sparkify.operate.rejected import RejectedFilter
    from sparkify.operate.reload import ReloadPlan, ReloadScope
    from sparkify.operate.remains import Remain
    from sparkify.operate.repair import RebuildPlan
    from sparkify.operate.status import PendingFiles, WarehouseStatus
    from sparkify.serve.diff import TableDifference
    from sparkify.serve.export import ExportSummary

RETRY_OPEN_SECONDS = 0.5
SILENT = NullReporter()


class Migration(NamedTuple):
    """The version of the tables before, and what was done to the file of the warehouse, if any."""

    version: int
    rewritten: str


def load(  # noqa: PLR0913 - one for each option of etl
    settings: GivenSettings = None,
    *,
    choice: LogChoice = EVERY_LOG,
    wait: float | None = None,
    fail_on: Severity = "block",
    reporter: RunReporter = SILENT,
    on_end: Callable[[Run], None] = lambda _: None,
    within: AbstractContextManager[None] | None = None,
) -> Run:
    """Load new files incrementally; each batch is atomic. Create the tables if there are none.

    `choice` are the log files to take; `wait` the seconds to wait for another writer, by default
    none on DuckDB and LOCK_WAIT on a server. `on_end` is called with the run before its notices and
    metrics, which the settings name; with `fail_on="warn"` they take warnings for a failure. All
    happens in the context `within`, but for the notices. Raises SparkifyError; the batches before
    the one that failed are kept.
    """
    found = as_settings(settings)
    # DuckDB's file is opened or it is not; a server lets a run queue, by default for LOCK_WAIT.
    patient = found if wait is None else replace(found, lock_wait=wait)
    with (
        aftermath.failure_notified(found, reporter.warn),
        within or nullcontext(),
        aftermath.failure_measured(found, reporter.warn),
        aftermath.lineage_reported(found, reporter.warn) as report_lineage,
    ):
        run = _load_new(patient, choice, wait or 0, reporter)
        report_lineage(run)
        on_end(run)
        needs_person = run.needs_person(fail_on)
        is_partial = not choice.is_everything
        aftermath.measure_load(
            found, reporter.warn, needs_person=needs_person, is_partial=is_partial
        )
    aftermath.announce_recovery(found, reporter.warn)
    aftermath.announce_warnings(found, reporter.warn, run)
    if not needs_person:
        aftermath.announce_success(found, reporter.warn)
    return run


def retry(settings: GivenSettings = None, *, reporter: RunReporter = SILENT) -> Run:
    """Load only the corrected and the rejected files. Raises SparkifyError."""
    found = as_settings(settings)
    with (
        aftermath.failure_notified(found, reporter.warn),
        aftermath.lineage_reported(found, reporter.warn) as report_lineage,
    ):
        with _opened(found, open_existing) as engine:
            run = pipeline.load_corrected(engine, found, reporter)
        report_lineage(run)
    aftermath.announce_warnings(found, reporter.warn, run)
    return run


def reload(
    scope: "ReloadScope",
    settings: GivenSettings = None,
    *,
    drop_missing: bool = False,
    reporter: RunReporter = SILENT,
    before: Callable[["ReloadPlan"], None] = lambda _: None,
) -> Run:
    """Load files again, in the place of their batches, in one transaction.

    `scope` says which: of a run or a file, chosen log files, or all. `drop_missing` removes the
    records of files that are gone from the source. `before` is called with what is planned, before
    anything changes; what it raises ends the command. Raises SparkifyError.
    """
    from sparkify.operate.reload import plan_reload, reload_files, require_all_there

    found = as_settings(settings)
    with ExitStack() as stack:
        with aftermath.failure_notified(found, reporter.warn):
            engine = stack.enter_context(_opened(found, open_existing))
            planned = plan_reload(engine, found, scope)
            if not drop_missing:
                require_all_there(planned)
        before(planned)
        with (
            aftermath.failure_notified(found, reporter.warn),
            aftermath.lineage_reported(found, reporter.warn) as report_lineage,
        ):
            run = reload_files(engine, found, reporter, planned)
            stack.close()
            report_lineage(run)
    aftermath.announce_warnings(found, reporter.warn, run)
    return run


def plan_reload(scope: "ReloadScope", settings: GivenSettings = None) -> "ReloadPlan":
    """Return what a reload would remove and load, and change nothing.

    Raises ConfigError where the scope names nothing that is loaded, SourceError, WarehouseError.
    """
    from sparkify.operate import reload as reloading

    found = as_settings(settings)
    with reading(found) as reader:
        return reloading.plan_reload(reader, found, scope)


def create_tables(
    settings: GivenSettings = None, *, before: Callable[[int], None] = lambda _: None
) -> None:
    """Drop all tables, with all that is in them, and create them again, empty.

    `before` is called with the number of loaded files, before anything changes; what it raises ends
    the command. Raises WarehouseError, and changes nothing, where there are tables that Sparkify
    did not make.
    """
    with _opened(as_settings(settings), open_engine) as engine:
        before(pipeline.count_loaded_files(engine))
        pipeline.create_tables(engine)


def count_loaded_files(settings: GivenSettings = None) -> int:
    """Return the number of loaded files, 0 where there is no warehouse. Raises WarehouseError."""
    found = as_settings(settings)
    if not backend_of(found).exists(found):
        return 0
    with reading(found) as reader:
        return pipeline.count_loaded_files(reader)


def undo(
    name: str,
    settings: GivenSettings = None,
    *,
    before: "Callable[[PastRun], None]" = lambda _: None,
) -> int:
    """Remove what a run loaded; return the number of files that are pending again.

    `name` is the run's id, the beginning of it, or "last". `before` is called with the run, before
    anything changes; what it raises ends the command. Raises ConfigError for a run that loaded
    nothing, ChecksFailed, WarehouseError.
    """
    from sparkify.operate.repair import loaded_run, undo_run

    found = as_settings(settings)
    with _opened(found, open_existing) as engine:
        run = loaded_run(engine, name)
        before(run)
        return undo_run(engine, run.run_id, found)


def plan_undo(name: str, settings: GivenSettings = None) -> "PastRun":
    """Return the run that an undo would remove, and change nothing.

    Raises ConfigError for a run that loaded nothing, WarehouseError.
    """
    from sparkify.operate.repair import loaded_run

    with reading(settings) as reader:
        return loaded_run(reader, name)


def forget(
    request: "ErasureRequest",
    settings: GivenSettings = None,
    *,
    before: "Callable[[Erasure], None]" = lambda _: None,
) -> "Erasure":
    """Remove all that is held about users, in one transaction; return what was removed.

    `before` is called with what is planned, before anything changes; what it raises ends the
    command. Raises WarehouseError; ConfigError on Redshift without [S3] WORK_DATA.
    """
    from sparkify.operate.forget import finish_erasures, forget_users, plan_erasure

    found = as_settings(settings)
    with _opened(found, open_existing) as engine:
        before(plan_erasure(engine, request.users))
        erasure = forget_users(engine, found, request)
        finish_erasures(engine)
        return erasure


def find_remains(
    users: Sequence[int],
    settings: GivenSettings = None,
    *,
    texts: Sequence[str] = (),
    exports: Sequence[str] = (),
) -> "list[Remain]":
    """Return what still holds users: tables, files of the database, exports, source files.

    `texts` are searched in the bytes of the database's files; `exports` are folders of exports.
    Reads all log files. Raises ConfigError, SourceError, WarehouseError.
    """
    from sparkify.operate import remains
    from sparkify.serve.diff_side import find_side

    found = as_settings(settings)
    held: list[Remain] = []
    sides = [find_side(name) for name in exports]
    with _opened(found, open_existing) as engine:
        held += remains.remains_in_warehouse(engine, users)
        held += remains.remains_in_source(engine, found, users)
    held += remains.remains_in_files(backend_of(found).stored_files(found), texts)
    for side in sides:
        with closing(side.open()) as export:
            held += remains.remains_in_export(export, side.name, users)
    return held


def unsuppress(request: "ErasureRequest", settings: GivenSettings = None) -> int:
    """Let loads take records of forgotten users again; return how many of these users they were.

    Raises ConfigError for a missing key, WarehouseError.
    """
    from sparkify.operate.forget import unsuppress_users

    found = as_settings(settings)
    with _opened(found, open_existing) as engine:
        return unsuppress_users(engine, found, request)


def plan_forget(request: "ErasureRequest", settings: GivenSettings = None) -> "Erasure":
    """Return what would be removed, and change nothing. Raises as `forget` does."""
    from sparkify.operate.forget import plan_erasure

    with _opened(as_settings(settings), open_existing) as engine:
        return plan_erasure(engine, request.users)


def rebuild(
    settings: GivenSettings = None, *, before: "Callable[[RebuildPlan], None]" = lambda _: None
) -> int:
    """Rebuild the star schema from the staging tables; return the number of batches.

    `before` is called with what is removed, before anything changes; what it raises ends the
    command. Raises ChecksFailed, WarehouseError.
    """
    from sparkify.operate import repair

    found = as_settings(settings)
    with _opened(found, open_existing) as engine:
        before(repair.plan_rebuild(engine))
        return repair.rebuild_star(engine, found)


def plan_rebuild(settings: GivenSettings = None) -> "RebuildPlan":
    """Return what a rebuild would remove, and change nothing. Raises WarehouseError."""
    from sparkify.operate import repair

    with reading(settings) as reader:
        return repair.plan_rebuild(reader)


def migrate(settings: GivenSettings = None) -> Migration:
    """Upgrade the tables to this version of Sparkify. Raises WarehouseError, ChecksFailed."""
    from sparkify.operate.migration import migrate as migrate_tables

    found = as_settings(settings)
    require_warehouse(found)
    with file_permissions(found):
        rewritten = backend_of(found).migrate_storage(found)
    with _opened(found, open_existing) as engine:
        return Migration(migrate_tables(engine), rewritten)


def grant(users: Sequence[str] = (), settings: GivenSettings = None) -> None:
    """Let analysts read the star schema: the role `analysts`, and these users, who get the role.

    Raises ConfigError on DuckDB, which has no users, WarehouseError.
    """
    found = as_settings(settings)
    with _opened(found, open_existing) as engine:
        warehouse.require_current(engine)
        backend_of(found).grant_analysts(engine, users)


def check(settings: GivenSettings = None, *, everything: bool = False) -> "list[CheckResult]":
    """Run the data quality checks of the last batch, or of everything; return their results.

    A check that fails is a result and no error. Raises WarehouseError, ConfigError.
    """
    from sparkify.operate.checking import check_all, check_last_batch

    found = as_settings(settings)
    with reading(found) as reader:
        return (check_all if everything else check_last_batch)(reader, found)


def status(settings: GivenSettings = None) -> "WarehouseStatus":
    """Return the status of the warehouse, without listing the source. Raises WarehouseError."""
    from sparkify.operate.status import read_status

    with reading_current(settings) as reader:
        return read_status(reader)


def pending(settings: GivenSettings = None) -> "PendingFiles":
    """List the source, and return the number and size of the files that a load would take.

    Raises SourceError, ConfigError, WarehouseError.
    """
    from sparkify.operate.status import find_pending

    found = as_settings(settings)
    with reading_current(found) as reader:
        return find_pending(reader, found)


def list_runs(settings: GivenSettings = None) -> "list[PastRun]":
    """Return all runs that had something to load, the latest first. Raises WarehouseError."""
    from sparkify.operate.history import past_runs

    with reading_current(settings) as reader:
        return past_runs(reader)


def run_details(name: str, settings: GivenSettings = None) -> "RunDetails":
    """Return all about a run: its batches, files, checks, schema changes and rejected records.

    `name` is its id, the beginning of it, or "last". Raises ConfigError if there is none,
    WarehouseError.
    """
    from sparkify.operate import history

    with reading_current(settings) as reader:
        return history.run_details(reader, name)


def rejected(wanted: "RejectedFilter", settings: GivenSettings = None) -> list[dict[str, Any]]:
    """Return the rejected records and files in the quarantine, the latest first.

    Raises ConfigError for a run that there is not, WarehouseError.
    """
    from sparkify.operate.history import find_run
    from sparkify.operate.rejected import rejected_rows

    with reading_current(settings) as reader:
        if wanted.run_id:
            wanted = replace(wanted, run_id=find_run(reader, wanted.run_id).run_id)
        return rejected_rows(reader, wanted)


def files_with_rejected(settings: GivenSettings = None) -> list[str]:
    """Return the uris of files with open rejected records, or rejected whole."""
    from sparkify import quarantine

    with reading_current(settings) as reader:
        return quarantine.files_with_rejected(reader)


def reconcile(settings: GivenSettings = None, *, deep: bool = False) -> "list[Difference]":
    """Compare source files, ledger and tables; return how they differ.

    With `deep` all files are read too, and their contents compared. Raises SourceError,
    ConfigError, WarehouseError.
    """
    from sparkify.operate.reconcile import find_differences, find_other_content

    found = as_settings(settings)
    with reading_current(found) as reader:
        differences = find_differences(reader, found)
        return differences + find_other_content(reader, found) if deep else differences


def plan(
    settings: GivenSettings = None,
    *,
    choice: LogChoice = EVERY_LOG,
    engine: EngineName | None = None,
) -> "LoadPlan":
    """Return what a load would do, and change nothing: files, batches and SQL statements.

    `engine` is the one in whose SQL dialect they are, by default that of the settings. Raises
    SourceError, ConfigError, WarehouseError.
    """
    from sparkify.operate.plan import plan_load

    found = as_settings(settings)
    return plan_load(found, ENGINES[engine or found.engine](), choice)


def diff(
    a: str,
    b: str,
    *,
    tables: Sequence[str] = ANALYSTS_TABLES,
    within: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> "list[TableDifference]":
    """Compare tables of the star of two warehouses row by row; return how each differs.

    `a` and `b` are each a settings file, a DuckDB file or the folder of an export. Each table is
    compared in the context that `within` returns for its name. Raises ConfigError, WarehouseError.
    """
    from sparkify.serve.diff import compare_table
    from sparkify.serve.diff_side import find_sides

    found = []
    first, second = find_sides(a, b)
    with closing(first.open()) as opened_a, closing(second.open()) as opened_b:
        for table in tables:
            with within(table):
                found.append(compare_table(opened_a, opened_b, table))
    return found


def export(
    location: str,
    settings: GivenSettings = None,
    *,
    form: ExportFormat = "parquet",
    safe_for_spreadsheets: bool = False,
) -> "ExportSummary":
    """Export the star schema as files with a manifest; an export that fails leaves nothing.

    `location` is a new folder, or s3://bucket/prefix. Raises ConfigError if it is not empty or
    cannot be written, WarehouseError, SourceError.
    """
    from sparkify.serve.export import export_star
    from sparkify.sources import S3Access
    from sparkify.sql import export_statement, safe_export_statement

    found = as_settings(settings)
    query = safe_export_statement if safe_for_spreadsheets else export_statement
    with file_permissions(found), closing(open_exporter(found)) as exporter:
        warehouse.require_star(exporter)
        access = S3Access.named_by(found)
        return export_star(exporter, location, form, datetime.now(UTC), access, query)


@contextmanager
def reading(settings: GivenSettings = None) -> Iterator[Reader]:
    """Open the warehouse read-only. Raises WarehouseError if there is none."""
    with closing(open_reader(as_settings(settings))) as reader:
        yield reader


@contextmanager
def reading_current(settings: GivenSettings = None) -> Iterator[Reader]:
    """Do the same. Raises WarehouseError also if its tables have another version."""
    with reading(settings) as reader:
        warehouse.require_current(reader)
        yield reader


@contextmanager
def file_permissions(settings: Settings) -> Iterator[None]:
    """Give the files that are made inside the permissions of [OUTPUT] FILE_MODE, DuckDB's too."""
    before = os.umask(settings.umask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _opened(settings: Settings, open_warehouse: Callable[[Settings], Engine]) -> Iterator[Engine]:
    """Open the warehouse to write; at the end finish what a killed erasure left undone."""
    with file_permissions(settings), closing(open_warehouse(settings)) as engine:
        yield engine
        if latest_unfinished(engine) is None:
            return
        from sparkify.operate.forget import finish_erasures

        try:
            finish_erasures(engine)
        except WarehouseError as error:  # the command itself is done
            said = f"the bytes of forgotten users are still in the storage: {error}"
            warnings.warn(SparkifyWarning(said, error.hint), stacklevel=3)


def _load_new(settings: Settings, choice: LogChoice, wait: float, reporter: RunReporter) -> Run:
    def open_patiently(settings: Settings) -> Engine:
        return _open_when_free(settings, wait, reporter)

    with _opened(settings, open_patiently) as engine:
        _warn_without_scanner(settings, engine, reporter)
        selection = pipeline.select_logs(settings, choice)
        return pipeline.load_pending(engine, settings, reporter, selection)


def _open_when_free(settings: Settings, seconds: float, reporter: RunReporter) -> Engine:
    """Open the warehouse, and wait so many seconds while another process has it."""
    give_up, warned = time.monotonic() + seconds, False
    while True:
        try:
            return _open_to_load(settings)
        except WarehouseBusy as busy:
            if time.monotonic() >= give_up:
                raise
            if not warned:
                reporter.warn(f"{busy}; waiting up to {seconds:g} s")
                warned = True
            time.sleep(RETRY_OPEN_SECONDS)


def _open_to_load(settings: Settings) -> Engine:
    """Open the warehouse, created if there is none; a wrong location leaves no empty one behind."""
    if not backend_of(settings).exists(settings):
        staging.require_sources(settings)
    return open_engine(settings)


def _warn_without_scanner(settings: Settings, engine: Engine, reporter: RunReporter) -> None:
    """Warn before the first load into a warehouse that it takes longer than it has to."""
    from sparkify.records.native import library_fix, library_state
    from sparkify.records.native_scanner import SOURCE

    fix = library_fix(SOURCE)
    # A warehouse in the cloud reads the files itself.
    if fix and not backend_of(settings).is_in_cloud and not pipeline.count_loaded_files(engine):
        reporter.warn(
            f"the native scanner {library_state(SOURCE).value}, so Python reads the records, "
            f"right but slower; to have it, {fix}"
        )
