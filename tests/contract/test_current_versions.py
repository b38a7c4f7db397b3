"""A record that was received again: the version that was loaded last counts, as a whole."""

from typing import Any

import pytest

from sparkify.operate.repair import rebuild_star, undo_run

from .source_files import NOON, event, song, visit
from .warehouse import Warehouse


def column(warehouse: Warehouse, table: str, name: str) -> list[Any]:
    return [row[name] for row in warehouse.table(table)]


def test_users_of_one_session_number_have_plays_of_their_own(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json",
        event(userId="1", level="paid"),
        event(userId="2", ts=NOON + 1, song="Another"),
        event(userId="2", ts=NOON + 1, song="Another"),
    )
    run = warehouse.load()
    plays = warehouse.table("songplays")
    assert [(play["songplay_id"], play["user_id"]) for play in plays] == [
        (38_000_000, 1),
        (38_000_000, 2),
    ]
    assert [row["title"] for row in warehouse.table("plays")] == ["You Gotta Be", "Another"]
    assert run.rejected == 0
    assert any("sessions_have_one_user" in warning for warning in run.warnings)


def test_a_corrected_event_counts_as_a_whole(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(level="free", location="A", userAgent="A"))
    warehouse.load()
    warehouse.write_events("a.json", event(level="paid", location="B", userAgent=None))
    run = warehouse.load()
    [play] = warehouse.table("songplays")
    assert (play["level"], play["location"], play["user_agent"]) == ("paid", "B", None)
    assert run.changed == 1
    assert len(warehouse.table("staging_events")) == 2


def test_a_record_received_again_unchanged_is_no_correction(warehouse: Warehouse) -> None:
    for name in ("a.json", "b.json"):
        warehouse.write_events(name, event(), event())
        warehouse.write_songs(name, song())
        run = warehouse.load()
    assert run.changed == 0
    assert len(warehouse.table("songplays")) == 1


def test_of_versions_in_one_batch_the_smallest_counts_as_a_whole(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json", event(level="paid", location="A"), event(level="free", location="B")
    )
    warehouse.load()
    [play] = warehouse.table("songplays")
    assert (play["level"], play["location"]) == ("free", "B")


def test_a_play_whose_page_is_corrected_leaves_with_its_timestamp(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1, ts=NOON + 1))
    warehouse.load()
    warehouse.write_events("b.json", visit())
    warehouse.load()
    assert column(warehouse, "songplays", "item_in_session") == [1]
    assert len(warehouse.table("time")) == 1
    assert column(warehouse, "user_events", "page") == ["Home", "NextSong"]
    warehouse.write_events("c.json", event())
    warehouse.load()
    assert column(warehouse, "songplays", "item_in_session") == [0, 1]
    assert len(warehouse.table("time")) == 2


def test_a_timestamp_stays_while_another_play_has_it(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(userId="8"))
    warehouse.load()
    warehouse.write_events("b.json", visit())
    warehouse.load()
    assert column(warehouse, "songplays", "user_id") == [8]
    assert len(warehouse.table("time")) == 1


