"""A source file, and the interface of all sources."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from sparkify.errors import SourceError

DATA_SUFFIXES = (".json", ".json.gz")
IGNORED_PREFIXES = (".", "_")


class DataFile(NamedTuple):
    """A source file: an absolute path or a uri like `s3://bucket/key`, with a token of its content.

    In S3 the token is the object's etag. For a local file it is the time of its last change and its
    size: cheap to read, and different after each write.
    """

    uri: str
    etag: str
    size: int

    @property
    def is_local(self) -> bool:
        """True if the file is in a folder of this machine."""
        return "://" not in self.uri

    @property
    def is_in_s3(self) -> bool:
        """True if the file is in a bucket, where Redshift can read it."""
        return self.uri.startswith("s3://")


class Source(Protocol):
    """A folder or prefix that holds source files."""

    location: str

    def files(self) -> Iterator[DataFile]:
        """List the data files in the order of their uris, without keeping them all in memory.

        Raises SourceError if there are none, or they cannot be listed.
        """

    def read(self, file: DataFile) -> bytes:
        """Read a file's bytes unchanged, compressed or not.

        Raises SourceError if it was replaced or deleted since it was listed, or cannot be read.
        """

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        """Read each of `files` in chunks, in their order, a bounded number of bytes ahead.

        The chunks of a file must be taken before the next file. They raise what `read` raises.
        """

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        """Read the first `size` bytes of each of `files`, in their order, otherwise as `read`."""


def require_files(files: Iterator[DataFile], location: str) -> Iterator[DataFile]:
    """Yield the files; raise SourceError if there are none."""
    empty = True
    for file in files:
        empty = False
        yield file
    if empty:
        raise SourceError(
            f"there are no .json or .json.gz files in {location}",
            "check the location; names that start with '.' or '_' are ignored",
        )


def file_changed(file: DataFile, what: str) -> SourceError:
    """Make the error about a file that differs from what was listed."""
    hint = "run again: the files are listed again"
    return SourceError(f"{file.uri} was {what} after it was listed", hint)


def is_data(path: str) -> bool:
    """Return whether a path below a location names a data file."""
    return path.endswith(DATA_SUFFIXES) and not any(
        part.startswith(IGNORED_PREFIXES) for part in path.split("/")
    )
