"""Looking at delivered files: which keys their objects have, with values of which JSON types."""

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice, takewhile
from typing import Any

from sparkify.engines import JsonLoad
from sparkify.engines.json_rows import objects
from sparkify.engines.jsonpaths import JsonPath
from sparkify.engines.spool import PIECE, content
from sparkify.sources import DataFile
from sparkify.sql import Column

# Where not all is looked at: the beginnings of so many files of a load, spread evenly over it.
SAMPLE, HEAD = 256, 16 << 10
# So many keys that nobody reads are told apart; all others are one, which has no name.
MOST_UNREAD = 200
OTHERS: "Key" = ()

TYPES: dict[type, str] = {
    str: "text",
    bool: "boolean",
    int: "number",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}
TEXT, NUMBER, ARRAY = frozenset({"text"}), frozenset({"number", "text"}), frozenset({"array"})
AT_ONCE = 4096

# A key's name, after those of the objects that it lies in.
Key = tuple[str, ...]
# The keys of an object, and the Python types of their values.
Shape = tuple[tuple[Any, ...], tuple[type, ...]]
# A file, and as many of its objects as are looked at.
Sight = tuple[DataFile, Iterable[dict[str, Any]]]


@dataclass(slots=True)
class Sightings:
    """In how many objects something was seen, and the uri of the first file of those."""

    objects: int = 0
    first_file: str = ""

    def add(self, objects: int, file: DataFile) -> None:
        """It was seen in so many more, of this file."""
        self.objects += objects
        self.first_file = self.first_file or file.uri


Types = dict[str, Sightings]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a load's files were seen to hold.

    `expected` are the keys that columns are filled from, with the types that are no surprise there;
    `added` are those keys whose columns were added, with the columns. `read` and `unread` are by
    key and type, `missing` are keys that a whole file lacks, but for the added ones, which were
    not always there.
    """

    expected: dict[Key, frozenset[str]] = field(default_factory=dict)
    added: dict[Key, str] = field(default_factory=dict)
    read: dict[Key, Types] = field(default_factory=dict)
    unread: dict[Key, Types] = field(default_factory=dict)
    missing: dict[Key, Sightings] = field(default_factory=dict)


# Looks at a load's files: at all of them, or else at the beginnings of some.
Look = Callable[[JsonLoad, bool], Seen]


def look_away(load: JsonLoad, at_all: bool) -> Seen:  # noqa: ARG001
    """See nothing: in the place of `look` where no file is to be read."""
    return Seen()


def look(load: JsonLoad, at_all: bool) -> Seen:
    """Look at the load's files.

    Raises SourceError for a file that cannot be read, LoadError for a gzip that is damaged.
    """
    seen = Seen(_expected(load), _added(load))
    inner = {key[:depth] for key in seen.expected for depth in range(1, len(key))}
    for file, found in _whole_files(load) if at_all else _beginnings(load):
        present: set[Key] = set()
        total = 0
        for (names, kinds), count in _shapes(found, inner):
            keys = [_key(name, load) for name in names]
            present.update(keys)
            total += count
            for key, kind in zip(keys, kinds, strict=True):
                if key not in inner:
                    _types_of(seen, key).setdefault(TYPES[kind], Sightings()).add(count, file)
        for key in seen.expected if total else ():
            if key not in present and key not in seen.added:
                seen.missing.setdefault(key, Sightings()).add(total, file)
    return seen


def _expected(load: JsonLoad) -> dict[Key, frozenset[str]]:
    found: dict[Key, frozenset[str]] = {}
    for column, path in zip(load.columns, load.places, strict=True):
        key = _names(path)
        if key:
            found.setdefault(key, ARRAY if len(key) < len(path) else _taken(column))
    # What lies within an object that a column takes as a whole is no key of its own.
    return {
        key: types
        for key, types in found.items()
        if not any(key[:depth] in found for depth in range(1, len(key)))
    }


def _added(load: JsonLoad) -> dict[Key, str]:
    delivered = len(load.columns) - len(load.added)
    return dict(zip(map(_names, load.places[delivered:]), load.added_names, strict=True))


def _names(path: JsonPath) -> Key:
    """The path as far as it leads through objects."""
    names = []
    for step in path:
        if isinstance(step, int):
            break
        names.append(step)
    return tuple(names)


def _taken(column: Column) -> frozenset[str]:
    # A number may come as a text, as the logs' userId does.
    return TEXT if column.kind == "varchar" else NUMBER


def _types_of(seen: Seen, key: Key) -> Types:
    if key in seen.expected:
        return seen.read.setdefault(key, {})
    if key not in seen.unread and len(seen.unread) >= MOST_UNREAD:
        key = OTHERS
    return seen.unread.setdefault(key, {})


def _shapes(found: Iterable[dict[str, Any]], inner: set[Key]) -> Iterator[tuple[Shape, int]]:
    """The shapes of objects, which are few, and how many have each."""
    rest = iter(found)
    while some := list(islice(rest, AT_ONCE)):
        yield from Counter(_shape(each, inner) for each in some).items()


def _shape(found: dict[Any, Any], inner: set[Key]) -> Shape:
    if inner:
        found = dict(_leaves(found, inner, ()))
    return tuple(found), tuple(map(type, found.values()))


def _leaves(found: dict[str, Any], inner: set[Key], above: Key) -> Iterator[tuple[Key, Any]]:
    """The keys of an object, and of the objects in it that columns are read from."""
    for name, value in found.items():
        key = (*above, name)
        if key in inner and isinstance(value, dict):
            yield from _leaves(value, inner, key)
        else:
            yield key, value


def _key(name: str | Key, load: JsonLoad) -> Key:
    if isinstance(name, tuple):
        return name
    return (name.lower() if load.ignore_case else name,)


def _beginnings(load: JsonLoad) -> Iterator[Sight]:
    files = [file for file in load.files if file.size]
    step = -(-len(files) // SAMPLE) or 1
    for file, head in load.source.read_heads(files[::step], HEAD):
        plain = _plain(file, head)
        is_cut = len(plain) >= HEAD or file.size > HEAD
        yield file, _objects(plain, is_cut=is_cut)


def _plain(file: DataFile, head: bytes) -> bytes:
    """The beginning of a file's content, of that of the file as it was delivered."""
    if not file.uri.endswith(".gz"):
        return head
    with suppress(zlib.error):  # a damaged one is for the load to tell
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD)
    return b""


def _whole_files(load: JsonLoad) -> Iterator[Sight]:
    for file, data in load.source.read_many(load.files):
        yield file, _all_objects(content(file, data))


def _all_objects(data: bytes) -> Iterator[dict[str, Any]]:
    """The objects of a whole content, in pieces of some megabytes where a line is an object."""
    stream = BytesIO(data)
    try:
        json.loads(next((line for line in stream if line.strip()), b""))
    except (ValueError, RecursionError):
        yield from _objects(data, is_cut=False)
        return
    stream.seek(0)
    while lines := stream.readlines(PIECE):
        yield from _objects(b"".join(lines), is_cut=False)


def _objects(data: bytes, *, is_cut: bool) -> Iterator[dict[str, Any]]:
    """The objects of a content, without what is none: that is for the load to refuse.

    Of one that is cut the last may be half an object, whose rest must not be taken for others.
    """
    found = (each for _, _, each in objects(data, 1))
    return filter(_is_object, takewhile(_is_object, found) if is_cut else found)


def _is_object(found: Any) -> bool:
    return isinstance(found, dict)
