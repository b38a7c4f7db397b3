"""The number of plays of each day is kept beside them, whatever is loaded, corrected or undone."""

from datetime import datetime

import pytest

from sparkify.operate import repair
from sparkify.operate.checking import check_all
from sparkify.sql import Statement, statement

from .plans import scans
from .plays_by_day import counted_plays, kept_plays
from .source_files import DAY, NOON, event, song, visit
from .warehouse import Warehouse


def require_kept(warehouse: Warehouse, expected: list[tuple[int, int]]) -> None:
    found = counted_plays(warehouse)
    assert kept_plays(warehouse) == found
    assert [found[day] for day in sorted(found)] == expected


def load_corrections(warehouse: Warehouse) -> str:
    """Load plays of two days, correct some, and their song later; return the id of the last run."""
    days = [{"sessionId": day, "ts": NOON + day * DAY} for day in range(2)]
    warehouse.write_events(
        "a.json", *(event(itemInSession=item, **day) for day in days for item in range(3))
    )
    warehouse.load()
    require_kept(warehouse, [(3, 0), (3, 0)])
    # one play becomes a visit, another one has another song, a third is received as it was
    warehouse.write_events(
        "b.json",
        visit(itemInSession=0, **days[0]),
        event(itemInSession=1, song="Another", **days[0]),
        event(itemInSession=2, **days[1]),
        event(sessionId=9, ts=NOON + 2 * DAY),
    )
    warehouse.load()
    require_kept(warehouse, [(2, 0), (3, 0), (1, 0)])
    warehouse.write_songs("a.json", song())
    return warehouse.load().run_id


def test_plays_of_a_day_follow_corrections_and_late_songs(warehouse: Warehouse) -> None:
    load_corrections(warehouse)
    require_kept(warehouse, [(2, 1), (3, 3), (1, 1)])
    # the song is corrected: it is another one's
    warehouse.write_songs("b.json", song(title="Nothing like it"))
    warehouse.load()
    require_kept(warehouse, [(2, 0), (3, 0), (1, 0)])
    # songs, plays and corrections in one batch
    warehouse.write_songs("c.json", song())
    warehouse.write_events(
        "c.json",
        event(itemInSession=1, sessionId=0, ts=NOON),
        event(sessionId=10, ts=NOON + 2 * DAY),
    )
    warehouse.load()
    require_kept(warehouse, [(2, 2), (3, 3), (2, 2)])


def test_plays_of_a_day_are_the_same_after_a_rebuild_and_without_an_undone_run(
    warehouse: Warehouse,
) -> None:
    last_run = load_corrections(warehouse)
    repair.rebuild_star(warehouse.engine)
    require_kept(warehouse, [(2, 1), (3, 3), (1, 1)])
    repair.undo_run(warehouse.engine, last_run)
    require_kept(warehouse, [(2, 0), (3, 0), (1, 0)])


def test_a_batch_has_its_events_and_the_latest_of_them(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json", event(), visit(itemInSession=1, ts=NOON + 5), visit(itemInSession=2, userId="")
    )
    warehouse.load()
    [row] = warehouse.table("batch_days")
    assert (row["change"], row["events"], row["plays"], row["matched_plays"]) == ("new", 3, 1, 0)
    assert row["latest_event_at"] == datetime(2018, 11, 1, 12, 0, 0, 5000)  # noqa: DTZ001 - UTC


@pytest.mark.parametrize("page", ["NextSong", "Home"])
def test_a_batch_that_was_received_before_changes_no_number(
    warehouse: Warehouse, page: str
) -> None:
    for name in ("a.json", "b.json"):
        warehouse.write_events(name, event(page=page), event(page=page, itemInSession=1))
        warehouse.load()
    require_kept(warehouse, [(2, 0)] if page == "NextSong" else [])
    assert [each.name for each in check_all(warehouse.engine) if each.outcome == "failed"] == []


@pytest.mark.parametrize(
    "check",
    [
        *("matched_share_has_not_fallen", "newest_event_is_no_older_than_usual"),
        "no_day_is_below_its_weekday",
    ],
)
def test_what_compares_with_weeks_reads_no_plays_and_no_events(
    warehouse: Warehouse, check: str
) -> None:
    load_corrections(warehouse)
    noon = datetime(2018, 11, 2, 12)  # noqa: DTZ001 - all times are UTC
    names = ("since", "first_start_time", "last_start_time")
    text = statement(f"checks/ledger/{check}").written_out(dict.fromkeys(names, noon))
    read = {
        scan.table
        for scan in scans(warehouse, Statement("", text).render(warehouse.engine.dialect))
    }
    assert "batch_days" in read
    assert not read & {"songplays", "staging_events", "repeated_events"}