def test_a_user_is_as_the_current_version_of_the_latest_event(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", visit(), visit(itemInSession=1, ts=NOON + 1, level="paid"))
    warehouse.load()
    warehouse.write_events("b.json", visit(itemInSession=1, ts=NOON + 1, firstName="Ada"))
    warehouse.load()
    [user] = warehouse.table("users")
    assert (user["first_name"], user["level"]) == ("Ada", "free")


def test_a_corrected_title_takes_back_its_matches_and_finds_others(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song(song_id="SO1"))
    warehouse.write_events("a.json", event(), event(itemInSession=1, song="Life"))
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == ["SO1", None]
    warehouse.write_songs("a.json", song(song_id="SO1", title="Life"))
    run = warehouse.load()
    assert column(warehouse, "songplays", "song_id") == [None, "SO1"]
    assert column(warehouse, "songplays", "artist_id") == [None, "ARDESREE"]
    assert column(warehouse, "songs", "title") == ["Life"]
    assert run.changed == 1


@pytest.mark.parametrize(
    "corrected", [{"duration": 1.0}, {"artist_name": "Another"}, {"title": None}], ids=str
)
def test_a_match_that_is_taken_back_goes_to_the_next_song(
    warehouse: Warehouse, corrected: dict[str, Any]
) -> None:
    warehouse.write_songs("a.json", song(song_id="SO1"), song(song_id="SO2"))
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.write_songs("b.json", song(song_id="SO1", **corrected))
    warehouse.load()
    assert column(warehouse, "songplays", "song_id") == ["SO2"]


def test_a_corrected_song_of_a_matched_play_brings_its_artist(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.write_songs("b.json", song(artist_id="ARNEW"))
    warehouse.load()
    assert column(warehouse, "songplays", "artist_id") == ["ARNEW"]
    assert column(warehouse, "artists", "artist_id") == ["ARNEW"]


def test_an_artist_is_chosen_among_current_records_only(warehouse: Warehouse) -> None:
    warehouse.write_songs(
        "a.json", song(song_id="SO1", artist_name="A"), song(song_id="SO2", artist_name="B")
    )
    warehouse.load()
    assert column(warehouse, "artists", "name") == ["A"]
    warehouse.write_songs("b.json", song(song_id="SO1", artist_name="C"))
    warehouse.load()
    assert column(warehouse, "artists", "name") == ["B"]


def test_a_corrected_play_is_matched_by_its_current_version(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event(song="Life"))
    warehouse.load()
    for number, (title, song_id) in enumerate([("You Gotta Be", "SOGOTTA"), ("Life", None)]):
        warehouse.write_events(f"b{number}.json", event(song=title))
        warehouse.load()
        assert column(warehouse, "songplays", "song_id") == [song_id]


def test_undo_of_the_correcting_run_brings_the_earlier_version_back(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event())
    warehouse.load()
    before = warehouse.tables()
    warehouse.write_songs("b.json", song(title="Life"))
    warehouse.write_events("b.json", visit(level="paid"))
    run = warehouse.load()
    assert run.changed == 2
    undo_run(warehouse.engine, run.run_id)
    assert warehouse.tables() == before


def test_blanks_at_the_ends_of_page_and_ids_do_not_count(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song(song_id="SO1 ", artist_id="AR1 "))
    warehouse.write_events(
        "a.json", event(page="NextSong "), event(itemInSession=1, page=" NextSong")
    )
    warehouse.load()
    warehouse.write_songs("b.json", song(song_id="SO1", artist_id="AR1"))
    warehouse.load()
    assert column(warehouse, "songs", "song_id") == ["SO1"]
    assert column(warehouse, "artists", "artist_id") == ["AR1"]
    assert column(warehouse, "songplays", "song_id") == ["SO1", "SO1"]


def test_a_rebuild_keeps_the_current_versions(warehouse: Warehouse) -> None:
    for number, title in enumerate(["B", "C", "A"]):
        warehouse.write_songs(f"{number}.json", song(title=title, artist_id=f"AR{number}"))
        warehouse.write_events(
            f"{number}.json", event(song=title, level="paid" if number == 2 else "free")
        )
        warehouse.load()
    before = warehouse.tables()
    rebuild_star(warehouse.engine)
    assert warehouse.tables() == before
    assert [(play["level"], play["song_id"]) for play in before["songplays"]] == [
        ("paid", "SOGOTTA")
    ]
    assert column(warehouse, "artists", "artist_id") == ["AR2"]


def test_a_rebuild_takes_no_artist_from_a_version_that_a_later_batch_corrects(
    warehouse: Warehouse,
) -> None:
    warehouse.write_songs("a.json", song(song_id="SO1", artist_id="AR1", artist_name="Zoë"))
    warehouse.load()
    warehouse.write_songs("b.json", song(song_id="SO2", artist_id="AR1", artist_name="Björk"))
    warehouse.load()
    warehouse.write_songs("c.json", song(song_id="SO2", artist_id="AR2", artist_name="Björk"))
    warehouse.load()
    artists = warehouse.table("artists")
    assert [(row["artist_id"], row["name"]) for row in artists] == [
        ("AR1", "Zoë"),
        ("AR2", "Björk"),
    ]

    rebuild_star(warehouse.engine)

    assert warehouse.table("artists") == artists
