"""Pack thousands of small files into a few gzip files, of a size that suits COPY.

COPY takes some time for each object, and reads several at once, one a slice. AWS recommends 1 MB to
1 GB each, compressed, and a multiple of the slices:
https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-use-multiple-files.html
"""

import gzip
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sparkify.errors import FileFault
from sparkify.records.content import content
from sparkify.sources import DataFile, Source

# Of the source bytes: JSON becomes some eight times smaller.
SMALLEST_PACKED_FILE = 8 << 20
LARGEST_PACKED_FILE = 64 << 20


@dataclass(slots=True)
class PackedFile:
    """The content of several files, one below the other, each beginning on a line of its own."""

    files: list[DataFile] = field(default_factory=list)
    first_lines: list[int] = field(default_factory=list)
    most_records: list[int] = field(default_factory=list)  # that each file can have
    chunks: list[bytes] = field(default_factory=list)
    lines: int = 0
    source_bytes: int = 0

    def add(self, file: DataFile, plain: bytes) -> None:
        """Append the content of a file."""
        self.files.append(file)
        self.first_lines.append(self.lines + 1)
        self.most_records.append(plain.count(b"{"))
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
    source: Source,
    files: Iterable[DataFile],
    slices: int,
    faults: list[tuple[DataFile, FileFault]] | None = None,
) -> Iterator[PackedFile]:
    """Read the files, concurrently where they are in S3, and pack them.

    Those that cannot be read are added to `faults`; without it the first is raised. Raises
    SourceError where the source fails.
    """
    files = list(files)
    total = sum(file.size for file in files)
    enough = total / packed_file_count(total, slices)
    packed = PackedFile()
    for file, chunks in source.stream(files):
        try:
            plain = content(file.uri, chunks).rstrip(b" \t\r\n")
        except FileFault as fault:
            if faults is None:
                raise
            faults.append((file, fault))
            continue
        if plain[:1] + plain[-1:] not in (b"{}", b""):
            # Alone, so that no neighbour completes what it begins or ends; with blanks before it,
            # since a broken record ends before a line that is indented no deeper.
            alone = PackedFile()
            alone.add(file, plain)
            yield alone
            continue
        packed.add(file, plain)
        if packed.source_bytes >= enough:
            yield packed
            packed = PackedFile()
    if packed.files:
        yield packed


def packed_file_count(total: int, slices: int) -> int:
    """Return the number of files to pack so many bytes into: a multiple of the slices, or few."""
    most = total // SMALLEST_PACKED_FILE
    if most < slices:
        return max(1, most)
    return math.ceil(math.ceil(total / LARGEST_PACKED_FILE) / slices) * slices
