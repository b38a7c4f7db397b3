"""A run reports the rows that it added, changed and removed in each table.

The expected numbers are the difference between the tables before and after it.
"""

from collections.abc import Mapping
from typing import Any

from sparkify.transform import RowChanges

from .source_files import NOON, event, song, visit
from .warehouse import DATA, Warehouse

KEYS = {
    "songplays": ("songplay_id", "user_id"),
    "users": ("user_id",),
    "songs": ("song_id",),
    "artists": ("artist_id",),
    "time": ("start_time",),
}


def difference(before: list[dict[str, Any]], after: list[dict[str, Any]], *key: str) -> RowChanges:
    old, new = ({tuple(row[name] for name in key): row for row in rows} for rows in (before, after))
    assert (len(old), len(new)) == (len(before), len(after))
    return RowChanges(
        len(new.keys() - old.keys()),
        sum(old[each] != new[each] for each in new.keys() & old.keys()),
        len(old.keys() - new.keys()),
    )


def load_and_compare(warehouse: Warehouse, **settings: Any) -> Mapping[str, RowChanges]:
    """Load what is pending; return what the run reported, which is what became of the tables."""
    before = warehouse.tables()
    reported = warehouse.load(**settings).row_changes
    after = warehouse.tables()
    expected = {
        name: difference(before[name], after[name], *KEYS[name])
        if name in KEYS
        else RowChanges(len(after[name]) - len(before[name]))
        for name in DATA
    }
    assert reported == expected
    return reported


def test_a_first_load_adds_all_rows_and_the_next_none(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json", event(), event(userId="8", ts=NOON + 1), visit(itemInSession=5)
    )
    warehouse.write_songs("a.json", song())
    reported = load_and_compare(warehouse)
    assert reported["songplays"] == RowChanges(added=2)
    assert reported["staging_events"] == RowChanges(added=3)
    assert set(load_and_compare(warehouse).values()) == {RowChanges()}


def test_a_new_day_adds_plays_and_changes_the_users_who_came_back(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(userId="8", ts=NOON + 1))
    load_and_compare(warehouse)
    warehouse.write_events(
        "b.json", event(itemInSession=1, ts=NOON + 5, level="paid"), event(userId="9", ts=NOON + 1)
    )
    reported = load_and_compare(warehouse)
    assert reported["users"] == RowChanges(added=1, changed=1)
    assert reported["time"] == RowChanges(added=1)


def test_events_received_again_unchanged_change_no_row(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), visit(itemInSession=1))
    warehouse.write_songs("a.json", song())
    load_and_compare(warehouse)
    warehouse.write_events("b.json", event(), event(), visit(itemInSession=1))
    warehouse.write_songs("b.json", song(), song())
    reported = load_and_compare(warehouse)
    assert {table for table, rows in reported.items() if rows != RowChanges()} == {
        "staging_events",
        "staging_songs",
    }


def test_corrections_change_and_remove_plays_and_add_one(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json",
        event(level="free"),
        event(itemInSession=1, ts=NOON + 1),
        event(itemInSession=2, ts=NOON + 2),
        visit(itemInSession=3, ts=NOON + 3),
    )
    load_and_compare(warehouse)
    warehouse.write_events(
        "b.json",
        event(level="paid", location=None),
        visit(itemInSession=1, ts=NOON + 1),
        event(itemInSession=2, ts=NOON + 2),
        event(itemInSession=3, ts=NOON + 3),
        event(itemInSession=4, ts=NOON + 4),
    )
    reported = load_and_compare(warehouse)
    assert reported["songplays"] == RowChanges(added=2, changed=1, removed=1)
    assert reported["time"] == RowChanges(added=2, removed=1)


def test_a_song_that_arrives_late_changes_its_plays(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1, ts=NOON + 1, song="Another"))
    load_and_compare(warehouse)
    warehouse.write_songs("a.json", song())
    reported = load_and_compare(warehouse)
    assert reported["songplays"] == RowChanges(changed=1)
    assert (reported["songs"], reported["artists"]) == (RowChanges(1), RowChanges(1))


def test_corrected_songs_change_artists_and_remove_one_that_has_none_left(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event())
    warehouse.write_songs("a.json", song(), song(song_id="SO2", artist_id="AR2", title="Two"))
    load_and_compare(warehouse)
    warehouse.write_songs(
        "b.json",
        song(artist_location="Leeds", year=1999),
        song(song_id="SO2", artist_id="AR3", title="Two"),
    )
    reported = load_and_compare(warehouse)
    assert reported["songs"] == RowChanges(changed=2)
    assert reported["artists"] == RowChanges(added=1, changed=1, removed=1)


def test_the_batches_of_a_run_add_up(warehouse: Warehouse) -> None:
    ballast = "x" * (3 << 18)
    for item in range(3):
        warehouse.write_events(f"{item}.json", event(itemInSession=item, ts=NOON + item, b=ballast))
    run = warehouse.load(batch_mb=1)
    assert run.batches == 3
    assert run.row_changes["songplays"] == RowChanges(added=3)
    assert run.row_changes["users"] == RowChanges(added=1, changed=2)


def test_rejected_records_are_no_rows(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(sessionId="many"))
    reported = load_and_compare(warehouse, max_errors=1)
    assert reported["staging_events"] == RowChanges(added=1)
