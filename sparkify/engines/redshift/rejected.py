"""Count the records of a COPY by file, and find those that it rejected.

The cluster's views name a rejected record by the line it ends on, and have neither its text nor, on
a workgroup, the value. So the file is read again by our own reader of COPY's rules, which describes
it the same way on every engine. A record that only COPY rejects gets the view's words.
"""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple
from itertools import takewhile
from typing import NamedTuple

from sparkify.engines.base import JsonLoad, RejectedRecord, engine_statement
from sparkify.engines.redshift.copy_plan import Copy
from sparkify.engines.redshift.session import ServerRejection, Session
from sparkify.errors import LoadError, SourceError, WarehouseError
from sparkify.records.content import content_chunks
from sparkify.records.python_reader import Rejection, Rows
from sparkify.sources import DataFile

# The views are made from logs, which may be a second behind.
ATTEMPTS, PAUSE_SECONDS = 5, 1.0
REJECTED_BY_COPY = "rejected by COPY"


class Unaccounted(WarehouseError):  # noqa: N818 - a state of the views, which passes
    """The views do not name all records yet that were not loaded."""


class _Entry(NamedTuple):
    """A row of the view of rejected records."""

    file_name: str
    line: int
    column: str
    kind: str
    length: str
    message: str


def attempts() -> Iterator[None]:
    """Yield a few times, with pauses, while the views are behind."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        yield


def rejected_records(session: Session, load: JsonLoad, copy: Copy) -> list[RejectedRecord]:
    """Return the records that the session's last COPY rejected, as the views have them now."""
    entries: dict[DataFile, list[_Entry]] = defaultdict(list)
    for row in session.run(engine_statement("redshift", "rejected_by_copy").text).rows:
        file, line = _origin(copy, row[0], row[1])
        entries[file].append(_Entry(*row)._replace(line=line))
    order = {file: place for place, file in enumerate(load.files)}
    return [
        record
        for file in sorted(entries, key=lambda file: order.get(file, 0))
        for record in _described(load, file, entries[file])
    ]


def copied_records_by_file(
    session: Session, load: JsonLoad, copy: Copy, rejected: int
) -> Counter[DataFile]:
    """Return the number of records in each file of the session's last COPY, loaded or rejected.

    It is the number of lines or braces if their total is right; else the files are read again and
    their records counted. Raises Unaccounted where records are neither loaded nor rejected.
    """
    [(loaded,)] = session.run(engine_statement("redshift", "loaded_rows").text).rows
    expected = loaded + rejected
    likely = _likely(session, copy)
    if likely.total() == expected:
        return likely
    counted = _counted(load, copy)
    if counted.total() != expected:
        raise Unaccounted(
            f"of {counted.total()} records of {load.source.location} Redshift loaded {loaded} and "
            f"named {rejected} that it rejected",
            "run again: its views may not have named all of them yet",
        )
    return counted


def rejected_value(session: Session) -> str:
    """Return the first value that the last COPY rejected, '' where the cluster has no such view."""
    try:
        rows = session.run(engine_statement("redshift", "rejected_values").text).rows
    except ServerRejection:  # a workgroup has no such view
        rows = []
    return str(rows[0][-1])[:200] if rows else ""


def _origin(copy: Copy, name: str, line: int) -> tuple[DataFile, int]:
    """Return the source file, and the line in it, for a view's file name and line."""
    for uri, packed in copy.packed.items():
        if uri[:256] == name:
            return packed.origin(line)
    for file in copy.files:
        if file.uri[:256] == name:
            return file, line
    return DataFile(name, "", 0), line


def _described(load: JsonLoad, file: DataFile, entries: list[_Entry]) -> Iterator[RejectedRecord]:
    ours: dict[int, deque[Rejection]] = defaultdict(deque)
    with suppress(SourceError, LoadError):
        last = max(entry.line for entry in entries)
        for rejection in takewhile(lambda each: each.line <= last, _rejections(load, file)):
            ours[rejection.line + rejection.text.count("\n")].append(rejection)
    for entry in entries:
        if ours[entry.line]:
            yield RejectedRecord(load.table, file, *astuple(ours[entry.line].popleft()))
        else:
            detail = f"{entry.message}, in {entry.kind}({entry.length})"
            yield RejectedRecord(
                load.table, file, entry.line, entry.column, REJECTED_BY_COPY, detail, ""
            )


def _rejections(load: JsonLoad, file: DataFile) -> Iterator[Rejection]:
    for file_again, chunks in load.source.stream([file]):
        for row in _rows(load).read(content_chunks(file_again.uri, chunks)):
            if isinstance(row, Rejection):
                yield row


def _likely(session: Session, copy: Copy) -> Counter[DataFile]:
    if copy.packed:
        return Counter(
            {
                file: count
                for packed in copy.packed.values()
                for file, count in zip(packed.files, packed.most_records, strict=True)
            }
        )
    rows = session.run(engine_statement("redshift", "loaded_by_copy").text).rows
    lines = {name: scanned for name, _, scanned in rows}
    return Counter({file: lines.get(file.uri, 0) for file in copy.files})


def _counted(load: JsonLoad, copy: Copy) -> Counter[DataFile]:
    rows = _rows(load)
    return Counter(
        {
            file: sum(1 for _ in rows.read(content_chunks(file.uri, chunks)))
            for file, chunks in load.source.stream(copy.files)
        }
    )


def _rows(load: JsonLoad) -> Rows:
    return Rows(load.columns, load.paths, ignore_case=load.ignore_case)
