"""Count the records of a COPY by file, and find those that it rejected.

The cluster's views name a rejected record by the line it ends on, and have neither its text nor, on
a workgroup, the value. So the file is read again by our own reader of COPY's rules, which describes
it the same way on every engine. A record that only COPY rejects gets the view's words.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple
from itertools import takewhile

from sparkify.engines.base import JsonLoad, RejectedRecord, batch_reader
from sparkify.engines.redshift.copy_plan import Copy
from sparkify.engines.redshift.copy_views import (
    VIEW_NAME_BYTES,
    CopyViews,
    RejectedRow,
    likely_records,
)
from sparkify.errors import LoadError, SourceError, WarehouseError
from sparkify.records.content import content_chunks
from sparkify.records.python_reader import Rejection
from sparkify.sources import DataFile

REJECTED_BY_COPY = "rejected by COPY"


def described_records(
    rows: Sequence[RejectedRow], load: JsonLoad, copy: Copy
) -> list[RejectedRecord]:
    """Return the rejected records that the view names, each with its text and reason."""
    entries: dict[DataFile, list[RejectedRow]] = defaultdict(list)
    for row in rows:
        file, line = _origin(copy, row.file_name, row.line)
        entries[file].append(row._replace(line=line))
    order = {file: place for place, file in enumerate(load.files)}
    return [
        record
        for file in sorted(entries, key=lambda file: order.get(file, 0))
        for record in _described(load, file, entries[file], _never_copied(copy, file))
    ]


def copied_records_by_file(load: JsonLoad, copy: Copy, views: CopyViews) -> Counter[DataFile]:
    """Return the number of records in each file of a COPY, loaded or rejected.

    It is the number of lines, or of records packed, if their total is right; else the files are
    read again and their records counted. Raises WarehouseError where records are neither loaded
    nor rejected.
    """
    likely = Counter(dict(zip(copy.files, likely_records(views, copy), strict=True)))
    if likely.total() == views.records:
        return likely
    counted = _counted(load, copy)
    counted.subtract(file for packed in copy.packed.values() for file, _ in packed.rejected)
    if counted.total() != views.records:
        raise WarehouseError(
            f"of {counted.total()} records of {load.source.location} Redshift loaded "
            f"{views.loaded} and named {len(views.rejected)} that it rejected",
            "run again: its views may not have named all of them yet",
        )
    return counted


def _origin(copy: Copy, name: str, line: int) -> tuple[DataFile, int]:
    """Return the source file, and the line in it, for a view's file name and line."""
    for uri, packed in copy.packed.items():
        if uri[:VIEW_NAME_BYTES] == name:
            return packed.origin(line)
    for file in copy.files:
        if file.uri[:VIEW_NAME_BYTES] == name:
            return file, line
    return DataFile(name, "", 0), line


def _described(
    load: JsonLoad, file: DataFile, entries: list[RejectedRow], never_copied: list[Rejection]
) -> Iterator[RejectedRecord]:
    ours: dict[int, deque[Rejection]] = defaultdict(deque)
    with suppress(SourceError, LoadError):
        last = max(entry.line for entry in entries)
        for rejection in takewhile(lambda each: each.line <= last, _rejections(load, file)):
            if rejection not in never_copied:
                ours[rejection.line + rejection.text.count("\n")].append(rejection)
    for entry in entries:
        if ours[entry.line]:
            yield RejectedRecord(load.table, file, *astuple(ours[entry.line].popleft()))
        else:
            detail = f"{entry.message}, in {entry.kind}({entry.length})"
            yield RejectedRecord(
                load.table, file, entry.line, entry.column, REJECTED_BY_COPY, detail, ""
            )


def _never_copied(copy: Copy, file: DataFile) -> list[Rejection]:
    """Return the records of a file that were rejected when it was packed."""
    return [
        rejection
        for packed in copy.packed.values()
        for of_file, rejection in packed.rejected
        if of_file == file
    ]


def _rejections(load: JsonLoad, file: DataFile) -> list[Rejection]:
    found: list[Rejection] = []
    for file_again, chunks in load.source.stream([file]):
        batch_reader(load).count(content_chunks(file_again.uri, chunks), found.append)
    return found


def _counted(load: JsonLoad, copy: Copy) -> Counter[DataFile]:
    reader = batch_reader(load)
    return Counter(
        {
            file: reader.count(content_chunks(file.uri, chunks), lambda _: None)
            for file, chunks in load.source.stream(copy.files)
        }
    )
