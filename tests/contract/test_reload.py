"""Files that are loaded again in the place of their batches, and everything from the sources."""

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify import pipeline
from sparkify.errors import ChecksFailed, ConfigError, LoadError, SourceError, WarehouseError
from sparkify.operate.history import past_runs
from sparkify.operate.reconcile import find_differences
from sparkify.operate.reload import ReloadScope, plan_reload, reload_files, require_all_there
from sparkify.sources.selection import LogChoice
from sparkify.sql import STAGING_TABLES
from sparkify.transform import RowChanges
from tests.oracle import Rows, expected_of_batches

from .generated_records import File, runs
from .source_files import DAY, NOON, Record, event, lines, song, visit
from .warehouse import SILENCE, UNUSUAL_VALUES_FAIL, Warehouse

EVERYTHING = ReloadScope(is_everything=True)


def reload(
    warehouse: Warehouse,
    scope: ReloadScope,
    observer: pipeline.RunReporter = SILENCE,
    *,
    drop_missing: bool = False,
    **changes: Any,
) -> pipeline.Run:
    """Plan a reload and carry it out; `changes` are of the settings."""
    with warehouse.reached(**changes) as reached:
        plan = plan_reload(warehouse.engine, reached, scope)
        if not drop_missing:
            require_all_there(plan)
        return reload_files(warehouse.engine, reached, observer, plan)


def items(warehouse: Warehouse) -> list[int]:
    return [row["item_in_session"] for row in warehouse.table("songplays")]


def ledger_of(warehouse: Warehouse) -> list[tuple[str, int, str]]:
    """Return name, batch and run of each loaded version of a file, but of the empty ones."""
    rows = warehouse.query("select uri, batch_number, run_id from file_versions order by 2, 1")[1]
    return [(Path(uri).name, number, run) for uri, number, run in rows if "none.json" not in uri]


def differences(warehouse: Warehouse) -> list[str]:
    with warehouse.reached() as reached:
        return [each.kind for each in find_differences(warehouse.engine, reached)]


# What leaves, and what stays


def test_records_that_vanished_from_a_file_leave_by_its_reload(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1), event(itemInSession=2))
    warehouse.write_songs("a.json", song())
    first = warehouse.load()
    warehouse.write_events("b.json", event(itemInSession=7))
    second = warehouse.load()
    warehouse.write_events("a.json", event(), event(itemInSession=2, location="Athens"))
    third = warehouse.load()
    assert items(warehouse) == [0, 1, 2, 7]
    run = reload(warehouse, ReloadScope("logs/a.json"))
    found = [(row["item_in_session"], row["location"]) for row in warehouse.table("songplays")]
    assert found == [(0, event()["location"]), (2, "Athens"), (7, event()["location"])]
    a_song, a_log, b_log = sorted(ledger_of(warehouse))
    assert (a_song, b_log) == (("a.json", 1, run.run_id), ("b.json", 2, second.run_id))
    assert a_log == ("a.json", 3, run.run_id)
    removed_and_added = RowChanges(added=2, removed=5), RowChanges(added=1, removed=1)
    assert run.row_changes == dict(zip(STAGING_TABLES, removed_and_added, strict=True))
    assert differences(warehouse) == []
    assert warehouse.load().files == 0
    outcomes = {past.run_id: (past.outcome, past.files) for past in past_runs(warehouse.engine)}
    assert outcomes == {
        first.run_id: ("reloaded", 0),
        second.run_id: ("done", 1),
        third.run_id: ("reloaded", 0),
        run.run_id: ("done", 4),
    }


def test_a_reloaded_batch_overrides_no_later_correction(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song(year=1990), song(song_id="SO2", year=1))
    warehouse.write_events("a.json", event(level="free", location="Athens"))
    first = warehouse.load()
    warehouse.write_songs("b.json", song(year=1994))
    warehouse.write_events("b.json", event(level="paid", location="Bergen"))
    warehouse.load()
    warehouse.write_songs("a.json", song(year=1991), song(song_id="SO2", year=2))
    reload(warehouse, ReloadScope(first.run_id))
    assert [row["year"] for row in warehouse.table("songs")] == [2, 1994]
    assert [row["location"] for row in warehouse.table("songplays")] == ["Bergen"]
    assert [row["level"] for row in warehouse.table("users")] == ["paid"]


