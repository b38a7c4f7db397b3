"""The checks: each finds what breaks it, and alone; on demand, in JUnit, and what only warns."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sparkify.checks import STAGES
from sparkify.errors import ChecksFailed, ConfigError, WarehouseError
from sparkify.operate.checking import as_junit, check_all, check_last_batch
from sparkify.operate.history import past_runs, run_details
from sparkify.sql import statements

from .source_files import DAY, NOON, SECOND, Record, event, lines, song, visit
from .warehouse import Warehouse, open_warehouse


def broken(warehouse: Warehouse) -> list[str]:
    return [result.name for result in check_all(warehouse.engine) if result.offending]


def day(number: int, events: int) -> list[dict[str, object]]:
    first = NOON + number * DAY
    return [event(sessionId=number, itemInSession=item, ts=first + item) for item in range(events)]


# Each check alone

DAYS = range(16)
PLAYS_OF_A_DAY = 34
PLAYS_OF_THE_LAST_DAY = 100
NOW = "cast(sysdate as timestamp)"

# By check, the statements that break it in `sound`, and no other check. A check without an entry
# fails its test.
BREAKING: dict[str, tuple[str, ...]] = {
    "songplay_ids_are_unique": ("insert into songplays select * from songplays",),
    "sessions_have_one_user": (
        """
        insert into users
        select 8, first_name, last_name, gender, level, last_event_at, last_event_id,
            first_event_at from users
        """,
        """
        insert into songplays
        (songplay_id, start_time, user_id, session_id, item_in_session)
        select songplay_id + 500, start_time, 8, session_id, item_in_session + 500 from songplays
        """,
    ),
    "song_ids_are_unique": ("insert into songs select * from songs",),
    "artist_ids_are_unique": ("insert into artists select * from artists",),
    "user_ids_are_unique": ("insert into users select * from users",),
    "user_agents_are_unique": ("insert into user_agents select * from user_agents",),
    "timestamps_are_unique": ('insert into "time" select * from "time"',),
    "timestamps_are_split_right": ('update "time" set day = 31',),
    "plays_are_all_there": ("delete from songplays",),
    "songplays_have_their_timestamp": ('delete from "time"',),
    "songplays_have_their_user": ("delete from users",),
    "sessions_have_their_events": ("update session_totals set pages = pages + 1",),
    "songplays_have_their_song": ("update songplays set song_id = 'SONONE'",),
    "songs_have_their_artist": ("delete from artists where artist_id = 'ARNEVER'",),
    "values_are_in_their_domain": ("update songs set duration = -1",),
    "events_say_who_and_when": (
        "update staging_events set iteminsession = null where page = 'Home'",
    ),
    "songs_say_who_they_are": ("update staging_songs set song_id = ' ' where title = 'Unplayed'",),
    "every_record_is_accounted_for": ("delete from staging_songs",),
    "every_rejected_record_is_kept": (
        "update loaded_files set refused = refused + 1, objects = objects + 1",
    ),
    "files_are_in_a_batch_once": (
        "insert into loaded_files select * from loaded_files where uri like '%none.json'",
    ),
    "files_keep_the_contract": (
        """
        insert into source_findings
        select run_id, staging_table, 'x', 'new field', 'text', 1, uri, loaded_at
        from loaded_files
        where uri like '%logs/15.json'
        """,
    ),
    "matched_share_has_not_fallen": (
        """
            update batch_days set matched_plays = 0
            where event_date = (select max(event_date) from batch_days)
        """,
    ),
    # Ten days ago all was loaded, with events of that day.
    "newest_event_is_no_older_than_usual": (
        f"update batch_days set latest_event_at = dateadd(day, -10, {NOW})",
        *(
            f"update {table} set loaded_at = dateadd(day, -10, loaded_at)"
            for table in (
                *("staging_events", "staging_songs", "batches", "loaded_files", "batch_days"),
            )
        ),
    ),
    "no_day_is_below_its_weekday": (
        """
            update batch_days set plays = 3
            where event_date = (select max(event_date) - 1 from batch_days)
        """,
    ),
    # The first file has a song record that the others lack.
    "no_file_shrank": (
        "update loaded_files set uri = replace(uri, '1.json', '0.json') where uri like '%songs/%'",
    ),
}
CHECKS = [
    check.name.rpartition("/")[2] for stage in STAGES for check in statements(f"checks/{stage}")
]


@pytest.fixture(scope="module")
def sound(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Give a warehouse of two weeks to tests that take back what they do to it.

    A session a day, the plays of it first and then a visit; of all plays the song is known.
    """
    with open_warehouse(engine_name) as opened:
        opened.reset(tmp_path_factory.mktemp("sound"))
        unplayed = song(song_id="SO2", title="Unplayed", artist_id="ARNEVER")
        opened.write_songs("0.json", song(), unplayed)
        for number in DAYS:
            plays = PLAYS_OF_THE_LAST_DAY if number == DAYS[-1] else PLAYS_OF_A_DAY
            *played, last = day(number, plays + 1)
            opened.write_events(f"{number}.json", *played, last | visit_only())
            if number == DAYS[-2]:
                opened.write_songs("1.json", song())
            if number >= DAYS[-4]:
                opened.load()
        assert found_by_checks(opened) == set()
        yield opened
        assert found_by_checks(opened) == set()


