"""The contract of the source: the fields that are read, and the types of their values.

Files are profiled before they are loaded. Schema drift is a new field, a field that a whole file
lacks, or values of another JSON type than the field had before; null is of every type.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field

from sparkify.config import Settings
from sparkify.contract.evolution import (
    AddedColumn,
    add_columns,
    added_columns,
    new_columns,
    with_added,
)
from sparkify.contract.profile import (
    FieldPath,
    FieldSightings,
    Profiler,
    SourceProfile,
    profile_files,
)
from sparkify.engines import backend_of
from sparkify.engines.base import Engine, JsonLoad, fitted
from sparkify.errors import ChecksFailed, SourceError, UnreadableFile
from sparkify.sizes import counted
from sparkify.sql import statement

SCHEMA_CHANGE_COLUMNS = (
    *("staging_table", "key_name", "finding", "detail", "objects", "first_file", "run_id"),
)
FIELD_TYPE_COLUMNS = ("staging_table", "key_name", "json_type", "first_file", "run_id")
NAME_BYTES = CHANGE_DETAIL_BYTES = 1024
CHANGES_SHOWN = 3
NEW_FIELD, MISSING_FIELD, RETYPED_FIELD = "new field", "missing field", "retyped field"
NEW_COLUMN, NOT_PROFILED = "new column", "not profiled"

# The types of each field's values so far, by staging table and name.
KnownTypes = Mapping[tuple[str, str], set[str]]


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """A difference from the contract: the field, the number of records, and the first file."""

    staging_table: str
    field: str
    change: str
    detail: str
    records: int
    first_file: str

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return (
            f"{self.staging_table}: {self.change} {self.field}{detail} in "
            f"{counted(self.records, 'record')}, first in {self.first_file}"
        )


@dataclass(frozen=True, slots=True)
class NewType:
    """A type that the values of a field never had before."""

    staging_table: str
    field: str
    json_type: str
    first_file: str


class ContractBroken(ChecksFailed):
    """A batch's files break the contract, and [ETL] SCHEMA is strict."""

    def __init__(self, changes: Sequence[SchemaChange]) -> None:
        more = len(changes) - CHANGES_SHOWN
        super().__init__(
            "the files break the contract that [ETL] SCHEMA = strict enforces: "
            + "; ".join(map(str, changes[:CHANGES_SHOWN]))
            + (f"; and {more:,} more" if more > 0 else ""),
            "correct the files and run again, or accept them once with --set ETL.SCHEMA=warn; "
            "nothing of the batch was loaded, its files are pending",
        )
        self.changes = changes


@dataclass(frozen=True, slots=True)
class ContractReport:
    """The result of checking a batch against the contract.

    `added` are all columns that were added to the staging tables, for this batch or before;
    `new_types` become part of the contract when the batch is loaded.
    """

    added: list[AddedColumn]
    changes: list[SchemaChange] = field(default_factory=list)
    new_types: list[NewType] = field(default_factory=list)


def check_contract(
    engine: Engine,
    settings: Settings,
    loads: Sequence[JsonLoad],
    run_id: str,
    profiler: Profiler = profile_files,
) -> ContractReport:
    """Profile a batch's files, before its transaction, and compare them with the contract.

    By [ETL] SCHEMA: warn profiles the beginnings of some files; strict and evolve profile all
    records of all files. strict raises ContractBroken for any change; evolve adds a column for each
    new field that can have one. Raises SourceError for a file that cannot be read, unless in warn
    on an engine that reads with its own credentials; ConfigError where a new column could not be
    filled.
    """
    mode = settings.source_schema
    report = ContractReport(added_columns(engine))
    known = _known_types(engine)
    new: dict[AddedColumn, int] = {}
    longest: dict[str, dict[str, int]] = {}
    longest_name = backend_of(settings).longest_name
    for load in (load for load in with_added(loads, report.added) if load.files):
        try:
            profile = profiler(load, mode != "warn")
        except SourceError as error:
            if mode != "warn" or not engine.reads_source_itself:
                if isinstance(error, UnreadableFile):
                    continue  # the load rejects the files
                raise
            # The engine may read files that our own credentials may not: the load will show it.
            uri = load.files[0].uri
            report.changes.append(SchemaChange(load.table, "", NOT_PROFILED, str(error), 0, uri))
            continue
        why_not: dict[FieldPath, str] = {}
        fields = [*profile.new] if mode == "evolve" else []
        for key, column in new_columns(load, fields, run_id, longest_name):
            if isinstance(column, AddedColumn):
                new[column] = profile.longest.get(key, 0)
                profile.added[key] = column.column_name
                profile.known[key] = profile.new.pop(key)
            else:
                why_not[key] = column
        longest[load.table] = _by_column(profile)
        report.changes.extend(_changes(load.table, profile, known, why_not))
        report.new_types.extend(_new_types(load.table, profile, known))
    broken = [each for each in report.changes if each.change != NEW_COLUMN]
    if mode == "strict" and broken:
        raise ContractBroken(broken)
    if new:
        loads_then = with_added(loads, [*report.added, *new])
        backend_of(settings).require_loadable(settings, loads_then)
        report.added[:] = add_columns(engine, new)
    _widen_added(engine, longest)
    return report


