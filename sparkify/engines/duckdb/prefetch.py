"""Prepare files for DuckDB's reader: read large ones in place, join small ones, fetch S3's.

Thousands of one-record files are never read one by one (docs/adr/0005): joined they parse in the
time of one.
"""

import gzip
import itertools
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

from sparkify.engines.base import OnProgress
from sparkify.records.compression import damage_reported, decompressed, is_compressed
from sparkify.records.python_reader import MAX_OBJECT_BYTES, RECORD_START
from sparkify.sources import DataFile, Source

MAX_JOINED_FILE_BYTES = 1 << 20
CHUNK_BYTES = 64 << 20
FIRST_LINE_BYTES = 1 << 16
SCANNED_AT_ONCE = 1 << 17
PIECE_BYTES = 2 << 20

# DuckDB's names for one record a line, and for records separated by any white space.
Format = Literal["newline_delimited", "unstructured"]

# White space to DuckDB's reader, though not in JSON. As numbers they are found four times as fast.
FORM_FEED, VERTICAL_TAB = b"\f\v"

# Where one record ends and the next begins: in no record but at the end of a text like "}{".
_BOUNDARY = re.compile(rb'\}[ \t\r\n]*\{[ \t\r\n]*"')


class FastPathUnsupported(Exception):  # noqa: N818 - no error: the slow path reads it
    """A value or a layout that DuckDB's reader would take, and must not."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A file on this machine, and the source files whose content it has.

    `most_records` is the most records that each of them can have, where that is known already. A
    piece of one source file begins in it at line `first_line`.
    """

    path: str
    format: Format
    files: tuple[DataFile, ...]
    most_records: tuple[int, ...] | None = None
    first_line: int | None = None


def prefetch_files(
    source: Source, files: Iterable[DataFile], folder: Path, on_progress: OnProgress
) -> Iterator[Chunk]:
    """Yield the chunks that hold the content of the files, writing to the folder what is needed.

    `on_progress` gets the bytes that are read here, not those that DuckDB will read in place.
    Raises SourceError for a file that cannot be read, LoadError for a damaged gzip.
    """
    files = list(files)
    big = [file for file in files if file.size > MAX_JOINED_FILE_BYTES]
    yield from (_in_place(file) for file in big if file.is_local)
    small = [file for file in files if file.size <= MAX_JOINED_FILE_BYTES]
    yield from _joined(_read(source, small, on_progress), folder)
    distant = [file for file in big if not file.is_local]
    yield from _fetched(_read(source, distant, on_progress), folder)


def most_records(chunk: Chunk) -> tuple[int, ...]:
    """Return the most records that each file of a chunk can have: its number of opening braces.

    Raises FastPathUnsupported if one of them may be over 4 MB, which DuckDB rejects from 32 MB on
    only, or if there is white space that JSON does not have.
    """
    if chunk.most_records is not None:
        return chunk.most_records
    braces = unbroken = 0
    for block in _blocks(chunk):
        if not _is_spaced_well(block):
            raise FastPathUnsupported(f"{chunk.path} has a form feed or a vertical tab")
        braces += _occurrences(RECORD_START, block)
        unbroken = 0 if _BOUNDARY.search(block) else unbroken + len(block)
        if unbroken > MAX_OBJECT_BYTES - 2 * SCANNED_AT_ONCE:
            raise FastPathUnsupported(f"{chunk.path} may hold a record over 4 MB")
    return (braces,)


def most_records_in_lines(chunk: Chunk) -> tuple[int, ...]:
    """Return the same, and no more than lines where a line is a record: texts can have braces."""
    if chunk.most_records is not None or chunk.format != "newline_delimited":
        return most_records(chunk)
    lines, last = 0, b"\n"
    for block in _blocks(chunk):
        lines += _occurrences(b"\n", block)
        last = block[-1:]
    return (min(*most_records(chunk), lines + (last != b"\n")),)


