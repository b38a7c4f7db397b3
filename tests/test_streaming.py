"""Loading from S3 inserts files while the next ones are fetched, and survives interruptions."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from sparkify import pipeline
from sparkify.engines.base import JsonLoad, duckdb_json, spool
from sparkify.engines.base import duckdb as duckdb_engine
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.engines.duckdb.loader import Reading
from sparkify.engines.duckdb.prefetch import SMALL, Part
from sparkify.sources import DataFile
from sparkify.sql import Statement

from .contract.deliveries import event

TIMEOUT = 30
COUNT = Statement("test", "select count(*) from staging_events")


class SlowSource:
    """A source whose second and later files arrive only after something was inserted."""

    location = "s3://far/away"

    def __init__(self, *contents: bytes) -> None:
        self.inserted = threading.Event()
        self.timed_out = False
        self._contents = {
            DataFile(f"{self.location}/{number}.json", "etag", len(content)): content
            for number, content in enumerate(contents)
        }

    def files(self) -> Iterator[DataFile]:
        return iter(self._contents)

    def read(self, file: DataFile) -> bytes:
        return self._contents[file]

    def read_many(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
        for number, file in enumerate(files):
            if number:
                self.timed_out |= not self.inserted.wait(TIMEOUT)
            yield file, self.read(file)

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        return ((file, self.read(file)[:size]) for file in files)


def large(*events: dict[str, object]) -> bytes:
    """Return lines with so much padding that the file is not joined with others."""
    lines = "\n".join(json.dumps(each) for each in events)
    return f"{lines}\n{' ' * SMALL}\n".encode()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDbEngine]:
    opened = DuckDbEngine(tmp_path / "warehouse.duckdb")
    pipeline.create_tables(opened)
    yield opened
    opened.close()


def insert_each_file_alone(monkeypatch: pytest.MonkeyPatch, source: SlowSource) -> None:
    def read_quickly(
        connection: duckdb.DuckDBPyConnection, reading: Reading, parts: Sequence[Part]
    ) -> int:
        inserted = duckdb_json.read_quickly(connection, reading, parts)
        source.inserted.set()
        return inserted

    monkeypatch.setattr(spool, "PART", 1)
    monkeypatch.setattr(duckdb_engine, "read_quickly", read_quickly)


def test_files_are_inserted_while_the_next_ones_are_fetched(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = SlowSource(*(large(event(itemInSession=number)) for number in range(4)))
    insert_each_file_alone(monkeypatch, source)

    with engine.transaction():
        loaded = engine.load_json([JsonLoad("staging_events", source, list(source.files()))], 0)

    assert not source.timed_out
    assert loaded.records == dict.fromkeys(source.files(), 1)
    assert engine.fetch(COUNT).rows == [(4,)]


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_bad_record_in_one_file_leaves_the_other_files_alone(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch, bad: int
) -> None:
    rows = [event(itemInSession=number) for number in range(3)]
    rows[bad]["ts"] = "yesterday"
    source = SlowSource(*map(large, rows))
    source.inserted.set()
    insert_each_file_alone(monkeypatch, source)

    with engine.transaction():
        loaded = engine.load_json([JsonLoad("staging_events", source, list(source.files()))], 1)

    assert [(each.file, each.column) for each in loaded.rejected] == [
        (list(source.files())[bad], "ts")
    ]
    assert loaded.records == dict.fromkeys(source.files(), 1)
    assert engine.fetch(COUNT).rows == [(2,)]


def test_a_thread_left_by_a_signal_inserts_into_no_later_transaction(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A signal while the thread starts leaves it running, unknown to the executor.
    source = SlowSource(large(event()))
    late: list[threading.Thread] = []

    def submit(_: object, insert: Callable[..., int], *arguments: object) -> None:
        def later() -> None:
            begin.wait(TIMEOUT)
            with suppress(CancelledError):
                insert(*arguments)

        late.append(threading.Thread(target=later))
        late[0].start()
        raise KeyboardInterrupt

    begin = threading.Event()
    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor.submit", submit)
    with pytest.raises(KeyboardInterrupt), engine.transaction():
        engine.load_json([JsonLoad("staging_events", source, list(source.files()))], 0)
    with engine.transaction():
        begin.set()
        late[0].join(TIMEOUT)

    assert not late[0].is_alive()
    assert engine.fetch(COUNT).rows == [(0,)]


def test_a_signal_while_read_values_are_checked_ends_the_load_as_interrupted(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # DuckDB turns a signal during a statement into an error of its own.
    source = SlowSource(large(event()))

    def interrupt(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
        raise RuntimeError(duckdb_engine.INTERRUPTED)

    monkeypatch.setattr(duckdb_engine, "require_plain", interrupt)
    with pytest.raises(KeyboardInterrupt), engine.transaction():
        engine.load_json([JsonLoad("staging_events", source, list(source.files()))], 0)

    assert engine.fetch(COUNT).rows == [(0,)]


def test_a_signal_as_a_transaction_begins_leaves_none_open(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class InterruptedConnection:
        """A connection that a signal interrupts just after it began a transaction."""

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self._begin, self.rollback = connection.begin, connection.rollback

        def begin(self) -> None:
            self._begin()
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(engine, "_connection", InterruptedConnection(engine._connection))
        with pytest.raises(KeyboardInterrupt), engine.transaction():
            raise AssertionError

    with engine.transaction():
        assert engine.fetch(COUNT).rows == [(0,)]