def record_contract(engine: Engine, run_id: str, report: ContractReport) -> None:
    """Record the changes and the new types, in the transaction that loads the batch."""
    record_changes(engine, run_id, report.changes)
    rows = [(*astuple(each), run_id) for each in report.new_types]
    engine.append("source_keys", FIELD_TYPE_COLUMNS, rows)


def record_changes(engine: Engine, run_id: str, changes: Sequence[SchemaChange]) -> None:
    """Record the schema changes of a batch."""
    rows = [(*astuple(each), run_id) for each in changes]
    engine.append("source_findings", SCHEMA_CHANGE_COLUMNS, rows)


def _widen_added(engine: Engine, longest: Mapping[str, Mapping[str, int]]) -> None:
    for table, by_column in longest.items():
        if by_column:
            engine.widen_added(table, by_column)


def _by_column(profile: SourceProfile) -> dict[str, int]:
    """Return the length of the longest text of each added column."""
    measured = profile.longest
    return {column: measured[key] for key, column in profile.added.items() if key in measured}


def _known_types(engine: Engine) -> KnownTypes:
    known: dict[tuple[str, str], set[str]] = {}
    for table, name, json_type in engine.fetch(statement("contract/known_types")).rows:
        known.setdefault((table, name), set()).add(json_type)
    return known


def _changes(
    table: str, profile: SourceProfile, known: KnownTypes, why_not: Mapping[FieldPath, str]
) -> Iterator[SchemaChange]:
    """Yield the changes; `why_not` has the reason for each new field that can have no column."""
    for key, types in profile.new.items():
        detail = _listed(types) + (f"; no column: {why_not[key]}" if key in why_not else "")
        yield _change(table, key, NEW_FIELD, detail, types.values())
    for key, sightings in profile.missing.items():
        yield _change(table, key, MISSING_FIELD, "", [sightings])
    for key, types in profile.known.items():
        is_known = (table, _name(key)) in known
        if key in profile.added and not is_known:
            detail = f"{_listed(types)}; column {profile.added[key]}"
            yield _change(table, key, NEW_COLUMN, detail, types.values())
            continue
        before = known[table, _name(key)] if is_known else profile.expected[key]
        changed = {name: each for name, each in types.items() if name not in {*before, "null"}}
        if changed:
            detail = f"{_listed(changed)}; before: {_listed(before)}"
            yield _change(table, key, RETYPED_FIELD, detail, changed.values())


def _listed(types: Iterable[str]) -> str:
    return ", ".join(sorted(types))


def _change(
    table: str, key: FieldPath, change: str, detail: str, found: Collection[FieldSightings]
) -> SchemaChange:
    return SchemaChange(
        *(table, _name(key), change, fitted(detail, CHANGE_DETAIL_BYTES)),
        *(sum(each.records for each in found), min(each.first_file for each in found)),
    )


def _new_types(table: str, profile: SourceProfile, known: KnownTypes) -> Iterator[NewType]:
    for key, types in profile.known.items():
        for name, sightings in types.items():
            if name not in {*known.get((table, _name(key)), ()), "null"}:
                yield NewType(table, _name(key), name, sightings.first_file)


def _name(key: FieldPath) -> str:
    return fitted(".".join(key), NAME_BYTES) if key else "(other fields)"
