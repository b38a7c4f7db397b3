"""What became of each object of a COPY: how many a file holds, and which were refused and why.

The cluster's views name a refused object by the line it ends on, and give neither its text nor, on
a workgroup, the value. So the file is read again by our own reader of COPY's rules, which gives the
same account of it on both engines. What only COPY refuses is told in the view's words.
"""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple
from typing import NamedTuple

from sparkify.engines import JsonLoad, Refused
from sparkify.engines.json_rows import Refusal, Rows
from sparkify.engines.redshift_plan import Copy
from sparkify.engines.redshift_session import ServerRefusal, Session
from sparkify.engines.spool import content
from sparkify.errors import LoadError, SourceError, WarehouseError
from sparkify.sources import DataFile
from sparkify.sql import statement

# The views are made from logs, which may be a moment behind.
LOOKS, PAUSE = 5, 1.0
BY_COPY = "refused by COPY"


class Unaccounted(WarehouseError):  # noqa: N818 - what objects are that nobody knows of
    """Objects were neither loaded nor refused, as far as the views say."""


class _Entry(NamedTuple):
    """A row of the view of refused objects."""

    file_name: str
    line: int
    column: str
    kind: str
    length: str
    message: str


def looks() -> Iterator[None]:
    """Yield a few times, with pauses, while the views are behind."""
    for look in range(LOOKS):
        if look:
            time.sleep(PAUSE)
        yield


def refused_objects(session: Session, load: JsonLoad, copy: Copy) -> list[Refused]:
    """The objects that the session's last COPY refused, as the views have them now."""
    entries: dict[DataFile, list[_Entry]] = defaultdict(list)
    for row in session.run(statement("redshift/refused_by_copy").text).rows:
        file, line = _origin(copy, row[0], row[1])
        entries[file].append(_Entry(*row)._replace(line=line))
    places = {file: place for place, file in enumerate(load.files)}
    return [
        refused
        for file in sorted(entries, key=lambda file: places.get(file, 0))
        for refused in _named(load, file, entries[file])
    ]


def objects_by_file(
    session: Session, load: JsonLoad, copy: Copy, refused: int
) -> Counter[DataFile]:
    """How many objects each file of the session's last COPY holds: loaded or refused.

    They are as many as lines or braces suggest if the total is right; else the files are read
    again and their objects counted. Raises Unaccounted where objects are neither loaded nor
    refused.
    """
    [(loaded,)] = session.run(statement("redshift/loaded_rows").text).rows
    expected = loaded + refused
    likely = _likely(session, copy)
    if likely.total() == expected:
        return likely
    counted = _counted(load, copy)
    if counted.total() != expected:
        raise Unaccounted(
            f"of {counted.total()} objects of {load.source.location} Redshift loaded {loaded} and "
            f"named {refused} that it refused",
            "run again: what it refused may not have been in its views yet",
        )
    return counted


def value_refused(session: Session) -> str:
    """The first value that the last COPY refused, where the cluster has a view that tells."""
    try:
        rows = session.run(statement("redshift/refused_values").text).rows
    except ServerRefusal:  # a workgroup has no such view
        rows = []
    return str(rows[0][-1])[:200] if rows else ""


def _origin(copy: Copy, name: str, line: int) -> tuple[DataFile, int]:
    """The delivered file, and the line in it, that a view's file name and line are of."""
    for uri, part in copy.parts.items():
        if uri[:256] == name:
            return part.origin(line)
    for file in copy.files:
        if file.uri[:256] == name:
            return file, line
    return DataFile(name, "", 0), line


def _named(load: JsonLoad, file: DataFile, entries: list[_Entry]) -> Iterator[Refused]:
    ours: dict[int, deque[Refusal]] = defaultdict(deque)
    with suppress(SourceError, LoadError):
        for refusal in _refusals(load, file):
            ours[refusal.line + refusal.text.count("\n")].append(refusal)
    for entry in entries:
        if ours[entry.line]:
            yield Refused(load.table, file, *astuple(ours[entry.line].popleft()))
        else:
            detail = f"{entry.message}, in {entry.kind}({entry.length})"
            yield Refused(load.table, file, entry.line, entry.column, BY_COPY, detail, "")


def _refusals(load: JsonLoad, file: DataFile) -> Iterator[Refusal]:
    for row in _rows(load).read(content(file, load.source.read(file))):
        if isinstance(row, Refusal):
            yield row


def _likely(session: Session, copy: Copy) -> Counter[DataFile]:
    if copy.parts:
        return Counter(
            {
                file: count
                for part in copy.parts.values()
                for file, count in zip(part.files, part.objects, strict=True)
            }
        )
    rows = session.run(statement("redshift/loaded_by_copy").text).rows
    lines = {name: scanned for name, _, scanned in rows}
    return Counter({file: lines.get(file.uri, 0) for file in copy.files})


def _counted(load: JsonLoad, copy: Copy) -> Counter[DataFile]:
    rows = _rows(load)
    return Counter(
        {
            file: sum(1 for _ in rows.read(content(file, data)))
            for file, data in load.source.read_many(copy.files)
        }
    )


def _rows(load: JsonLoad) -> Rows:
    return Rows(load.columns, load.paths, ignore_case=load.ignore_case)
