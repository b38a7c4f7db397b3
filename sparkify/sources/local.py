"""Source files in a local folder."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sparkify.errors import ConfigError, MissingSource, SourceError, UnreadableFile
from sparkify.sources.files import (
    IGNORED_PREFIXES,
    MOST_DOCUMENT_BYTES,
    NOT_READABLE,
    DataFile,
    PassedOver,
    file_changed,
    heads,
    is_data_name,
    is_ignored,
    require_files,
)

_CHUNK_BYTES = 512 << 10
# Opening a pipe would wait for its writer, which need not come.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)


def absolute_path(location: str) -> str:
    """Return the absolute path of a folder or file, whether it exists or not."""
    return os.path.realpath(os.path.expanduser(location))  # noqa: PTH111 - Path's raises


def read_local_document(location: str) -> bytes:
    """Read one file, of a bounded size. Raises SourceError, ConfigError."""
    path = _absolute(location)
    with _os_errors(location), open(path, "rb", opener=_open) as file:
        _require_regular(os.fstat(file.fileno()), path)
        document = file.read(MOST_DOCUMENT_BYTES + 1)
    if len(document) > MOST_DOCUMENT_BYTES:
        raise SourceError(
            f"{path} has over {MOST_DOCUMENT_BYTES >> 20} MB", "name the file that is meant"
        )
    return document


class LocalFolder:
    """A local folder, or a single file as a folder of one.

    With `follow_links`, links that lead out of the folder are followed.
    """

    def __init__(self, location: str, *, follow_links: bool = False) -> None:
        self.location = location
        self.passed_over = PassedOver(location)
        self._path = _absolute(location)
        self._follow_links = follow_links
        self._not_utf_8: set[str] = set()  # the uris of files whose names are not

    def files(self) -> Iterator[DataFile]:
        """List the data files, by uri."""
        self.passed_over = PassedOver(self.location)
        return require_files(self._listed(), self.passed_over)

    def read(self, file: DataFile) -> bytes:
        """Read a file's bytes unchanged."""
        return b"".join(self._chunks(file, sys.maxsize))

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        """Read each of the files in chunks, in their order."""
        # more threads were slower
        return ((file, self._chunks(file, sys.maxsize)) for file in files)

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        """Read the first bytes of each of the files, in their order."""
        return heads((file, self._chunks(file, size)) for file in files)

    def _chunks(self, file: DataFile, most: int) -> Iterator[bytes]:
        if file.uri in self._not_utf_8:
            raise UnreadableFile(f"the name {file.uri} is not UTF-8", "rename it", NOT_READABLE)
        yield from _chunks(file, most)

    def _listed(self) -> Iterator[DataFile]:
        with _os_errors(self.location):
            status = Path(self._path).stat()
            if stat.S_ISDIR(status.st_mode):
                yield from self._walk(self._path, set())
            else:
                _require_regular(status, self._path)
                yield self._file(self._path, status)

    def _walk(self, folder: str, linked: set[str]) -> Iterator[DataFile]:
        """Yield the data files below `folder`, by path.

        `linked` are the targets of links so far: what is reached by several of them is given once.
        """
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not entry.name.startswith(IGNORED_PREFIXES)]
        for entry in sorted(visible, key=_sort_key):
            if entry.is_symlink() and not self._is_followed(entry, linked):
                continue
            if _is_folder(entry):
                yield from self._walk_below(entry, linked)
            elif is_data_name(entry.name) and _may_be_file(entry):
                yield self._file(entry.path, _status(entry))
            else:
                self.passed_over.add(self._below(entry.path))

    def _walk_below(self, entry: "os.DirEntry[str]", linked: set[str]) -> Iterator[DataFile]:
        try:
            yield from self._walk(entry.path, linked)
        except PermissionError as error:
            if error.filename != entry.path:
                raise
            # Not its files, which nobody can list: the load says that it cannot be read.
            yield self._file(entry.path, entry.stat())

    def _is_followed(self, link: "os.DirEntry[str]", linked: set[str]) -> bool:
        """Return whether a link leads to what is not listed otherwise."""
        target = os.path.realpath(link.path)
        inside = f"{self._path}{os.sep}".replace(os.sep * 2, os.sep)
        if target == self._path or inside.startswith(f"{target}{os.sep}"):
            return False  # the folder itself, or one above it
        if target == link.path or target in linked:
            return target not in linked  # a link to itself is listed: it cannot be read
        is_inside = target.startswith(inside)
        if is_inside and not is_ignored(target.removeprefix(inside)) and Path(target).exists():
            if Path(target).is_dir() or is_data_name(target):
                return False  # it is listed by its own name
        elif not is_inside and not self._follow_links:
            self.passed_over.add(f"{self._below(link.path)} (a link out of the folder)")
            return False
        linked.add(target)
        return True

    def _file(self, path: str, status: os.stat_result) -> DataFile:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        if shown != path:
            self._not_utf_8.add(shown)
        return DataFile(shown, _etag(status), status.st_size)

    def _below(self, path: str) -> str:
        return os.fsencode(os.path.relpath(path, self._path)).decode(errors="backslashreplace")


