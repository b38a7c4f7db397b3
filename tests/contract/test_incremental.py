"""A run loads what is new, all of a batch or none of it."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sparkify import pipeline
from sparkify.engines.base import Queryable
from sparkify.errors import ChecksFailed
from sparkify.sources.selection import LogChoice
from sparkify.sql import TABLES, VIEWS
from sparkify.warehouse import NoTables, tables

from .source_files import DAY, NOON, event, song, visit
from .warehouse import DATA, SILENCE, UNUSUAL_VALUES_FAIL, Warehouse, open_warehouse

MEGABYTE = 1 << 20
# A key that no column wants makes a file as large as we like.
BALLAST = {"ballast": "x" * (MEGABYTE * 3 // 4)}


def items(warehouse: Warehouse) -> list[Any]:
    return [play["item_in_session"] for play in warehouse.table("songplays")]


# The tables


def test_a_load_creates_the_tables_if_there_are_none(warehouse: Warehouse) -> None:
    for view in reversed(VIEWS):
        warehouse.execute(f'drop view "{view}"')
    for table in reversed(TABLES):
        warehouse.execute(f'drop table "{table}"')
    warehouse.write_events("day.json", event())
    assert warehouse.load().row_changes["songplays"].added == 1
    assert tables(warehouse.engine) == {*TABLES, *VIEWS}


def test_tables_that_another_run_created_meanwhile_are_kept(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.write_events("day.json", event())
    warehouse.load()
    required = iter([NoTables("none yet", "run: sparkify etl")])

    def require_current(_: Queryable) -> None:
        for error in required:
            raise error

    with monkeypatch.context() as patched:
        patched.setattr("sparkify.warehouse.require_current", require_current)
        pipeline.require_tables(warehouse.engine)
    assert items(warehouse) == [0]


# Nothing is loaded twice


def test_nothing_new_is_a_success(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event())
    warehouse.load()
    before = warehouse.everything()
    run = warehouse.load()
    assert (run.files, run.bytes, run.batches) == (0, 0, 0)
    assert warehouse.everything() == before


def test_a_new_file_is_all_that_is_loaded(warehouse: Warehouse) -> None:
    warehouse.write_events("one.json", event(itemInSession=1))
    warehouse.load()
    new = warehouse.write_events("two.json", event(itemInSession=2))
    run = warehouse.load()
    assert (run.files, run.bytes, run.batches) == (1, new.stat().st_size, 1)
    assert items(warehouse) == [1, 2]


def test_the_ledger_names_every_loaded_file(warehouse: Warehouse) -> None:
    files = {
        "staging_events": warehouse.write_events("2018/11/day.json", event()),
        "staging_songs": warehouse.write_songs("A/B/song.json", song()),
    }
    warehouse.load()
    ledger = {(row["uri"], row["bytes"], row["staging_table"]) for row in ledger_rows(warehouse)}
    assert ledger >= {
        (warehouse.uri(path), path.stat().st_size, table) for table, path in files.items()
    }
    assert len(ledger) == 4  # with the two empty files of the test


def ledger_rows(warehouse: Warehouse) -> list[dict[str, Any]]:
    return warehouse.table("loaded_files", without=())


def test_a_file_that_is_gone_after_it_was_loaded_is_not_missed(warehouse: Warehouse) -> None:
    warehouse.write_events("one.json", event(itemInSession=1)).rename(warehouse.logs / "1.json")
    warehouse.load()
    (warehouse.logs / "1.json").unlink()
    warehouse.write_events("two.json", event(itemInSession=2))
    warehouse.load()
    assert items(warehouse) == [1, 2]


def test_a_file_that_grew_is_loaded_again_and_counts_once(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event(itemInSession=1))
    warehouse.load()
    warehouse.write_events("day.json", event(itemInSession=1), event(itemInSession=2))
    assert warehouse.load().files == 1
    assert items(warehouse) == [1, 2]
    assert len(warehouse.table("staging_events")) == 3


def test_a_file_that_was_corrected_in_place_is_loaded_again(warehouse: Warehouse) -> None:
    path = warehouse.write_songs("song.json", song(year=1994))
    warehouse.load()
    warehouse.write_songs("song.json", song(year=1984))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert warehouse.load().files == 1
    assert [row["year"] for row in warehouse.table("songs")] == [1984]


def test_a_file_under_another_name_counts_once(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event())
    warehouse.load()
    before = {name: warehouse.table(name) for name in DATA if not name.startswith("staging")}
    warehouse.write_events("day (copy).json", event())
    assert warehouse.load().files == 1
    assert {name: warehouse.table(name) for name in before} == before


def test_only_the_chosen_log_files_are_loaded_and_all_songs(warehouse: Warehouse) -> None:
    for day in range(1, 5):
        warehouse.write_events(f"2018/11/2018-11-0{day}.json", event(itemInSession=day))
    warehouse.write_songs("a.json", song())
    with warehouse.reached() as settings:
        chosen = pipeline.select_logs(settings, LogChoice(date(2018, 11, 2), date(2018, 11, 3)))
        run = pipeline.load_pending(warehouse.engine, settings, SILENCE, chosen)
    assert [row["item_in_session"] for row in warehouse.table("songplays")] == [2, 3]
    assert [row["song_id"] for row in warehouse.table("songs")] == ["SOGOTTA"]
    assert run.passed_over[-1].examples == ["none.json"]
    assert warehouse.load().files == 3


def test_an_older_file_never_takes_back_a_newer_level(warehouse: Warehouse) -> None:
    warehouse.write_events("b.json", visit(ts=NOON, itemInSession=1, level="paid"))
    warehouse.load()
    for days in (1, 2, 3):
        earlier = visit(ts=NOON - days * DAY, sessionId=days, level="free", firstName="Old")
        warehouse.write_events(f"{days}.json", earlier)
        warehouse.load()
        [user] = warehouse.table("users")
        assert (user["level"], user["first_name"]) == ("paid", "Walter")


def test_a_song_that_arrives_later_completes_plays_of_several_runs(warehouse: Warehouse) -> None:
    for item in range(3):
        warehouse.write_events(f"{item}.json", event(itemInSession=item))
        warehouse.load()
    warehouse.write_songs("late.json", song())
    warehouse.load()
    assert [play["song_id"] for play in warehouse.table("songplays")] == ["SOGOTTA"] * 3


# A failed run leaves the warehouse as it was


def test_a_failed_run_leaves_the_warehouse_as_it_was(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.write_songs("a.json", song())
    warehouse.load()
    before = warehouse.everything()
    bad = event(itemInSession=3, level="gold")
    warehouse.write_events("b.json", event(itemInSession=7), bad, event(itemInSession=8))
    warehouse.write_events("c.json", event(itemInSession=9))
    warehouse.write_songs("b.json", song(song_id="SO2"))
    for _ in range(2):
        with pytest.raises(ChecksFailed) as failed:
            warehouse.load(**UNUSUAL_VALUES_FAIL)
        assert failed.value.exit_code == 3
        assert failed.value.hint
        assert warehouse.everything() == before

    warehouse.write_events("b.json", event(itemInSession=7), event(itemInSession=8))
    assert warehouse.load().files == 3
    assert items(warehouse) == [0, 7, 8, 9]
    assert len(warehouse.table("songs")) == 2


class Interrupted(Exception):  # noqa: N818 - stands for whatever stops a run
    pass


class Interrupter(pipeline.NullReporter):
    """Stops the run as it enters one stage."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def stage(self, name: str) -> None:
        if name == self._stage:
            raise Interrupted


