"""Thousands of small files packed into a few gzip parts, of a size that COPY likes.

COPY takes some time for each object, and reads several at once, one a slice. Asked for are 1 MB to
1 GB each, compressed, and a multiple of the slices:
https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-use-multiple-files.html
"""

import gzip
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sparkify.engines.spool import BRACE, content
from sparkify.sources import DataFile, Source

# Of the delivered bytes: JSON becomes some eight times smaller.
SMALLEST_PART = 8 << 20
LARGEST_PART = 64 << 20


@dataclass(slots=True)
class Part:
    """The content of several files, one below the other, each beginning a line."""

    files: list[DataFile] = field(default_factory=list)
    first_lines: list[int] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)  # how many each file has at most
    chunks: list[bytes] = field(default_factory=list)
    lines: int = 0
    delivered: int = 0

    def add(self, file: DataFile, plain: bytes) -> None:
        """Put a file's content below what there is."""
        self.files.append(file)
        self.first_lines.append(self.lines + 1)
        self.objects.append(plain.count(BRACE))
        self.chunks.append(plain)
        self.lines += plain.count(b"\n") + 1
        self.delivered += file.size

    def compressed(self) -> bytes:
        """The part as gzip; its content is let go."""
        packed = gzip.compress(b"\n".join(self.chunks), compresslevel=1, mtime=0)
        self.chunks.clear()
        return packed

    def origin(self, line: int) -> tuple[DataFile, int]:
        """The file that a line of the part is of, and which of its lines."""
        place = bisect_right(self.first_lines, line) - 1
        return self.files[place], line - self.first_lines[place] + 1


def pack(source: Source, files: Iterable[DataFile], slices: int) -> Iterator[Part]:
    """Read the files, concurrently where they are in S3, and give them as parts.

    Raises SourceError for a file that cannot be read, LoadError for a gzip that is damaged.
    """
    files = list(files)
    total = sum(file.size for file in files)
    enough = total / part_count(total, slices)
    part = Part()
    for file, data in source.read_many(files):
        plain = content(file, data).rstrip(b" \t\r\n")
        ends = plain.lstrip(b" \t\r\n")[:1] + plain[-1:]
        if ends not in (b"{}", b""):
            # Alone, so that what it begins or ends cannot be completed by its neighbours.
            alone = Part()
            alone.add(file, plain)
            yield alone
            continue
        part.add(file, plain)
        if part.delivered >= enough:
            yield part
            part = Part()
    if part.files:
        yield part


def part_count(total: int, slices: int) -> int:
    """How many parts to make of so many bytes: a multiple of the slices, unless they are few."""
    most = total // SMALLEST_PART
    if most < slices:
        return max(1, most)
    return math.ceil(math.ceil(total / LARGEST_PART) / slices) * slices
