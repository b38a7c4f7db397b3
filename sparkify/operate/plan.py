"""What a load would do now: which files, in which batches, by which statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkify import ledger, pipeline, warehouse
from sparkify.config import Settings
from sparkify.contract.evolving import AddedColumn, added_columns
from sparkify.contract.looking import look_away
from sparkify.engines import JsonLoad, open_reader
from sparkify.operate.rehearsal import Rehearsal, Step
from sparkify.sources import DataFile


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file that a load would take."""

    uri: str
    etag: str
    bytes: int
    table: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a load would do: each batch's files, and all steps in their order.

    `is_made` says whether there is a warehouse to load into.
    """

    is_made: bool
    batches: tuple[tuple[PendingFile, ...], ...]
    steps: tuple[Step, ...]

    @property
    def files(self) -> tuple[PendingFile, ...]:
        """All pending files."""
        return tuple(file for batch in self.batches for file in batch)


def plan(settings: Settings) -> Plan:
    """What a load would do now; nothing is changed, and nothing of a file is read.

    Without a warehouse all is pending. Raises SourceError for a location that cannot be listed,
    WarehouseError for a warehouse that cannot be read or is of another version.
    """
    is_made, loaded, added = _warehouse(settings)
    rehearsal = Rehearsal(loaded, added)
    try:
        pipeline.load_pending(rehearsal, settings, pipeline.Silence(), look=look_away)
    finally:
        rehearsal.close()
    batches = tuple(_files(loads) for loads in rehearsal.loads)
    return Plan(is_made, batches, tuple(rehearsal.steps) if batches else ())


def _warehouse(settings: Settings) -> tuple[bool, set[tuple[str, str]], list[AddedColumn]]:
    """Whether there is a warehouse; the versions of files that it has, and what was added to it."""
    if not settings.host and not settings.database_file.exists():
        return False, set(), []
    reader = open_reader(settings)
    try:
        if not warehouse.version(reader):
            return False, set(), []
        warehouse.require_current(reader)
        return True, ledger.loaded_versions(reader), added_columns(reader)
    finally:
        reader.close()


def _files(loads: Sequence[JsonLoad]) -> tuple[PendingFile, ...]:
    return tuple(_pending(file, load.table) for load in loads for file in load.files)


def _pending(file: DataFile, table: str) -> PendingFile:
    return PendingFile(file.uri, file.etag, file.size, table)
