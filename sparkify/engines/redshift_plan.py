"""Which COPYs load exactly these files, and nothing that lies beside them.

With a work folder a manifest names them. Without one COPY can only be given the beginning of a
name, and takes all that begins so: then every beginning is one that no other object has.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sparkify.engines import JsonLoad
from sparkify.engines.redshift_pack import Part, pack
from sparkify.engines.spool import SMALL, is_local
from sparkify.errors import ConfigError, SourceError
from sparkify.sources import DataFile, S3Folder, WorkFolder

# So many small files are packed; fewer are read where they are.
PACKED_FROM = 64
MOST_COPIES = 50


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: what it is given, and the files that it is to load.

    `parts` are the parts by uri, where it loads files that were packed.
    """

    source: str
    manifest: bool
    gzip: bool
    files: tuple[DataFile, ...]
    parts: dict[str, Part] = field(default_factory=dict)


def plan(load: JsonLoad, work: WorkFolder | None, slices: int) -> Iterator[Copy]:
    """The COPYs for a load's files; what they need is written to the work folder.

    Raises ConfigError where that takes a work folder and there is none, SourceError, LoadError.
    """
    files = [file for file in load.files if file.size]
    if work is None:
        yield from _by_beginnings(load, files)
        return
    local = [file for file in files if is_local(file)]
    small = [file for file in files if file.size <= SMALL and not is_local(file)]
    packed = [*local, *(small if len(small) >= PACKED_FROM else ())]
    if packed:
        yield _of_parts(load, packed, work, slices)
    chosen = set(packed)
    for compressed, alike in groupby(sorted(files, key=_is_gzip), _is_gzip):
        rest = [file for file in alike if file not in chosen]
        if rest:
            name = f"{load.table}{'-gz' if compressed else ''}.manifest"
            manifest = work.put(name, _manifest([file.uri for file in rest]))
            yield Copy(manifest, manifest=True, gzip=compressed, files=tuple(rest))


def _of_parts(load: JsonLoad, files: Sequence[DataFile], work: WorkFolder, slices: int) -> Copy:
    parts = {}
    for number, part in enumerate(pack(load.source, files, slices)):
        uri = work.put(f"{load.table}-{number:05}.json.gz", part.compressed())
        parts[uri] = part
    manifest = work.put(f"{load.table}-parts.manifest", _manifest(list(parts)))
    return Copy(manifest, manifest=True, gzip=True, files=tuple(files), parts=parts)


def _manifest(uris: Sequence[str]) -> bytes:
    """https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html."""
    entries = [{"url": uri, "mandatory": True} for uri in uris]
    return json.dumps({"entries": entries}).encode()


def _by_beginnings(load: JsonLoad, files: Sequence[DataFile]) -> Iterator[Copy]:
    if not files:
        return
    if not isinstance(load.source, S3Folder):
        raise ConfigError(
            f"{load.source.location} is a folder of this machine, which Redshift cannot read",
            "set [S3] WORK_DATA to an s3:// prefix to load by way of, or put the files into S3",
        )
    folder, beside = load.source.surroundings()
    copies = []
    for compressed, alike in groupby(sorted(files, key=_is_gzip), _is_gzip):
        wanted = {file.uri: file for file in alike}
        for beginning in beginnings(set(wanted), beside, folder):
            meant = tuple(file for uri, file in wanted.items() if uri.startswith(beginning))
            copies.append(Copy(beginning, manifest=False, gzip=compressed, files=meant))
    if len(copies) > MOST_COPIES:
        raise ConfigError(
            f"{len(copies)} COPYs would be needed for the pending files of {load.source.location}, "
            "since other objects lie between them",
            "set [S3] WORK_DATA to an s3:// prefix that may be written: one COPY will do",
        )
    yield from copies


def beginnings(wanted: set[str], everything: set[str], folder: str) -> Iterator[str]:
    """The fewest beginnings of uris that all of `wanted` have, and nothing else of `everything`.

    `everything` is all that is in the folder, which is the shortest beginning to be thought of.

    Raises SourceError where there is none, since one object's whole name begins another's.
    """
    yield from _beginnings(sorted(wanted), sorted(everything - wanted), folder)


def _beginnings(wanted: list[str], others: list[str], folder: str) -> Iterator[str]:
    others = [uri for uri in others if uri.startswith(folder)]
    if wanted and not others:
        yield folder
        return
    for inner, inside in groupby(wanted, lambda uri: _next(uri, folder)):
        if inner.endswith("/"):
            yield from _beginnings(list(inside), others, inner)
            continue
        longer = [uri for uri in (*others, *wanted) if uri.startswith(inner) and uri != inner]
        if longer:
            raise SourceError(
                f"{inner} cannot be loaded alone: the name of {longer[0]} begins with its name",
                "set [S3] WORK_DATA to an s3:// prefix that may be written, or rename one of them",
            )
        yield inner


def _next(uri: str, folder: str) -> str:
    """The folder below this one that the object is in, or the object."""
    name, slash, _ = uri[len(folder) :].partition("/")
    return f"{folder}{name}{slash}"


def _is_gzip(file: DataFile) -> bool:
    return file.uri.endswith(".gz")
