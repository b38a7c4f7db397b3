"""Files as DuckDB reads them best: big ones in place, small ones joined, S3's fetched first.

Thousands of one-object files are never read one by one (docs/adr/0005): joined they parse in the
time of one.
"""

import gzip
import itertools
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

from sparkify.engines import Arrived
from sparkify.engines.json_rows import MAX_OBJECT_BYTES
from sparkify.errors import LoadError
from sparkify.sources import DataFile, Source

SMALL = 1 << 20
PART = 64 << 20
HEAD = 1 << 16
CHUNK = 1 << 17
PIECE = 2 << 20

# No object is without it, so a file has no more objects than these.
BRACE = b"{"

# DuckDB's names for one object a line, and for objects separated by any white space.
Format = Literal["newline_delimited", "unstructured"]

# White space to DuckDB's reader, though not in JSON. As numbers they are found four times as fast.
FORM_FEED, VERTICAL_TAB = b"\f\v"

# Where one object ends and the next begins: in no object but at the end of a text like "}{".
_BOUNDARY = re.compile(rb'\}[ \t\r\n]*\{[ \t\r\n]*"')


class NotPlain(Exception):  # noqa: N818 - no error: it is read carefully
    """What the quick way must not take, though it might."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file on this machine, and the delivered files whose content it has.

    `objects` says how many objects each of them has at most, where that is known already. A
    piece of one delivered file begins in it at `first_line`.
    """

    path: str
    format: Format
    files: tuple[DataFile, ...]
    objects: tuple[int, ...] | None = None
    first_line: int | None = None


def spool(
    source: Source, files: Iterable[DataFile], folder: Path, arrived: Arrived
) -> Iterator[list[Part]]:
    """The parts that hold the files' content; what has to be written goes into the folder.

    Each list is worth an insert of its own, which can begin while the next is still on its way.
    `arrived` is told of what is read here; what DuckDB reads in place is not.
    Raises SourceError for a file that cannot be read, LoadError for a gzip that is damaged.
    """
    files = list(files)
    big = [file for file in files if file.size > SMALL]
    if in_place := [_in_place(file) for file in big if is_local(file)]:
        yield in_place
    small = [file for file in files if file.size <= SMALL]
    yield from _joined(_read(source, small, arrived), folder)
    distant = [file for file in big if not is_local(file)]
    yield from _fetched(_read(source, distant, arrived), folder)


def most_objects(part: Part) -> tuple[int, ...]:
    """How many objects each file of a part has at most: as many as opening braces.

    Raises NotPlain if one of them may be too large, which DuckDB tells from 32 MB on only, or if
    there is white space that JSON does not have.
    """
    if part.objects is not None:
        return part.objects
    braces = unbroken = 0
    for chunk in _chunks(part):
        if not _is_spaced_well(chunk):
            raise NotPlain(f"{part.path} has a form feed or a vertical tab")
        braces += _occurrences(BRACE, chunk)
        unbroken = 0 if _BOUNDARY.search(chunk) else unbroken + len(chunk)
        if unbroken > MAX_OBJECT_BYTES - 2 * CHUNK:
            raise NotPlain(f"{part.path} may hold an object over 4 MB")
    return (braces,)


def most_objects_in_lines(part: Part) -> tuple[int, ...]:
    """The same, and no more than lines where DuckDB takes one object a line: texts have braces."""
    if part.objects is not None or part.format != "newline_delimited":
        return most_objects(part)
    lines, last = 0, b"\n"
    for chunk in _chunks(part):
        lines += _occurrences(b"\n", chunk)
        last = chunk[-1:]
    return (min(*most_objects(part), lines + (last != b"\n")),)


def cut(part: Part, stem: Path) -> Iterator[Part]:
    """Cut a part into pieces of about two megabytes, so that a bad object makes few others wait.

    Only a file with one object a line can be cut; any other is its only piece. The pieces are
    written to files whose names begin with `stem`, which no other part may share.
    """
    if part.format != "newline_delimited":
        yield part
        return
    first_line = 1
    with _undamaged(part.files[0]), _opened(Path(part.path)) as stream:
        for number in itertools.count():
            lines = stream.readlines(PIECE)
            if not lines:
                return
            path = stem.with_name(f"{stem.name}-{number}.json")
            _write_new(path, b"".join(lines))
            yield Part(str(path), part.format, part.files, first_line=first_line)
            first_line += len(lines)


