"""Making a warehouse right again: undo, rebuild, retry, and the checks on demand."""

import time
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify import pipeline
from sparkify.contract.profile import SourceProfile
from sparkify.engines.base import JsonLoad
from sparkify.errors import ChecksFailed, ConfigError
from sparkify.operate import repair
from sparkify.operate.checking import as_junit, check_all, check_last_batch

from .source_files import DAY, NOON, SECOND, event, lines, song, visit
from .warehouse import LOG, Warehouse, open_warehouse


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
    before = warehouse.everything()
    warehouse.execute("delete from songplays where item_in_session = 1")
    warehouse.execute("update users set level = 'paid'")
    warehouse.execute('delete from "time"')
    assert repair.rebuild_star(warehouse.engine) == 3
    assert warehouse.everything() == before


def test_a_rebuild_that_fails_its_checks_changes_nothing(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1))
    warehouse.load()
    warehouse.execute("update staging_events set level = 'gold' where iteminsession = 1")
    before = warehouse.everything()
    with pytest.raises(ChecksFailed, match="values_are_in_their_domain"):
        repair.rebuild_star(warehouse.engine)
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


# Checks on demand


def broken(warehouse: Warehouse) -> list[str]:
    return [result.name for result in check_all(warehouse.engine) if result.offending]


def test_all_checks_pass_on_a_sound_warehouse(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song())
    for item in range(3):
        warehouse.write_events(f"{item}.json", event(itemInSession=item, ts=NOON + item * DAY))
        warehouse.load()
    assert broken(warehouse) == []
    assert len(check_last_batch(warehouse.engine)) == len(check_all(warehouse.engine)) > 15


def test_checks_of_an_empty_warehouse_find_nothing(warehouse: Warehouse) -> None:
    assert broken(warehouse) == []
    assert check_last_batch(warehouse.engine) == []


BREAKING = {
    "songplay_ids_are_unique": "insert into songplays select * from songplays",
    "song_ids_are_unique": "insert into songs select * from songs",
    "artist_ids_are_unique": "insert into artists select * from artists",
    "user_ids_are_unique": "insert into users select * from users",
    "timestamps_are_unique": 'insert into "time" select * from "time"',
    "timestamps_are_split_right": 'update "time" set day = 31',
    "plays_are_all_there": "delete from songplays",
    "songplays_have_their_timestamp": 'delete from "time"',
    "songplays_have_their_user": "delete from users",
    "songplays_have_their_song": "update songplays set song_id = 'SONONE'",
    "songs_have_their_artist": "delete from artists",
    "values_are_in_their_domain": "update songs set duration = -1",
    "every_record_is_accounted_for": "delete from staging_songs",
    "every_rejected_record_is_kept": "update loaded_files set refused = refused + 1",
    "events_say_who_and_when": "update staging_events set ts = null",
    "songs_say_who_they_are": "update staging_songs set song_id = ' '",
}


