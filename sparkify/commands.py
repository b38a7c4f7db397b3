"""The commands as functions, for Python programs, and for the command line, which calls them too.

Nothing is printed, and an error is a SparkifyError. Each function takes the settings: a settings
file, a mapping of `SECTION.KEY` to values as `--set` takes them, or Settings. Without them it reads
`./dwh.cfg`, if there is one, and the environment.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sparkify import aftermath, pipeline, staging
from sparkify.config import EngineName, GivenSettings, Settings, Severity, as_settings
from sparkify.engines import (
    ENGINES,
    backend_of,
    open_engine,
    open_existing,
    open_reader,
    require_warehouse,
)
from sparkify.engines.base import Engine
from sparkify.errors import WarehouseBusy
from sparkify.pipeline import NullReporter, Run, RunReporter
from sparkify.sources.selection import EVERY_LOG, LogChoice

if TYPE_CHECKING:
    from sparkify.checks import CheckResult
    from sparkify.operate.plan import LoadPlan
    from sparkify.operate.reload import ReloadPlan, ReloadScope
    from sparkify.operate.status import PendingFiles, WarehouseStatus

RETRY_OPEN_SECONDS = 0.5
SILENT = NullReporter()
Before = Callable[[Engine], None]


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


def create_tables(settings: GivenSettings = None, *, before: Before = lambda _: None) -> None:
    """Drop all tables, with all that is in them, and create them again, empty.

    `before` is called with the open warehouse; what it raises ends the command. Raises
    WarehouseError, and changes nothing, where there are tables that Sparkify did not make.
    """
    with _opened(as_settings(settings), open_engine) as engine:
        before(engine)
        pipeline.create_tables(engine)


def undo(run_id: str, settings: GivenSettings = None, *, before: Before = lambda _: None) -> int:
    """Remove what a run loaded; return the number of files that are pending again.

    `before` is called with the open warehouse; what it raises ends the command. Raises ConfigError
    for a run that loaded nothing, ChecksFailed, WarehouseError.
    """
    from sparkify.operate.repair import undo_run

    found = as_settings(settings)
    with _opened(found, open_existing) as engine:
        before(engine)
        return undo_run(engine, run_id, found)


def rebuild(settings: GivenSettings = None, *, before: Before = lambda _: None) -> int:
    """Rebuild the star schema from the staging tables; return the number of batches.

    `before` is called with the open warehouse; what it raises ends the command. Raises
    ChecksFailed, WarehouseError.
    """
    from sparkify.operate.repair import rebuild_star

    found = as_settings(settings)
    with _opened(found, open_existing) as engine:
        before(engine)
        return rebuild_star(engine, found)


def migrate(settings: GivenSettings = None) -> Migration:
    """Upgrade the tables to this version of Sparkify. Raises WarehouseError, ChecksFailed."""
    from sparkify.operate.migration import migrate as migrate_tables

    found = as_settings(settings)
    require_warehouse(found)
    with file_permissions(found):
        rewritten = backend_of(found).migrate_storage(found)
    with _opened(found, open_existing) as engine:
        return Migration(migrate_tables(engine), rewritten)


def check(settings: GivenSettings = None, *, everything: bool = False) -> "list[CheckResult]":
    """Run the data quality checks of the last batch, or of everything; return their results.

    A check that fails is a result and no error. Raises WarehouseError, ConfigError.
    """
    from sparkify.operate.checking import check_all, check_last_batch

    found = as_settings(settings)
    with closing(open_reader(found)) as reader:
        return (check_all if everything else check_last_batch)(reader, found)


def status(settings: GivenSettings = None) -> "WarehouseStatus":
    """Return the status of the warehouse, without listing the source. Raises WarehouseError."""
    from sparkify import warehouse
    from sparkify.operate.status import read_status

    with closing(open_reader(as_settings(settings))) as reader:
        warehouse.require_current(reader)
        return read_status(reader)


def pending(settings: GivenSettings = None) -> "PendingFiles":
    """List the source, and return the number and size of the files that a load would take.

    Raises SourceError, ConfigError, WarehouseError.
    """
    from sparkify import warehouse
    from sparkify.operate.status import find_pending

    found = as_settings(settings)
    with closing(open_reader(found)) as reader:
        warehouse.require_current(reader)
        return find_pending(reader, found)


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
    with file_permissions(settings), closing(open_warehouse(settings)) as engine:
        yield engine


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