def read_in_place(parts: Iterable[Part]) -> Iterator[DataFile]:
    """The delivered files that are parts themselves: nobody checks them while they are read."""
    return (part.files[0] for part in parts if part.path == part.files[0].uri)


def is_local(file: DataFile) -> bool:
    """Whether the file lies in a folder of this machine."""
    return not file.uri.startswith("s3://")


def content(file: DataFile, data: bytes) -> bytes:
    """A file's bytes with its compression undone. Raises LoadError where that fails."""
    if not file.uri.endswith(".gz"):
        return data
    with _undamaged(file):
        return gzip.decompress(data)


@contextmanager
def _undamaged(file: DataFile) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise LoadError(
            f"{file.uri} is a damaged gzip file: {error}", "deliver the file again, whole"
        ) from error


def _read(
    source: Source, files: list[DataFile], arrived: Arrived
) -> Iterator[tuple[DataFile, bytes]]:
    for file, data in source.read_many(files):
        arrived(file.size)
        yield file, data


def _joined(files: Iterable[tuple[DataFile, bytes]], folder: Path) -> Iterator[list[Part]]:
    members: list[DataFile] = []
    chunks: list[bytes] = []
    size = 0
    numbers = itertools.count()
    for file, data in files:
        plain = content(file, data).strip(b" \t\r\n")
        if plain and not _may_be_joined(plain):
            path = folder / f"single-{next(numbers)}.json"
            _write_new(path, plain)
            yield [Part(str(path), "unstructured", (file,))]
            continue
        members.append(file)
        chunks.append(plain)
        size += len(plain)
        if size >= PART:
            yield [_write(folder / f"joined-{next(numbers)}.json", chunks, members)]
            members, chunks, size = [], [], 0
    if members:
        yield [_write(folder / f"joined-{next(numbers)}.json", chunks, members)]


def _may_be_joined(plain: bytes) -> bool:
    # Neighbours could complete what a file begins or ends, and hide what is too large.
    is_whole = plain.startswith(b"{") and plain.endswith(b"}")
    return is_whole and len(plain) <= MAX_OBJECT_BYTES and _is_spaced_well(plain)


def _is_spaced_well(content: bytes) -> bool:
    return FORM_FEED not in content and VERTICAL_TAB not in content


def _write(path: Path, chunks: list[bytes], members: list[DataFile]) -> Part:
    _write_new(path, b"\n".join(chunks))
    braces = tuple(_occurrences(BRACE, chunk) for chunk in chunks)
    return Part(str(path), "unstructured", tuple(members), braces)


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet: to overwrite one would lose its records in silence."""
    with path.open("xb") as file:
        file.write(content)


def _chunks(part: Part) -> Iterator[bytes]:
    with _undamaged(part.files[0]), _opened(Path(part.path)) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _occurrences(byte: bytes, chunk: bytes) -> int:
    # before Python 3.13, bytes.count takes twice as long
    return len(chunk) - len(chunk.replace(byte, b""))


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _in_place(file: DataFile) -> Part:
    return Part(file.uri, _layout(Path(file.uri)), (file,))


def _fetched(files: Iterable[tuple[DataFile, bytes]], folder: Path) -> Iterator[list[Part]]:
    parts: list[Part] = []
    size = 0
    for number, (file, data) in enumerate(files):
        ending = ".json.gz" if file.uri.endswith(".gz") else ".json"
        path = folder / f"fetched-{number}{ending}"
        _write_new(path, data)
        parts.append(Part(str(path), _layout(path), (file,)))
        size += len(data)
        if size >= PART:
            yield parts
            parts, size = [], 0
    if parts:
        yield parts


def _layout(path: Path) -> Format:
    """How the file is laid out, by its first line: whether that is a whole object."""
    try:
        with _opened(path) as stream:
            first = next(
                (line for line in iter(lambda: stream.readline(HEAD), b"") if line.strip()), b""
            )
            json.loads(first)
    except (ValueError, RecursionError, OSError, EOFError, zlib.error):
        return "unstructured"
    return "newline_delimited"
