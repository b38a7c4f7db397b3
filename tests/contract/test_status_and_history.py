"""The log of runs, the status, the quarantine and the reconciliation are true."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify import pipeline
from sparkify.config import Settings
from sparkify.errors import ChecksFailed, ConfigError
from sparkify.memory import peak_memory_bytes
from sparkify.operate.history import past_runs, run_details
from sparkify.operate.reconcile import Difference, find_differences
from sparkify.operate.rejected import (
    REJECTED_COLUMNS,
    RejectedFilter,
    open_by_reason,
    rejected_rows,
)
from sparkify.operate.status import PendingFiles, find_pending, read_status

from .source_files import DAY, NOON, event, song, visit
from .warehouse import LOCATIONS, UNUSUAL_VALUES_FAIL, Warehouse

# On the stand-in: tests/operate/test_on_redshift.py.
pytestmark = pytest.mark.expensive


def sizes(*paths: Path) -> int:
    return sum(path.stat().st_size for path in paths)


def placed(warehouse: Warehouse) -> Settings:
    """Return the settings with the locations that the engine loads from."""
    settings = warehouse.settings
    places: dict[str, Any] = {
        name: warehouse.place.location(getattr(settings, name)) for name in LOCATIONS
    }
    return replace(settings, **places)


def reconciled(warehouse: Warehouse) -> list[Difference]:
    with warehouse.place.reachable():
        return find_differences(warehouse.engine, placed(warehouse))


def waiting(warehouse: Warehouse) -> PendingFiles:
    with warehouse.place.reachable():
        return find_pending(warehouse.engine, placed(warehouse))


def disagreements(warehouse: Warehouse) -> list[Difference]:
    return [each for each in reconciled(warehouse) if not each.is_note]


def differences(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Return the kind and the file's name, or what else is named, of each disagreement."""
    return sorted((each.kind, Path(each.name).name) for each in disagreements(warehouse))


def lines_rejected(warehouse: Warehouse, **wanted: Any) -> list[tuple[str, int]]:
    found = rejected_rows(warehouse.engine, RejectedFilter(**wanted))
    return sorted((Path(row["uri"]).name, row["line"]) for row in found)


# Runs


def test_a_run_is_logged_with_what_it_loaded(warehouse: Warehouse) -> None:
    logs = warehouse.write_events("a.json", event(), visit(itemInSession=1), event(status="?"))
    songs = warehouse.write_songs("s.json", song())
    run = warehouse.load(max_errors=1)
    [logged] = past_runs(warehouse.engine)
    assert (logged.run_id, logged.outcome, logged.error) == (run.run_id, "done", "")
    # of the files, two are empty
    assert (logged.batches, logged.files, logged.bytes) == (1, 4, sizes(logs, songs))
    assert (logged.records, logged.rejected) == (4, 1)
    assert logged.ended_at is not None
    assert logged.started_at <= logged.ended_at
    assert logged.rows == len(warehouse.table("staging_events") + warehouse.table("staging_songs"))


