"""The meaning of the rows: ten paragraphs of the design, each tested under its number."""

import time
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from sparkify.operate.repair import refill_from_batch

from .source_files import (
    DAY,
    MISSING,
    NOON,
    SECOND,
    Record,
    encoded_twice,
    event,
    logged_out,
    song,
    visit,
)
from .warehouse import STAR, Warehouse, open_warehouse


def plays(warehouse: Warehouse) -> list[dict[str, Any]]:
    return warehouse.table("songplays")


def column(warehouse: Warehouse, table: str, name: str) -> list[Any]:
    return [row[name] for row in warehouse.table(table)]


# 1: what a play is


def test_meaning_01_a_play_is_a_next_song_event_of_a_user(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "day.json",
        event(itemInSession=0),
        visit(itemInSession=1),
        event(itemInSession=2, page="Next Song"),
        event(itemInSession=3, page="nextsong"),
        event(itemInSession=4, userId=""),
        event(itemInSession=5, userId=None),
        event(itemInSession=6, userId=MISSING),
        event(itemInSession=7, page=None),
        event(itemInSession=8),
    )
    warehouse.load()
    assert column(warehouse, "songplays", "item_in_session") == [0, 8]


def test_meaning_01_a_play_is_kept_though_nobody_knows_its_song(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", song())
    warehouse.write_events(
        "day.json", event(itemInSession=0, song="Unheard"), event(itemInSession=1)
    )
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == [None, "SOGOTTA"]
    assert column(warehouse, "songplays", "artist_id") == [None, "ARDESREE"]


def test_meaning_01_a_play_without_title_artist_and_length_is_kept(warehouse: Warehouse) -> None:
    nothing = {"title": None, "artist_name": None, "duration": None}
    warehouse.write_songs("catalogue.json", song(**nothing), song(song_id="SOBLANK", title=" "))
    warehouse.write_events("day.json", event(song=None, artist=MISSING, length=None))
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == [None]


def test_meaning_01_a_play_has_the_words_of_its_event(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event(level="paid", itemInSession=7, sessionId=12))
    warehouse.load()
    assert plays(warehouse) == [
        {
            "songplay_id": 12_000_007,
            "start_time": datetime(2018, 11, 1, 12),  # noqa: DTZ001 - UTC, as the warehouse says it
            "user_id": 39,
            "level": "paid",
            "song_id": None,
            "artist_id": None,
            "session_id": 12,
            "location": "San Francisco-Oakland-Hayward, CA",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
            "item_in_session": 7,
            "title": "You Gotta Be",
            "artist_name": "Des'ree",
            "duration": 246.30812,
        }
    ]


# 2: whose song it is


@pytest.mark.parametrize(
    "other",
    [{"title": "Life"}, {"artist_name": "Desree"}, {"duration": 246.30813}],
    ids=["title", "artist name", "duration"],
)
def test_meaning_02_a_song_that_differs_in_one_thing_is_not_the_one_played(
    warehouse: Warehouse, other: dict[str, Any]
) -> None:
    warehouse.write_songs("catalogue.json", song(**other))
    warehouse.write_events("day.json", event())
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == [None]


def test_meaning_02_of_equal_songs_the_smallest_song_id_is_played(warehouse: Warehouse) -> None:
    warehouse.write_songs(
        "catalogue.json",
        song(song_id="SO3", artist_id="AR1"),
        song(song_id="SO1", artist_id="AR3"),
        song(song_id="SO2", artist_id="AR2"),
    )
    warehouse.write_events("day.json", event())
    warehouse.load()
    assert [(play["song_id"], play["artist_id"]) for play in plays(warehouse)] == [("SO1", "AR3")]


def test_meaning_02_a_smaller_song_id_that_arrives_later_takes_its_place(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("day.json", event())
    for song_id, expected in (("SO2", "SO2"), ("SO3", "SO2"), ("SO1", "SO1")):
        warehouse.write_songs(f"{song_id}.json", song(song_id=song_id))
        warehouse.load()
        assert column(warehouse, "songplays", "song_id") == [expected]


def test_meaning_02_the_artist_name_compared_is_the_song_records_own(warehouse: Warehouse) -> None:
    warehouse.write_songs(
        "catalogue.json",
        song(song_id="SO1", title="One", artist_name="A Name", artist_location=None),
        song(song_id="SO2", title="Two", artist_name="Another Name"),
    )
    warehouse.write_events(
        "day.json",
        event(itemInSession=1, song="One", artist="A Name"),
        event(itemInSession=2, song="Two", artist="Another Name"),
        event(itemInSession=3, song="Two", artist="A Name"),
    )
    warehouse.load()
    assert column(warehouse, "artists", "name") == ["Another Name"]
    assert column(warehouse, "songplays", "song_id") == ["SO1", "SO2", None]


def test_meaning_02_stray_spaces_do_not_matter(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", song(title=" You Gotta Be", artist_name="Des'ree  "))
    warehouse.write_events("day.json", event(song="You Gotta Be ", artist=" Des'ree"))
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == ["SOGOTTA"]


def test_meaning_02_capitals_matter(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", song(title="YOU GOTTA BE"))
    warehouse.write_events("day.json", event())
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == [None]


def test_meaning_02_a_song_that_is_loaded_twice_makes_no_second_play(
    warehouse: Warehouse,
) -> None:
    warehouse.write_songs("one.json", song(), song())
    warehouse.write_songs("two.json", song(artist_name="Des'ree "))
    warehouse.write_events("day.json", event())
    warehouse.load()
    assert len(plays(warehouse)) == 1
    assert len(warehouse.table("songs")) == 1


# 3: an event received twice


def test_meaning_03_an_event_that_is_loaded_twice_counts_once(warehouse: Warehouse) -> None:
    warehouse.write_events("one.json", event(), event())
    warehouse.write_events("two.json", event())
    warehouse.load()
    warehouse.write_events("three.json", event())
    warehouse.load()
    assert len(warehouse.table("staging_events")) == 4
    assert len(plays(warehouse)) == 1
    assert len(warehouse.table("time")) == 1


def test_meaning_03_of_versions_in_one_batch_the_smallest_counts_as_a_whole(
    warehouse: Warehouse,
) -> None:
    versions = [
        event(level="paid", location="A", userAgent=None),
        event(level="free", location=" ", userAgent='"Y"'),
        event(level="free", location="B", userAgent="Z"),
    ]
    orders = list(permutations(versions))
    for place, name in enumerate("abc"):
        warehouse.write_events(
            f"{name}.json",
            *(order[place] | {"itemInSession": item} for item, order in enumerate(orders)),
        )
    warehouse.load()
    words = [(play["level"], play["location"], play["user_agent"]) for play in plays(warehouse)]
    assert words == [("free", "B", "Z")] * len(orders)


def test_meaning_03_of_versions_in_several_batches_the_last_counts_as_a_whole(
    warehouse: Warehouse,
) -> None:
    versions = [
        event(level="paid", location="A", userAgent=None),
        event(level="free", location=" ", userAgent='"Y"'),
        event(level=None, location="B", userAgent="Z"),
    ]
    orders = list(permutations(versions))
    for place in range(3):
        warehouse.write_events(
            f"{place}.json",
            *(order[place] | {"itemInSession": item} for item, order in enumerate(orders)),
        )
        warehouse.load()
    words = [(play["level"], play["location"], play["user_agent"]) for play in plays(warehouse)]
    found = {
        "A": ("paid", "A", None),
        " ": ("free", None, "Y"),
        "B": (None, "B", "Z"),
    }
    assert words == [found[order[-1]["location"]] for order in orders]


@pytest.mark.parametrize("make", [event, visit], ids=["a play", "another page"])
@pytest.mark.parametrize("runs", [1, 2])
def test_meaning_03_the_same_event_with_another_timestamp_is_rejected(
    warehouse: Warehouse, runs: int, make: Any
) -> None:
    warehouse.write_events("one.json", make(sessionId=38, itemInSession=5))
    if runs == 2:
        warehouse.load()
    before = warehouse.tables()
    warehouse.write_events("two.json", make(sessionId=38, itemInSession=5, ts=NOON + 1))
    rejected = {Path(each.uri).name: each.message for each in warehouse.load().rejected_files}
    # Of versions in one batch none is more credible than the other.
    assert set(rejected) == ({"one.json", "two.json"} if runs == 1 else {"two.json"})
    assert "line 1: contradicts the timestamp" in rejected["two.json"]
    assert warehouse.tables() == before


def test_meaning_03_the_same_session_and_item_of_another_user_is_another_event(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("one.json", event(), event(userId="40", ts=NOON + 1))
    warehouse.load()
    assert column(warehouse, "songplays", "user_id") == [39, 40]
    assert column(warehouse, "users", "user_id") == [39, 40]


def test_meaning_03_the_same_item_of_another_session_is_another_event(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("day.json", event(sessionId=1), event(sessionId=2, userId="2"))
    warehouse.load()
    assert column(warehouse, "songplays", "session_id") == [1, 2]


# 4: the number of a play


def test_meaning_04_a_play_is_numbered_by_its_session_and_its_place_in_it(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events(
        "day.json",
        event(sessionId=0, itemInSession=0),
        event(sessionId=38, itemInSession=999_999),
        event(sessionId=39, itemInSession=0),
        event(sessionId=9_000_000_000_000, itemInSession=1),
    )
    warehouse.load()
    assert column(warehouse, "songplays", "songplay_id") == [
        0,
        38_999_999,
        39_000_000,
        9_000_000_000_000_000_001,
    ]


@pytest.mark.parametrize(
    "unnumbered",
    [
        {"itemInSession": 1_000_000},
        {"itemInSession": -1},
        {"itemInSession": None},
        {"sessionId": -1},
        {"sessionId": MISSING},
        {"sessionId": 9_000_000_000_001},
        {"sessionId": 10**13},  # whose number would overflow
        {"ts": None},
    ],
    ids=str,
)
def test_meaning_04_an_event_of_a_user_without_its_number_or_time_is_rejected(
    warehouse: Warehouse, unnumbered: dict[str, Any]
) -> None:
    warehouse.write_events("day.json", event(sessionId=1), event(**unnumbered))
    warehouse.write_events("next.json", event(sessionId=2))
    assert warehouse.load(max_errors=1).rejected == 1
    [error] = warehouse.table("load_errors")
    assert (Path(error["uri"]).name, error["line"]) == ("day.json", 2)
    assert column(warehouse, "songplays", "session_id") == [1, 2]


def test_meaning_04_a_rebuild_gives_the_same_numbers(warehouse: Warehouse) -> None:
    for item in (3, 1, 2):
        warehouse.write_events(f"{item}.json", event(itemInSession=item, ts=NOON + item))
        warehouse.load()
    before = plays(warehouse)
    warehouse.create_tables()
    warehouse.load()
    assert plays(warehouse) == before


# 5: users


def test_meaning_05_everyone_who_appears_logged_in_on_any_page_is_a_user(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events(
        "day.json",
        visit(itemInSession=0, userId="8", page="Help"),
        visit(itemInSession=1, userId=9, page=None),
        event(itemInSession=2, userId="10"),
        logged_out(itemInSession=3),
    )
    warehouse.load()
    assert column(warehouse, "users", "user_id") == [8, 9, 10]


@pytest.mark.parametrize("blank", ["", None, MISSING], ids=["blank", "null", "missing"])
def test_meaning_05_a_blank_user_id_is_nobody(warehouse: Warehouse, blank: Any) -> None:
    warehouse.write_events("day.json", logged_out(userId=blank), event(userId=blank))
    warehouse.load()
    assert warehouse.table("users") == []
    assert plays(warehouse) == []
    assert len(warehouse.table("staging_events")) == 2


LEVELS = (("paid", NOON), ("free", NOON + DAY), ("paid", NOON + 2 * DAY), ("free", NOON + 3 * DAY))


def test_meaning_05_a_user_is_as_of_their_latest_event_whatever_came_first(
    warehouse: Warehouse,
) -> None:
    """Users with the same events, each in another order."""

    def of_user(user: int, place: int) -> Record:
        level, moment = LEVELS[place]
        name = {"firstName": f"Name {place}", "lastName": f"Last {place}", "gender": "FMFM"[place]}
        own = {"userId": user, "sessionId": user, "itemInSession": place}
        return visit(ts=moment, level=level, **name, **own)

    orders = list(permutations(range(len(LEVELS))))
    for step in range(len(LEVELS)):
        events = (of_user(user, order[step]) for user, order in enumerate(orders))
        warehouse.write_events(f"{step}.json", *events)
        warehouse.load()
    assert [
        (user["first_name"], user["last_name"], user["gender"], user["level"])
        for user in warehouse.table("users")
    ] == [("Name 3", "Last 3", "M", "free")] * len(orders)


def test_meaning_05_of_events_of_one_millisecond_the_later_in_its_session_counts(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", visit(itemInSession=10, level="paid"))
    warehouse.write_events("b.json", visit(itemInSession=9, level="free"))
    warehouse.load()
    assert column(warehouse, "users", "level") == ["paid"]


def test_meaning_05_a_blank_in_the_latest_event_is_null(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "day.json",
        visit(itemInSession=0),
        visit(itemInSession=1, ts=NOON + 1, firstName=" ", lastName="", gender=None),
    )
    warehouse.load()
    [user] = warehouse.table("users")
    assert (user["first_name"], user["last_name"], user["gender"]) == (None, None, None)


# 6: artists

ARTISTS = [
    song(song_id="SO1", artist_location="", artist_name="A"),
    song(song_id="SO2", artist_location="Z", artist_latitude=None, artist_name="A"),
    song(song_id="SO3", artist_location="Z", artist_latitude=1.5, artist_name="C"),
    song(song_id="SO4", artist_location="Z", artist_latitude=1.5, artist_name="B"),
]


@pytest.mark.parametrize("runs", [1, 4])
def test_meaning_06_an_artist_is_one_row_whatever_came_first(
    warehouse: Warehouse, runs: int
) -> None:
    """Artists with the same records, each in another order."""
    orders = list(permutations(ARTISTS))
    for step in range(len(ARTISTS)):
        songs = (
            record | {"artist_id": f"AR{artist:02}", "song_id": f"{record['song_id']}-{artist}"}
            for artist, record in enumerate(order[step] for order in orders)
        )
        warehouse.write_songs(f"{step}.json", *songs)
        if runs > 1:
            warehouse.load()
    warehouse.load()
    row = {"name": "B", "location": "Z", "latitude": 1.5, "longitude": -0.12714}
    assert warehouse.table("artists") == [
        {"artist_id": f"AR{artist:02}", **row} for artist in range(len(orders))
    ]


@pytest.mark.parametrize("blank", ["", "  ", None, MISSING], ids=["", "spaces", "null", "missing"])
def test_meaning_06_a_blank_location_is_null(warehouse: Warehouse, blank: Any) -> None:
    warehouse.write_songs("catalogue.json", song(artist_location=blank))
    warehouse.load()
    assert column(warehouse, "artists", "location") == [None]


# 7: years


@pytest.mark.parametrize(("year", "known"), [(0, None), (None, None), ("", None), (1994, 1994)])
def test_meaning_07_a_year_0_is_unknown(warehouse: Warehouse, year: Any, known: int | None) -> None:
    warehouse.write_songs("catalogue.json", song(year=year))
    warehouse.load()
    assert column(warehouse, "songs", "year") == [known]


def test_meaning_07_staging_keeps_the_0(warehouse: Warehouse) -> None:
    warehouse.write_songs("catalogue.json", song(year=0))
    warehouse.load()
    assert column(warehouse, "staging_songs", "year") == [0]


# 8: moments


@pytest.mark.parametrize(
    ("ts", "start_time", "week", "weekday"),
    [
        (1541105830796, "2018-11-01 20:57:10.796", 44, 4),
        (1541289599999, "2018-11-03 23:59:59.999", 44, 6),
        (1541289600000, "2018-11-04 00:00:00.000", 44, 0),
        (1541376000001, "2018-11-05 00:00:00.001", 45, 1),
        (1546214400000, "2018-12-31 00:00:00.000", 1, 1),
        (1609459199123, "2020-12-31 23:59:59.123", 53, 4),
        (1609632000456, "2021-01-03 00:00:00.456", 53, 0),
        (951782400000, "2000-02-29 00:00:00.000", 9, 2),
        (-1, "1969-12-31 23:59:59.999", 1, 3),
    ],
)
def test_meaning_08_timestamps_are_utc_to_the_millisecond(
    warehouse: Warehouse, ts: int, start_time: str, week: int, weekday: int
) -> None:
    """The week is ISO's, the weekday counts from Sunday = 0."""
    moment = datetime.fromisoformat(start_time)
    warehouse.write_events("day.json", event(ts=ts))
    warehouse.load()
    assert column(warehouse, "songplays", "start_time") == [moment]
    assert warehouse.table("time") == [
        {
            "start_time": moment,
            "hour": moment.hour,
            "day": moment.day,
            "week": week,
            "month": moment.month,
            "year": moment.year,
            "weekday": weekday,
        }
    ]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
def test_meaning_08_timestamps_are_utc_whatever_the_machines_time_zone(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", zone)
        time.tzset()
        with open_warehouse(warehouse.engine_name) as there:
            there.reset(tmp_path / zone)
            there.write_events("day.json", event(ts=NOON))
            began = datetime.now(UTC).replace(tzinfo=None)
            there.load()
            ended = datetime.now(UTC).replace(tzinfo=None)
            [play] = plays(there)
            [staged] = there.table("staging_events", without=())
    time.tzset()
    assert play["start_time"].isoformat() == "2018-11-01T12:00:00"
    assert began <= staged["loaded_at"] <= ended


# 9: songs that arrive late


def test_meaning_09_a_song_that_arrives_after_its_plays_completes_them(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events(
        "day.json",
        event(itemInSession=0),
        event(itemInSession=1, song="Unheard"),
        event(itemInSession=2, song=" You Gotta Be "),
    )
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == [None, None, None]
    warehouse.write_songs("late.json", song())
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == ["SOGOTTA", None, "SOGOTTA"]
    assert column(warehouse, "songplays", "artist_id") == ["ARDESREE", None, "ARDESREE"]


def test_meaning_09_so_are_plays_whose_words_had_to_be_repaired(warehouse: Warehouse) -> None:
    garbled = event(song=encoded_twice("Jóga"), artist=encoded_twice("Björk"))
    warehouse.write_events("day.json", garbled)
    warehouse.load()
    warehouse.write_songs("late.json", song(title="Jóga", artist_name="Björk"))
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == ["SOGOTTA"]


# 10: staging


def test_meaning_10_staging_holds_every_batch_and_says_which(warehouse: Warehouse) -> None:
    for place in range(3):
        warehouse.write_events(f"{place}.json", event(itemInSession=place))
        warehouse.write_songs(f"{place}.json", song(song_id=f"SO{place}"))
        warehouse.load()
    ledger = warehouse.table("loaded_files", without=())
    for table in ("staging_events", "staging_songs"):
        rows = warehouse.table(table, without=())
        moments = {row["loaded_at"] for row in rows}
        assert len(rows) == len(moments) == 3
        assert moments <= {file["loaded_at"] for file in ledger}


@pytest.mark.parametrize("backwards", [False, True])
def test_meaning_10_the_star_can_be_rebuilt_from_staging(
    warehouse: Warehouse, backwards: bool
) -> None:
    warehouse.write_songs("0.json", song(song_id="SO2"))
    for place in range(3):
        moment = NOON - place * SECOND
        warehouse.write_events(
            f"{place}.json",
            event(itemInSession=place, ts=moment, level=("free", "paid")[place % 2]),
            event(itemInSession=9, location=f"L{place}"),
        )
        warehouse.load()
        warehouse.write_songs(f"late {place}.json", song(song_id=f"SO{place}", year=1990 + place))
    warehouse.load()
    before = warehouse.tables()
    batches = {row["loaded_at"] for row in warehouse.table("loaded_files", without=())}
    for table in (*STAR, "repeated_events", "repeated_songs"):
        warehouse.execute(f'delete from "{table}"')
    with warehouse.engine.transaction():
        for loaded_at in sorted(batches, reverse=backwards):
            refill_from_batch(warehouse.engine, loaded_at)
    assert warehouse.tables() == before


def test_meaning_10_create_tables_drops_everything_and_starts_over(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event())
    warehouse.write_songs("catalogue.json", song())
    warehouse.load()
    before = warehouse.tables()
    warehouse.create_tables()
    assert [name for name, rows in warehouse.everything().items() if rows] == ["warehouse_version"]
    warehouse.load()
    assert warehouse.tables() == before
