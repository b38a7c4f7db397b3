"""The analysts' views say what plain Python reads from the raw JSON."""

from pathlib import Path

import pytest

from sparkify.generate import Recipe, generate
from sparkify.sql import ANALYSTS_VIEWS
from tests.oracle_views import expected_views

from .sample import LOGS, SONGS, load_sample, needs_sample
from .source_files import DAY, NOON, SECOND, encoded_twice, event, logged_out, song, visit
from .warehouse import Warehouse


def hold_against_plain_python(warehouse: Warehouse, logs: Path, songs: Path) -> None:
    expected = expected_views(logs, songs)
    assert tuple(expected) == ANALYSTS_VIEWS
    for name in ANALYSTS_VIEWS:
        assert warehouse.table(name) == expected[name], name


@needs_sample
def test_every_view_of_the_sample_is_what_plain_python_reads(warehouse: Warehouse) -> None:
    load_sample(warehouse)

    hold_against_plain_python(warehouse, LOGS, SONGS)


@pytest.mark.expensive
def test_every_view_of_generated_data_is_what_plain_python_reads(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    """With songs that match, levels that change, and text that was encoded twice."""
    made = tmp_path / "made"
    generate(made, Recipe(users=30, songs=200, artists=120, days=40, events=2_500, seed=7))
    warehouse.load(log_data=str(made / "log_data"), song_data=str(made / "song_data"))

    hold_against_plain_python(warehouse, made / "log_data", made / "song_data")
    assert [play for play in warehouse.table("plays") if play["song_id"]]
    assert [stretch for stretch in warehouse.table("user_levels") if stretch["previous_level"]]


def test_every_view_of_an_empty_warehouse_is_empty(warehouse: Warehouse) -> None:
    assert [name for name in ANALYSTS_VIEWS if warehouse.table(name)] == []


def test_events_received_again_count_once(warehouse: Warehouse) -> None:
    events = [visit(itemInSession=0), event(itemInSession=1, ts=NOON + SECOND)]
    warehouse.write_events("a.json", *events, *events)
    warehouse.load()
    before = {name: warehouse.table(name) for name in ANALYSTS_VIEWS}
    warehouse.write_events("b.json", *events, logged_out(itemInSession=2))
    warehouse.load()

    assert {name: warehouse.table(name) for name in ANALYSTS_VIEWS} == before
    (session,) = before["sessions"]
    assert (session["plays"], session["pages"]) == (1, 1)
    (day,) = before["daily_activity"]
    assert (day["plays"], day["users"], day["sessions"], day["new_users"]) == (1, 1, 1, 1)


def test_of_versions_of_an_event_the_smallest_counts_as_a_whole(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event(song="B", level="paid"), event(song="A", level=" "))
    warehouse.load()

    (play,) = warehouse.table("plays")
    assert (play["title"], play["level"]) == ("B", "paid")
    hold_against_plain_python(warehouse, warehouse.logs, warehouse.songs)


def test_free_paid_free_is_three_rows(warehouse: Warehouse) -> None:
    levels = ["free", "free", "paid", "paid", "free", "free"]
    pages = [None, "Upgrade", None, "Downgrade", None, None]
    warehouse.write_events(
        "a.json",
        *(
            visit(itemInSession=item, ts=NOON + item * DAY, level=level, page=page or "Home")
            for item, (level, page) in enumerate(zip(levels, pages, strict=True))
        ),
    )
    warehouse.load()

    _, rows = warehouse.query("""
        select level, valid_from, valid_to, current from user_levels order by valid_from
    """)
    assert [
        (level, start.day, end and end.day, current) for level, start, end, current in rows
    ] == [
        ("free", 1, 3, False),
        ("paid", 3, 5, False),
        ("free", 5, None, True),
    ]
    _, funnel = warehouse.query("select * from level_funnel order by 1, 2")
    assert funnel == [
        ("free to paid", 1, "is free", 1),
        ("free to paid", 2, "opens Upgrade", 1),
        ("free to paid", 3, "becomes paid", 1),
        ("paid to free", 1, "is paid", 1),
        ("paid to free", 2, "opens Downgrade", 1),
        ("paid to free", 3, "becomes free", 1),
    ]


def test_the_current_level_is_the_users(warehouse: Warehouse, tmp_path: Path) -> None:
    made = tmp_path / "made"
    generate(made, Recipe(users=20, songs=20, artists=10, days=20, events=1_000))
    warehouse.load(log_data=str(made / "log_data"), song_data=str(made / "song_data"))

    _, rows = warehouse.query("""
        select users.user_id, users.level, user_levels.level
        from users left join user_levels
            on users.user_id = user_levels.user_id and user_levels.current
    """)
    assert [row for row in rows if row[1] != row[2]] == []
    assert len(rows) == len(warehouse.table("users"))


def test_an_unmatched_play_has_its_names_as_logged_but_readable(warehouse: Warehouse) -> None:
    title, name = " Für immer ", "Björk"
    warehouse.write_events(
        "a.json",
        event(itemInSession=0, song=encoded_twice(title), artist=encoded_twice(name)),
        event(itemInSession=1, song=None, artist=None),
    )
    warehouse.load()

    assert [
        (play["title"], play["artist_name"], play["song_id"]) for play in warehouse.table("plays")
    ] == [("Für immer", "Björk", None), (None, None, None)]


def test_a_matched_play_has_the_names_of_the_catalogue(warehouse: Warehouse) -> None:
    """One artist_id carries two names: the play's artist is the one of the table artists."""
    warehouse.write_songs(
        "a.json",
        song(artist_location=None, artist_latitude=None),
        song(song_id="SOOTHER", title="Other", artist_name="Des'ree Weekes"),
    )
    warehouse.write_events("a.json", event())
    warehouse.load()

    (play,) = warehouse.table("plays")
    assert (play["song_id"], play["title"], play["artist_name"]) == (
        "SOGOTTA",
        "You Gotta Be",
        "Des'ree Weekes",
    )


def test_retention_counts_the_weeks_in_which_nobody_of_the_cohort_came(
    warehouse: Warehouse,
) -> None:
    week = 7 * DAY
    warehouse.write_events(
        "a.json",
        event(sessionId=1, userId="1", ts=NOON),
        event(sessionId=2, userId="1", ts=NOON + 2 * week),
        event(sessionId=3, userId="2", ts=NOON),
        event(sessionId=4, userId="3", ts=NOON + week),
    )
    warehouse.load()

    _, rows = warehouse.query("""
        select cast(cohort_week as varchar), weeks_since, cohort_users, active_users
        from retention order by 1, 2
    """)
    assert rows == [
        ("2018-10-29", 0, 2, 2),
        ("2018-10-29", 1, 2, 0),
        ("2018-10-29", 2, 2, 1),
        ("2018-11-05", 0, 1, 1),
        ("2018-11-05", 1, 1, 0),
    ]


def test_a_session_of_two_users_is_two_rows(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json", visit(itemInSession=0), event(itemInSession=1, userId="40", ts=NOON + SECOND)
    )
    warehouse.load()

    assert [row["user_id"] for row in warehouse.table("sessions")] == [39, 40]
