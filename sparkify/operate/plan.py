"""Tell what a load would do now: which files, in which batches, by which statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sparkify import ledger, pipeline, warehouse
from sparkify.config import Settings
from sparkify.contract.evolution import AddedColumn, added_columns
from sparkify.contract.profile import profile_nothing
from sparkify.engines import backend_of, open_reader
from sparkify.engines.base import Backend, JsonLoad
from sparkify.ledger import LoadedVersion
from sparkify.operate.dry_run import DryRun, PlannedStep
from sparkify.sources import DataFile, PassedOver
from sparkify.sources.selection import EVERY_LOG, LogChoice

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

    `has_tables` is true if there is a warehouse to load into. `touched` are the uris of the files
    that were only touched or copied again, and would not be loaded.
    `left_out` is the number of files that were rejected and did not change, `passed_over` are those
    that are no data by their names, or have no date. `warnings` are about the choice of files.
    """

    has_tables: bool
    batches: tuple[tuple[PendingFile, ...], ...]
    touched: tuple[str, ...]
    steps: tuple[PlannedStep, ...]
    left_out: int
    passed_over: tuple[PassedOver, ...]
    warnings: tuple[str, ...]

    @property
    def files(self) -> tuple[PendingFile, ...]:
        """All pending files."""
        return tuple(file for batch in self.batches for file in batch)


class _TouchedFiles(pipeline.NullReporter):
    """Collects the touched files of a dry run."""

    def __init__(self) -> None:
        self.uris: tuple[str, ...] = ()

    def touched(self, files: Collection[DataFile]) -> None:
        """Collect their uris."""
        self.uris = tuple(file.uri for file in files)


def plan_load(settings: Settings, backend: Backend, choice: LogChoice = EVERY_LOG) -> LoadPlan:
    """Plan a load of the chosen files now, in a backend's SQL dialect; nothing is changed.

    Only those files are read that may have been only touched: with a new etag and the known size.
    Without a warehouse all files are pending. Raises SourceError for a location that cannot be
    listed, ConfigError for settings with which the load would fail, WarehouseError for a warehouse
    that cannot be read or is of another version.
    """
    has_tables, latest, rejected, added = _warehouse_state(settings)
    dry_run, touched = DryRun(backend, latest, rejected, added), _TouchedFiles()
    try:
        selection = pipeline.select_logs(settings, choice)
        run = pipeline.load_pending(dry_run, settings, touched, selection, profile_nothing)
    finally:
        dry_run.close()
    for loads in dry_run.loads:
        backend_of(settings).require_loadable(settings, loads)
    batches = tuple(_files(loads) for loads in dry_run.loads)
    steps = tuple(dry_run.steps) if batches or touched.uris else ()
    passed_over = tuple(run.passed_over)
    warnings = tuple(run.warnings)
    return LoadPlan(has_tables, batches, touched.uris, steps, run.left_out, passed_over, warnings)


def _warehouse_state(
    settings: Settings,
) -> tuple[bool, Iterable[LoadedVersion], FileVersions, list[AddedColumn]]:
    """Return whether there are tables, latest versions, those of rejected files, added columns."""
    if not backend_of(settings).exists(settings):
        return False, (), set(), []
    reader = open_reader(settings)
    try:
        if not warehouse.version(reader):
            return False, (), set(), []
        warehouse.require_current(reader)
        return True, *ledger.known_versions(reader), added_columns(reader)
    finally:
        reader.close()


def _files(loads: Sequence[JsonLoad]) -> tuple[PendingFile, ...]:
    return tuple(_pending_file(file, load.table) for load in loads for file in load.files)


def _pending_file(file: DataFile, table: str) -> PendingFile:
    return PendingFile(file.uri, file.etag, file.size, table)