def cut_into_pieces(chunk: Chunk, stem: Path) -> Iterator[Chunk]:
    """Cut a chunk into pieces of two megabytes, so that a bad record makes few others slow.

    Only a file with one record a line can be cut; any other is its only piece. The pieces are
    written to files whose names begin with `stem`, which no other chunk may share.
    """
    if chunk.format != "newline_delimited":
        yield chunk
        return
    first_line = 1
    with damage_reported(chunk.files[0].uri), _opened(Path(chunk.path)) as stream:
        for number in itertools.count():
            lines = stream.readlines(PIECE_BYTES)
            if not lines:
                return
            path = stem.with_name(f"{stem.name}-{number}.json")
            _write_new(path, b"".join(lines))
            yield Chunk(str(path), chunk.format, chunk.files, first_line=first_line)
            first_line += len(lines)


def files_read_in_place(chunks: Iterable[Chunk]) -> Iterator[DataFile]:
    """Yield the source files that DuckDB itself reads: nobody checks them meanwhile."""
    return (chunk.files[0] for chunk in chunks if chunk.path == chunk.files[0].uri)


def _read(
    source: Source, files: list[DataFile], on_progress: OnProgress
) -> Iterator[tuple[DataFile, bytes]]:
    for file, data in source.read_many(files):
        on_progress(file.size)
        yield file, data


def _joined(files: Iterable[tuple[DataFile, bytes]], folder: Path) -> Iterator[Chunk]:
    members: list[DataFile] = []
    contents: list[bytes] = []
    size = 0
    numbers = itertools.count()
    for file, data in files:
        plain = decompressed(file.uri, data).strip(b" \t\r\n")
        if plain and not _may_be_joined(plain):
            path = folder / f"single-{next(numbers)}.json"
            _write_new(path, plain)
            yield Chunk(str(path), "unstructured", (file,))
            continue
        members.append(file)
        contents.append(plain)
        size += len(plain)
        if size >= CHUNK_BYTES:
            yield _write_joined(folder / f"joined-{next(numbers)}.json", contents, members)
            members, contents, size = [], [], 0
    if members:
        yield _write_joined(folder / f"joined-{next(numbers)}.json", contents, members)


def _may_be_joined(plain: bytes) -> bool:
    # Neighbours could complete what a file begins or ends, and hide what is too large.
    is_whole = plain.startswith(b"{") and plain.endswith(b"}")
    return is_whole and len(plain) <= MAX_OBJECT_BYTES and _is_spaced_well(plain)


def _is_spaced_well(content: bytes) -> bool:
    return FORM_FEED not in content and VERTICAL_TAB not in content


def _write_joined(path: Path, contents: list[bytes], members: list[DataFile]) -> Chunk:
    _write_new(path, b"\n".join(contents))
    braces = tuple(_occurrences(RECORD_START, content) for content in contents)
    return Chunk(str(path), "unstructured", tuple(members), braces)


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet: to overwrite one would lose its records in silence."""
    with path.open("xb") as file:
        file.write(content)


def _blocks(chunk: Chunk) -> Iterator[bytes]:
    with damage_reported(chunk.files[0].uri), _opened(Path(chunk.path)) as stream:
        while block := stream.read(SCANNED_AT_ONCE):
            yield block


def _occurrences(byte: bytes, block: bytes) -> int:
    # before Python 3.13, bytes.count takes twice as long
    return len(block) - len(block.replace(byte, b""))


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _in_place(file: DataFile) -> Chunk:
    return Chunk(file.uri, _layout(Path(file.uri)), (file,))


def _fetched(files: Iterable[tuple[DataFile, bytes]], folder: Path) -> Iterator[Chunk]:
    for number, (file, data) in enumerate(files):
        path = folder / f"fetched-{number}{'.json.gz' if is_compressed(file.uri) else '.json'}"
        _write_new(path, data)
        yield Chunk(str(path), _layout(path), (file,))


def _layout(path: Path) -> Format:
    """Return the layout of a file, by its first line: a whole record, or not."""
    try:
        with _opened(path) as stream:
            lines = iter(lambda: stream.readline(FIRST_LINE_BYTES), b"")
            json.loads(next((line for line in lines if line.strip()), b""))
    except (ValueError, RecursionError, OSError, EOFError, zlib.error):
        return "unstructured"
    return "newline_delimited"