def test_a_file_in_several_batches_is_loaded_once_in_the_place_of_its_latest(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event(location="A1"), event(itemInSession=1))
    warehouse.write_events("b.json", event(itemInSession=2))
    first = warehouse.load()
    warehouse.write_events("c.json", event(location="C1"))
    second = warehouse.load()
    warehouse.write_events("a.json", event(location="A2"))
    warehouse.load()
    run = reload(warehouse, ReloadScope(first.run_id))
    assert ledger_of(warehouse) == [
        ("b.json", 1, run.run_id),
        ("c.json", 2, second.run_id),
        ("a.json", 3, run.run_id),
    ]
    assert next(row["location"] for row in warehouse.table("songplays")) == "A2"
    assert items(warehouse) == [0, 2]
    assert len(warehouse.table("staging_events")) == 3


def test_chosen_days_are_reloaded_with_the_rest_of_their_batches(warehouse: Warehouse) -> None:
    for level in ("free", "paid"):
        for day in (1, 2, 3):
            warehouse.write_events(f"2018-11-0{day}.json", event(itemInSession=day, level=level))
            if level == "free":
                warehouse.load()
    run = reload(warehouse, ReloadScope(choice=LogChoice(date(2018, 11, 2), date(2018, 11, 2))))
    levels = [row["level"] for row in warehouse.table("songplays")]
    assert (run.files, levels) == (1, ["free", "paid", "free"])


def test_a_corrected_timestamp_contradicts_no_more_once_its_file_is_reloaded(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event(ts=NOON), event(itemInSession=1))
    warehouse.load()
    warehouse.write_events("a.json", event(ts=NOON + DAY), event(itemInSession=1))
    assert warehouse.load(max_errors=1).rejected == 1
    run = reload(warehouse, ReloadScope("logs/a.json"))
    assert (run.records, run.rejected) == (2, 0)
    assert warehouse.table("load_errors") == []
    assert len(warehouse.table("songplays")) == 2


def test_what_is_rejected_in_a_reload_is_all_that_is_in_quarantine(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1, status="OK"))
    warehouse.write_events("b.json", event(itemInSession=2, status="bad"))
    warehouse.load(max_errors=3)
    warehouse.write_events(
        "a.json", event(), event(itemInSession=1), event(status="no"), visit(sessionId=-1)
    )
    run = reload(warehouse, ReloadScope("a.json"), max_errors=3)
    assert (run.records, run.rejected) == (5, 3)
    rejected = [(Path(row["uri"]).name, row["line"]) for row in warehouse.table("load_errors")]
    assert sorted(rejected) == [("a.json", 3), ("a.json", 4), ("b.json", 1)]
    assert {row["run_id"] for row in warehouse.table("load_errors")} == {run.run_id}
    assert len(warehouse.table("staging_events")) == run.records - run.rejected
    assert differences(warehouse) == []


# What stops it


def test_files_that_are_gone_stop_a_reload_until_they_may_go(warehouse: Warehouse) -> None:
    gone = warehouse.write_events("gone.json", event())
    warehouse.write_events("a.json", event(itemInSession=1))
    run = warehouse.load()
    gone.unlink()
    before = warehouse.everything()
    with pytest.raises(SourceError, match=r"1 file .*gone\.json") as failed:
        reload(warehouse, ReloadScope(run.run_id))
    assert "--drop-missing" in failed.value.hint
    assert warehouse.everything() == before
    reload(warehouse, ReloadScope(run.run_id), drop_missing=True)
    assert items(warehouse) == [1]
    assert differences(warehouse) == []


def test_a_reload_of_nothing_but_missing_files_leaves_an_empty_warehouse(
    warehouse: Warehouse,
) -> None:
    warehouse.load()
    gone = warehouse.write_events("gone.json", event())
    run = warehouse.load()
    gone.unlink()
    assert reload(warehouse, ReloadScope("last"), drop_missing=True).files == 0
    assert warehouse.table("staging_events") == warehouse.table("songplays") == []
    assert {past.run_id: past.outcome for past in past_runs(warehouse.engine)}[run.run_id] == (
        "reloaded"
    )


