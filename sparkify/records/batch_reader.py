"""Read files into batches of columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sparkify.records.batches import ColumnBatch
from sparkify.records.checksum import batch_checksum
from sparkify.records.jsonpaths import JsonPath
from sparkify.records.native_scanner import scanner_for
from sparkify.records.python_reader import Rejection, Rows, encoded, read_records
from sparkify.sql import Column


class BatchReader:
    """Reads the records of one staging table's files into batches, whichever reader reads each.

    `records` is the number of records of the last file, rejected ones included; `checksum` that of
    all rows in the batches that were given, by the columns `identifying`.
    """

    def __init__(
        self,
        columns: tuple[Column, ...],
        paths: tuple[JsonPath, ...],
        *,
        ignore_case: bool = False,
        identifying: Sequence[str] = (),
    ) -> None:
        self.checksum = 0
        self._identifying = identifying
        self._idle: list[ColumnBatch] = []
        self.records = 0
        self._columns = columns
        self._rows = Rows(columns, paths, ignore_case=ignore_case)
        self._scanner = scanner_for(columns, paths, ignore_case=ignore_case)
        self._batch = ColumnBatch(columns)

    def read(
        self, chunks: Iterable[bytes], reject: Callable[[Rejection], None]
    ) -> Iterator[ColumnBatch]:
        """Read the content of a file, given in chunks; yield each batch that it fills.

        Rows of several files share a batch. `reject` gets each record that is not loaded.
        """
        scanner = self._scanner
        found = scanner.read(chunks, lambda: self._batch) if scanner else read_records(chunks)
        self.records = 0
        for each in found:
            if each is not None:
                self.records += 1
                self._add(each, reject)
            if self._batch.is_full:
                yield self._take_batch()
        if scanner:
            self.records += scanner.plain_records

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

    def _add(self, found: tuple[int, str, Any], reject: Callable[[Rejection], None]) -> None:
        row = self._rows.row(*found)
        if isinstance(row, Rejection):
            reject(row)
        else:
            # In bytes, as texts are stored: the buffers have room for so many.
            self._batch.add(row, len(encoded(found[1])))

    def _take_batch(self) -> ColumnBatch:
        batch = self._batch
        self.checksum += batch_checksum(batch, self._identifying)
        self._batch = self._idle.pop() if self._idle else ColumnBatch(self._columns)
        return batch
