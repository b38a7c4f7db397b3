"""Read files into batches of columns."""

from collections.abc import Callable, Iterable, Iterator

from sparkify.records.batches import ColumnBatch
from sparkify.records.checksum import batch_checksum
from sparkify.records.native_scanner import Found, scanner_for
from sparkify.records.python_reader import (
    RecordStream,
    Rejection,
    Rows,
    between_records,
    encoded,
)
from sparkify.records.segments import RecordShape, Segments, read_segments


class BatchReader:
    """Reads the records of one staging table's files into batches, whichever reader reads each.

    `records` is the number of records of the last file, rejected ones included; `checksum` that of
    all rows in the batches that were given, by the identifying columns.
    """

    def __init__(self, shape: RecordShape) -> None:
        self.records = self.checksum = 0
        self._shape = shape
        self._idle: list[ColumnBatch] = []
        columns, paths = shape.columns, shape.paths
        self._rows = Rows(columns, paths, ignore_case=shape.ignore_case)
        self._scanner = scanner_for(columns, paths, ignore_case=shape.ignore_case)
        self._batch = ColumnBatch(columns)

    def read(
        self, chunks: Iterable[bytes], reject: Callable[[Rejection], None]
    ) -> Iterator[ColumnBatch]:
        """Read the content of a file, given in chunks; yield each batch that it fills.

        Rows of several files share a batch. `reject` gets each record that is not loaded.
        """
        if self._scanner is None:
            yield from self._read_by_python(chunks, reject)
            return
        yield from self.fill(self._scanner.read(chunks, lambda: self._batch), reject)
        self.records += self._scanner.plain_records

    def fill(
        self, found: Iterable[Found | None], reject: Callable[[Rejection], None]
    ) -> Iterator[ColumnBatch]:
        """Fill batches with records that the Python reader found; yield each that is full.

        None is found where the scanner filled a batch.
        """
        self.records = 0
        for each in found:
            if each is not None:
                self.records += 1
                self._add(each, reject)
            if self._batch.is_full:
                yield self._take_batch()

    def count(self, chunks: Iterable[bytes], reject: Callable[[Rejection], None]) -> int:
        """Return the number of records in the content of a file, and keep none of them."""
        for batch in self.read(chunks, reject):
            self.reuse(batch)
        return self.records

    def remaining(self) -> Iterator[ColumnBatch]:
        """Yield the batch that is not full, unless it is empty."""
        if self._batch.rows:
            yield self._take_batch()

    def reuse(self, batch: ColumnBatch) -> None:
        """Empty a batch that is no longer needed, to fill it again."""
        batch.clear()
        self._idle.append(batch)

    def _read_by_python(
        self, chunks: Iterable[bytes], reject: Callable[[Rejection], None]
    ) -> Iterator[ColumnBatch]:
        """Read a file by the Python reader: its segments in several processes, the rest here."""
        segments = Segments(chunks)
        records = commas = commas_line = 0
        for found in read_segments(self._shape, segments):
            for rejection in found.rejections:
                reject(rejection)
            for packed in found.batches:
                batch = self._new_batch()
                batch.unpack(packed)
                yield batch
            self.checksum += found.checksum
            records += found.records
            commas += found.commas
            commas_line = commas_line or found.commas_line
        stream = RecordStream(segments.rest, segments.line)
        yield from self.fill(stream, reject)
        self.records += records
        commas += stream.commas
        if commas:
            self.records += 1
            self._add((commas_line or stream.commas_line, ",", between_records(commas)), reject)

    def _add(self, found: Found, reject: Callable[[Rejection], None]) -> None:
        row = self._rows.row(*found)
        if isinstance(row, Rejection):
            reject(row)
        else:
            # In bytes, as texts are stored: the buffers have room for so many.
            self._batch.add(row, len(encoded(found[1])))

    def _take_batch(self) -> ColumnBatch:
        batch = self._batch
        self.checksum += batch_checksum(batch, self._shape.identifying)
        self._batch = self._new_batch()
        return batch

    def _new_batch(self) -> ColumnBatch:
        return self._idle.pop() if self._idle else ColumnBatch(self._shape.columns)