def _absolute(location: str) -> str:
    if not location:
        raise ConfigError("a location is empty", "give a folder or an s3://bucket/prefix")
    return absolute_path(location)


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _OPEN_FLAGS)


def _require_regular(status: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise SourceError(
            f"{path} is a pipe, a device or the like, not a file",
            "name a folder or a regular file",
        )


def _chunks(file: DataFile, most: int) -> Iterator[bytes]:
    """Yield the first bytes of a file, and then see that it did not change meanwhile."""
    try:
        # by descriptor: creating a file object takes as long as everything else
        descriptor = os.open(file.uri, _OPEN_FLAGS)
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
        if Path(file.uri).is_symlink():
            raise _unreadable(error, file.uri) from error
        raise file_changed(file, "deleted") from error
    except OSError as error:
        raise _unreadable(error, file.uri) from error
    if _etag(status) != file.etag:
        raise file_changed(file, "replaced")


def _etag(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}-{status.st_size}"


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _may_be_file(entry: "os.DirEntry[str]") -> bool:
    """Return whether it is a regular file, or a link that leads nowhere."""
    try:
        return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())
    except OSError:  # a link to itself
        return True


def _status(entry: "os.DirEntry[str]") -> os.stat_result:
    try:
        return entry.stat()
    except OSError:  # of a link that leads nowhere, its own
        return entry.stat(follow_symlinks=False)


def _sort_key(entry: "os.DirEntry[str]") -> str:
    return f"{entry.name}/" if _is_folder(entry) else entry.name  # "a-b.json" before "a/x.json"


@contextmanager
def _os_errors(location: str) -> Iterator[None]:
    """Turn an OSError about `location` or a file in it into a SourceError."""
    try:
        yield
    except OSError as error:
        kind = MissingSource if isinstance(error, FileNotFoundError) else SourceError
        raise kind(*_explained(error, location)) from error


def _unreadable(error: OSError, path: str) -> UnreadableFile:
    return UnreadableFile(*_explained(error, path), NOT_READABLE)


def _explained(error: OSError, location: str) -> tuple[str, str]:
    """Return the message and the hint for an error of the operating system."""
    path = error.filename or location
    if Path(path).is_symlink():
        hint = "correct the link, or remove it"
    elif isinstance(error, FileNotFoundError) and any(sign in location for sign in "*?["):
        hint = "patterns are not read: give the folder itself, below which all data files are read"
    elif isinstance(error, FileNotFoundError):
        hint = "give a folder (relative to the working directory) or an s3://bucket/prefix"
        hint = f"{hint}{_begun_alike(path)}"
    elif isinstance(error, PermissionError):
        hint = f"ask its owner, or: chmod u+rX {path}"
    else:
        hint = "check the path and the disk"
    return f"{path} cannot be read: {error.strerror}", hint


def _begun_alike(path: str) -> str:
    """Return a name beside the path that begins with its name, as a question."""
    whole = Path(path)
    try:
        alike = sorted(each.name for each in whole.parent.iterdir())
    except OSError:
        return ""
    found = [name for name in alike if whole.name and name.startswith(whole.name)]
    return f"; did you mean {whole.parent / found[0]}?" if found else ""
