"""Each wrong statement of the course's numbers gives what plain Python counts on the raw JSON."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sparkify.generate import Recipe, generate
from sparkify.serve.course_counts import wrong_counts
from tests.oracle import read_objects

from .sample import LOGS, SONGS, load_sample, needs_sample
from .source_files import NOON, SECOND, event, logged_out, song, visit
from .warehouse import Warehouse

Records = Sequence[Mapping[str, Any]]
PERSON = ("userId", "firstName", "lastName", "gender", "level")
ARTIST = ("artist_id", "artist_name", "artist_location", "artist_latitude", "artist_longitude")


def counted(warehouse: Warehouse) -> dict[str, int]:
    return {f"{each.table}: {each.name}": each.wrong for each in wrong_counts(warehouse.engine)}


def expected(events: Records, songs: Records) -> dict[str, int]:
    """Count in plain Python what each wrong statement counts."""
    plays = [each for each in events if each["page"] == "NextSong"]

    def matches(play: Mapping[str, Any], *pairs: tuple[str, str]) -> int:
        return sum(all(play[of] == each[by] for of, by in pairs) for each in songs)

    title, artist, length = ("song", "title"), ("artist", "artist_name"), ("length", "duration")
    return {
        "songplays: inner join": sum(matches(play, title, artist, length) for play in plays),
        "songplays: inner join without duration": sum(
            matches(play, title, artist) for play in plays
        ),
        "songplays: every event": len(events),
        "songplays: wrong page": 0,
        "songplays: joined by title": sum(max(matches(play, title), 1) for play in plays),
        "songplays: joined by artist": sum(max(matches(play, artist), 1) for play in plays),
        "users: distinct with level": distinct(plays, PERSON),
        "users: distinct of all pages": distinct(events, PERSON),
        "artists: distinct with name": distinct(songs, ARTIST),
        "time: of all pages": distinct(events, ("ts",)),
    }


def distinct(records: Records, keys: Sequence[str]) -> int:
    return len({tuple(str(each[key]) for key in keys) for each in records})


def test_each_wrong_statement_counts_what_plain_python_counts(warehouse: Warehouse) -> None:
    songs = [
        song(),
        song(song_id="SOAAAAA12AB0000002", duration=1.5),
        song(song_id="SOAAAAA12AB0000003", artist_name="Another spelling"),
    ]
    events = [
        event(itemInSession=0),
        event(itemInSession=1, ts=NOON + SECOND, level="paid"),
        event(itemInSession=2, ts=NOON + 2 * SECOND, song="Unknown"),
        visit(itemInSession=3, ts=NOON + 3 * SECOND),
        logged_out(itemInSession=4, ts=NOON + 4 * SECOND),
    ]
    warehouse.write_songs("songs.json", *songs)
    warehouse.write_events("events.json", *events)
    warehouse.load()

    found = counted(warehouse)

    assert found == expected(events, songs)
    wrong = [each for each in wrong_counts(warehouse.engine) if each.wrong != each.right]
    assert {each.table for each in wrong} == {"songplays", "users", "artists", "time"}


@needs_sample
@pytest.mark.expensive
def test_on_the_sample_they_count_what_plain_python_counts(warehouse: Warehouse) -> None:
    load_sample(warehouse)

    assert counted(warehouse) == expected(list(read_objects(LOGS)), list(read_objects(SONGS)))


@pytest.mark.expensive
def test_on_generated_data_they_count_what_plain_python_counts(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    generate(made, Recipe(users=30, songs=200, artists=120, days=20, events=1_500, seed=7))
    logs, songs = made / "log_data", made / "song_data"
    warehouse.load(log_data=str(logs), song_data=str(songs))

    found = counted(warehouse)

    assert found == expected(list(read_objects(logs)), list(read_objects(songs)))
    assert 0 < found["songplays: inner join"] < found["songplays: inner join without duration"]
