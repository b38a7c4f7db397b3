"""Loads into DuckDB, and interruptions of a load."""

import _thread
import gzip
import itertools
import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pytest

from sparkify import pipeline
from sparkify.engines.base import JsonLoad
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.errors import SourceError, SparkifyError
from sparkify.sources import DataFile
from sparkify.sql import Statement
from tests.source_content import streamed

from .contract.source_files import event

PATIENCE = 30
COUNT = Statement("test", "select count(*) from staging_events")


class Distant:
    """A source whose files have to be fetched."""

    location = "s3://far/away"

    def __init__(self, *contents: bytes, ending: str = ".json") -> None:
        self._contents = {
            DataFile(f"{self.location}/{number}{ending}", "etag", len(content)): content
            for number, content in enumerate(contents)
        }

    def files(self) -> Iterator[DataFile]:
        return iter(self._contents)

    def read(self, file: DataFile) -> bytes:
        return self._contents[file]

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        return streamed((file, self.read(file)) for file in files)

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        return ((file, self.read(file)[:size]) for file in files)


def large(*events: dict[str, object]) -> bytes:
    """Return lines of more bytes than are read at once."""
    lines = "\n".join(json.dumps(each) for each in events)
    return f"{lines}\n{' ' * (1 << 20)}\n".encode()


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


def test_a_signal_ends_a_load_in_the_middle_and_leaves_no_row(engine: DuckDbEngine) -> None:
    signalled = threading.Event()

    class Endless(Distant):
        """A source of one file without end."""

        def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
            def chunks() -> Iterator[bytes]:
                line = json.dumps(event()).encode() + b"\n"
                for number in itertools.count():
                    if number == 100:
                        signalled.set()
                        _thread.interrupt_main()
                    yield line * 1000

            return ((file, chunks()) for file in files)

    with pytest.raises(KeyboardInterrupt), engine.transaction():
        engine.load_json([load_of(Endless(b""))], 0)

    assert signalled.is_set()
    with engine.transaction():
        assert engine.fetch(COUNT).rows == [(0,)]


def test_a_signal_ends_a_load_though_one_read_gives_much_to_decompress(
    engine: DuckDbEngine,
) -> None:
    calls: list[int] = []

    def on_progress(size: int) -> None:
        calls.append(size)
        if len(calls) == 3:
            _thread.interrupt_main()

    packed = gzip.compress(b'[{"a":' * 20_000_000, compresslevel=1)
    source = Distant(packed, ending=".json.gz")
    with pytest.raises(KeyboardInterrupt), engine.transaction():
        engine.load_json([load_of(source)], 0, on_progress)

    assert len(calls) < 120  # of some 240


def test_a_signal_as_the_thread_that_loads_is_started_leaves_no_thread_and_no_row(
    engine: DuckDbEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, started = threading.Thread.start, list[threading.Thread]()

    def struck(thread: threading.Thread) -> None:
        start(thread)
        started.append(thread)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", struck)
        with pytest.raises(KeyboardInterrupt), engine.transaction():
            engine.load_json([load_of(Distant(large(event())))], 0)

    [thread] = started
    thread.join(PATIENCE)
    assert not thread.is_alive()
    with engine.transaction():
        assert engine.fetch(COUNT).rows == [(0,)]


@pytest.mark.parametrize("fails", ["duckdb.Error", "SourceError"])
def test_a_failed_load_leaves_nothing_that_a_commit_would_keep(
    engine: DuckDbEngine, fails: str
) -> None:
    class Failing(Distant):
        """A source whose second file cannot be read."""

        def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
            first, second = files
            yield first, iter([self.read(first)])
            yield second, broken()

    def broken() -> Iterator[bytes]:
        raise duckdb.Error("a test") if fails == "duckdb.Error" else SourceError("a test", "go on")
        yield b""

    source = Failing(large(event()), large(event(itemInSession=1)))
    with pytest.raises(SparkifyError, match="a test"), engine.transaction():
        engine.load_json([load_of(source)], 0)

    with engine.transaction():
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