def visit_only() -> Record:
    """Return what makes an event one that plays nothing."""
    return {key: visit()[key] for key in ("page", "artist", "song", "length")}


def found_by_checks(warehouse: Warehouse) -> set[str]:
    """Return the checks that find anything, in the latest batch or in all of the warehouse."""
    last = [each.name for each in check_last_batch(warehouse.engine) if each.offending]
    return {*last, *broken(warehouse)}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_what_breaks_it_and_no_other_does(sound: Warehouse, check: str) -> None:
    assert check in BREAKING, (
        f"nothing breaks the check {check}: add to BREAKING, in tests/contract/test_checks.py, "
        "the statements that do, and break no other"
    )
    with sound.taken_back():
        for text in BREAKING[check]:
            sound.execute(text)
        found, anywhere = found_by_checks(sound), broken(sound)
    assert found == {check}
    # What compares a batch with the time before finds nothing where all is one batch.
    assert anywhere == [check] * (check != "matched_share_has_not_fallen")


def test_nothing_breaks_a_check_that_there_is_not() -> None:
    assert set(BREAKING) <= set(CHECKS)


# Checks on demand


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


# Severities and own checks


def blocked(warehouse: Warehouse, **settings: Any) -> ChecksFailed:
    """Return the error of a load with these settings, of which nothing may stay."""
    before = warehouse.everything()
    with pytest.raises(ChecksFailed) as failed:
        warehouse.load(**settings)
    assert warehouse.everything() == before
    return failed.value


def test_unusual_values_are_loaded_and_named(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json",
        *(event(itemInSession=item, level="gold", gender="O") for item in range(3)),
        event(sessionId=2, userId=8, level="FREE", gender="F"),
    )
    warehouse.write_songs(
        "a.json",
        song(song_id="SO1", artist_id="AR1", year=20005, duration=-1.5, artist_latitude=91),
        song(song_id="SO2", artist_id="AR2", year=999, artist_longitude=-180.5),
        song(song_id="SO3", artist_id="AR3", year=0, artist_latitude=-90, artist_longitude=180),
    )

    run = warehouse.load()

    assert (run.rejected, run.checks["warned"], run.checks["failed"]) == (0, 1, 0)
    [warning] = run.warnings
    headline, *found, hint = warning.splitlines()
    assert "values_are_in_their_domain warned (10 findings)" in headline
    assert [line.strip().replace("91.0 ", "91 ") for line in found] == [
        "artists.latitude is 91 in 1 row, such as AR1",
        "artists.longitude is -180.5 in 1 row, such as AR2",
        "songplays.level is FREE in 1 row, such as 2000000",
        "songplays.level is gold in 3 rows, such as 38000000",
        "songs.duration is -1.5 in 1 row, such as SO1",
        "songs.year is 20005 in 1 row, such as SO1",
        "songs.year is 999 in 1 row, such as SO2",
        "users.gender is O in 1 row, such as 39",
        "users.level is FREE in 1 row, such as 8",
        "users.level is gold in 1 row, such as 39",
    ]
    assert hint.startswith("  Try: ")
    assert {row["level"] for row in warehouse.table("songplays")} == {"gold", "FREE"}
    assert {row["year"] for row in warehouse.table("songs")} == {20005, 999, None}
    assert warehouse.load().warnings == []


def test_a_severity_of_the_settings_makes_a_warning_block(warehouse: Warehouse) -> None:
    path = warehouse.write_events("a.json", event(), event(itemInSession=1))
    warehouse.load()
    path.write_bytes(lines([event()]))

    error = blocked(warehouse, check_severities={"no_file_shrank": "block"})

    assert "the check no_file_shrank failed (1 finding)" in str(error)
    [latest, *_] = past_runs(warehouse.engine)
    recorded = run_details(warehouse.engine, latest.run_id).checks
    outcomes = {each["check_name"]: (each["severity"], each["outcome"]) for each in recorded}
    assert outcomes["no_file_shrank"] == ("block", "failed")
    assert warehouse.load().checks["warned"] == 1


