"""Find what still holds forgotten users: tables, the database's files, exports, source files."""

import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sparkify import ledger, staging
from sparkify.config import Settings
from sparkify.engines.base import Engine, Queryable
from sparkify.errors import SparkifyError
from sparkify.operate.forget import plan_erasure
from sparkify.sources import uri_prefix
from sparkify.sql import FACT
from sparkify.sql.person import rows_of_user
from sparkify.staging import Batch

RemainKind = Literal["rows", "texts", "bytes", "export", "source", "unreachable"]


@dataclass(frozen=True, slots=True)
class Remain:
    """A place that still holds the users, with how many rows, texts, records or finds.

    For one that cannot be reached the number is 0, and `detail` says why.
    """

    kind: RemainKind
    place: str
    found: int
    detail: str = ""


def remains_in_warehouse(engine: Engine, users: Sequence[int]) -> Iterator[Remain]:
    """Yield the tables with rows about the users, or with texts that quote them."""
    held = plan_erasure(engine, users)
    for table, count in held.rows.items():
        yield Remain("rows", table, count)
    for table, count in held.texts.items():
        yield Remain("texts", table, count)


def remains_in_files(files: Iterable[Path], texts: Sequence[str]) -> Iterator[Remain]:
    """Yield the files of a database that have any of these texts in their bytes.

    A text that is compressed, or cut in two by a block's end, is not found. Nobody may have the
    files open in this process: to close one drops DuckDB's lock.
    """
    for file in files:
        if file.exists() and file.stat().st_size:
            with file.open("rb") as opened, _mapped(opened.fileno()) as content:
                found = sum(_count(content, text.encode()) for text in texts)
            if found:
                yield Remain("bytes", str(file), found)


def remains_in_export(export: Queryable, name: str, users: Sequence[int]) -> Iterator[Remain]:
    """Yield an export that has plays or rows of the users."""
    found = sum(
        len(export.fetch(rows_of_user(table, "user_id", user)).rows)
        for table in (FACT, "users")
        for user in users
    )
    if found:
        yield Remain("export", name, found)


def remains_in_source(
    reader: Queryable, settings: Settings, users: Sequence[int]
) -> Iterator[Remain]:
    """Read all log files, and yield those that have records of the users.

    Also loaded files that are not below the locations, and files that cannot be read: what is in
    them is not known. Raises SourceError where a location cannot be listed.
    """
    wanted = {(user,) for user in users}
    sources = staging.open_staging_sources(settings)
    for source in sources:
        if source.table != "staging_events":
            continue
        for file in source.files():
            loads = staging.loads_of([source], Batch(((source, file),)))
            try:
                found = sum(1 for _ in staging.find_records(loads, ("userid",), wanted))
            except SparkifyError as error:
                yield Remain("unreachable", file.uri, 0, str(error))
                continue
            if found:
                yield Remain("source", file.uri, found)
    roots = tuple(f"{uri_prefix(source.source.location)}/" for source in sources)
    for version in ledger.latest_versions(reader):
        if not version.uri.startswith(roots):
            yield Remain("unreachable", version.uri, 0, "loaded from outside the locations")


def _mapped(descriptor: int) -> mmap.mmap:
    return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)


def _count(content: mmap.mmap, text: bytes) -> int:
    found, place = 0, content.find(text)
    while place >= 0:
        found += 1
        place = content.find(text, place + 1)
    return found
