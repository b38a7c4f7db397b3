"""Loads of files that DuckDB cannot read in place, and interruptions of a load."""

import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pytest

from sparkify import pipeline
from sparkify.engines.base import JsonLoad
from sparkify.engines.duckdb import engine as duckdb_engine
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.engines.duckdb.loader import Reading
from sparkify.engines.duckdb.prefetch import MAX_JOINED_FILE_BYTES
from sparkify.sources import DataFile
from sparkify.sql import Statement

from .contract.source_files import event

PATIENCE = 30
COUNT = Statement("test", "select count(*) from staging_events")


class Distant:
    """A source whose files have to be fetched."""

    location = "s3://far/away"

    def __init__(self, *contents: bytes) -> None:
        self._contents = {
            DataFile(f"{self.location}/{number}.json", "etag", len(content)): content
            for number, content in enumerate(contents)
        }

    def files(self) -> Iterator[DataFile]:
        return iter(self._contents)

    def read(self, file: DataFile) -> bytes:
        return self._contents[file]

    def read_many(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
        return ((file, self.read(file)) for file in files)

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        return ((file, self.read(file)[:size]) for file in files)


def large(*events: dict[str, object]) -> bytes:
    """Return lines of too many bytes to be joined with other files."""
    lines = "\n".join(json.dumps(each) for each in events)
    return f"{lines}\n{' ' * MAX_JOINED_FILE_BYTES}\n".encode()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDbEngine]:
    opened = DuckDbEngine(tmp_path / "warehouse.duckdb")
    pipeline.create_tables(opened)
    yield opened
    opened.close()


def load_of(source: Distant) -> JsonLoad:
    return JsonLoad("staging_events", source, list(source.files()))


@pytest.mark.parametrize("odd", [0, 1, 2])
def test_an_odd_value_in_a_file_leaves_the_other_files_as_they_are(
    engine: DuckDbEngine, odd: int
) -> None:
    rows = [event(itemInSession=number) for number in range(3)]
    rows[odd]["ts"] = "yesterday"
    source = Distant(*map(large, rows))

    with engine.transaction():
        loaded = engine.load_json([load_of(source)], 1)

    assert [(each.file, each.column) for each in loaded.rejected] == [
        (list(source.files())[odd], "ts")
    ]
    assert loaded.records == dict.fromkeys(source.files(), 1)
    assert engine.fetch(COUNT).rows == [(2,)]


@pytest.mark.parametrize("number", [1, 2], ids=["that counts", "that reports progress"])
def test_a_signal_as_a_thread_is_started_leaves_no_thread_and_no_row(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    start, started = threading.Thread.start, list[threading.Thread]()

    def struck(thread: threading.Thread) -> None:
        start(thread)
        started.append(thread)
        if len(started) == number:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", struck)
        with pytest.raises(KeyboardInterrupt), engine.transaction():
            engine.load_json([load_of(Distant(large(event())))], 0)

    for thread in started:
        thread.join(PATIENCE)
    assert len(started) == number
    assert not [thread for thread in started if thread.is_alive()]
    with engine.transaction():
        assert engine.fetch(COUNT).rows == [(0,)]


def test_a_signal_while_the_values_are_checked_ends_the_load_as_interrupted(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB makes an error of its own of a signal that comes during a statement."""

    def interrupted(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
        raise RuntimeError(duckdb_engine.INTERRUPTED)

    monkeypatch.setattr(duckdb_engine, "require_fast_path_values", interrupted)
    with pytest.raises(KeyboardInterrupt), engine.transaction():
        engine.load_json([load_of(Distant(large(event())))], 0)

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
