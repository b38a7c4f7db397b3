"""Making a warehouse right again: undo, rebuild, retry; and the log of runs."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify import pipeline
from sparkify.contract.profile import SourceProfile
from sparkify.engines.base import JsonLoad
from sparkify.errors import ChecksFailed, ConfigError
from sparkify.operate import repair

from .plays_by_day import kept_plays
from .source_files import DAY, NOON, event, song, visit
from .warehouse import LOG, UNUSUAL_VALUES_FAIL, Warehouse


def everything_but_times(warehouse: Warehouse) -> dict[str, object]:
    """Return all tables without what differs between two runs over the same files."""
    differs = ("loaded_at", "run_id", "made_at")
    return {
        name: [{key: value for key, value in row.items() if key not in differs} for row in rows]
        for name, rows in warehouse.everything().items()
        if name not in LOG
    }


# Undo


def test_an_undone_run_leaves_the_warehouse_as_if_it_had_never_been(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event(), visit(itemInSession=1, level="free"))
    warehouse.load()
    before = everything_but_times(warehouse)
    newer = visit(itemInSession=2, ts=NOON + DAY, level="paid", firstName="Walther")
    warehouse.write_events("b.json", newer, event(itemInSession=3, userId="7"))
    warehouse.write_songs("b.json", song(song_id="AAA"), song(song_id="SO2", title="Else"))
    run = warehouse.load()
    assert everything_but_times(warehouse) != before
    assert repair.undo_run(warehouse.engine, run.run_id) == 2
    assert everything_but_times(warehouse) == before


def test_the_files_of_an_undone_run_are_pending_again(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.write_events("b.json", event(itemInSession=1), event(status="OK"))
    run = warehouse.load(max_errors=1)
    after = everything_but_times(warehouse)
    repair.undo_run(warehouse.engine, run.run_id)
    assert warehouse.table("load_errors") == []
    again = warehouse.load(max_errors=1)
    assert (again.files, again.rejected) == (1, 1)
    assert everything_but_times(warehouse) == after


def test_an_undone_run_says_so_and_cannot_be_undone_twice(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    run = warehouse.load()
    repair.undo_run(warehouse.engine, run.run_id)
    assert [row["outcome"] for row in warehouse.table("runs")] == ["undone"]
    before = warehouse.everything()
    for run_id in (run.run_id, "20181101T000000-0000"):
        with pytest.raises(ConfigError, match=run_id):
            repair.undo_run(warehouse.engine, run_id)
    assert warehouse.everything() == before


def test_a_run_of_several_batches_is_undone_whole(warehouse: Warehouse) -> None:
    ballast = {"ballast": "x" * (1 << 20)}
    warehouse.write_events("1.json", event(itemInSession=1) | ballast)
    warehouse.write_events("2.json", event(itemInSession=2) | ballast)
    run = warehouse.load(batch_mb=1)
    assert run.batches > 1
    repair.undo_run(warehouse.engine, run.run_id)
    assert warehouse.table("staging_events") == warehouse.table("loaded_files") == []


def test_a_day_can_be_loaded_again(warehouse: Warehouse) -> None:
    """As docs/operations.md tells: undo the run that loaded it, correct it, load."""
    wrong = warehouse.write_events("day.json", event(location="Atlantis"))
    run = warehouse.load()
    repair.undo_run(warehouse.engine, run.run_id)
    wrong.unlink()
    warehouse.write_events("day.json", event(location="Athens"))
    warehouse.load()
    assert [row["location"] for row in warehouse.table("songplays")] == ["Athens"]


@settings(max_examples=2)
@given(undone=st.integers(0, 3), versions=st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_undoing_any_run_equals_never_having_made_it(
    warehouse: Warehouse, undone: int, versions: list[int]
) -> None:
    def load_versions(numbers: list[int]) -> list[str]:
        warehouse.reset(warehouse.logs.parent)
        for path in (*warehouse.logs.glob("*.json"), *warehouse.songs.glob("*.json")):
            path.write_bytes(b"")
        warehouse.load()
        runs = []
        for number in numbers:
            version = versions[number]
            moment = NOON + version * DAY
            warehouse.write_events(
                f"{number}.json",
                event(itemInSession=version, ts=moment, location=f"L{number}"),
                visit(sessionId=number, ts=moment, level=("free", "paid")[version % 2]),
            )
            warehouse.write_songs(f"{number}.json", song(song_id=f"SO{version}", year=1990))
            runs.append(warehouse.load().run_id)
        return runs

    load_versions([number for number in range(4) if number != undone])
    without = warehouse.tables()
    runs = load_versions(list(range(4)))
    repair.undo_run(warehouse.engine, runs[undone])
    assert warehouse.tables() == without


# Rebuild


def test_a_star_that_was_spoilt_is_rebuilt_from_staging(warehouse: Warehouse) -> None:
    for item in range(3):
        warehouse.write_events(f"{item}.json", event(itemInSession=item), event(itemInSession=9))
        warehouse.write_songs(f"{item}.json", song(song_id=f"SO{item}"))
        warehouse.load()
    before, days_before = warehouse.everything(), kept_plays(warehouse)
    warehouse.execute("delete from songplays where item_in_session = 1")
    warehouse.execute("update users set level = 'paid'")
    warehouse.execute('delete from "time"')
    warehouse.execute("update batch_days set plays = 7")
    assert repair.rebuild_star(warehouse.engine) == 3
    # which batch brought a play that several have is another one then
    assert kept_plays(warehouse) == days_before
    assert warehouse.everything() | {"batch_days": before["batch_days"]} == before


def test_a_rebuild_that_fails_its_checks_changes_nothing(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1))
    warehouse.load()
    warehouse.execute("update staging_events set level = 'gold' where iteminsession = 1")
    before = warehouse.everything()
    with pytest.raises(ChecksFailed, match="values_are_in_their_domain"):
        repair.rebuild_star(warehouse.engine, replace(warehouse.settings, **UNUSUAL_VALUES_FAIL))
    assert warehouse.everything() == before


# Retry


def test_only_files_that_were_corrected_are_loaded_again(warehouse: Warehouse) -> None:
    warehouse.write_events("bad.json", event(), event(itemInSession=1, status="OK"))
    warehouse.write_events("worse.json", event(itemInSession=2, status="OK"))
    warehouse.load(max_errors=2)
    warehouse.write_events("bad.json", event(), event(itemInSession=1, status=200))
    warehouse.write_events("new.json", event(itemInSession=3))
    with warehouse.reached() as settings:
        run = pipeline.load_corrected(warehouse.engine, settings, pipeline.NullReporter())
    assert (run.files, run.rejected) == (1, 0)
    assert [row["item_in_session"] for row in warehouse.table("songplays")] == [0, 1]
    assert warehouse.load().files == 1


# The log of runs


def test_the_log_says_how_a_run_and_its_checks_went(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    run = warehouse.load()
    [row] = warehouse.table("runs")
    assert (row["run_id"], row["outcome"], row["error"]) == (run.run_id, "done", "")
    assert row["started_at"] <= row["ended_at"]
    results = warehouse.table("check_results")
    assert run.checks == {"passed": len(results), "warned": 0, "failed": 0}
    assert {(each["run_id"], each["offending"]) for each in results} == {(run.run_id, 0)}


def test_a_failed_run_is_in_the_log_with_its_error_and_the_check_that_failed(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event(level="gold"))
    with pytest.raises(ChecksFailed) as failed:
        warehouse.load(**UNUSUAL_VALUES_FAIL)
    [row] = warehouse.table("runs")
    assert (row["outcome"], row["error"]) == ("failed", str(failed.value))
    [result] = [each for each in warehouse.table("check_results") if each["offending"]]
    assert (result["check_name"], result["severity"]) == ("values_are_in_their_domain", "block")
    assert result["offending"] == 2


def test_an_unexpected_error_is_logged_by_its_type_only(
    warehouse: Warehouse,
) -> None:
    def broken(load: JsonLoad, whole: bool) -> SourceProfile:
        raise ZeroDivisionError("of nobody knows what")

    warehouse.write_events("a.json", event())
    with warehouse.reached() as settings, pytest.raises(ZeroDivisionError):
        pipeline.load_pending(warehouse.engine, settings, pipeline.NullReporter(), profiler=broken)
    [row] = warehouse.table("runs")
    assert (row["outcome"], row["error"]) == ("failed", "an unexpected ZeroDivisionError")
    assert row["ended_at"] is not None


def test_a_run_with_nothing_to_do_is_not_in_the_log(warehouse: Warehouse) -> None:
    warehouse.load()
    before = warehouse.table("runs")
    warehouse.load()
    assert warehouse.table("runs") == before


def test_a_run_that_never_ended_is_noted_by_the_next(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.execute("update runs set outcome = 'running', ended_at = null")
    warehouse.write_events("b.json", event(itemInSession=1))
    warehouse.load()
    assert [row["outcome"] for row in warehouse.table("runs")] == ["interrupted", "done"]
