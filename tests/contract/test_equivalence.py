"""The same data gives the same tables as on DuckDB: every row, every id, whatever was done."""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify import pipeline
from sparkify.errors import ChecksFailed, LoadError
from sparkify.generate import Recipe, generate
from sparkify.operate import repair
from tests.oracle import Rows

from .engines import ENGINES, start_servers
from .generated_records import SONGS as SONG_RECORDS
from .generated_records import TIMESTAMPS, USERS, VERSIONS, File, joined, runs
from .sample import LOGS, SAMPLE, SONGS, needs_sample
from .source_files import event, lines, song
from .warehouse import DATA, SILENCE, STAR, Warehouse, open_warehouse


# In any case on each engine: tests/contract leaves most of what it tries to the slow tests.
@pytest.fixture(scope="module", params=[name for name in ENGINES if name != "duckdb"])
def _other(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    start_servers(request.param, request)
    with open_warehouse(request.param) as opened:
        yield opened


@pytest.fixture(scope="module")
def _duckdb() -> Iterator[Warehouse]:
    with open_warehouse("duckdb") as opened:
        yield opened


@pytest.fixture
def both(_other: Warehouse, _duckdb: Warehouse) -> tuple[Warehouse, Warehouse]:
    """Give an empty warehouse on an engine, and one on DuckDB."""
    return _other, _duckdb


def reset(both: tuple[Warehouse, Warehouse], folder: Path) -> None:
    for each in both:
        each.reset(folder)


def outcome(warehouse: Warehouse) -> dict[str, Rows]:
    """Return all tables: of the files the names only, and neither times, run ids nor hashes."""
    of_the_run = ("loaded_at", "run_id", "etag", "touched_etag", "content_hash")
    tables = {name: warehouse.table(name) for name in DATA}
    for name in ("loaded_files", "load_errors", "text_repairs"):
        rows = warehouse.table(name, without=of_the_run)
        tables[name] = [
            row | {"uri": Path(row["uri"]).name} if "uri" in row else row for row in rows
        ]
    return tables


def hold_equal(both: tuple[Warehouse, Warehouse], **locations: Any) -> None:
    for each in both:
        each.load(SILENCE, **({"max_errors": 99} | locations))
    compare(both)


def compare(both: tuple[Warehouse, Warehouse]) -> None:
    other, duckdb = (outcome(each) for each in both)
    for name, rows in duckdb.items():
        assert other[name] == rows, name


@needs_sample
def test_the_sample(both: tuple[Warehouse, Warehouse], tmp_path: Path) -> None:
    reset(both, tmp_path)
    paths = str(SAMPLE / "log_json_path.json")
    hold_equal(both, log_data=str(LOGS), song_data=str(SONGS), log_jsonpath=paths)


def test_generated_data(both: tuple[Warehouse, Warehouse], tmp_path: Path) -> None:
    generate(tmp_path / "data", Recipe(songs=150, artists=90, days=9, events=1500, seed=7))
    reset(both, tmp_path)
    shutil.copytree(tmp_path / "data/song_data", both[0].songs, dirs_exist_ok=True)
    for half in range(2):
        for place, day in enumerate(sorted((tmp_path / "data/log_data").rglob("*.json"))):
            if place % 2 == half:
                shutil.copy(day, both[0].logs)
        hold_equal(both)


def test_rejected_records(both: tuple[Warehouse, Warehouse], tmp_path: Path) -> None:
    """With the same file, line, column, reason and text, packed or not."""
    reset(both, tmp_path)
    for place in range(80):
        bad = {"year": "?"} if place % 9 == 0 else {}
        both[0].write_songs(f"{place}.json", song(song_id=f"SO{place}", **bad))
    both[0].write_file(
        both[0].logs / "day.json",
        lines([event(), event(level="x" * 17), event(itemInSession=1)])
        + b'{"broken\n[1]\n{"artist": "Bj\xf6rk"}\n'
        + lines([event(itemInSession=2, ts=None), event(itemInSession=2)]),
    )
    hold_equal(both)
    assert len(both[0].table("load_errors")) == 9 + 4 + 1


def hold_any(both: tuple[Warehouse, Warehouse], batches: list[list[File]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        reset(both, Path(folder))
        for files in batches:
            for path, records in files:
                both[0].write_file(Path(folder, path), lines(records))
            hold_equal(both)


@settings(max_examples=3)
@given(batches=runs())
def test_any_data_in_any_order(
    both: tuple[Warehouse, Warehouse], batches: list[list[File]]
) -> None:
    hold_any(both, batches)


@pytest.mark.slow
@given(batches=runs())
def test_any_data_in_any_order_far_more_often(
    both: tuple[Warehouse, Warehouse], batches: list[list[File]]
) -> None:
    hold_any(both, batches)


# Histories: new versions of files are loaded, undone, corrected and rebuilt

NAMES = st.sampled_from(["a.json", "b/c.json", "d.json"])
PLACES = {"sessionId": st.integers(0, 2), "itemInSession": st.integers(0, 2)}
ODD = {"status": st.sampled_from(["?", 404]), "new key": st.sampled_from([1, "x", None])}
# Not as in any order of data: an event may come with another time, and not fit.
SPELLINGS = list(chain.from_iterable(USERS.values()))
IDENTITIES = st.fixed_dictionaries(
    {
        "ts": TIMESTAMPS,
        "userId": st.sampled_from(SPELLINGS),
    }
)
EVENTS = joined(IDENTITIES, VERSIONS, st.fixed_dictionaries(PLACES, optional=ODD))
WRITTEN = st.one_of(
    st.tuples(st.just("logs"), NAMES, st.lists(EVENTS, min_size=1, max_size=5)),
    st.tuples(st.just("songs"), NAMES, st.lists(SONG_RECORDS, min_size=1, max_size=3)),
)
LOADS = st.tuples(
    st.just("load"),
    st.lists(WRITTEN, min_size=1, max_size=3),
    st.sampled_from([1, 99, 99]),
    st.sampled_from(["warn", "evolve"]),
)
REPAIRS = st.tuples(st.sampled_from(["undo", "undo", "retry", "rebuild"]), st.integers(0, 3))
HISTORIES = st.lists(st.one_of(LOADS, LOADS, REPAIRS), min_size=2, max_size=8)


def do(warehouse: Warehouse, what: str, *how: Any) -> tuple[str, int]:
    """Do a step of a history; what became of it, and with how many records, batches or files."""
    try:
        if what == "load":
            _, max_errors, mode = how
            return what, warehouse.load(max_errors=max_errors, source_schema=mode).records
        if what == "retry":
            with warehouse.reached() as reached:
                return what, pipeline.load_corrected(warehouse.engine, reached, SILENCE).records
        if what == "rebuild":
            return what, repair.rebuild_star(warehouse.engine)
        _, made = warehouse.query("select distinct run_id from loaded_files order by 1")
        return what, repair.undo_run(warehouse.engine, made[how[0] % len(made)][0]) if made else 0
    except (ChecksFailed, LoadError) as error:
        return type(error).__name__, 0


def hold_any_history(both: tuple[Warehouse, Warehouse], steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        reset(both, Path(folder))
        for number, (what, *how) in enumerate(steps):
            for kind, name, records in how[0] if what == "load" else ():
                # so many blank lines make it another version, by its bytes as by its time
                both[0].write_file(Path(folder, kind, name), lines(records) + b"\n" * number)
            other, duckdb = (do(each, what, *how) for each in both)
            assert other == duckdb
        compare(both)
        for each in both:
            before = {name: each.table(name) for name in STAR}
            repair.rebuild_star(each.engine)
            assert {name: each.table(name) for name in STAR} == before


@settings(max_examples=2)
@given(steps=HISTORIES)
def test_any_history(both: tuple[Warehouse, Warehouse], steps: list[tuple[Any, ...]]) -> None:
    hold_any_history(both, steps)


@pytest.mark.slow
@settings(max_examples=100)
@given(steps=HISTORIES)
def test_any_history_far_more_often(
    both: tuple[Warehouse, Warehouse], steps: list[tuple[Any, ...]]
) -> None:
    hold_any_history(both, steps)
