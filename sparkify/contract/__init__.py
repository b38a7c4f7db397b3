"""The contract of the source: the keys that are read, and the types of their values.

Files are looked at before they are loaded. Found are keys that nobody reads, keys that are read and
that a file lacks, and values of another JSON type than the key had before; null is of every type.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field

from sparkify.config import SchemaMode
from sparkify.contract.looking import Key, Look, Seen, Sightings, look
from sparkify.engines import Engine, JsonLoad, fitted
from sparkify.errors import ChecksFailed, SourceError
from sparkify.sql import statement

FINDINGS = ("staging_table", "key_name", "finding", "detail", "objects", "first_file", "run_id")
KEYS = ("staging_table", "key_name", "json_type", "first_file", "run_id")
NAME_BYTES = DETAIL_BYTES = 1024
SHOWN = 3

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
    """A batch held against the contract: what was found, and what to remember."""

    findings: list[Finding] = field(default_factory=list)
    new_types: list[NewType] = field(default_factory=list)


def hold(engine: Engine, loads: Sequence[JsonLoad], mode: SchemaMode, look: Look = look) -> Held:
    """Look at a batch's files, before its transaction, and hold them against the contract.

    At the beginnings of some, or, where the mode is strict, at all of all: this raises
    ContractBroken if anything is found, SourceError for a file that cannot be read.
    """
    known: dict[tuple[str, str], set[str]] = {}
    for table, key_name, json_type in engine.fetch(statement("contract/known_types")).rows:
        known.setdefault((table, key_name), set()).add(json_type)
    held = Held()
    for load in (load for load in loads if load.files):
        try:
            seen = look(load, mode != "warn")
        except SourceError as error:
            if mode != "warn":
                raise
            # Redshift's role may read what our own keys may not: the load will tell.
            unseen = Finding(load.table, "", "not looked at", str(error), 0, load.files[0].uri)
            held.findings.append(unseen)
        else:
            held.findings.extend(_findings(load.table, seen, known))
            held.new_types.extend(_new_types(load.table, seen, known))
    if mode == "strict" and held.findings:
        raise ContractBroken(held.findings)
    return held


def record(engine: Engine, run_id: str, held: Held) -> None:
    """Keep what was found, and remember the types, in the transaction that loads the batch."""
    record_findings(engine, run_id, held.findings)
    engine.append("source_keys", KEYS, [(*astuple(each), run_id) for each in held.new_types])


def record_findings(engine: Engine, run_id: str, findings: Sequence[Finding]) -> None:
    """Keep what was found."""
    engine.append("source_findings", FINDINGS, [(*astuple(each), run_id) for each in findings])


def _findings(table: str, seen: Seen, known: Known) -> Iterator[Finding]:
    for key, types in seen.unread.items():
        yield _finding(table, key, "unknown key", ", ".join(sorted(types)), types.values())
    for key, sightings in seen.missing.items():
        yield _finding(table, key, "missing key", "", [sightings])
    for key, types in seen.read.items():
        before = known.get((table, _name(key)), seen.expected[key])
        changed = {name: each for name, each in types.items() if name not in {*before, "null"}}
        if changed:
            detail = f"{', '.join(sorted(changed))}; before: {', '.join(sorted(before))}"
            yield _finding(table, key, "another type", detail, changed.values())


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
