"""What the cluster's views say of one COPY.

They are made from logs, which may be seconds behind; so they are read again, with growing pauses,
until they agree with what COPY itself counted or with one another.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sparkify.engines.base import Result, engine_statement
from sparkify.engines.redshift.copy_plan import Copy
from sparkify.engines.redshift.session import ServerRejection, Session
from sparkify.sql import Parameter
from sparkify.sql.literals import filled

# Seconds before the views are read again.
VIEW_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
# The views keep so many bytes of a file's name.
VIEW_NAME_BYTES = 256


class RejectedRow(NamedTuple):
    """A row of the view of rejected records."""

    file_name: str
    line: int
    column: str
    kind: str
    length: str
    message: str


class LoadedFile(NamedTuple):
    """A row of the view of files that COPY read."""

    file_name: str
    etag: str
    lines: int


@dataclass(frozen=True, slots=True)
class CopyViews:
    """The number of records that a COPY loaded, by its own account, and what the views say of it.

    `errors` is how many it met by its history, None where the history does not know it yet.
    """

    copy_id: int
    loaded: int
    files: tuple[LoadedFile, ...]
    rejected: tuple[RejectedRow, ...]
    errors: int | None

    @property
    def records(self) -> int:
        """The number of records that were loaded or are known as rejected."""
        return self.loaded + len(self.rejected)


def views_of_last_copy(session: Session, copy: Copy) -> CopyViews:
    """Return what the views say of the session's last COPY, once they are up to date.

    What they say is returned as it is if they stay behind for longer than VIEW_PAUSES.
    """
    ((copy_id, loaded),) = _run(session, "last_copy").rows
    session.last_copy = copy_id
    views = _views(session, copy_id, loaded)
    for pause in VIEW_PAUSES:
        if _are_current(views, copy):
            break
        time.sleep(pause)
        views = _views(session, copy_id, loaded)
    return views


def rows_rejected_by_failed_copy(session: Session) -> Iterator[tuple[RejectedRow, ...]]:
    """Yield what the views know of the records that the COPY which failed rejected, after pauses.

    The transaction must be rolled back. The caller stops when it has seen enough.
    """
    copy_id = 0
    for pause in (0.0, *VIEW_PAUSES):
        time.sleep(pause)
        copy_id = copy_id or _failed_copy(session)
        yield _rejected(session, copy_id) if copy_id else ()


def rejected_value(session: Session) -> str:
    """Return the first value that the last COPY rejected, '' where the cluster has no such view."""
    try:
        rows = _run(session, "rejected_values", copy_id=session.last_copy).rows
    except ServerRejection:  # a workgroup has no such view
        rows = []
    return str(rows[0][-1])[:200] if rows else ""


def likely_records(views: CopyViews, copy: Copy) -> list[int]:
    """Return the likely number of records in each file of a COPY: its lines or, packed, records."""
    if copy.packed:
        most = {
            file: count
            for packed in copy.packed.values()
            for file, count in zip(packed.files, packed.records, strict=True)
        }
        return [most.get(file, 0) for file in copy.files]
    lines = {file.file_name: file.lines for file in views.files}
    return [lines.get(file.uri, 0) for file in copy.files]


def _are_current(views: CopyViews, copy: Copy) -> bool:
    """Return whether all records are accounted for, or all views know what the history knows."""
    if not copy.packed and not _names(copy) <= {file.file_name for file in views.files}:
        return False
    if sum(likely_records(views, copy)) == views.records:
        return True
    return views.errors == len(views.rejected)


def _names(copy: Copy) -> set[str]:
    return {file.uri for file in copy.files if len(file.uri.encode()) < VIEW_NAME_BYTES}


def _failed_copy(session: Session) -> int:
    """Return the id of the COPY that failed in this session, 0 while no view knows it."""
    if not session.process:
        session.ask_process()
    known, process = session.last_copy, session.process
    rows = _run(session, "failed_copy", process=process, known=known).rows
    # https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html: of a COPY whose data is
    # at fault it is updated, of one that was rolled back it is not.
    found = [*rows, *(row[:1] for row in _run(session, "last_copy").rows)]
    session.last_copy = max(known, *(int(copy_id) for (copy_id,) in found))
    return session.last_copy if session.last_copy > known else 0


def _views(session: Session, copy_id: int, loaded: int) -> CopyViews:
    names = ("loaded_by_copy", "copy_history", "rejected_by_copy")
    texts = [filled(engine_statement("redshift", name), {"copy_id": copy_id}) for name in names]
    files, history, rejected = session.run_all(*texts)
    return CopyViews(
        copy_id,
        loaded,
        tuple(LoadedFile(*row) for row in files.rows),
        tuple(RejectedRow(*row) for row in rejected.rows),
        history.rows[0][0] if history.rows else None,
    )


def _rejected(session: Session, copy_id: int) -> tuple[RejectedRow, ...]:
    rows = _run(session, "rejected_by_copy", copy_id=copy_id).rows
    return tuple(RejectedRow(*row) for row in rows)


def _run(session: Session, name: str, **values: Parameter) -> Result:
    return session.run(filled(engine_statement("redshift", name), values))
