"""Read the segments that another process sends, until it closes the pipe: a program of its own."""

import pickle
import sys
from contextlib import suppress
from functools import lru_cache
from itertools import chain

from sparkify.records.batch_reader import BatchReader
from sparkify.records.python_reader import RecordStream, Rejection
from sparkify.records.segments import ReadSegment, RecordShape, Segment


def read_segment(shape: RecordShape, segment: Segment) -> ReadSegment:
    """Read the records of a segment."""
    reader = _reader(shape)
    checksum = reader.checksum
    stream = RecordStream([segment.content], segment.line)
    rejections: list[Rejection] = []
    packed = []
    for batch in chain(reader.fill(stream, rejections.append), reader.remaining()):
        packed.append(batch.packed())
        reader.reuse(batch)
    return ReadSegment(
        packed,
        reader.checksum - checksum,
        reader.records,
        rejections,
        stream.commas,
        stream.commas_line,
    )


@lru_cache(maxsize=2)
def _reader(shape: RecordShape) -> BatchReader:
    return BatchReader(shape)


if __name__ == "__main__":
    with suppress(EOFError):
        while True:
            answer = read_segment(*pickle.load(sys.stdin.buffer))  # noqa: S301 - of our own process
            pickle.dump(answer, sys.stdout.buffer)
            sys.stdout.buffer.flush()
