"""Read segments of long files in processes of their own, where there is no scanner.

Python runs on one core in a process, and its reader takes most of the time of such a load.
"""

import atexit
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from threading import local

from sparkify.errors import Interrupted
from sparkify.records.batches import PackedBatch
from sparkify.records.jsonpaths import JsonPath
from sparkify.records.python_reader import Rejection
from sparkify.sql import Column

# To hand over a segment takes a small part of the time that it takes to read.
SEGMENT_BYTES = 256 << 10
# A file without a certain end of a record in so many bytes is read in one piece, as it arrives.
MOST_BYTES_KEPT = 4 << 20
# By framing.py's rules a record always ends behind such a line end: no value can stand there, and
# the next line opens a bracket and is not indented.
_BETWEEN_RECORDS = (b"}\n{", b"}\r\n{")


@dataclass(frozen=True, slots=True)
class RecordShape:
    """The shape of the records of a staging table's files, as a reader needs it."""

    columns: tuple[Column, ...]
    paths: tuple[JsonPath, ...]
    ignore_case: bool = False
    identifying: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a file that ends where a record does, and the number of its first line."""

    line: int
    content: bytes


@dataclass(frozen=True, slots=True)
class ReadSegment:
    """The content of a segment: the rows, their checksum, and the number of its records.

    `commas` are those between its records, `commas_line` is the line of the first.
    """

    batches: list[PackedBatch]
    checksum: int
    records: int
    rejections: list[Rejection]
    commas: int
    commas_line: int


class Segments:
    """Cuts the content of a file into segments, up to where that is not certain.

    What is left then is `rest`, from `line` on.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._kept = b""
        self.line = 1

    @property
    def rest(self) -> Iterator[bytes]:
        """The content that is in no segment."""
        return chain([self._kept], self._chunks)

    def __iter__(self) -> Iterator[Segment]:
        """Yield the segments; the end of the file is in none."""
        for chunk in self._chunks:
            self._kept += chunk
            if len(self._kept) < SEGMENT_BYTES:
                continue
            end = _last_end(self._kept)
            if end:
                content, self._kept = self._kept[:end], self._kept[end:]
                yield Segment(self.line, content)
                self.line += content.count(b"\n")
            elif len(self._kept) > MOST_BYTES_KEPT:
                return


def _last_end(content: bytes) -> int:
    """Return where the last record ends that certainly does; 0 if there is none."""
    places = ((content.rfind(mark), len(mark) - 1) for mark in _BETWEEN_RECORDS)
    return max((place + size for place, size in places if place >= 0), default=0)


def read_segments(shape: RecordShape, segments: Iterable[Segment]) -> Iterator[ReadSegment]:
    """Read segments in as many processes as there are cores; yield what was read, in their order.

    Raises Interrupted where one of the processes ends.
    """
    pool, most = _pool(), 2 * _cores()
    waiting: deque[Future[ReadSegment]] = deque()
    for segment in segments:
        waiting.append(pool.submit(_read_by_process, shape, segment))
        if len(waiting) == most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class _ReadingProcess:
    """A process that reads segments, one after the other, as segment_worker.py does."""

    def __init__(self) -> None:
        package = Path(__file__).parents[2]
        paths = os.pathsep.join(filter(None, (str(package), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sparkify.records.segment_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,  # Ctrl-C is for the process that loads
        )

    def read(self, shape: RecordShape, segment: Segment) -> ReadSegment:
        """Return what it reads of a segment. Raises Interrupted where it ends instead."""
        try:
            pickle.dump((shape, segment), self._process.stdin)  # type: ignore[arg-type]  # a pipe
            self._process.stdin.flush()  # type: ignore[union-attr]
            found: ReadSegment = pickle.load(self._process.stdout)  # type: ignore[arg-type]  # noqa: S301 - ours
        except (OSError, EOFError) as error:
            raise Interrupted(
                "a process that read a file for this one has ended", "run again"
            ) from error
        return found

    def close(self) -> None:
        """Let it end."""
        with suppress(OSError), self._process:  # closes its pipes, and waits
            pass


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_cores(), thread_name_prefix="segments")


def _cores() -> int:
    return os.cpu_count() or 1


_of_thread = local()


def _read_by_process(shape: RecordShape, segment: Segment) -> ReadSegment:
    """Read a segment in the process of this thread, which is started for its first."""
    if not hasattr(_of_thread, "process"):
        _of_thread.process = _ReadingProcess()
        atexit.register(_of_thread.process.close)
    process: _ReadingProcess = _of_thread.process
    try:
        return process.read(shape, segment)
    except Interrupted:
        del _of_thread.process
        raise
