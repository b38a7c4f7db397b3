"""What comes from S3 is inserted while the rest is on its way; who waits is told how much came."""

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

PATIENCE = 30
COUNT = Statement("test", "select count(*) from staging_events")


class Distant:
    """A source of which only the first file comes before something was inserted."""

    location = "s3://far/away"

    def __init__(self, *contents: bytes) -> None:
        self.inserted = threading.Event()
        self.waited_in_vain = False
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
                self.waited_in_vain |= not self.inserted.wait(PATIENCE)
            yield file, self.read(file)

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        return ((file, self.read(file)[:size]) for file in files)


def large(*events: dict[str, object]) -> bytes:
    """Lines that are too many bytes to be joined with other files."""
    lines = "\n".join(json.dumps(each) for each in events)
    return f"{lines}\n{' ' * SMALL}\n".encode()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDbEngine]:
    opened = DuckDbEngine(tmp_path / "warehouse.duckdb")
    pipeline.create_tables(opened)
    yield opened
    opened.close()


def each_file_an_insert(monkeypatch: pytest.MonkeyPatch, source: Distant) -> None:
    def read_quickly(
        connection: duckdb.DuckDBPyConnection, reading: Reading, parts: Sequence[Part]
    ) -> int:
        inserted = duckdb_json.read_quickly(connection, reading, parts)
        source.inserted.set()
        return inserted

    monkeypatch.setattr(spool, "PART", 1)
    monkeypatch.setattr(duckdb_engine, "read_quickly", read_quickly)


def test_what_has_arrived_is_inserted_while_the_rest_is_on_its_way(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Distant(*(large(event(itemInSession=number)) for number in range(4)))
    each_file_an_insert(monkeypatch, source)

    with engine.transaction():
        loaded = engine.load_json([JsonLoad("staging_events", source, list(source.files()))], 0)

    assert not source.waited_in_vain
    assert loaded.records == dict.fromkeys(source.files(), 1)
    assert engine.fetch(COUNT).rows == [(4,)]


@pytest.mark.parametrize("odd", [0, 1, 2])
def test_what_is_odd_in_a_part_leaves_the_other_parts_as_they_are(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch, odd: int
) -> None:
    rows = [event(itemInSession=number) for number in range(3)]
    rows[odd]["ts"] = "yesterday"
    source = Distant(*map(large, rows))
    source.inserted.set()
    each_file_an_insert(monkeypatch, source)

    with engine.transaction():
        loaded = engine.load_json([JsonLoad("staging_events", source, list(source.files()))], 1)

    assert [(each.file, each.column) for each in loaded.rejected] == [
        (list(source.files())[odd], "ts")
    ]
    assert loaded.records == dict.fromkeys(source.files(), 1)
    assert engine.fetch(COUNT).rows == [(2,)]


def test_what_a_signal_leaves_behind_inserts_into_no_later_transaction(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal as the thread is started leaves it running, and the executor does not know it."""
    source = Distant(large(event()))
    late: list[threading.Thread] = []

    def submit(_: object, insert: Callable[..., int], *arguments: object) -> None:
        def later() -> None:
            begin.wait(PATIENCE)
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
        late[0].join(PATIENCE)

    assert not late[0].is_alive()
    assert engine.fetch(COUNT).rows == [(0,)]


def test_a_signal_while_what_was_read_is_looked_at_ends_the_load_as_interrupted(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB makes an error of its own of a signal that comes during a statement."""
    source = Distant(large(event()))

    def look(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
        raise RuntimeError(duckdb_engine.INTERRUPTED)

    monkeypatch.setattr(duckdb_engine, "require_plain", look)
    with pytest.raises(KeyboardInterrupt), engine.transaction():
        engine.load_json([JsonLoad("staging_events", source, list(source.files()))], 0)

    assert engine.fetch(COUNT).rows == [(0,)]


def test_a_signal_as_a_transaction_begins_leaves_none_open(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Struck:
        """A connection that a signal comes upon when it has just begun a transaction."""

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.begun, self.rollback = connection.begin, connection.rollback

        def begin(self) -> None:
            self.begun()
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(engine, "_connection", Struck(engine._connection))
        with pytest.raises(KeyboardInterrupt), engine.transaction():
            raise AssertionError

    with engine.transaction():
        assert engine.fetch(COUNT).rows == [(0,)]
