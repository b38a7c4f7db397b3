"""A source file, and the interface of all sources."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sparkify.errors import SourceError, UnreadableFile
from sparkify.sizes import counted

# In any case, as all of a file's name that is looked at.
DATA_SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
IGNORED_PREFIXES = (".", "_")
DATA_NAMES = "data files end in .json, .jsonl or .ndjson, each also with .gz"
EXAMPLES_OF_PASSED_OVER = 3
# Of a document that is read whole, such as the JSONPaths file: a thousand times a real one's size.
MOST_DOCUMENT_BYTES = 4 << 20
NOT_READABLE, PERMISSION_DENIED = "not readable", "permission denied"


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


@dataclass(slots=True)
class PassedOver:
    """The files below a location that are not taken, for one reason: their number, and the first.

    The reason is that by their names they are no data, where no other is given.
    """

    location: str
    count: int = 0
    examples: list[str] = field(default_factory=list)
    reason: str = DATA_NAMES

    def add(self, name: str) -> None:
        """Count one."""
        self.count += 1
        if len(self.examples) < EXAMPLES_OF_PASSED_OVER:
            self.examples.append(name)

    def __str__(self) -> str:
        more = ", ..." if self.count > len(self.examples) else ""
        verb = "is" if self.count == 1 else "are"
        return (
            f"{counted(self.count, 'file')} in {self.location} {verb} passed over: "
            f"{', '.join(self.examples)}{more}; {self.reason}"
        )


class Source(Protocol):
    """A folder or prefix that holds source files."""

    location: str

    def files(self) -> Iterator[DataFile]:
        """List the data files in the order of their uris, without keeping them all in memory.

        Raises SourceError if there are none, or they cannot be listed.
        """

    def read(self, file: DataFile) -> bytes:
        """Read a file's bytes unchanged, compressed or not.

        Raises SourceError if it was replaced or deleted since it was listed, or the source fails;
        UnreadableFile if it alone cannot be read.
        """

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        """Read each of `files` in chunks, in their order, a bounded number of bytes ahead.

        The chunks of a file must be taken before the next file. They raise what `read` raises,
        and after it the next file can be taken.
        """

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        """Read the first `size` bytes of each of `files`, in their order, otherwise as `read`.

        Of a file that alone cannot be read there are none; its load says why. Raises UnreadableFile
        at the end if that is so of all.
        """


def passed_over_by(source: Source) -> PassedOver:
    """Return what the last listing of a source passed over; not every source counts it."""
    counted: PassedOver = getattr(source, "passed_over", PassedOver(source.location))
    return counted


def heads(
    files: Iterable[tuple[DataFile, Iterator[bytes]]],
) -> Iterator[tuple[DataFile, bytes]]:
    """Yield each file with its chunks in one, without any where it alone cannot be read.

    Raises the last UnreadableFile at the end if none of them can be.
    """
    fault: UnreadableFile | None = None
    is_any_read = False
    for file, chunks in files:
        head = b""
        try:
            head, is_any_read = b"".join(chunks), True
        except UnreadableFile as found:
            fault = found
        yield file, head
    if fault is not None and not is_any_read:
        raise fault


def require_files(files: Iterator[DataFile], passed_over: PassedOver) -> Iterator[DataFile]:
    """Yield the files; raise SourceError if there are none."""
    empty = True
    for file in files:
        empty = False
        yield file
    if empty:
        raise _no_files(passed_over)


def _no_files(passed_over: PassedOver) -> SourceError:
    location = passed_over.location
    if passed_over.count:
        return SourceError(f"there are no data files in {location}: {passed_over}", "rename them")
    if any(sign in location for sign in "*?["):
        return SourceError(
            f"there are no data files in {location}, whose name is not read as a pattern",
            "give the folder itself: all data files below it are read, at any depth",
        )
    return SourceError(
        f"there are no data files in {location}",
        f"check the location: {DATA_NAMES}; names that start with '.' or '_' are ignored",
    )


def file_changed(file: DataFile, what: str) -> SourceError:
    """Make the error about a file that differs from what was listed."""
    hint = "run again: the files are listed again"
    return SourceError(f"{file.uri} was {what} after it was listed", hint)


def is_ignored(path: str) -> bool:
    """Return whether a path below a location is hidden, or a tool's own."""
    parts = (part for part in path.split("/") if part not in {".", ".."})
    return any(part.startswith(IGNORED_PREFIXES) for part in parts)


def is_data_name(name: str) -> bool:
    """Return whether a data file can have this name."""
    return name.lower().endswith(DATA_SUFFIXES)