@pytest.fixture(scope="module")
def two_days(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Give a sound warehouse to tests that take back what they do to it."""
    with open_warehouse(engine_name) as opened:
        opened.reset(tmp_path_factory.mktemp("two_days"))
        opened.write_songs("a.json", song())
        opened.write_events("a.json", event())
        opened.load()
        opened.write_events("b.json", event(itemInSession=1, userId="7", ts=NOON + DAY))
        opened.load()
        yield opened
        assert broken(opened) == []


@pytest.mark.parametrize(("check", "breaking"), BREAKING.items(), ids=BREAKING)
def test_a_check_finds_what_is_broken_anywhere_in_the_history(
    two_days: Warehouse, check: str, breaking: str
) -> None:
    with two_days.taken_back():
        two_days.execute(breaking)
        found = broken(two_days)
    assert check in found


def test_the_last_batch_is_checked_without_the_history(warehouse: Warehouse) -> None:
    for day in range(2):
        warehouse.write_events(f"{day}.json", event(itemInSession=day, ts=NOON + day * DAY))
        warehouse.load()
    warehouse.execute("delete from songplays where item_in_session = 0")
    assert "plays_are_all_there" in broken(warehouse)
    assert [each.name for each in check_last_batch(warehouse.engine) if each.offending] == []
    warehouse.execute("delete from songplays")
    found = [each.name for each in check_last_batch(warehouse.engine) if each.offending]
    assert found == ["plays_are_all_there"]


def test_the_junit_report_has_a_case_a_check_and_a_failure_for_each_that_blocks(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event(location="a\x01<b>&"))
    warehouse.load()
    warehouse.execute("delete from users")
    results = check_all(warehouse.engine)
    suite = ElementTree.fromstring(as_junit(results))
    assert len(suite.findall("testcase")) == len(results) == int(suite.attrib["tests"])
    [failed] = suite.findall("testcase[failure]")
    assert failed.attrib["name"] == "songplays_have_their_user"
    assert "user_id=39" in (failed.findtext("failure") or "")


def test_the_junit_report_counts_a_warning_neither_as_passed_nor_as_failed(
    warehouse: Warehouse,
) -> None:
    log = warehouse.write_events("a.json", *(event(itemInSession=item) for item in range(9)))
    warehouse.load()
    log.write_bytes(lines([event(itemInSession=9)]))
    run = warehouse.load()
    results = check_last_batch(warehouse.engine)
    suite = ElementTree.fromstring(as_junit(results))
    [warned] = suite.findall("testcase[skipped]")
    assert warned.attrib["name"] == "no_file_shrank"
    assert "a.json" in suite.findall("testcase/skipped")[0].attrib["message"]
    assert (suite.attrib["skipped"], suite.attrib["failures"]) == ("1", "0")
    assert run.checks == {"passed": len(results) - 1, "warned": 1, "failed": 0}


# What only warns


def warnings(warehouse: Warehouse) -> list[str]:
    run = warehouse.load()
    return [text.split(" ")[2] for text in run.warnings]


def test_a_file_that_shrank_is_a_warning_with_its_numbers(warehouse: Warehouse) -> None:
    path = warehouse.write_events("a.json", *(event(itemInSession=item) for item in range(5)))
    assert warnings(warehouse) == []
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    run = warehouse.load()
    [warning] = run.warnings
    assert "no_file_shrank" in warning
    assert "records_before=5, records=1" in warning
    assert len(warehouse.table("songplays")) == 5


def day(number: int, events: int) -> list[dict[str, object]]:
    first = NOON + number * DAY
    return [event(sessionId=number, itemInSession=item, ts=first + item) for item in range(events)]


@pytest.mark.expensive
@pytest.mark.parametrize(
    ("sizes", "warned"),
    [
        ([50, 50, 50, 9, 50], True),
        ([50, 50, 50, 11, 50], False),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in [
                ([50, 50, 9, 50], False),
                ([50, 50, 50, 9], False),
                ([9, 50, 50, 50], False),
            ]
        ),
    ],
    ids=["a fifth", "more", "two days before", "not done yet", "the first"],
)
def test_a_day_far_below_the_usual_is_a_warning(
    warehouse: Warehouse, sizes: list[int], warned: bool
) -> None:
    found: list[str] = []
    for number, size in enumerate(sizes):
        warehouse.write_events(f"{number}.json", *day(number, size))
        found += warnings(warehouse)
    assert found == ["no_day_is_far_below_the_usual"] * warned


@pytest.mark.expensive
@pytest.mark.parametrize(
    ("loads", "hours_later", "warned"),
    [(3, 30, True), (3, 20, False), pytest.param(2, 30, False, marks=pytest.mark.slow)],
)
def test_events_that_no_longer_arrive_are_a_warning(
    warehouse: Warehouse, loads: int, hours_later: int, warned: bool
) -> None:
    for number in range(loads):
        hour_ago = int(time.time() * SECOND) - 3600 * SECOND
        warehouse.write_events(f"{number}.json", event(sessionId=number, ts=hour_ago))
        assert warnings(warehouse) == []
    for table, moment in (
        *(("staging_events", "ts"), ("staging_events", "loaded_at"), ("loaded_files", "loaded_at")),
    ):
        earlier = f"dateadd(hour, -{hours_later}, {moment})"
        warehouse.execute(f"update {table} set {moment} = {earlier}")
    warehouse.write_songs("a.json", song())
    run = warehouse.load()
    assert ["newest_event_is_no_older_than_usual" in text for text in run.warnings] == [
        True
    ] * warned
    if warned:
        assert f"hours_old={hours_later + 1}.0, usual_hours_old=1.0" in run.warnings[0]
    # new events make it fresh again
    warehouse.write_events("new.json", event(sessionId=9, ts=int(time.time() * SECOND)))
    assert warnings(warehouse) == []


@pytest.mark.expensive
def test_events_of_long_ago_are_no_warning(warehouse: Warehouse) -> None:
    for number in range(5):
        warehouse.write_events(f"{number}.json", *day(number, 5))
        assert warnings(warehouse) == []


def test_far_fewer_known_songs_are_a_warning(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song())
    warehouse.write_events("0.json", *day(0, 100))
    assert warnings(warehouse) == []
    unknown = [record | {"song": "Unheard"} for record in day(1, 100)]
    warehouse.write_events("1.json", *unknown)
    assert warnings(warehouse) == ["matched_share_holds"]


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
        warehouse.load()
    [row] = warehouse.table("runs")
    assert (row["outcome"], row["error"]) == ("failed", str(failed.value))
    [result] = warehouse.table("check_results")
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
