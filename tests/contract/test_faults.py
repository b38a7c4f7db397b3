"""The 25 faults that others made of this exercise, each with its test.

A test is named for its fault's number. What cannot occur on DuckDB has none here:

    24  COPY without a region      no COPY: files are read from a folder, or from S3 by obstore
    25  the host pasted by hand    no host: the warehouse is a file in the working directory
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sparkify.config import load_settings
from sparkify.errors import ChecksFailed

from .source_files import DAY, NOON, encoded_twice, event, lines, logged_out, song, visit
from .warehouse import UNUSUAL_VALUES_FAIL, Warehouse

# On the other engines: any data in any order, test_equivalence.py.
pytestmark = pytest.mark.expensive

NOT_ON_DUCKDB = {24, 25}


def test_every_fault_has_a_test_or_a_reason_for_none() -> None:
    tested = {int(name.split("_")[2]) for name in globals() if name.startswith("test_fault_")}
    assert tested | NOT_ON_DUCKDB == set(range(1, 26))
    assert not tested & NOT_ON_DUCKDB


def column(warehouse: Warehouse, table: str, name: str) -> list[Any]:
    return [row[name] for row in warehouse.table(table)]


def test_fault_01_inner_join_plays_of_unknown_songs_stay(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", song())
    plays = [event(itemInSession=0), *(event(itemInSession=n, song=f"{n}") for n in range(1, 20))]
    warehouse.write_events("day.json", *plays)
    warehouse.load()
    assert len(warehouse.table("songplays")) == 20
    assert column(warehouse, "songplays", "song_id").count(None) == 19


def test_fault_02_join_on_too_little_a_namesake_is_not_the_song(warehouse: Warehouse) -> None:
    warehouse.write_songs(
        "catalogue.json",
        song(song_id="SO1", artist_name="A cover band"),
        song(song_id="SO2", title="Another song"),
        song(song_id="SO3", duration=180.0),
    )
    warehouse.write_events("day.json", event())
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == [None]


def test_fault_03_staging_joined_twice_nothing_multiplies(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", *(song(song_id=f"SO{n}") for n in range(5)))
    warehouse.write_songs("again.json", *(song(song_id=f"SO{n}") for n in range(5)))
    warehouse.write_events("day.json", *(event(itemInSession=n) for n in range(5)))
    warehouse.write_events("again.json", *(event(itemInSession=n) for n in range(5)))
    warehouse.load()
    assert len(warehouse.table("songplays")) == 5


def test_fault_04_wrong_page_filter_only_next_song_is_a_play(warehouse: Warehouse) -> None:
    pages = ("NextSong", "Next Song", "Home", "Logout", "Settings", "Help", "Upgrade", "NextSong")
    warehouse.write_events(
        "day.json", *(event(itemInSession=n, page=page) for n, page in enumerate(pages))
    )
    warehouse.load()
    assert column(warehouse, "songplays", "item_in_session") == [0, 7]


def test_fault_05_a_user_twice_by_level_is_one_row(warehouse: Warehouse) -> None:
    levels = ("paid", "free", "paid", "free")
    warehouse.write_events(
        "day.json",
        *(event(itemInSession=n, ts=NOON + n, level=level) for n, level in enumerate(levels)),
    )
    warehouse.load()
    assert column(warehouse, "users", "user_id") == [39]


def test_fault_06_latest_level_wrong_an_older_file_takes_nothing_back(warehouse: Warehouse) -> None:
    warehouse.write_events("new.json", visit(itemInSession=1, ts=NOON + DAY, level="paid"))
    warehouse.load()
    warehouse.write_events("old.json", visit(itemInSession=0, ts=NOON, level="free"))
    warehouse.load()
    assert column(warehouse, "users", "level") == ["paid"]


def test_fault_07_an_artist_twice_by_name_or_place_is_one_row(warehouse: Warehouse) -> None:
    warehouse.write_songs(
        "catalogue.json",
        song(song_id="SO1"),
        song(song_id="SO2", artist_name="Desree"),
        song(song_id="SO3", artist_location="Lewisham"),
        song(song_id="SO4", artist_latitude=None, artist_longitude=None),
    )
    warehouse.load()
    assert column(warehouse, "artists", "artist_id") == ["ARDESREE"]
    assert len(warehouse.table("songs")) == 4


def test_fault_08_keys_that_change_between_runs_do_not(warehouse: Warehouse) -> None:
    warehouse.write_events("b.json", event(itemInSession=2), event(itemInSession=1))
    warehouse.load()
    before = warehouse.table("songplays")
    warehouse.create_tables()
    warehouse.write_events("a.json", event(sessionId=1, ts=NOON - DAY))
    warehouse.load()
    assert [play for play in warehouse.table("songplays") if play["session_id"] == 38] == before


def test_fault_09_a_re_run_appends_nothing(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", song())
    warehouse.write_events("day.json", event(), visit(itemInSession=1))
    warehouse.load()
    before = warehouse.everything()
    assert warehouse.load().files == 0
    assert warehouse.everything() == before


def test_fault_10_milliseconds_lost_are_kept(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event(ts=1541105830796))
    warehouse.load()
    for table, name in (("staging_events", "ts"), ("songplays", "start_time")):
        assert [moment.microsecond for moment in column(warehouse, table, name)] == [796_000]
    assert column(warehouse, "time", "start_time")[0].microsecond == 796_000


def test_fault_11_time_is_of_plays_only_and_distinct(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "day.json",
        event(itemInSession=0, ts=NOON),
        event(itemInSession=1, ts=NOON),
        visit(itemInSession=2, ts=NOON + 1),
        logged_out(itemInSession=3, ts=NOON + 2),
        event(itemInSession=4, ts=NOON + 3, userId=""),
    )
    warehouse.load()
    noon = datetime(2018, 11, 1, 12)  # noqa: DTZ001 - UTC, as the warehouse says it
    assert column(warehouse, "time", "start_time") == [noon]


def test_fault_12_weekday_and_week_are_neither_swapped_nor_off_by_one(warehouse: Warehouse) -> None:
    week = range(7)  # from Sunday, 4 November 2018, on; Monday begins ISO week 45
    warehouse.write_events(
        "week.json",
        *(event(itemInSession=day, ts=NOON + (3 + day) * DAY) for day in week),
    )
    warehouse.load()
    assert column(warehouse, "time", "weekday") == [0, 1, 2, 3, 4, 5, 6]
    assert column(warehouse, "time", "week") == [44, 45, 45, 45, 45, 45, 45]


def test_fault_13_a_plays_location_is_the_users_not_the_artists(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", song(artist_location="London, England"))
    warehouse.write_events("day.json", event(location="Phoenix-Mesa-Scottsdale, AZ"))
    warehouse.load()
    assert column(warehouse, "songplays", "location") == ["Phoenix-Mesa-Scottsdale, AZ"]
    assert column(warehouse, "artists", "location") == ["London, England"]


def test_fault_14_a_blank_user_id_is_not_user_0(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", logged_out(userId=""), event(itemInSession=1, userId=""))
    warehouse.load()
    assert column(warehouse, "staging_events", "userid") == [None, None]
    assert warehouse.table("users") == []


def test_fault_15_year_0_is_no_year(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", song(song_id="SO1", year=0), song(song_id="SO2"))
    warehouse.load()
    assert column(warehouse, "songs", "year") == [None, 1994]


NAMES = (
    *("Björk", "Beyoncé", "Sigur Rós", "Mötley Crüe", "Françoise Hardy", "Kärlek På Tunnelbanan"),
    *("Così è la vita", "À la folie", "Õnnelik", "Señor Ñandú", "Ágætis byrjun", "Straße", "¿Qué?"),
    *("Dvořák", "Šarūnas", "Škwor", "Žagar", "Ţiganii", "Ģirts", "På", "Ż", "å", "a\u00a0b"),
    *("Кино", "Ελλάδα", "東京事変", "עברית", "한국어", "don\u2019t", "😀"),
)
# Letters of two bytes and more, control characters that Windows has letters for, half a garble.
CLEAN = ("Ä", "Ã", "Â", "naïve â", "€", "™", "It\u2019s", "It\x92s", "\x85", *NAMES)


def unmatched(warehouse: Warehouse, spelt: dict[str, str]) -> list[str]:
    """Load plays of these titles and artists, and songs of their right names; names of no play."""
    warehouse.write_songs(
        "catalogue.json",
        *(
            song(song_id=name, title=f"{name} (Live)", artist_name=name)
            for name in set(spelt.values())
        ),
    )
    warehouse.write_events(
        "day.json",
        *(
            event(itemInSession=place, song=f"{text} (Live)", artist=text)
            for place, text in enumerate(spelt)
        ),
    )
    warehouse.load()
    found = {play["item_in_session"]: play["song_id"] for play in warehouse.table("songplays")}
    return [name for place, name in enumerate(spelt.values()) if found[place] != name]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_fault_16_doubly_encoded_text_finds_its_song(warehouse: Warehouse, times: int) -> None:
    spelt = {encoded_twice(name, times): name for name in NAMES}
    assert unmatched(warehouse, spelt) == []
    assert {row["artist"] for row in warehouse.table("staging_events")} == set(spelt)


def test_fault_16_text_that_was_encoded_once_is_left_alone(warehouse: Warehouse) -> None:
    assert unmatched(warehouse, {name: name for name in CLEAN}) == []


@pytest.mark.parametrize("agent", ['"Mozilla/5.0"', "Mozilla/5.0", '  "Mozilla/5.0" '])
def test_fault_17_quotes_around_user_agents_are_gone(warehouse: Warehouse, agent: str) -> None:
    warehouse.write_events("day.json", event(userAgent=agent))
    warehouse.load()
    assert column(warehouse, "songplays", "user_agent") == ["Mozilla/5.0"]
    assert column(warehouse, "staging_events", "useragent") == [agent]


@pytest.mark.parametrize("letter", ["é", "東", "😀"])
def test_fault_18_varchar_is_counted_in_bytes(warehouse: Warehouse, letter: str) -> None:
    fitting = letter * (256 // len(letter.encode()))
    warehouse.write_events("day.json", event(firstName=fitting))
    warehouse.load()
    assert column(warehouse, "users", "first_name") == [fitting]
    warehouse.write_events("next.json", event(firstName=fitting + letter))
    [file] = warehouse.load().rejected_files
    assert Path(file.uri).name == "next.json"
    assert "line 1, column firstname" in file.message


def test_fault_19_quotes_around_values_in_dwh_cfg_are_not_part_of_them(tmp_path: Path) -> None:
    file = tmp_path / "dwh.cfg"
    file.write_text(
        "[CLUSTER]\nHOST=''\nDB_NAME=\"dwh\"\nDB_PASSWORD='p%w'\n"
        "[IAM_ROLE]\nARN='arn:aws:iam::1:role/r'\n"
        "[S3]\nLOG_DATA='s3://udacity-dend/log_data'\n"
    )
    settings = load_settings(file, environment={})
    assert (settings.host, settings.db_name) == ("", "dwh")
    assert settings.db_password.value == "p%w"
    assert settings.iam_role == "arn:aws:iam::1:role/r"
    assert settings.log_data == "s3://udacity-dend/log_data"


def test_fault_20_settings_are_taken_by_name_not_by_position(tmp_path: Path) -> None:
    keys = {"CLUSTER": ["DB_NAME=n", "DB_USER=u", "DB_PASSWORD=p"], "IAM_ROLE": ["ARN=a"]}
    keys["S3"] = ["LOG_DATA=l", "LOG_JSONPATH=j", "SONG_DATA=s"]

    def read(arrange: Callable[[list[Any]], list[Any]]) -> Any:
        file = tmp_path / "dwh.cfg"
        sections = arrange(list(keys.items()))
        file.write_text(
            "".join(f"[{name}]\n" + "\n".join(arrange(of)) + "\n" for name, of in sections)
        )
        return load_settings(file, environment={})

    assert read(list) == read(lambda each: each[::-1])


def test_fault_21_checks_that_print_and_exit_0_stop_the_run_instead(warehouse: Warehouse) -> None:
    """That a door then exits with this code is held by the tests of the doors."""
    warehouse.write_events("day.json", event(), event(itemInSession=1, level="gold"))
    before = warehouse.everything()
    with pytest.raises(ChecksFailed) as failed:
        warehouse.load(**UNUSUAL_VALUES_FAIL)
    assert failed.value.exit_code == 3
    assert warehouse.everything() == before


def test_fault_22_keys_are_unique_though_nothing_enforces_them(warehouse: Warehouse) -> None:
    for run in range(2):
        warehouse.write_songs(f"{run}.json", song(), song(), song(song_id="SO2", year=1990 + run))
        warehouse.write_events(
            f"{run}.json", event(), event(), event(itemInSession=1 + run), visit(itemInSession=9)
        )
        warehouse.load()
    for table in ("songplays", "users", "songs", "artists", "time"):
        keys = [next(iter(row.values())) for row in warehouse.table(table)]
        assert len(keys) == len(set(keys)), table


def test_fault_23_tables_and_columns_with_reserved_names_can_be_used(warehouse: Warehouse) -> None:
    """Not `user` but `users`; `time` needs quotes in no query of an analyst."""
    warehouse.write_events("day.json", event())
    warehouse.load()
    text = "select year, month, day, hour, week, weekday from time"
    assert warehouse.query(text)[1] == [(2018, 11, 1, 12, 44, 4)]
    assert warehouse.query("select level from users")[1] == [("free",)]


def test_the_faults_are_tested_with_files_like_the_real_ones() -> None:
    [line] = lines([event()]).splitlines()
    assert list(json.loads(line)) == sorted(event(), key=str.lower)
