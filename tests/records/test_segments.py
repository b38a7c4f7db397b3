"""Without the scanner, long files are read in several processes, to the same outcome."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sparkify.errors import Interrupted
from sparkify.records import batch_reader, segments
from sparkify.records.batch_reader import BatchReader
from sparkify.records.segment_worker import read_segment
from sparkify.records.segments import ReadSegment, RecordShape, Segment

from .odd_files import COLUMNS, FILES, PATHS, SHAPES, cut, whole
from .outcomes import Outcome, outcome

GOOD = b'{"name":"Ada","count":7,"item":1541105830796,"length":218.93179,"note":"abc"}'
ODD = (
    GOOD.replace(b"7", b"200.0"),
    b'{"name":"',
    b'{"name":"x}',
    b'{"name":"a"},',
    b",",
    b'[{"name":"a"}',
    b"}{",
    '{"name":"\u6f22\u5b57"}'.encode(),
    b'{"name":"\xff}',
)


def reader_of(shape: str, *, ignore_case: bool) -> BatchReader:
    reader = BatchReader(RecordShape(COLUMNS, PATHS[shape], ignore_case, ("item", "note")))
    reader._scanner = None
    return reader


def in_this_process(shape: RecordShape, parts: Iterable[Segment]) -> Iterator[ReadSegment]:
    return map(partial(read_segment, shape), parts)


def in_one_piece(reader: BatchReader, chunks: list[bytes]) -> Outcome:
    with patch.object(segments, "SEGMENT_BYTES", sys.maxsize):
        return outcome(reader, chunks)


@pytest.mark.parametrize(("shape", "ignore_case"), SHAPES)
@given(
    files=st.lists(st.one_of(FILES, st.sampled_from([GOOD, *ODD])), max_size=8),
    between=st.sampled_from([b"\n", b"\r\n", b",\n", b"\n,\n", b""]),
    size=st.sampled_from([7, 64, 1 << 20]),
)
@example(files=[b'{"a":', b'{"b":"x}', GOOD, b",", GOOD], between=b"\n", size=7)
@example(files=[b'[{"a":1}', GOOD, b'{"note":"x', b"}", GOOD], between=b"\r\n", size=7)
def test_segments_give_what_the_whole_gives(
    shape: str, ignore_case: bool, files: list[bytes], between: bytes, size: int
) -> None:
    data = between.join(files)
    whole_reader = reader_of(shape, ignore_case=ignore_case)
    by_segments = reader_of(shape, ignore_case=ignore_case)

    expected = in_one_piece(whole_reader, whole(data))
    with (
        patch.object(segments, "SEGMENT_BYTES", 8),
        patch.object(batch_reader, "read_segments", in_this_process),
    ):
        found = outcome(by_segments, cut(data, size))

    def in_order(found: Outcome) -> tuple[object, object, int]:
        rows, rejections, records = found
        return rows, sorted(rejections, key=lambda each: (each.line, repr(each))), records

    assert in_order(found) == in_order(expected)
    assert by_segments.checksum == whole_reader.checksum


@pytest.fixture
def long_file() -> bytes:
    """Give some 3 MB, with a record in a thousand that is not loaded."""
    lines = [GOOD if number % 1000 else ODD[number // 1000 % len(ODD)] for number in range(36_000)]
    return b"\n".join(lines) + b"\n"


def test_a_long_file_is_read_in_other_processes(long_file: bytes) -> None:
    chunks = cut(long_file, 100_000)
    expected = in_one_piece(reader_of("keys", ignore_case=False), chunks)
    reader = reader_of("keys", ignore_case=False)

    with patch.object(batch_reader, "read_segments", wraps=segments.read_segments) as spied:
        found = outcome(reader, chunks)

    assert found == expected
    assert spied.called
    assert len(found[1]) >= 20
    assert found[2] == len(found[0]) + len(found[1])


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are listed by Linux")
def test_the_processes_end_with_the_one_that_reads(long_file: bytes) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", READ_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reading:
        assert reading.stdin
        assert reading.stdout
        reading.stdin.write(long_file)
        reading.stdin.close()
        started = [Path("/proc", pid.decode()) for pid in reading.stdout.readline().split()]
        were_there = [each.exists() for each in started]
        reading.kill()
    give_up = time.monotonic() + 30
    while any(each.exists() for each in started) and time.monotonic() < give_up:
        time.sleep(0.05)

    assert were_there
    assert all(were_there)
    assert not any(each.exists() for each in started)


READ_AND_WAIT = """
import os, sys, time
from tests.records.test_segments import outcome, reader_of
outcome(reader_of("keys", ignore_case=False), [sys.stdin.buffer.read()])
tasks = os.listdir("/proc/self/task")
print(*(pid for task in tasks for pid in open(f"/proc/self/task/{task}/children").read().split()))
sys.stdout.flush()
time.sleep(60)
"""


class KilledProcess(segments._ReadingProcess):
    def read(self, shape: RecordShape, segment: Segment) -> ReadSegment:
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return super().read(shape, segment)


def test_a_process_that_is_killed_interrupts_the_load_and_a_retry_succeeds(
    long_file: bytes,
) -> None:
    chunks = cut(long_file, 100_000)
    expected = in_one_piece(reader_of("keys", ignore_case=False), chunks)
    segments._pool.cache_clear()
    with (
        patch.object(segments, "_ReadingProcess", KilledProcess),
        pytest.raises(Interrupted, match="has ended"),
    ):
        outcome(reader_of("keys", ignore_case=False), chunks)

    found = outcome(reader_of("keys", ignore_case=False), chunks)

    assert found == expected
