"""Files in a folder of this machine."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sparkify.errors import ConfigError, SourceError
from sparkify.sources.files import DATA, NO_DATA, DataFile, at_least_one, changed


def read_local_document(location: str) -> bytes:
    """Read one file. Raises SourceError, ConfigError."""
    with _system_refusals(location):
        return Path(_absolute(location)).read_bytes()


def require_unchanged(file: DataFile) -> None:
    """Raise SourceError if a file, read where it lies, is no longer what was listed."""
    with _system_refusals(file.uri):
        try:
            status = Path(file.uri).stat()
        except FileNotFoundError as error:
            raise changed(file, "deleted") from error
    if _etag(status) != file.etag:
        raise changed(file, "replaced")


class LocalFolder:
    """A folder on this machine, or a single file as a folder of one."""

    def __init__(self, location: str) -> None:
        self.location = location
        self._path = _absolute(location)

    def files(self) -> Iterator[DataFile]:
        """List the data files, by uri."""
        return at_least_one(self._listed(), self.location)

    def read(self, file: DataFile) -> bytes:
        """Read a file as it was delivered."""
        return self._read(file, file.size + 1)

    def read_many(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
        """Read each of the files, in their order."""
        return ((file, self.read(file)) for file in files)  # more threads were slower

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        """Read the first bytes of each of the files, in their order."""
        return ((file, self._read(file, size)) for file in files)

    def _read(self, file: DataFile, size: int) -> bytes:
        try:
            data, status = _content(file, size)
        except FileNotFoundError as error:
            raise changed(file, "deleted") from error
        except OSError as error:
            raise _refusal(error, file.uri) from error
        if _etag(status) != file.etag:
            raise changed(file, "replaced")
        return data

    def _listed(self) -> Iterator[DataFile]:
        with _system_refusals(self.location):
            status = Path(self._path).stat()
            if stat.S_ISDIR(status.st_mode):
                for entry in _walk(self._path, status):
                    yield _local_file(entry.path, entry.stat())
            else:
                yield _local_file(self._path, status)


def _absolute(location: str) -> str:
    if not location:
        raise ConfigError("a location is empty", "give a folder or an s3://bucket/prefix")
    return os.path.realpath(os.path.expanduser(location))  # noqa: PTH111 - Path's raises


def _content(file: DataFile, size: int) -> tuple[bytes, os.stat_result]:
    """The first bytes of a local file, and its state afterwards, which shows a change meanwhile."""
    # by its descriptor: to make a file object takes as long as all the rest
    descriptor = os.open(file.uri, os.O_RDONLY)
    try:
        data = os.read(descriptor, size)
        if len(data) != min(size, file.size):  # a read gives two gigabytes at the most
            data += b"".join(_chunks(descriptor, size - len(data)))
        return data, os.fstat(descriptor)
    finally:
        os.close(descriptor)


def _chunks(descriptor: int, size: int) -> Iterator[bytes]:
    while size and (chunk := os.read(descriptor, size)):
        size -= len(chunk)
        yield chunk


def _local_file(path: str, status: os.stat_result) -> DataFile:
    try:
        path.encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        raise SourceError(f"the name {shown} is not UTF-8", "rename it") from error
    return DataFile(path, _etag(status), status.st_size)


def _etag(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}-{status.st_size}"


def _walk(folder: str, *above: os.stat_result) -> Iterator["os.DirEntry[str]"]:
    """Yield the data files below `folder`, by path; `above` are itself and what it lies in."""
    with os.scandir(folder) as entries:
        visible = [entry for entry in entries if not entry.name.startswith(NO_DATA)]
    for entry in sorted(visible, key=_place_in_order):
        if entry.is_dir():
            status = entry.stat()
            if not any(os.path.samestat(status, each) for each in above):  # a link back up
                yield from _walk(entry.path, status, *above)
        elif entry.name.endswith(DATA) and entry.is_file():
            yield entry


def _place_in_order(entry: "os.DirEntry[str]") -> str:
    return f"{entry.name}/" if entry.is_dir() else entry.name  # "a-b.json" before "a/x.json"


@contextmanager
def _system_refusals(location: str) -> Iterator[None]:
    """Turn what the operating system says about `location` or a file in it into a SourceError."""
    try:
        yield
    except OSError as error:
        raise _refusal(error, location) from error


def _refusal(error: OSError, location: str) -> SourceError:
    path = error.filename or location
    if isinstance(error, FileNotFoundError):
        hint = "give a folder (relative to the working directory) or an s3://bucket/prefix"
    elif isinstance(error, PermissionError):
        hint = f"ask its owner, or: chmod u+rX {path}"
    else:
        hint = "check the path and the disk"
    return SourceError(f"{path} cannot be read: {error.strerror}", hint)
