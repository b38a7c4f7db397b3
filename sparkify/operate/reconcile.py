"""The source against the ledger against the tables: what one has and another has not."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sparkify import staging
from sparkify.config import Settings
from sparkify.engines import Queryable
from sparkify.sources import DataFile
from sparkify.sql import statement

Kind = Literal[
    "missing", "changed", "deleted", "loaded twice", "rows", "refusals", "same content", "elsewhere"
]
# What is worth knowing and no disagreement.
NOTES: tuple[Kind, ...] = ("same content", "elsewhere")

Version = tuple[str, str]  # uri and etag


@dataclass(frozen=True, slots=True)
class Difference:
    """What source, ledger and tables do not have in common: its kind, its name, and how so."""

    kind: Kind
    name: str
    detail: str

    @property
    def is_note(self) -> bool:
        """Whether it is worth knowing and no disagreement."""
        return self.kind in NOTES


def reconcile(reader: Queryable, settings: Settings) -> list[Difference]:
    """All differences; none if the source, the ledger and the tables agree.

    Raises SourceError where the source cannot be listed, WarehouseError.
    """
    # The ledger first: a file that is loaded while we look then counts as missing, not as deleted.
    rows = reader.fetch(statement("operate/loaded_files")).rows
    versions = [(uri, etag) for uri, etag, _ in rows]
    return [
        *_source_against_ledger(versions, staging.open_feeds(settings)),
        *_loaded_twice(versions),
        *_ledger_against_tables(reader),
        *_same_content(versions),
    ]


def _source_against_ledger(
    versions: Sequence[Version], feeds: Sequence[staging.Feed]
) -> Iterator[Difference]:
    etags: dict[str, list[str]] = defaultdict(list)
    for uri, etag in versions:
        etags[uri].append(etag)
    listed = set()
    for feed in feeds:
        for file in feed.source.files():
            listed.add(file.uri)
            yield from _file_against_ledger(file, etags.get(file.uri, []))
    gone = {uri: loaded[-1] for uri, loaded in etags.items() if uri not in listed}
    yield from _gone(gone, [_root(feed.source.location) for feed in feeds])


def _file_against_ledger(file: DataFile, etags: Sequence[str]) -> Iterator[Difference]:
    if not etags:
        yield Difference("missing", file.uri, f"{file.size:,} bytes at the source, never loaded")
    elif file.etag not in etags:
        yield Difference("changed", file.uri, f"etag {file.etag}; loaded was {etags[-1]}")


def _gone(gone: Mapping[str, str], roots: Sequence[str]) -> Iterator[Difference]:
    elsewhere = 0
    for uri, etag in gone.items():
        if any(uri == root or uri.startswith(f"{root}/") for root in roots):
            yield Difference("deleted", uri, f"loaded with etag {etag}, no longer at the source")
        else:
            elsewhere += 1
    if elsewhere:
        places = " and ".join(roots)
        yield Difference("elsewhere", f"{elsewhere:,} file(s)", f"loaded from outside {places}")


def _root(location: str) -> str:
    """What the uris of a location's files begin with."""
    if location.startswith("s3://"):
        return location.rstrip("/")
    return os.path.realpath(os.path.expanduser(location))  # noqa: PTH111 - as the source does it


def _loaded_twice(versions: Sequence[Version]) -> Iterator[Difference]:
    for (uri, etag), times in Counter(versions).items():
        if times > 1:
            yield Difference("loaded twice", uri, f"{times} times in the ledger with etag {etag}")


def _same_content(versions: Sequence[Version]) -> Iterator[Difference]:
    """One content under several names. Of a local file the etag does not tell its content."""
    names: dict[str, set[str]] = defaultdict(set)
    for uri, etag in versions:
        if uri.startswith("s3://") and etag:
            names[etag].add(uri)
    for etag, uris in names.items():
        if len(uris) > 1:
            first, *others = sorted(uris)
            yield Difference("same content", first, f"as in {', '.join(others)} (etag {etag})")


def _ledger_against_tables(reader: Queryable) -> Iterator[Difference]:
    for table, loaded_at, delivered, refused, staged in reader.fetch(
        statement("operate/batches_that_disagree")
    ).rows:
        yield Difference(
            "rows",
            f"{table} of {loaded_at}",
            f"{delivered:,} objects in the ledger; {staged:,} staged and {refused:,} refused",
        )
    for uri, etag, refused, kept in reader.fetch(statement("operate/refusals_that_disagree")).rows:
        yield Difference(
            "refusals",
            uri,
            f"{refused:,} refused by the ledger, {kept:,} in load_errors (etag {etag})",
        )