@pytest.mark.expensive
def test_a_run_that_is_interrupted_anywhere_leaves_the_warehouse_as_it_was(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event())
    stages = [stage for stage in warehouse.load().seconds if stage not in ("list", "all")]
    before = warehouse.everything()
    warehouse.write_events("b.json", event(itemInSession=1))
    assert len(stages) >= 4
    for stage in stages:
        with pytest.raises(Interrupted):
            warehouse.load(Interrupter(stage))
        assert warehouse.everything() == before
    warehouse.load()
    assert items(warehouse) == [0, 1]


def test_a_load_makes_the_tables_where_there_are_none(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    with open_warehouse(warehouse.engine_name) as bare, warehouse.reached() as settings:
        run = pipeline.load_pending(bare.engine, settings, pipeline.NullReporter())
        assert (run.records, len(bare.table("songplays"))) == (1, 1)


# Batches


def write_three_batches(warehouse: Warehouse, second: dict[str, Any]) -> None:
    """Write three files of which no two fit into a megabyte."""
    warehouse.write_songs("song.json", song() | BALLAST)
    warehouse.write_events("1.json", event(itemInSession=1) | BALLAST)
    warehouse.write_events("2.json", second | BALLAST)


def test_a_backlog_is_cut_into_batches_each_with_its_timestamp(warehouse: Warehouse) -> None:
    write_three_batches(warehouse, event(itemInSession=2))
    assert warehouse.load(batch_mb=1).batches == 3
    moments = {Path(row["uri"]).name: row["loaded_at"] for row in ledger_rows(warehouse)}
    assert moments["song.json"] < moments["1.json"] < moments["2.json"]
    staged = warehouse.table("staging_events", without=())
    assert {row["iteminsession"]: row["loaded_at"] for row in staged} == {
        1: moments["1.json"],
        2: moments["2.json"],
    }


def test_batches_give_what_one_batch_gives(warehouse: Warehouse) -> None:
    write_three_batches(warehouse, event(itemInSession=1, location="A"))
    warehouse.load(batch_mb=1)
    in_batches = warehouse.tables()
    warehouse.create_tables()
    assert warehouse.load().batches == 1
    assert warehouse.tables() == in_batches


def test_batches_before_the_one_that_fails_are_kept(warehouse: Warehouse) -> None:
    write_three_batches(warehouse, event(itemInSession=2, level="gold"))
    with pytest.raises(ChecksFailed):
        warehouse.load(batch_mb=1, **UNUSUAL_VALUES_FAIL)
    assert items(warehouse) == [1]
    assert warehouse.uri(warehouse.logs / "2.json") not in {
        row["uri"] for row in ledger_rows(warehouse)
    }
    warehouse.write_events("2.json", event(itemInSession=2))
    assert warehouse.load().batches == 1
    assert items(warehouse) == [1, 2]


def test_a_file_larger_than_a_batch_is_one_of_its_own(warehouse: Warehouse) -> None:
    ballast = {"ballast": "x" * (2 * MEGABYTE)}
    warehouse.write_events("1.json", event(itemInSession=1) | ballast)
    warehouse.write_events("2.json", event(itemInSession=2))
    assert warehouse.load(batch_mb=1).batches == 3  # the first holds the two empty files
    assert items(warehouse) == [1, 2]


def test_a_setting_of_one_run_does_not_stick(warehouse: Warehouse, tmp_path: Path) -> None:
    """Another folder for once: its files are loaded, and those of the first are not forgotten."""
    warehouse.write_events("1.json", event(itemInSession=1))
    elsewhere = tmp_path / "elsewhere"
    warehouse.write_file(elsewhere / "2.json", json.dumps(event(itemInSession=2)))
    warehouse.load(log_data=str(elsewhere))
    assert items(warehouse) == [2]
    warehouse.load()
    assert items(warehouse) == [1, 2]


# Progress


class Listener(pipeline.NullReporter):
    """Adds up the progress of the batch."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def on_progress(self, size: int) -> None:
        self.sizes.append(size)


@pytest.mark.parametrize("odd", [{}, {"ts": "noon"}], ids=["clean", "odd"])
def test_the_reported_progress_adds_up_to_the_bytes_that_were_pending(
    warehouse: Warehouse, odd: dict[str, Any]
) -> None:
    warehouse.write_songs("song.json", song())
    warehouse.write_events("large.json", event(**BALLAST), event(itemInSession=2, **BALLAST))
    warehouse.write_events("small.json", event(itemInSession=3) | odd)
    listener = Listener()

    run = warehouse.load(listener, max_errors=1)

    assert run.rejected == len(odd)
    reported = sum(listener.sizes)
    assert run.bytes - run.files <= reported <= run.bytes  # shares are whole bytes