def test_a_run_is_logged_with_what_it_took(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    had, before = len(b"x" * (64 << 20)), peak_memory_bytes()
    run = warehouse.load()
    after = peak_memory_bytes()
    assert before
    assert run.peak_memory_bytes
    assert after
    # the kernel counts in haste, and is some pages wrong
    assert had < before * 0.9 < run.peak_memory_bytes < after * 1.1
    [logged] = past_runs(warehouse.engine)
    assert logged.peak_memory_bytes == run.peak_memory_bytes
    assert logged.seconds.keys() >= {"list", "load", "transform", "record", "all"}
    assert logged.seconds == pytest.approx(run.seconds, abs=0.001)


@pytest.mark.parametrize("peak", [None, 5 << 30])
def test_a_peak_is_logged_as_it_is_measured(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, peak: int | None
) -> None:
    monkeypatch.setattr(pipeline, "peak_memory_bytes", lambda: peak)
    warehouse.load()
    [logged] = past_runs(warehouse.engine)
    assert logged.peak_memory_bytes == peak


def test_the_stages_of_a_run_add_up_to_its_seconds(warehouse: Warehouse) -> None:
    warehouse.load()
    [run] = past_runs(warehouse.engine)
    assert run.seconds_in_all == pytest.approx(run.seconds["list"] + run.seconds["all"], abs=0.01)
    stages = run.seconds.keys() - {"all"}
    assert run.seconds_by_stage.keys() == stages | {"commit_and_rest"}
    assert {stage: run.seconds_by_stage[stage] for stage in stages} == {
        stage: run.seconds[stage] for stage in stages
    }


def test_a_run_that_failed_in_an_earlier_version_has_its_stages(
    warehouse: Warehouse,
) -> None:
    warehouse.load()
    warehouse.execute("""update runs set stage_seconds = '{"list": 1.5, "load": 2.0}'""")
    [run] = past_runs(warehouse.engine)
    assert run.seconds_by_stage == {"list": 1.5, "load": 2.0, "commit_and_rest": 0.0}
    assert run.seconds_in_all == 3.5


def test_a_run_with_nothing_to_load_is_not_logged(warehouse: Warehouse) -> None:
    warehouse.load()
    warehouse.load()
    assert len(past_runs(warehouse.engine)) == 1


def test_runs_come_the_latest_first_each_with_its_own_files(warehouse: Warehouse) -> None:
    ids = []
    for number in range(3):
        warehouse.write_events(f"{number}.json", *(event(sessionId=number) for _ in range(number)))
        ids.append(warehouse.load().run_id)
    runs = past_runs(warehouse.engine)
    assert [run.run_id for run in runs] == ids[::-1]
    assert [(run.files, run.records) for run in runs] == [(1, 2), (1, 1), (3, 0)]


def test_a_run_of_several_batches_counts_them(warehouse: Warehouse) -> None:
    for number in range(3):
        warehouse.write_events(f"{number}.json", event(sessionId=number, artist="x" * 500))
        with (warehouse.logs / f"{number}.json").open("ab") as file:
            file.write(b"\n" * 600_000)
    warehouse.load(batch_mb=1)
    [run] = past_runs(warehouse.engine)
    assert (run.batches, run.files, run.records) == (3, 5, 3)
    one = run_details(warehouse.engine, run.run_id)
    assert len({batch["loaded_at"] for batch in one.batches}) == 3
    assert sum(batch["records"] for batch in one.batches) == 3


def test_a_run_that_failed_says_why_and_loaded_nothing(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(device=1))
    with pytest.raises(ChecksFailed) as failed:
        warehouse.load(source_schema="strict")
    [run] = past_runs(warehouse.engine)
    assert (run.outcome, run.files, run.bytes, run.error) == ("failed", 0, 0, str(failed.value))
    # and where it was when it failed, and what it took until then
    assert list(run.seconds) == ["list", "profile", "all"]
    assert run.peak_memory_bytes


def test_a_failed_run_has_its_checks(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(level="gold"))
    with pytest.raises(ChecksFailed):
        warehouse.load(**UNUSUAL_VALUES_FAIL)
    [run] = past_runs(warehouse.engine)
    checks = run_details(warehouse.engine, run.run_id).checks
    broken = [check for check in checks if check["offending"]]
    assert [check["check_name"] for check in broken] == ["values_are_in_their_domain"]
    assert "gold" in broken[0]["account"]
    assert broken[0]["outcome"] == "failed"


def test_a_run_has_its_files_checks_and_rejected_records(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(status="?"))
    first = warehouse.load(max_errors=1)
    warehouse.write_events("b.json", event(sessionId=2))
    second = warehouse.load()
    one = run_details(warehouse.engine, first.run_id)
    files = {Path(file["uri"]).name: (file["records"], file["rejected"]) for file in one.files}
    assert files["a.json"] == (2, 1)
    assert "b.json" not in files
    assert Counter(check["outcome"] for check in one.checks) == +Counter(first.checks)
    assert [row["line"] for row in one.rejected] == [2]
    assert [
        Path(file["uri"]).name for file in run_details(warehouse.engine, second.run_id).files
    ] == ["b.json"]
    assert run_details(warehouse.engine, second.run_id).rejected == []


def test_an_unknown_run_is_an_error_that_names_the_nearest(warehouse: Warehouse) -> None:
    run = warehouse.load()
    with pytest.raises(ConfigError, match="there is no run") as unknown:
        run_details(warehouse.engine, f"{run.run_id[:-1]}x")
    assert run.run_id in unknown.value.hint


def test_without_any_run_an_unknown_one_is_an_error_too(warehouse: Warehouse) -> None:
    with pytest.raises(ConfigError, match="no run has loaded anything yet"):
        run_details(warehouse.engine, "x")


def test_a_killed_run_is_not_shown_as_running(warehouse: Warehouse) -> None:
    run = warehouse.load()
    warehouse.execute("update runs set outcome = 'running'")
    for column in ("ended_at", "stage_seconds", "peak_memory_bytes"):
        warehouse.execute(f"update runs set {column} = null")
    [logged] = past_runs(warehouse.engine)
    # another session may be at it, where there can be other sessions
    expected = "interrupted" if warehouse.engine.is_exclusive else "running"
    assert (logged.run_id, logged.outcome, logged.seconds) == (run.run_id, expected, {})
    assert (logged.seconds_in_all, logged.peak_memory_bytes) == (None, None)


# Status


def test_the_status_of_an_empty_warehouse_has_no_times(warehouse: Warehouse) -> None:
    found = read_status(warehouse.engine)
    assert (found.newest_event, found.loaded_at, found.matched_share) == (None, None, None)
    assert (found.runs, found.rejected, set(found.rows.values())) == ([], {}, {0})


def test_the_status_has_freshness_rows_and_matches(warehouse: Warehouse) -> None:
    plays = [event(itemInSession=item, song=title) for item, title in enumerate("ABC")]
    later = visit(itemInSession=9, ts=NOON + DAY)
    warehouse.write_events("a.json", event(itemInSession=3), later, *plays)
    warehouse.write_songs("s.json", song())
    warehouse.load()
    found = read_status(warehouse.engine)
    assert found.newest_event == datetime(2018, 11, 2, 12)  # noqa: DTZ001 - UTC
    assert found.loaded_at == max(
        row["loaded_at"] for row in warehouse.table("loaded_files", without=())
    )
    assert (found.plays, found.matched, found.matched_share) == (4, 1, 0.25)
    assert found.rows == {name: len(warehouse.table(name)) for name in found.rows}
    assert found.rows["staging_events"] == 5


def test_the_status_shows_the_last_five_runs(warehouse: Warehouse) -> None:
    ids = []
    for number in range(6):
        warehouse.write_events(f"{number}.json", event(sessionId=number))
        ids.append(warehouse.load().run_id)
    assert [run.run_id for run in read_status(warehouse.engine).runs] == ids[:0:-1]


def test_pending_is_what_a_load_would_take(warehouse: Warehouse) -> None:
    warehouse.load()
    assert waiting(warehouse) == PendingFiles(0, 0)
    path = warehouse.write_events("a.json", event())
    before = waiting(warehouse)
    assert before == PendingFiles(1, sizes(path))
    run = warehouse.load()
    assert before == PendingFiles(run.files, run.bytes)


# Quarantine


def test_a_rejected_record_is_open_until_a_new_version_of_its_file(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(status="?"), event(itemInSession=1, level="x" * 17))
    warehouse.write_events("b.json", event(itemInSession=2, status="?"))
    warehouse.load(max_errors=3)
    assert open_by_reason(warehouse.engine) == {"not a whole number": 2, "a text too long": 1}
    # one of the two was corrected
    warehouse.write_events("a.json", event(), event(itemInSession=1, level="y" * 18))
    warehouse.load(max_errors=1)
    assert open_by_reason(warehouse.engine) == {"a text too long": 1, "not a whole number": 1}
    assert lines_rejected(warehouse) == [("a.json", 2), ("b.json", 1)]
    assert lines_rejected(warehouse, is_all=True) == [
        *[("a.json", 1), ("a.json", 2), ("a.json", 2), ("b.json", 1)]
    ]
    [open_one] = rejected_rows(warehouse.engine, RejectedFilter(file="a.json"))
    assert json.loads(open_one["raw_text"])["level"] == "y" * 18


WANTED: list[tuple[dict[str, str], list[tuple[str, int]]]] = [
    ({}, [("a.json", 1), ("a.json", 2), ("b.json", 1), ("s.json", 1)]),
    ({"file": "a.js"}, [("a.json", 1), ("a.json", 2)]),
    ({"file": "A.JS"}, []),
    ({"file": "%"}, []),
    ({"reason": "WHOLE"}, [("a.json", 1), ("b.json", 1), ("s.json", 1)]),
    ({"reason": "_"}, []),
    ({"column_name": "Status"}, [("a.json", 1), ("b.json", 1)]),
    ({"column_name": "stat"}, []),
    ({"column_name": "status", "file": "b.json"}, [("b.json", 1)]),
    ({"file": "'; drop table load_errors; --"}, []),
]


def test_rejected_records_are_found_by_file_reason_and_column(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(status="?"), event(level="x" * 17))
    warehouse.write_events("b.json", event(status="?"))
    warehouse.write_songs("s.json", song(year="?"))
    warehouse.load(max_errors=4)
    for wanted, expected in WANTED:
        assert lines_rejected(warehouse, **wanted) == expected, wanted


def test_rejected_records_are_found_by_run(warehouse: Warehouse) -> None:
    ids = []
    for name in ("a.json", "b.json"):
        warehouse.write_events(name, event(status="?"))
        ids.append(warehouse.load(max_errors=1).run_id)
    assert lines_rejected(warehouse, run_id=ids[0]) == [("a.json", 1)]
    assert lines_rejected(warehouse, run_id=ids[1]) == [("b.json", 1)]


def test_a_rejected_record_has_the_columns_that_are_exported(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(status="?"))
    warehouse.load(max_errors=1)
    assert tuple(rejected_rows(warehouse.engine, RejectedFilter())[0]) == REJECTED_COLUMNS


# Reconciliation


def test_what_was_loaded_agrees(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(status="?"), event())
    warehouse.write_songs("s.json", song())
    warehouse.load(max_errors=1)
    assert differences(warehouse) == []
    warehouse.write_events("a.json", event(), event(itemInSession=1))
    warehouse.load()
    assert differences(warehouse) == []


def test_a_file_that_was_never_loaded_is_missing(warehouse: Warehouse) -> None:
    warehouse.load()
    path = warehouse.write_events("a.json", event())
    assert differences(warehouse) == [("missing", "a.json")]
    [found] = disagreements(warehouse)
    assert found.detail == f"{sizes(path):,} bytes at the source, never loaded"


def test_a_file_that_was_replaced_since_is_changed(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.write_events("a.json", event(), event())
    assert differences(warehouse) == [("changed", "a.json")]


def test_a_loaded_file_that_is_no_longer_there_was_deleted(warehouse: Warehouse) -> None:
    path = warehouse.write_events("a.json", event())
    warehouse.load()
    path.unlink()
    assert differences(warehouse) == [("deleted", "a.json")]


def test_a_version_that_is_twice_in_the_ledger_was_loaded_twice(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json")
    warehouse.load()
    warehouse.execute(
        "insert into loaded_files select * from loaded_files where uri like '%a.json'"
    )
    assert differences(warehouse) == [("loaded_twice", "a.json")]


def test_rows_that_are_gone_from_a_table_disagree(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1))
    warehouse.load()
    warehouse.execute("delete from staging_events where iteminsession = 1")
    [found] = disagreements(warehouse)
    assert found.kind == "rows"
    assert found.name.startswith("staging_events of ")
    assert found.detail == "2 records in the ledger; 1 staged and 0 rejected"


@pytest.mark.parametrize("table", ["staging_events", "staging_songs"])
def test_rows_that_no_file_of_the_ledger_brought_disagree(warehouse: Warehouse, table: str) -> None:
    warehouse.load()
    warehouse.execute(f"insert into {table} (loaded_at) values (cast('2001-01-01' as timestamp))")
    [found] = disagreements(warehouse)
    assert (found.kind, found.name) == ("rows", f"{table} of 2001-01-01 00:00:00")
    assert found.detail == "0 records in the ledger; 1 staged and 0 rejected"


@pytest.mark.parametrize("lost", [True, False])
def test_rejected_records_that_the_quarantine_lacks_disagree(
    warehouse: Warehouse, lost: bool
) -> None:
    warehouse.write_events("a.json", event(status="?"))
    warehouse.load(max_errors=1)
    again = "insert into load_errors select * from load_errors"
    warehouse.execute("delete from load_errors" if lost else again)
    assert differences(warehouse) == [("rejected", "a.json")]


def test_files_loaded_before_records_were_counted_are_not_judged(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.execute("update loaded_files set objects = null, refused = null, run_id = null")
    assert differences(warehouse) == []


def test_one_content_under_two_names_is_a_note(warehouse: Warehouse) -> None:
    warehouse.load()
    for name in ("a", "b"):
        warehouse.execute(
            "insert into loaded_files (uri, etag, bytes, staging_table, loaded_at)"
            f" select 's3://bucket/{name}.json', 'e', 2, 'staging_events', loaded_at from batches"
        )
    found = reconciled(warehouse)
    assert all(each.is_note for each in found)
    notes = [(each.kind, each.name) for each in found]
    assert ("same_content", "s3://bucket/a.json") in notes
    assert ("elsewhere", "2 files") in notes


def test_files_from_outside_the_settings_locations_are_a_note(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    # a name that begins with the folder's is not below it
    warehouse.logs = warehouse.logs.rename(warehouse.logs.with_name("logs_old"))
    warehouse.write_file(tmp_path / "logs" / "c.json", b"")
    warehouse.execute("update loaded_files set uri = replace(uri, '/logs/', '/logs_old/')")
    assert differences(warehouse) == [("missing", "c.json")]
    assert ("elsewhere", "2 files") in [(each.kind, each.name) for each in reconciled(warehouse)]


STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "delete", "load"]), st.sampled_from("abc")), max_size=6
)


@settings(max_examples=settings().max_examples // 2)
@given(steps=STEPS)
def test_the_differences_are_those_of_the_source_files(warehouse: Warehouse, steps: Any) -> None:
    """Compare with a model of the files that exist, and of those that existed at a load."""
    if warehouse.tried_enough():
        return
    warehouse.reset(warehouse.logs.parent)
    for path in warehouse.logs.glob("?.json"):
        path.unlink()
    there: dict[str, int] = {}
    loaded: dict[str, int] = {}
    warehouse.load()
    for version, (step, name) in enumerate(steps, 1):
        if step == "write":
            # of another size each, so of another etag
            warehouse.write_file(warehouse.logs / f"{name}.json", b"\n" * version)
            there[name] = version
        elif step == "delete" and there.pop(name, None):
            (warehouse.logs / f"{name}.json").unlink()
        elif step == "load":
            warehouse.load()
            loaded |= there
    kinds = {
        name: "deleted"
        if name not in there
        else "missing"
        if name not in loaded
        else "changed"
        if there[name] != loaded[name]
        else ""
        for name in there.keys() | loaded.keys()
    }
    expected = sorted((kind, f"{name}.json") for name, kind in kinds.items() if kind)
    assert differences(warehouse) == expected
