"""A delivered file, and what all places that files are delivered to have in common."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from sparkify.errors import SourceError

DATA = (".json", ".json.gz")
NO_DATA = (".", "_")


class DataFile(NamedTuple):
    """One delivered file: an absolute path or `s3://bucket/key`, with a token of its content.

    In S3 the token is the object's etag. Of a local file it is the moment of its last change and
    its size: quick to ask for, and different whenever the file was written again.
    """

    uri: str
    etag: str
    size: int

    @property
    def is_local(self) -> bool:
        """Whether the file lies in a folder of this machine, and not in S3."""
        return not self.uri.startswith("s3://")


class Source(Protocol):
    """A place that files are delivered to."""

    location: str

    def files(self) -> Iterator[DataFile]:
        """List the data files in the order of their uris, without holding them all.

        Raises SourceError if there are none, or they cannot be listed.
        """

    def read(self, file: DataFile) -> bytes:
        """Read a file as it was delivered, compressed or not.

        Raises SourceError if it was replaced or deleted since it was listed, or cannot be read.
        """

    def read_many(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
        """Read each of `files` as `read` does, in their order, a bounded number ahead."""

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        """Read the first `size` bytes of each of `files`, otherwise as `read_many` does."""


def at_least_one(files: Iterator[DataFile], location: str) -> Iterator[DataFile]:
    """The files; raises SourceError where there are none."""
    none = True
    for file in files:
        none = False
        yield file
    if none:
        raise SourceError(
            f"there are no .json or .json.gz files in {location}",
            "check the location; names that start with '.' or '_' are passed over",
        )


def changed(file: DataFile, what: str) -> SourceError:
    """Say that a file is not what was listed."""
    return SourceError(f"{file.uri} was {what} after it was listed", "run again to list it anew")


def is_data(path: str) -> bool:
    """Whether a path below a location is a data file's."""
    return path.endswith(DATA) and not any(part.startswith(NO_DATA) for part in path.split("/"))
