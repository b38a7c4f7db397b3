"""Compare source files, ledger and tables."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sparkify import quarantine, staging
from sparkify.config import Settings
from sparkify.engines.base import Queryable
from sparkify.sources import DataFile, passed_over_by, uri_prefix
from sparkify.sql import statement

DifferenceKind = Literal[
    "missing",
    "changed",
    "deleted",
    "rejected_file",
    "loaded_twice",
    "rows",
    "rejected",
    "same_content",
    "elsewhere",
    "passed_over",
]
# Worth knowing, and no disagreement.
NOTES: tuple[DifferenceKind, ...] = ("same_content", "elsewhere", "passed_over")

FileVersion = tuple[str, str]  # uri and etag


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between source, ledger and tables: its kind, its name, and the detail."""

    kind: DifferenceKind
    name: str
    detail: str

    @property
    def is_note(self) -> bool:
        """True if it is worth knowing, and no disagreement."""
        return self.kind in NOTES


def find_differences(reader: Queryable, settings: Settings) -> list[Difference]:
    """Return all differences; none if the source, the ledger and the tables agree.

    Raises SourceError where the source cannot be listed, WarehouseError.
    """
    # The ledger first: a file that is loaded meanwhile then counts as missing, not as deleted.
    rows = reader.fetch(statement("operate/loaded_files")).rows
    versions = [(uri, etag) for uri, etag, _ in rows]
    return [
        *_source_against_ledger(
            versions,
            quarantine.rejected_versions(reader),
            staging.open_staging_sources(settings),
        ),
        *_loaded_twice(versions),
        *_ledger_against_tables(reader),
        *_same_content(versions),
    ]


def _source_against_ledger(
    versions: Sequence[FileVersion],
    rejected: Collection[FileVersion],
    sources: Sequence[staging.StagingSource],
) -> Iterator[Difference]:
    etags: dict[str, list[str]] = defaultdict(list)
    for uri, etag in versions:
        etags[uri].append(etag)
    listed = set()
    for source in sources:
        for file in source.files():
            listed.add(file.uri)
            if (file.uri, file.etag) in rejected:
                what = "rejected whole, and not changed since (see: sparkify quarantine)"
                yield Difference("rejected_file", file.uri, what)
            else:
                yield from _file_against_ledger(file, etags.get(file.uri, []))
        passed_over = passed_over_by(source.source)
        if passed_over.count:
            yield Difference("passed_over", passed_over.location, str(passed_over))
    gone = {uri: loaded[-1] for uri, loaded in etags.items() if uri not in listed}
    yield from _gone(gone, [uri_prefix(source.source.location) for source in sources])


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


def _loaded_twice(versions: Sequence[FileVersion]) -> Iterator[Difference]:
    for (uri, etag), times in Counter(versions).items():
        if times > 1:
            yield Difference("loaded_twice", uri, f"{times} times in the ledger with etag {etag}")


def _same_content(versions: Sequence[FileVersion]) -> Iterator[Difference]:
    """Yield files of the same content. The etag of a local file does not tell its content."""
    names: dict[str, set[str]] = defaultdict(set)
    for uri, etag in versions:
        if uri.startswith("s3://") and etag:
            names[etag].add(uri)
    for etag, uris in names.items():
        if len(uris) > 1:
            first, *others = sorted(uris)
            yield Difference("same_content", first, f"as in {', '.join(others)} (etag {etag})")


def _ledger_against_tables(reader: Queryable) -> Iterator[Difference]:
    for table, loaded_at, records, rejected, staged in reader.fetch(
        statement("operate/batches_that_differ")
    ).rows:
        yield Difference(
            "rows",
            f"{table} of {loaded_at}",
            f"{records:,} records in the ledger; {staged:,} staged and {rejected:,} rejected",
        )
    for uri, etag, rejected, recorded in reader.fetch(
        statement("operate/rejected_that_differ")
    ).rows:
        yield Difference(
            "rejected",
            uri,
            f"{rejected:,} rejected by the ledger, {recorded:,} in load_errors (etag {etag})",
        )