def test_a_severity_of_the_settings_makes_a_block_warn(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.execute("delete from users")
    settings = replace(warehouse.settings, check_severities={"songplays_have_their_user": "warn"})
    [failed] = [each for each in check_all(warehouse.engine) if each.offending]
    [warned] = [each for each in check_all(warehouse.engine, settings) if each.offending]
    assert (failed.outcome, warned.outcome) == ("failed", "warned")


OWN_CHECK = """-- Nobody plays more than {limit} songs.
-- severity: {severity}
-- each: user {{user_id}} played {{plays:song}}
select
    user_id,
    count(*) as plays
from songplays
where start_time between :first_start_time and :last_start_time
group by user_id
having count(*) > {limit};
"""


def own_checks(folder: Path, **texts: str) -> dict[str, Any]:
    """Write own checks, and return the settings that name their folder."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    return {"checks_folder": str(folder)}


def test_an_own_check_sees_the_batch_in_its_transaction_and_blocks_it(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    own = own_checks(tmp_path / "own", few_plays=OWN_CHECK.format(limit=1, severity="block"))
    warehouse.write_events("a.json", event(), event(itemInSession=1))

    error = blocked(warehouse, **own)

    assert (
        "the check few_plays failed (1 finding). Its rule: Nobody plays more than 1 songs."
        in str(error)
    )
    assert "user 39 played 2 songs" in str(error)
    own_checks(tmp_path / "own", few_plays=OWN_CHECK.format(limit=2, severity="block"))
    assert warehouse.load(**own).checks["failed"] == 0
    settings = replace(warehouse.settings, **own)
    assert "few_plays" in [each.name for each in check_last_batch(warehouse.engine, settings)]


def test_an_own_check_that_warns_is_told_like_ours(warehouse: Warehouse, tmp_path: Path) -> None:
    own = own_checks(tmp_path / "own", few_plays=OWN_CHECK.format(limit=1, severity="warn"))
    warehouse.write_events("a.json", event(), event(itemInSession=1))

    run = warehouse.load(**own)

    assert run.checks["warned"] == 1
    headline = "the check few_plays warned (1 finding). Its rule: Nobody plays more than 1 songs."
    assert run.warnings == [f"{headline}\n  user 39 played 2 songs"]
    [recorded] = [
        each
        for each in run_details(warehouse.engine, run.run_id).checks
        if each["check_name"] == "few_plays"
    ]
    assert (recorded["stage"], recorded["outcome"]) == ("own", "warned")
    settings = replace(warehouse.settings, **own, check_severities={"few_plays": "block"})
    outcomes = {each.name: each.outcome for each in check_all(warehouse.engine, settings)}
    assert outcomes["few_plays"] == "failed"


WRITING = [
    "delete from songplays",
    "with gone as (delete from songplays returning songplay_id) select songplay_id from gone",
    "select 1; delete from songplays",
    "select songplay_id into copied from songplays",
    "create table copied as select songplay_id from songplays",
    "truncate songplays",
    "select songplay_id from songplays for update",
    "select nextval('numbers')",
    "select pg_terminate_backend(1)",
    "vacuum",
    "commit",
]


@pytest.mark.parametrize(
    "text", [*WRITING, "select (", "", "-- only a comment", "select :unknown", "\0"]
)
def test_an_own_check_that_is_broken_or_writes_stops_a_load_before_it_begins(
    warehouse: Warehouse, tmp_path: Path, text: str
) -> None:
    own = own_checks(tmp_path / "own", mine=text)
    warehouse.write_events("a.json", event())
    before = warehouse.tables()

    with pytest.raises(ConfigError, match=r"mine\.sql") as refused:
        warehouse.load(**own)

    assert "\n" not in str(refused.value)
    assert "one query in Redshift's dialect" in refused.value.hint
    assert warehouse.tables() == before
    assert past_runs(warehouse.engine) == []


def test_an_own_check_that_the_engine_rejects_fails_the_batch_by_its_name(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    own = own_checks(tmp_path / "own", mine="select no_column from songplays")
    warehouse.write_events("a.json", event())
    before = warehouse.everything()

    with pytest.raises(WarehouseError, match="the own check mine cannot be run") as failed:
        warehouse.load(**own)

    assert "mine.sql in [CHECKS] FOLDER" in failed.value.hint
    assert warehouse.everything() == before
    assert warehouse.load().records == 1


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
    assert f"\n  1 record, 5 before, in {warehouse.uri(path)}, version " in warning
    assert len(warehouse.table("songplays")) == 5


TWO_WEEKS = [50] * 14


@pytest.mark.expensive
@pytest.mark.parametrize(
    ("weeks", "then", "warned"),
    [
        (TWO_WEEKS, [31, 50], [15]),
        (TWO_WEEKS, [33, 50], []),
        (TWO_WEEKS, [31], []),
        (TWO_WEEKS, [50, 50, 31, 50], [17]),
        (TWO_WEEKS[:5], [5, 50], [6]),
        (TWO_WEEKS[:4], [5, 50], []),
        (TWO_WEEKS, [0, 50], [15]),
        ([50, 50, 0, 50, 50, 50, 50] * 2, [50, 50, 0, 50], []),
        ([20, 80, 50, 50, 50, 50, 50] * 2, [20, 31, 50], [16]),
        ([50, 90, 30, 70, 20, 60, 40, 20, 30, 90, 20, 70, 30, 80], [25, 50], []),
    ],
    ids=[
        *("more than chance", "no more than chance", "not complete", "two days later"),
        *(
            "some days known",
            "too few",
            "missing",
            "closed each week",
            "by weekday",
            "days that vary",
        ),
    ],
)
def test_a_day_far_below_its_weekday_is_a_warning_once_it_is_complete(
    warehouse: Warehouse, weeks: list[int], then: list[int], warned: list[int]
) -> None:
    for number, size in enumerate(weeks):
        warehouse.write_events(f"{number}.json", *day(number, size))
    assert warnings(warehouse) == []
    found = []
    for number, size in enumerate(then, len(weeks)):
        if size:
            warehouse.write_events(f"{number}.json", *day(number, size))
            found += [number] * len(warnings(warehouse))
    assert found == warned


@pytest.mark.expensive
def test_a_day_is_checked_when_it_is_complete_and_when_it_changes_and_at_no_other_load(
    warehouse: Warehouse,
) -> None:
    def load(name: str, *events: Record) -> list[str]:
        warehouse.write_events(name, *events)
        return warnings(warehouse)

    def part(number: int, first: int, last: int) -> list[Record]:
        return day(number, last)[first:]

    for number, size in enumerate(TWO_WEEKS):
        warehouse.write_events(f"{number}.json", *day(number, size))
    warehouse.load()
    below = ["no_day_is_below_its_weekday"]
    assert load("14a.json", *part(14, 0, 5)) == []
    assert load("15a.json", *part(15, 0, 20)) == below
    assert load("15b.json", *part(15, 20, 50)) == []
    assert load("14b.json", *part(14, 5, 10)) == below
    assert load("14c.json", *part(14, 10, 50)) == []


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
        *(("staging_events", "ts"), ("staging_events", "loaded_at")),
        *(("loaded_files", "loaded_at"), ("batches", "loaded_at")),
        *(("batch_days", "latest_event_at"), ("batch_days", "loaded_at")),
    ):
        earlier = f"dateadd(hour, -{hours_later}, {moment})"
        warehouse.execute(f"update {table} set {moment} = {earlier}")
    warehouse.write_songs("a.json", song())
    run = warehouse.load()
    assert ["newest_event_is_no_older_than_usual" in text for text in run.warnings] == [
        True
    ] * warned
    if warned:
        assert f", {hours_later + 1} hours ago; usual are 1\n" in run.warnings[0]
    # new events make it fresh again
    warehouse.write_events("new.json", event(sessionId=9, ts=int(time.time() * SECOND)))
    assert warnings(warehouse) == []


@pytest.mark.expensive
def test_events_of_long_ago_are_no_warning(warehouse: Warehouse) -> None:
    for number in range(5):
        warehouse.write_events(f"{number}.json", *day(number, 5))
        assert warnings(warehouse) == []


@pytest.mark.parametrize(
    ("before", "now", "warned"),
    [
        ((100, 100), (0, 100), True),
        ((50, 100), (20, 100), True),
        ((50, 100), (45, 100), False),
        ((1, 100), (0, 100), False),
        ((5, 100), (1, 60), False),
        ((100, 100), (0, 2), True),
        ((50, 100), (0, 2), False),
    ],
)
@pytest.mark.expensive
def test_fewer_known_songs_than_chance_explains_are_a_warning(
    warehouse: Warehouse, before: tuple[int, int], now: tuple[int, int], warned: bool
) -> None:
    warehouse.write_songs("a.json", song())
    for number, (known, plays) in enumerate((before, now)):
        unknown = [each | {"song": "Unheard"} for each in day(number, plays)[known:]]
        warehouse.write_events(f"{number}.json", *day(number, known), *unknown)
        found = warnings(warehouse)
    assert found == ["matched_share_has_not_fallen"] * warned
