"""Profile source files: the fields of their records, and the JSON types of the values."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any

from sparkify.engines.base import JsonLoad
from sparkify.errors import FileFault
from sparkify.records.content import beginning, content_chunks
from sparkify.records.jsonpaths import JsonPath
from sparkify.records.python_reader import Number, json_text, read_records
from sparkify.sources import DataFile
from sparkify.sql import Column

# A sample is the beginnings of so many files of a load, spread evenly over it.
SAMPLED_FILES, SAMPLED_BYTES = 256, 16 << 10
# So many new fields are kept apart; all others are one, which has no name.
MOST_NEW_FIELDS = 200
OTHER_FIELDS: "FieldPath" = ()

JSON_TYPES: dict[type, str] = {
    str: "text",
    bool: "boolean",
    Number: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}
TEXT, NUMBER, ARRAY = frozenset({"text"}), frozenset({"number", "text"}), frozenset({"array"})
RECORDS_PROFILED_AT_ONCE = 4096

# The name of a field, after those of the objects that it is nested in.
FieldPath = tuple[str, ...]
# The fields of a record, and the Python types of their values.
Shape = tuple[tuple[Any, ...], tuple[type, ...]]
# A file, and those of its records that are profiled.
ProfiledFile = tuple[DataFile, Iterable[dict[str, Any]]]


@dataclass(slots=True)
class FieldSightings:
    """A number of records with a field, and the uri of the first file with one."""

    records: int = 0
    first_file: str = ""

    def add(self, records: int, file: DataFile) -> None:
        """Add records of this file."""
        self.records += records
        self.first_file = self.first_file or file.uri


SightingsByType = dict[str, FieldSightings]


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """The fields of a load's files.

    `expected` are the fields that fill columns, with the types that fit; `added` are those of them
    whose columns were added, with the columns. `known` and `new` are fields by type; `missing` are
    fields that a whole file lacks, except added ones, which did not always exist. `longest` is the
    length in bytes of the longest text of each field that is new or added.
    """

    expected: dict[FieldPath, frozenset[str]] = field(default_factory=dict)
    added: dict[FieldPath, str] = field(default_factory=dict)
    known: dict[FieldPath, SightingsByType] = field(default_factory=dict)
    new: dict[FieldPath, SightingsByType] = field(default_factory=dict)
    missing: dict[FieldPath, FieldSightings] = field(default_factory=dict)
    longest: dict[FieldPath, int] = field(default_factory=dict)


# Profiles a load's files: all records of all files, or else a sample.
Profiler = Callable[[JsonLoad, bool], SourceProfile]


def profile_nothing(load: JsonLoad, whole: bool) -> SourceProfile:  # noqa: ARG001
    """Return an empty profile: in place of `profile_files` where no file may be read."""
    return SourceProfile()


def profile_files(load: JsonLoad, whole: bool) -> SourceProfile:
    """Profile all records of a load's files, or else a sample.

    Of a file that cannot be read there is nothing in it. Raises SourceError where the source fails.
    """
    profile = SourceProfile(_expected(load), _added(load))
    inner = {key[:depth] for key in profile.expected for depth in range(1, len(key))}
    for file, found in _whole_files(load) if whole else _beginnings(load):
        present: set[FieldPath] = set()
        total = 0
        records = iter(found)
        while some := list(islice(records, RECORDS_PROFILED_AT_ONCE)):
            shapes = Counter(_shape(each, inner) for each in some)
            for (names, kinds), count in shapes.items():
                keys = [_field_path(name, load) for name in names]
                present.update(keys)
                total += count
                for key, kind in zip(keys, kinds, strict=True):
                    if key not in inner:
                        by_type = _sightings_of(profile, key)
                        by_type.setdefault(JSON_TYPES[kind], FieldSightings()).add(count, file)
            _measure(profile, load, some)
        for key in profile.expected if total else ():
            if key not in present and key not in profile.added:
                profile.missing.setdefault(key, FieldSightings()).add(total, file)
    return profile


def _expected(load: JsonLoad) -> dict[FieldPath, frozenset[str]]:
    found: dict[FieldPath, frozenset[str]] = {}
    for column, path in zip(load.columns, load.places, strict=True):
        key = _names(path)
        if key:
            found.setdefault(key, ARRAY if len(key) < len(path) else _taken(column))
    # A field within an object that a column takes as a whole is no field of its own.
    return {
        key: types
        for key, types in found.items()
        if not any(key[:depth] in found for depth in range(1, len(key)))
    }


def _added(load: JsonLoad) -> dict[FieldPath, str]:
    own = len(load.columns) - len(load.added)
    return dict(zip(map(_names, load.places[own:]), load.added_names, strict=True))


def _names(path: JsonPath) -> FieldPath:
    """Return the path as far as it leads through objects."""
    names = []
    for step in path:
        if isinstance(step, int):
            break
        names.append(step)
    return tuple(names)


def _taken(column: Column) -> frozenset[str]:
    # A number may come as a text, as the logs' userId does.
    return TEXT if column.kind == "varchar" else NUMBER


def _sightings_of(profile: SourceProfile, key: FieldPath) -> SightingsByType:
    if key in profile.expected:
        return profile.known.setdefault(key, {})
    if key not in profile.new and len(profile.new) >= MOST_NEW_FIELDS:
        key = OTHER_FIELDS
    return profile.new.setdefault(key, {})


def _measure(profile: SourceProfile, load: JsonLoad, records: Iterable[dict[str, Any]]) -> None:
    """Add the lengths of new and added fields, which are at the top level of a record."""
    measured = {key for key in (*profile.new, *profile.added) if len(key) == 1}
    for record in records if measured else ():
        for name, value in record.items():
            key = _field_path(name, load)
            if key in measured:
                length = len(json_text(value).encode(errors="replace"))
                profile.longest[key] = max(length, profile.longest.get(key, 0))


def _shape(found: dict[Any, Any], inner: set[FieldPath]) -> Shape:
    if inner:
        found = dict(_leaves(found, inner, ()))
    return tuple(found), tuple(map(type, found.values()))


def _leaves(
    found: dict[str, Any], inner: set[FieldPath], above: FieldPath
) -> Iterator[tuple[FieldPath, Any]]:
    """Yield the fields of a record, and of the objects in it that fill columns."""
    for name, value in found.items():
        key = (*above, name)
        if key in inner and isinstance(value, dict):
            yield from _leaves(value, inner, key)
        else:
            yield key, value


def _field_path(name: str | FieldPath, load: JsonLoad) -> FieldPath:
    if isinstance(name, tuple):
        return name
    return (name.lower() if load.ignore_case else name,)


def _beginnings(load: JsonLoad) -> Iterator[ProfiledFile]:
    files = [file for file in load.files if file.size]
    step = -(-len(files) // SAMPLED_FILES) or 1
    for file, head in load.source.read_heads(files[::step], SAMPLED_BYTES):
        plain = beginning(file.uri, head, SAMPLED_BYTES)
        found = (each for _, _, each in read_records([plain]))
        is_cut = len(plain) >= SAMPLED_BYTES or file.size > SAMPLED_BYTES
        # The last of a content that is cut may be half a record, whose rest is none of its own.
        yield file, filter(_is_record, takewhile(_is_record, found) if is_cut else found)


def _whole_files(load: JsonLoad) -> Iterator[ProfiledFile]:
    for file, chunks in load.source.stream(load.files):
        found = (each for _, _, each in read_records(_as_far_as_readable(file, chunks)))
        yield file, filter(_is_record, found)


def _as_far_as_readable(file: DataFile, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of a file, up to where it is damaged: the load rejects the file then."""
    with suppress(FileFault):
        yield from content_chunks(file.uri, chunks)


def _is_record(found: Any) -> bool:
    """Return whether it is no invalid record, which the load rejects."""
    return isinstance(found, dict)
