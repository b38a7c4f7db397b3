"""Compare source files, ledger and tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sparkify import ledger, staging
from sparkify.config import Settings
from sparkify.engines.base import Queryable
from sparkify.sizes import counted
from sparkify.sources import DataFile, Source, passed_over_by, uri_prefix
from sparkify.sources.hashing import content_hashes
from sparkify.sql import statement

DifferenceKind = Literal[
    "missing",
    "changed",
    "touched",
    "deleted",
    "rejected_file",
    "loaded_twice",
    "rows",
    "rejected",
    "same_content",
    "other_content",
    "unreadable",
    "not_compared",
    "elsewhere",
    "passed_over",
]
# Worth knowing, and no disagreement.
NOTES: tuple[DifferenceKind, ...] = (
    *("touched", "same_content", "not_compared", "elsewhere", "passed_over"),
)

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

    Of the source's files only those are read that may have been only touched: with a new etag and
    the known size. Raises SourceError where the source cannot be listed, WarehouseError.
    """
    # The ledger first: a file that is loaded meanwhile then counts as missing, not as deleted.
    latest, rejected = ledger.known_versions(reader)
    return [
        *_source_against_ledger(latest, rejected, staging.open_staging_sources(settings)),
        *_loaded_twice(reader),
        *_ledger_against_tables(reader),
        *_same_content(latest),
    ]


def find_other_content(reader: Queryable, settings: Settings) -> list[Difference]:
    """Read the files that count as loaded; return those that now have another content.

    Their size and time, or their etag, are as they were. Raises SourceError where the source cannot
    be listed, WarehouseError.
    """
    latest = ledger.latest_versions(reader)
    found: list[Difference] = []
    without_hash = 0
    for each in staging.open_staging_sources(settings):
        loaded = {
            file: version.content_hash
            for file in each.files()
            if (version := latest.of(file.uri)) and version.etag == file.etag
        }
        hashed = {file: known for file, known in loaded.items() if known is not None}
        without_hash += len(loaded) - len(hashed)
        hashes = content_hashes(each.source, hashed)
        found += (
            _content_against_ledger(file, hashes.get(file))
            for file, known in hashed.items()
            if hashes.get(file) != known
        )
    if without_hash:
        reason = "the ledger has no hash of what COPY read in place or earlier versions loaded"
        found.append(Difference("not_compared", counted(without_hash, "file"), reason))
    return found


def _content_against_ledger(file: DataFile, content_hash: str | None) -> Difference:
    if content_hash is None:
        return Difference("unreadable", file.uri, "cannot be read, or changed meanwhile")
    return Difference(
        "other_content",
        file.uri,
        f"has etag {file.etag} as loaded, and another content; touch it, and a load takes it",
    )


def _source_against_ledger(
    latest: ledger.LatestVersions,
    rejected: Collection[FileVersion],
    sources: Sequence[staging.StagingSource],
) -> Iterator[Difference]:
    listed = set()
    for each in sources:
        changed = {}
        for file in each.files():
            listed.add(file.uri)
            version = latest.of(file.uri)
            if (file.uri, file.etag) in rejected:
                what = "rejected whole, and not changed since (see: sparkify quarantine)"
                yield Difference("rejected_file", file.uri, what)
            elif version is None:
                detail = f"{file.size:,} bytes at the source, never loaded"
                yield Difference("missing", file.uri, detail)
            elif version.etag != file.etag:
                changed[file] = f"etag {file.etag}; loaded was {version.etag}"
        yield from _changed_files(each.source, changed, latest)
        passed_over = passed_over_by(each.source)
        if passed_over.count:
            yield Difference("passed_over", passed_over.location, str(passed_over))
    gone = {version.uri: version.etag for version in latest if version.uri not in listed}
    yield from _gone(gone, [uri_prefix(each.source.location) for each in sources])


def _changed_files(
    source: Source, changed: Mapping[DataFile, str], latest: ledger.LatestVersions
) -> Iterator[Difference]:
    """Yield the files with other etags, those apart that were only touched."""
    touched = ledger.find_touched(source, changed, latest)
    for file, etags in changed.items():
        if file in touched:
            yield Difference("touched", file.uri, f"{etags}, with the same content")
        else:
            yield Difference("changed", file.uri, etags)


def _gone(gone: Mapping[str, str], roots: Sequence[str]) -> Iterator[Difference]:
    elsewhere = 0
    for uri, etag in gone.items():
        if any(uri == root or uri.startswith(f"{root}/") for root in roots):
            yield Difference("deleted", uri, f"loaded with etag {etag}, no longer at the source")
        else:
            elsewhere += 1
    if elsewhere:
        places = " and ".join(roots)
        yield Difference("elsewhere", counted(elsewhere, "file"), f"loaded from outside {places}")


def _loaded_twice(reader: Queryable) -> Iterator[Difference]:
    for uri, etag in reader.fetch(statement("operate/loaded_twice")).rows:
        yield Difference("loaded_twice", uri, f"twice in the ledger, one after the other: {etag}")


def _same_content(latest: Iterable[ledger.LoadedVersion]) -> Iterator[Difference]:
    """Yield files of the same content, by its hash; without one, by S3's etag."""
    names: dict[str, set[str]] = defaultdict(set)
    for version in latest:
        of_s3 = version.etag if version.uri.startswith("s3://") else ""
        content = version.content_hash or of_s3
        if content and version.size:
            names[content].add(version.uri)
    for content, uris in names.items():
        if len(uris) > 1:
            first, *others = sorted(uris)
            yield Difference("same_content", first, f"as in {', '.join(others)} ({content})")


def _ledger_against_tables(reader: Queryable) -> Iterator[Difference]:
    for table, loaded_at, records, rejected, suppressed, staged in reader.fetch(
        statement("operate/batches_that_differ")
    ).rows:
        yield Difference(
            "rows",
            f"{table} of {loaded_at}",
            f"{records:,} records in the ledger; {staged:,} staged and {rejected:,} rejected"
            + (f", {suppressed:,} of forgotten users" if suppressed else ""),
        )
    for uri, etag, _, rejected, recorded in reader.fetch(
        statement("operate/rejected_that_differ")
    ).rows:
        yield Difference(
            "rejected",
            uri,
            f"{rejected:,} rejected by the ledger, {recorded:,} in load_errors (etag {etag})",
        )