@pytest.mark.parametrize(
    ("content", "changes", "error"),
    [
        (lines([event(itemInSession=1, level="gold")]), UNUSUAL_VALUES_FAIL, ChecksFailed),
        (b'[{"sessionId": 1}]', {}, LoadError),
        (lines([event(device="phone")]), {"source_schema": "strict"}, ChecksFailed),
    ],
)
def test_a_reload_that_fails_leaves_the_warehouse_as_it_was(
    warehouse: Warehouse, content: bytes, changes: Mapping[str, Any], error: type[Exception]
) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.write_events("b.json", event(itemInSession=1))
    warehouse.load()
    before = warehouse.everything()
    warehouse.write_file(warehouse.logs / "b.json", content)
    for scope in (ReloadScope("b.json"), EVERYTHING):
        with pytest.raises(error, match=r"gold|b\.json"):
            reload(warehouse, scope, **changes)
        assert warehouse.everything() == before
    assert [run.outcome for run in past_runs(warehouse.engine)][:2] == ["failed", "failed"]


class Stopped(Exception):  # noqa: N818 - stands for whatever stops a reload
    pass


class Stopper(pipeline.NullReporter):
    """Stops a reload as it enters a stage, counted from 0."""

    def __init__(self, left: int) -> None:
        self.left = left

    def stage(self, name: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stopped


@pytest.mark.expensive
def test_a_reload_that_is_stopped_anywhere_leaves_the_warehouse_as_it_was(
    warehouse: Warehouse,
) -> None:
    for item in range(2):
        warehouse.write_events(f"{item}.json", event(itemInSession=item))
        warehouse.load()
    warehouse.write_events("0.json", event(itemInSession=5))
    before = warehouse.everything()
    for stages in range(10):
        with pytest.raises(Stopped):
            reload(warehouse, EVERYTHING, Stopper(stages), batch_mb=0)
        assert warehouse.everything() == before
    reload(warehouse, EVERYTHING, Stopper(100), batch_mb=0)
    assert items(warehouse) == [1, 5]


def test_a_plan_of_an_older_state_is_not_carried_out(warehouse: Warehouse) -> None:
    if warehouse.engine.is_exclusive:
        return  # nobody else can have changed it
    warehouse.write_events("a.json", event())
    warehouse.load()
    with warehouse.reached() as reached:
        plan = plan_reload(warehouse.engine, reached, ReloadScope("a.json"))
        warehouse.write_events("b.json", event(itemInSession=1))
        warehouse.load()
        before = warehouse.everything()
        with pytest.raises(WarehouseError, match="another run changed"):
            reload_files(warehouse.engine, reached, SILENCE, plan)
    assert warehouse.everything() == before


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        (ReloadScope("nothing.json"), "nothing.json is no loaded file, and no run's id begins so"),
        (ReloadScope("a.json"), "2 loaded files are named a.json"),
        (ReloadScope(choice=LogChoice(pattern="x*")), "no loaded log file"),
    ],
)
def test_what_is_not_loaded_cannot_be_reloaded(
    warehouse: Warehouse, scope: ReloadScope, message: str
) -> None:
    warehouse.write_events("1/a.json", event())
    warehouse.write_events("2/a.json", event())
    warehouse.load()
    with pytest.raises(ConfigError, match=message):
        reload(warehouse, scope)


# Everything


def test_a_full_refresh_gives_what_a_new_warehouse_has(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(location="A1"), event(itemInSession=1))
    warehouse.load()
    warehouse.write_events("b.json", event(location="B1", level="paid"))
    warehouse.write_songs("b.json", song())
    warehouse.load()
    warehouse.write_events("a.json", event(location="A2"))
    warehouse.load()
    gone = warehouse.write_events("gone.json", event(itemInSession=3))
    warehouse.load()
    warehouse.write_file(warehouse.logs / "bad.json", b"[1]")
    assert warehouse.load().rejected_files
    gone.unlink()
    with pytest.raises(SourceError, match=r"gone\.json"):
        reload(warehouse, EVERYTHING)
    run = reload(warehouse, EVERYTHING, drop_missing=True, batch_mb=0)
    assert run.batches == 5  # one a file: two that are empty
    records = [([], []), ([], [song()]), ([event(location="A2")], [])]
    records += [([event(location="B1", level="paid")], [])]
    assert warehouse.tables() == expected_of_batches(records)
    assert [number for _, number, _ in ledger_of(warehouse)] == [1, 3, 4]
    assert [past.outcome for past in past_runs(warehouse.engine)][-1] == "reloaded"


