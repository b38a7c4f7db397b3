"""The contract of the source: the keys that are read, and the types of their values.

Files are looked at before they are loaded. Found are keys that nobody reads, keys that are read and
that a file lacks, and values of another JSON type than the key had before; null is of every type.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field

from sparkify.config import Settings
from sparkify.contract.evolving import (
    AddedColumn,
    add_columns,
    added_columns,
    new_columns,
    require_paths,
    with_added,
)
from sparkify.contract.looking import Key, Look, Seen, Sightings, look
from sparkify.engines import Engine, JsonLoad, fitted
from sparkify.errors import ChecksFailed, SourceError
from sparkify.sql import statement

FINDINGS = ("staging_table", "key_name", "finding", "detail", "objects", "first_file", "run_id")
KEYS = ("staging_table", "key_name", "json_type", "first_file", "run_id")
NAME_BYTES = DETAIL_BYTES = 1024
SHOWN = 3
NEW_COLUMN = "new column"

# The types of each key's values so far, by staging table and name.
Known = Mapping[tuple[str, str], set[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong about a key, in how many of the objects looked at, and in which file first."""

    staging_table: str
    key_name: str
    finding: str
    detail: str
    objects: int
    first_file: str

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return (
            f"{self.staging_table}: {self.finding} {self.key_name}{detail} in {self.objects:,} "
            f"object(s), first in {self.first_file}"
        )


@dataclass(frozen=True, slots=True)
class NewType:
    """A type that the values of a key were never seen to have before."""

    staging_table: str
    key_name: str
    json_type: str
    first_file: str


class ContractBroken(ChecksFailed):
    """A batch's files break the contract, and [ETL] SCHEMA is strict."""

    def __init__(self, findings: Sequence["Finding"]) -> None:
        more = len(findings) - SHOWN
        super().__init__(
            "the files break the contract to which [ETL] SCHEMA = strict holds them: "
            + "; ".join(map(str, findings[:SHOWN]))
            + (f"; and {more:,} more" if more > 0 else ""),
            "correct the files and run again, or accept them once with --set ETL.SCHEMA=warn; "
            "nothing of the batch was loaded, its files are pending",
        )
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Held:
    """A batch held against the contract: what was found, and what to remember.

    `added` are all columns that were added to the staging tables, for this batch or before.
    """

    added: list[AddedColumn]
    findings: list[Finding] = field(default_factory=list)
    new_types: list[NewType] = field(default_factory=list)


def hold(
    engine: Engine, settings: Settings, loads: Sequence[JsonLoad], run_id: str, look: Look = look
) -> Held:
    """Look at a batch's files, before its transaction, and hold them against the contract.

    By [ETL] SCHEMA. warn looks at the beginnings of some files; strict and evolve look at all of
    all. strict raises ContractBroken if anything is found; evolve adds a column for each unknown
    key that can have one. Raises SourceError for a file that cannot be read, unless in warn on
    Redshift, which reads with keys of its own; ConfigError where a column could not be filled.
    """
    mode = settings.source_schema
    held = Held(added_columns(engine))
    known: dict[tuple[str, str], set[str]] = {}
    for table, key_name, json_type in engine.fetch(statement("contract/known_types")).rows:
        known.setdefault((table, key_name), set()).add(json_type)
    new: list[AddedColumn] = []
    for load in (load for load in with_added(loads, held.added) if load.files):
        try:
            seen = look(load, mode != "warn")
        except SourceError as error:
            if mode != "warn" or not settings.host:
                raise
            # Redshift's role may read what our own keys may not: the load will tell.
            unseen = Finding(load.table, "", "not looked at", str(error), 0, load.files[0].uri)
            held.findings.append(unseen)
            continue
        why_not: dict[Key, str] = {}
        for key, column in new_columns(load, [*seen.unread], run_id) if mode == "evolve" else ():
            if isinstance(column, AddedColumn):
                new.append(column)
                seen.added[key], seen.read[key] = column.column_name, seen.unread.pop(key)
            else:
                why_not[key] = column
        held.findings.extend(_findings(load.table, seen, known, why_not))
        held.new_types.extend(_new_types(load.table, seen, known))
    broken = [each for each in held.findings if each.finding != NEW_COLUMN]
    if mode == "strict" and broken:
        raise ContractBroken(broken)
    if new:
        require_paths(settings, with_added(loads, [*held.added, *new]))
        held.added[:] = add_columns(engine, new)
    return held


def record(engine: Engine, run_id: str, held: Held) -> None:
    """Keep what was found, and remember the types, in the transaction that loads the batch."""
    record_findings(engine, run_id, held.findings)
    engine.append("source_keys", KEYS, [(*astuple(each), run_id) for each in held.new_types])


def record_findings(engine: Engine, run_id: str, findings: Sequence[Finding]) -> None:
    """Keep what was found."""
    engine.append("source_findings", FINDINGS, [(*astuple(each), run_id) for each in findings])


def _findings(
    table: str, seen: Seen, known: Known, why_not: Mapping[Key, str]
) -> Iterator[Finding]:
    """What was found; `why_not` says of unknown keys why they can have no column."""
    for key, types in seen.unread.items():
        detail = _listed(types) + (f"; no column: {why_not[key]}" if key in why_not else "")
        yield _finding(table, key, "unknown key", detail, types.values())
    for key, sightings in seen.missing.items():
        yield _finding(table, key, "missing key", "", [sightings])
    for key, types in seen.read.items():
        is_known = (table, _name(key)) in known
        if key in seen.added and not is_known:
            detail = f"{_listed(types)}; column {seen.added[key]}"
            yield _finding(table, key, NEW_COLUMN, detail, types.values())
            continue
        before = known[table, _name(key)] if is_known else seen.expected[key]
        changed = {name: each for name, each in types.items() if name not in {*before, "null"}}
        if changed:
            detail = f"{_listed(changed)}; before: {_listed(before)}"
            yield _finding(table, key, "another type", detail, changed.values())


def _listed(types: Iterable[str]) -> str:
    return ", ".join(sorted(types))


def _finding(
    table: str, key: Key, finding: str, detail: str, seen: Collection[Sightings]
) -> Finding:
    return Finding(
        *(table, _name(key), finding, fitted(detail, DETAIL_BYTES)),
        *(sum(each.objects for each in seen), min(each.first_file for each in seen)),
    )


def _new_types(table: str, seen: Seen, known: Known) -> Iterator[NewType]:
    for key, types in seen.read.items():
        for name, sightings in types.items():
            if name not in {*known.get((table, _name(key)), ()), "null"}:
                yield NewType(table, _name(key), name, sightings.first_file)


def _name(key: Key) -> str:
    return fitted(".".join(key), NAME_BYTES) if key else "(other keys)"
