"""The sample of the real data gives what plain Python reads from it."""

import shutil

import pytest

from tests.oracle import expected_tables, repaired

from .sample import LOGS, SONGS, load_sample, needs_sample
from .source_files import song
from .warehouse import DATA, Warehouse

# On the other engines: test_equivalence.py.
pytestmark = [pytest.mark.expensive, needs_sample]

COUNTS = {
    "staging_events": 2190,
    "staging_songs": 33,
    "songplays": 1833,
    "users": 82,
    "songs": 33,
    "artists": 32,
    "time": 1833,
}


def test_the_sample_gives_exactly_the_known_counts(warehouse: Warehouse) -> None:
    load_sample(warehouse)
    assert {name: len(rows) for name, rows in warehouse.tables().items()} == COUNTS
    assert not [play for play in warehouse.table("songplays") if play["song_id"]]


def test_every_table_of_the_sample_is_what_plain_python_reads(warehouse: Warehouse) -> None:
    load_sample(warehouse)
    expected = expected_tables(LOGS, SONGS)
    for name in DATA:
        assert warehouse.table(name) == expected[name], name


@pytest.mark.slow
def test_the_sample_loaded_day_by_day_backwards_is_the_same(warehouse: Warehouse) -> None:
    shutil.copytree(SONGS, warehouse.songs, dirs_exist_ok=True)
    for day in sorted(LOGS.rglob("*.json"), reverse=True):
        shutil.copy(day, warehouse.logs)
        warehouse.load()
    assert warehouse.tables() == expected_tables(LOGS, SONGS)


def test_plays_of_the_sample_match_songs_once_the_catalogue_has_them(warehouse: Warehouse) -> None:
    """Every title and name in the sample, doubly encoded or not, finds its song."""
    shutil.copytree(LOGS, warehouse.logs, dirs_exist_ok=True)
    plays = expected_tables(LOGS, SONGS)["staging_events"]
    wanted = {
        (repaired(play["song"]), repaired(play["artist"]), play["length"])
        for play in plays
        if play["page"] == "NextSong"
    }
    warehouse.write_songs(
        "all.json",
        *(
            song(song_id=f"SO{number}", title=title, artist_name=name, duration=length)
            for number, (title, name, length) in enumerate(sorted(wanted))
        ),
    )
    warehouse.load()
    assert [play for play in warehouse.table("songplays") if play["song_id"] is None] == []
