"""The same data gives the same tables on both engines: every row, every id."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from sparkify.generate import Recipe, generate
from tests.contract.deliveries import event, lines, song
from tests.contract.test_any_order import File, runs
from tests.contract.test_sample import LOGS, SAMPLE, SONGS, needs_sample
from tests.contract.warehouse import DATA, SILENCE, Warehouse, open_warehouse
from tests.oracle import Rows


@pytest.fixture(scope="module")
def _duckdb() -> Iterator[Warehouse]:
    with open_warehouse("duckdb") as opened:
        yield opened


@pytest.fixture
def both(warehouse: Warehouse, _duckdb: Warehouse) -> tuple[Warehouse, Warehouse]:
    """Give an empty warehouse on each engine."""
    return warehouse, _duckdb


def start_anew(both: tuple[Warehouse, Warehouse], folder: Path) -> None:
    for each in both:
        each.start_anew(folder)


def outcome(warehouse: Warehouse) -> dict[str, Rows]:
    """Return all tables: of the files the names only, and nothing of the moment or the run."""
    of_the_run = ("loaded_at", "run_id", "etag")
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
    redshift, duckdb = (outcome(each) for each in both)
    for name, rows in duckdb.items():
        assert redshift[name] == rows, name


@needs_sample
def test_the_sample(both: tuple[Warehouse, Warehouse], tmp_path: Path) -> None:
    start_anew(both, tmp_path)
    paths = str(SAMPLE / "log_json_path.json")
    hold_equal(both, log_data=str(LOGS), song_data=str(SONGS), log_jsonpath=paths)


def test_generated_data(both: tuple[Warehouse, Warehouse], tmp_path: Path) -> None:
    generate(tmp_path / "data", Recipe(songs=150, artists=90, days=9, events=1500, seed=7))
    start_anew(both, tmp_path)
    shutil.copytree(tmp_path / "data/song_data", both[0].songs, dirs_exist_ok=True)
    for half in range(2):
        for place, day in enumerate(sorted((tmp_path / "data/log_data").rglob("*.json"))):
            if place % 2 == half:
                shutil.copy(day, both[0].logs)
        hold_equal(both)


def test_rows_that_are_refused(both: tuple[Warehouse, Warehouse], tmp_path: Path) -> None:
    """With the same file, line, column, reason and text, packed or not."""
    start_anew(both, tmp_path)
    for place in range(80):
        bad = {"year": "?"} if place % 9 == 0 else {}
        both[0].deliver_songs(f"{place}.json", song(song_id=f"SO{place}", **bad))
    both[0].deliver(
        both[0].logs / "day.json",
        lines([event(), event(level="x" * 17), event(itemInSession=1)])
        + b'{"broken\n[1]\n{"artist": "Bj\xf6rk"}\n'
        + lines([event(itemInSession=2, ts=None), event(itemInSession=2)]),
    )
    hold_equal(both)
    assert len(both[0].table("load_errors")) == 9 + 4 + 2


def hold_any(both: tuple[Warehouse, Warehouse], deliveries: list[list[File]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start_anew(both, Path(folder))
        for files in deliveries:
            for path, records in files:
                both[0].deliver(Path(folder, path), lines(records))
            hold_equal(both)


@settings(max_examples=5)
@given(deliveries=runs())
def test_any_data_in_any_order(
    both: tuple[Warehouse, Warehouse], deliveries: list[list[File]]
) -> None:
    hold_any(both, deliveries)


@pytest.mark.slow
@given(deliveries=runs())
def test_any_data_in_any_order_far_more_often(
    both: tuple[Warehouse, Warehouse], deliveries: list[list[File]]
) -> None:
    hold_any(both, deliveries)
