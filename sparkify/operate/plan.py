"""Tell what a load would do now: which files, in which batches, by which statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkify import ledger, pipeline, quarantine, warehouse
from sparkify.config import Settings
from sparkify.contract.evolution import AddedColumn, added_columns
from sparkify.contract.profile import profile_nothing
from sparkify.engines import backend_of, open_reader
from sparkify.engines.base import Backend, JsonLoad
from sparkify.operate.dry_run import DryRun, PlannedStep
from sparkify.sources import DataFile, PassedOver

FileVersions = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file that a load would take."""

    uri: str
    etag: str
    bytes: int
    table: str


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """The batches of files that a load would take, and all steps in their order.

    `has_tables` is true if there is a warehouse to load into. `left_out` is the number of files
    that were rejected and did not change, `passed_over` are those that are no data by their names.
    """

    has_tables: bool
    batches: tuple[tuple[PendingFile, ...], ...]
    steps: tuple[PlannedStep, ...]
    left_out: int
    passed_over: tuple[PassedOver, ...]

    @property
    def files(self) -> tuple[PendingFile, ...]:
        """All pending files."""
        return tuple(file for batch in self.batches for file in batch)


def plan_load(settings: Settings, backend: Backend) -> LoadPlan:
    """Plan a load now, in a backend's SQL dialect; nothing is changed, and no file is read.

    Without a warehouse all files are pending. Raises SourceError for a location that cannot be
    listed, WarehouseError for a warehouse that cannot be read or is of another version.
    """
    has_tables, loaded, rejected, added = _warehouse_state(settings)
    dry_run = DryRun(backend, loaded, rejected, added)
    try:
        run = pipeline.load_pending(
            dry_run, settings, pipeline.NullReporter(), profiler=profile_nothing
        )
    finally:
        dry_run.close()
    batches = tuple(_files(loads) for loads in dry_run.loads)
    steps = tuple(dry_run.steps) if batches else ()
    return LoadPlan(has_tables, batches, steps, run.left_out, tuple(run.passed_over))


def _warehouse_state(
    settings: Settings,
) -> tuple[bool, FileVersions, FileVersions, list[AddedColumn]]:
    """Return whether there are tables, the versions of files loaded and rejected, the columns."""
    if not backend_of(settings).exists(settings):
        return False, set(), set(), []
    reader = open_reader(settings)
    try:
        if not warehouse.version(reader):
            return False, set(), set(), []
        warehouse.require_current(reader)
        rejected = quarantine.rejected_versions(reader)
        return True, ledger.loaded_versions(reader), rejected, added_columns(reader)
    finally:
        reader.close()


def _files(loads: Sequence[JsonLoad]) -> tuple[PendingFile, ...]:
    return tuple(_pending_file(file, load.table) for load in loads for file in load.files)


def _pending_file(file: DataFile, table: str) -> PendingFile:
    return PendingFile(file.uri, file.etag, file.size, table)
