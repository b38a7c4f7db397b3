"""Plan the COPYs that load exactly these files, and nothing that lies beside them.

With a work folder a manifest names them. Without one COPY can only be given a key prefix, and takes
every object that has it: then every prefix is one that no other object has.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby

from sparkify.engines.base import (
    FilesRejected,
    JsonLoad,
    reject_file,
)
from sparkify.engines.redshift.packing import PackedFile, pack_files
from sparkify.errors import ConfigError, FileFault, SourceError, UnreadableFile
from sparkify.records.content import begins_with_mark, is_compressed
from sparkify.sources import DataFile, S3Folder, WorkFolder

# At least this many small files are packed; fewer are read where they are.
PACKED_FROM = 64
MAX_PACKED_FILE_BYTES = 1 << 20
MOST_COPIES = 50
# Enough for the first bytes of what is compressed.
HEAD_BYTES = 1 << 10


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: its source, and the files that it must load.

    `packed` are the packed files by uri, where it loads such.
    """

    source: str
    manifest: bool
    gzip: bool
    files: tuple[DataFile, ...]
    packed: dict[str, PackedFile] = field(default_factory=dict)


def plan_copies(load: JsonLoad, work: WorkFolder | None, slices: int) -> Iterator[Copy]:
    """Plan the COPYs for a load's files, and write what they need to the work folder.

    Raises ConfigError where that takes a work folder and there is none, FilesRejected for files
    that were to be packed and cannot be read, SourceError.
    """
    files = [file for file in load.files if file.size]
    _require_askable(load, files)
    if work is None:
        yield from _by_prefixes(load, files)
        return
    elsewhere = [file for file in files if not file.is_in_s3]
    small = [file for file in files if file.size <= MAX_PACKED_FILE_BYTES and file.is_in_s3]
    packed = [*elsewhere, *(small if len(small) >= PACKED_FROM else ())]
    # What COPY makes of a byte order mark is not documented, and packing takes it away.
    in_place = set(files) - set(packed)
    packed += _begun_by_mark(load, [file for file in files if file in in_place])
    if packed:
        yield _of_packed_files(load, packed, work, slices)
    chosen = set(packed)
    for compressed, alike in groupby(sorted(files, key=_is_gzip), _is_gzip):
        rest = [file for file in alike if file not in chosen]
        if rest:
            name = f"{load.table}{'-gz' if compressed else ''}.manifest"
            manifest = work.put(name, _manifest([file.uri for file in rest]))
            yield Copy(manifest, manifest=True, gzip=compressed, files=tuple(rest))


def _require_askable(load: JsonLoad, files: Sequence[DataFile]) -> None:
    """Raise FilesRejected for objects whose keys other engines cannot ask for: COPY could."""
    if isinstance(load.source, S3Folder):
        faults = ((file, load.source.fault_of(file)) for file in files)
        rejected = [reject_file(load.table, file, fault) for file, fault in faults if fault]
        if rejected:
            raise FilesRejected(rejected)


def _begun_by_mark(load: JsonLoad, files: Sequence[DataFile]) -> Iterator[DataFile]:
    with suppress(UnreadableFile):  # of all of them: the role may read what our keys may not
        for file, head in load.source.read_heads(files, HEAD_BYTES):
            if begins_with_mark(file.uri, head):
                yield file


def _of_packed_files(
    load: JsonLoad, files: Sequence[DataFile], work: WorkFolder, slices: int
) -> Copy:
    packed = {}
    faults: list[tuple[DataFile, FileFault]] = []
    for number, each in enumerate(pack_files(load, files, slices, faults)):
        uri = work.put(f"{load.table}-{number:05}.json.gz", each.compressed())
        packed[uri] = each
    if faults:
        raise FilesRejected([reject_file(load.table, *each) for each in faults])
    manifest = work.put(f"{load.table}-packed.manifest", _manifest(list(packed)))
    return Copy(manifest, manifest=True, gzip=True, files=tuple(files), packed=packed)


def _manifest(uris: Sequence[str]) -> bytes:
    """Return a manifest: https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html."""
    entries = [{"url": uri, "mandatory": True} for uri in uris]
    return json.dumps({"entries": entries}).encode()


def _by_prefixes(load: JsonLoad, files: Sequence[DataFile]) -> Iterator[Copy]:
    if not files:
        return
    if not isinstance(load.source, S3Folder):
        raise ConfigError(
            f"{load.source.location} is not in S3, and Redshift cannot read from elsewhere",
            "set [S3] WORK_DATA to an s3:// prefix to load by way of, or put the files into S3",
        )
    folder, beside = load.source.surroundings()
    copies = []
    for compressed, alike in groupby(sorted(files, key=_is_gzip), _is_gzip):
        wanted = {file.uri: file for file in alike}
        for prefix in unique_prefixes(set(wanted), beside, folder):
            meant = tuple(file for uri, file in wanted.items() if uri.startswith(prefix))
            copies.append(Copy(prefix, manifest=False, gzip=compressed, files=meant))
    if len(copies) > MOST_COPIES:
        raise ConfigError(
            f"{len(copies)} COPYs would be needed for the pending files of {load.source.location}, "
            "since other objects lie between them",
            "set [S3] WORK_DATA to an s3:// prefix that may be written: one COPY will do",
        )
    yield from copies


def unique_prefixes(wanted: set[str], everything: set[str], folder: str) -> Iterator[str]:
    """Yield the fewest prefixes that cover all of `wanted`, and nothing else of `everything`.

    `everything` is all that is in the folder, which is the shortest prefix possible. Raises
    SourceError where there is none, since the name of one object is a prefix of another's.
    """
    yield from _unique_prefixes(sorted(wanted), sorted(everything - wanted), folder)


def _unique_prefixes(wanted: list[str], others: list[str], folder: str) -> Iterator[str]:
    others = [uri for uri in others if uri.startswith(folder)]
    if wanted and not others:
        yield folder
        return
    for inner, inside in groupby(wanted, lambda uri: _child_of(uri, folder)):
        if inner.endswith("/"):
            yield from _unique_prefixes(list(inside), others, inner)
            continue
        longer = [uri for uri in (*others, *wanted) if uri.startswith(inner) and uri != inner]
        if longer:
            raise SourceError(
                f"{inner} cannot be loaded alone: the name of {longer[0]} begins with its name",
                "set [S3] WORK_DATA to an s3:// prefix that may be written, or rename one of them",
            )
        yield inner


def _child_of(uri: str, folder: str) -> str:
    """Return the folder below this one that the object is in, or the object."""
    name, slash, _ = uri[len(folder) :].partition("/")
    return f"{folder}{name}{slash}"


def _is_gzip(file: DataFile) -> bool:
    return is_compressed(file.uri)
