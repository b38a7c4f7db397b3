"""Pack thousands of small files into a few gzip files, of a size that suits COPY.

COPY takes some time for each object, and reads several at once, one a slice. AWS recommends 1 MB to
1 GB each, compressed, and a multiple of the slices:
https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-use-multiple-files.html
"""

import gzip
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sparkify.engines.base import JsonLoad, batch_reader
from sparkify.errors import FileFault
from sparkify.records.content import content
from sparkify.records.python_reader import TEXT_WITH_NUL, Rejection, encoded
from sparkify.sources import DataFile
from sparkify.sources.hashing import hashed_on_the_way

# Of the source bytes: JSON becomes some eight times smaller.
SMALLEST_PACKED_FILE = 8 << 20
LARGEST_PACKED_FILE = 64 << 20
# Reasons to reject what may not end where its file does.
BROKEN = frozenset({"not JSON", "not an object"})
NOT_LINE_ENDS = re.compile(rb"[^\r\n]+")


@dataclass(slots=True)
class PackedFile:
    """The content of several files, one below the other, each beginning on a line of its own."""

    files: list[DataFile] = field(default_factory=list)
    first_lines: list[int] = field(default_factory=list)
    records: list[int] = field(default_factory=list)  # in each file, for COPY to read
    rejected: list[tuple[DataFile, Rejection]] = field(default_factory=list)  # and not for COPY
    chunks: list[bytes] = field(default_factory=list)
    lines: int = 0
    source_bytes: int = 0
    hashes: dict[DataFile, str] = field(default_factory=dict)  # of the files' own bytes

    def add(self, file: DataFile, plain: bytes, records: int, content_hash: str) -> None:
        """Append the content of a file, which has so many records."""
        self.files.append(file)
        self.hashes[file] = content_hash
        self.first_lines.append(self.lines + 1)
        self.records.append(records)
        self.chunks.append(plain)
        self.lines += plain.count(b"\n") + 1
        self.source_bytes += file.size

    def compressed(self) -> bytes:
        """Return the content as gzip, and free it."""
        packed = gzip.compress(b"\n".join(self.chunks), compresslevel=1, mtime=0)
        self.chunks.clear()
        return packed

    def origin(self, line: int) -> tuple[DataFile, int]:
        """Return the source file of a line, and the number of the line in it."""
        place = bisect_right(self.first_lines, line) - 1
        return self.files[place], line - self.first_lines[place] + 1


def pack_files(
    load: JsonLoad,
    files: Iterable[DataFile],
    slices: int,
    faults: list[tuple[DataFile, FileFault]] | None = None,
) -> Iterator[PackedFile]:
    """Read files of a load, concurrently where they are in S3, count their records, and pack them.

    Those that cannot be read are added to `faults`; without it the first is raised. Raises
    SourceError where the source fails.
    """
    files = list(files)
    total = sum(file.size for file in files)
    enough = total / packed_file_count(total, slices)
    packed = PackedFile()
    reader = batch_reader(load)
    hashes: dict[DataFile, str] = {}
    for file, chunks in hashed_on_the_way(load.source.stream(files), hashes):
        try:
            plain = content(file.uri, chunks).rstrip(b" \t\r\n")
        except FileFault as fault:
            if faults is None:
                raise
            faults.append((file, fault))
            continue
        rejections: list[Rejection] = []
        records = reader.count([plain], rejections.append)
        # COPY would cut such a text without an error.
        cut = [each for each in rejections if each.reason == TEXT_WITH_NUL]
        plain = _without_records(plain, cut)
        broken = any(each.reason in BROKEN for each in rejections)
        # Alone, so that no neighbour completes what it begins or ends.
        holder = PackedFile() if broken else packed
        holder.add(file, plain, records - len(cut), hashes[file])
        holder.rejected.extend((file, each) for each in cut)
        if broken:
            yield holder
            continue
        if packed.source_bytes >= enough:
            yield packed
            packed = PackedFile()
    if packed.files:
        yield packed


def _without_records(plain: bytes, records: Iterable[Rejection]) -> bytes:
    """Return the content of a file with blanks for these records, in its order; lines stay."""
    pieces: list[bytes] = []
    line, line_start, done = 1, 0, 0
    for record in records:
        for _ in range(record.line - line):
            line_start = plain.index(b"\n", line_start) + 1
        line = record.line
        text = encoded(record.text)
        start = plain.index(text, max(line_start, done))
        blank = NOT_LINE_ENDS.sub(lambda found: b" " * len(found[0]), text)
        pieces += [plain[done:start], blank]
        done = start + len(text)
    return b"".join([*pieces, plain[done:]])


def packed_file_count(total: int, slices: int) -> int:
    """Return the number of files to pack so many bytes into: a multiple of the slices, or few."""
    most = total // SMALLEST_PACKED_FILE
    if most < slices:
        return max(1, most)
    return math.ceil(math.ceil(total / LARGEST_PACKED_FILE) / slices) * slices
