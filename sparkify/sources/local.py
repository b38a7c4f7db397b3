"""Source files in a local folder."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sparkify.errors import ConfigError, SourceError
from sparkify.sources.files import (
    DATA_SUFFIXES,
    IGNORED_PREFIXES,
    DataFile,
    file_changed,
    require_files,
)

_CHUNK_BYTES = 512 << 10


def absolute_path(location: str) -> str:
    """Return the absolute path of a folder or file, whether it exists or not."""
    return os.path.realpath(os.path.expanduser(location))  # noqa: PTH111 - Path's raises


def read_local_document(location: str) -> bytes:
    """Read one file. Raises SourceError, ConfigError."""
    with _os_errors(location):
        return Path(_absolute(location)).read_bytes()


class LocalFolder:
    """A local folder, or a single file as a folder of one."""

    def __init__(self, location: str) -> None:
        self.location = location
        self._path = _absolute(location)

    def files(self) -> Iterator[DataFile]:
        """List the data files, by uri."""
        return require_files(self._listed(), self.location)

    def read(self, file: DataFile) -> bytes:
        """Read a file's bytes unchanged."""
        return b"".join(_chunks(file, sys.maxsize))

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        """Read each of the files in chunks, in their order."""
        return ((file, _chunks(file, sys.maxsize)) for file in files)  # more threads were slower

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        """Read the first bytes of each of the files, in their order."""
        return ((file, b"".join(_chunks(file, size))) for file in files)

    def _listed(self) -> Iterator[DataFile]:
        with _os_errors(self.location):
            status = Path(self._path).stat()
            if stat.S_ISDIR(status.st_mode):
                for entry in _walk(self._path, status):
                    yield _local_file(entry.path, entry.stat())
            else:
                yield _local_file(self._path, status)


def _absolute(location: str) -> str:
    if not location:
        raise ConfigError("a location is empty", "give a folder or an s3://bucket/prefix")
    return absolute_path(location)


def _chunks(file: DataFile, most: int) -> Iterator[bytes]:
    """Yield the first bytes of a file, and then see that it did not change meanwhile."""
    try:
        # by descriptor: creating a file object takes as long as everything else
        descriptor = os.open(file.uri, os.O_RDONLY)
        try:
            # Python gets memory for all that could be read, so no more is asked for than there is.
            size = min(_CHUNK_BYTES, file.size + 1)
            while most and (chunk := os.read(descriptor, min(most, size))):
                yield chunk
                most -= len(chunk)
                if len(chunk) == file.size:
                    break
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
    except FileNotFoundError as error:
        raise file_changed(file, "deleted") from error
    except OSError as error:
        raise _cannot_read(error, file.uri) from error
    if _etag(status) != file.etag:
        raise file_changed(file, "replaced")


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
    """Yield the data files below `folder`, by path; `above` are the folder and its parents."""
    with os.scandir(folder) as entries:
        visible = [entry for entry in entries if not entry.name.startswith(IGNORED_PREFIXES)]
    for entry in sorted(visible, key=_sort_key):
        if entry.is_dir():
            status = entry.stat()
            if not any(os.path.samestat(status, each) for each in above):  # a link to a parent
                yield from _walk(entry.path, status, *above)
        elif entry.name.endswith(DATA_SUFFIXES) and entry.is_file():
            yield entry


def _sort_key(entry: "os.DirEntry[str]") -> str:
    return f"{entry.name}/" if entry.is_dir() else entry.name  # "a-b.json" before "a/x.json"


@contextmanager
def _os_errors(location: str) -> Iterator[None]:
    """Turn an OSError about `location` or a file in it into a SourceError."""
    try:
        yield
    except OSError as error:
        raise _cannot_read(error, location) from error


def _cannot_read(error: OSError, location: str) -> SourceError:
    path = error.filename or location
    if isinstance(error, FileNotFoundError):
        hint = "give a folder (relative to the working directory) or an s3://bucket/prefix"
    elif isinstance(error, PermissionError):
        hint = f"ask its owner, or: chmod u+rX {path}"
    else:
        hint = "check the path and the disk"
    return SourceError(f"{path} cannot be read: {error.strerror}", hint)