# Any history


def records_of(batch: Mapping[str, list[Record]]) -> tuple[list[Record], list[Record]]:
    """Return the events and the song records of a batch, which is its files."""
    kinds = ("logs/", "songs/")
    events, songs = (
        [each for path, records in batch.items() if path.startswith(kind) for each in records]
        for kind in kinds
    )
    return events, songs


def expected(batches: Mapping[int, Mapping[str, list[Record]]]) -> dict[str, Rows]:
    return expected_of_batches([records_of(batches[number]) for number in sorted(batches)])


def reloaded(
    batches: Mapping[int, dict[str, list[Record]]],
    source: Mapping[str, list[Record]],
    chosen: str,
) -> dict[int, dict[str, list[Record]]]:
    """Return the batches once a file, or with `` all, is loaded again in its place."""
    latest = {path: number for number in sorted(batches) for path in batches[number]}
    return {
        number: {path: source[path] for path in files if latest[path] == number and path in source}
        if not chosen or chosen in files
        else files
        for number, files in batches.items()
    }


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, list[Record]]], dict[str, list[Record]]]:
    """Draw runs that write some of few files again and again, and what is at the source then."""

    def merged(files: list[File]) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for path, records in files:
            name = f"{path.partition('/')[0]}/{draw(st.sampled_from('xy'))}.json"
            found.setdefault(name, []).extend(records)
        return found

    batches = [found for files in draw(runs()) if (found := merged(files))]
    source = {path: records for files in batches for path, records in files.items()}
    for path in [*source]:
        change = draw(st.sampled_from(["none", "other", "gone"]))
        if change == "gone":
            del source[path]
        elif change == "other":
            kind = path.partition("/")[0]
            pool = [
                each
                for files in batches
                for name, of_file in files.items()
                if name.startswith(kind)
                for each in of_file
            ]
            source[path] = draw(st.lists(st.sampled_from(pool), max_size=4))
    return batches, source


def hold_reload(
    warehouse: Warehouse,
    history: tuple[list[dict[str, list[Record]]], dict[str, list[Record]]],
    place: int,
) -> None:
    if warehouse.tried_enough():
        return
    written, source = history
    with tempfile.TemporaryDirectory() as folder:
        warehouse.reset(Path(folder))
        warehouse.load()
        batches: dict[int, dict[str, list[Record]]] = {}
        at_source: dict[str, list[Record]] = {}
        for files in written:
            for path, records in files.items():
                warehouse.write_file(Path(folder, path), lines(records))
            fresh = {
                path: records
                for path, records in files.items()
                if lines(records) != lines(at_source.get(path, [])) or path not in at_source
            }
            at_source |= files
            warehouse.load()
            if fresh:
                batches[len(batches) + 2] = fresh
        assert warehouse.tables() == expected(batches)
        for path in at_source:
            Path(folder, path).unlink()
        for path, records in source.items():
            warehouse.write_file(Path(folder, path), lines(records))
        paths = sorted({path for files in batches.values() for path in files})
        chosen = paths[place % len(paths)]
        reload(warehouse, ReloadScope(chosen), drop_missing=True)
        batches = reloaded(batches, source, chosen)
        assert warehouse.tables() == expected(batches)
        reload(warehouse, EVERYTHING, drop_missing=True)
        assert warehouse.tables() == expected({1: source})


@settings(max_examples=settings().max_examples // 4)
@given(history=histories(), place=st.integers(0, 3))
def test_any_reload_gives_what_plain_python_reads(
    warehouse: Warehouse,
    history: tuple[list[dict[str, list[Record]]], dict[str, list[Record]]],
    place: int,
) -> None:
    hold_reload(warehouse, history, place)


@pytest.mark.slow
@settings(max_examples=500)
@given(history=histories(), place=st.integers(0, 3))
def test_reloads_do_so_five_hundred_times(
    warehouse: Warehouse,
    history: tuple[list[dict[str, list[Record]]], dict[str, list[Record]]],
    place: int,
) -> None:
    hold_reload(warehouse, history, place)
