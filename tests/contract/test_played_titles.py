"""A batch with songs reads no plays before the first that can have one of them, and misses none."""

from datetime import datetime

import pytest

from sparkify.operate import repair
from sparkify.sql import drop_statement, statement

from .plans import scans_of
from .source_files import DAY, NOON, Record, event, song
from .warehouse import Warehouse

PARAMETERS = (
    *("since", "loaded_at", "first_rematched_time", "first_start_time", "first_new_time"),
)

LATER = dict.fromkeys(
    ("last_start_time", "end_of_new_time"),
    datetime(2018, 11, 9),  # noqa: DTZ001 - all times are UTC
)
# Temporary tables that they read or fill.
TEMPORARY = {
    "batch_songs": """
        select song_id, duration from songs
        union all select song_id, duration + 1 as duration from songs
    """,
    "batch_repeated_songs": "select song_id from songs",
}


def play(day: int, title: str = "Late", **fields: object) -> Record:
    return event(sessionId=day, ts=NOON + day * DAY, song=title, **fields)


def load(warehouse: Warehouse, name: str, *events: Record) -> None:
    warehouse.write_events(f"{name}.json", *events)
    warehouse.load()


def load_song(warehouse: Warehouse, name: str, title: str) -> None:
    warehouse.write_songs(f"{name}.json", song(song_id=f"SO{name}", title=title))
    warehouse.load()


def matched_days(warehouse: Warehouse) -> list[int]:
    """Return the days of the plays whose song is known; a play has the session of its day."""
    rows = warehouse.query(
        "select session_id from songplays where song_id is not null order by session_id"
    )[1]
    return [day for (day,) in rows]


def first_rematched(warehouse: Warehouse, title: str) -> str:
    """Return the first day on which a song of this title was played, as the next batch finds it."""
    [(day,)] = warehouse.query(
        f"select min(first_play_date) from played_titles where title = '{title}'"
    )[1]
    return str(day)


def test_a_song_finds_its_plays_of_all_batches_before_it(warehouse: Warehouse) -> None:
    load_song(warehouse, "a", "Unplayed")
    load(warehouse, "3", play(3))
    load(warehouse, "4", play(4, "Other"), play(5))
    load_song(warehouse, "b", "Other")
    # a day from before the others, and one more play on a day that was looked at
    load(warehouse, "1", play(1))
    load(warehouse, "5", play(5, itemInSession=1))

    load_song(warehouse, "c", "Late")

    assert first_rematched(warehouse, "Late") == "2018-11-02"
    assert matched_days(warehouse) == [1, 3, 4, 5, 5]


def test_plays_that_are_corrected_are_found_by_their_present_title(warehouse: Warehouse) -> None:
    load(warehouse, "1", play(1, "Wrong"), play(2))
    load_song(warehouse, "a", "Unplayed")
    load(warehouse, "1 again", play(1))

    load_song(warehouse, "b", "Late")
    assert matched_days(warehouse) == [1, 2]

    # the song is corrected: plays that had it are found by the title that it had
    warehouse.write_songs("c.json", song(song_id="SOb", title="Nothing like it", duration=1.5))
    warehouse.load()
    assert matched_days(warehouse) == []


def test_without_the_titles_kept_a_song_finds_its_plays_too(warehouse: Warehouse) -> None:
    load(warehouse, "1", play(1), play(2))
    load_song(warehouse, "a", "Unplayed")
    warehouse.execute("delete from played_titles")

    load_song(warehouse, "b", "Late")

    assert matched_days(warehouse) == [1, 2]


def test_a_rebuild_keeps_titles_with_which_the_next_song_finds_its_plays(
    warehouse: Warehouse,
) -> None:
    load_song(warehouse, "a", "Unplayed")
    load(warehouse, "1", play(1))
    repair.rebuild_star(warehouse.engine)
    load(warehouse, "2", play(2))

    load_song(warehouse, "b", "Late")

    assert matched_days(warehouse) == [1, 2]


@pytest.mark.parametrize(
    "name",
    [
        *("transform/songplays/stage_earlier", "transform/songplays/stage_former"),
        *("transform/played_titles/insert", "checks/star/songplays_have_their_song"),
    ],
)
def test_what_reads_plays_for_songs_reads_no_earlier_ones(warehouse: Warehouse, name: str) -> None:
    load(warehouse, "1", play(1), play(2), play(3, "Other"))
    load_song(warehouse, "a", "Late")
    day = datetime(2018, 11, 3)  # noqa: DTZ001 - all times are UTC
    with warehouse.taken_back():
        for table, query in TEMPORARY.items():
            warehouse.engine.execute(drop_statement(table))
            warehouse.execute(f"create temporary table {table} as {query}")
        read = scans_of(warehouse, statement(name), dict.fromkeys(PARAMETERS, day) | LATER)

    of_plays = [scan.filter for scan in read if scan.table == "songplays"]
    assert of_plays
    assert all("start_time" in said and "2018-11-03" in said for said in of_plays)
