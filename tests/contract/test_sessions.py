"""The sessions' totals are those of their events, whatever is loaded, corrected or undone."""

from typing import Any

import pytest

from sparkify.errors import ChecksFailed
from sparkify.operate import repair
from sparkify.operate.checking import check_all

from .source_files import DAY, NOON, event, visit
from .warehouse import Warehouse

BY_EVENTS = """
    select
        session_id,
        user_id,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(case when page = 'NextSong' then 1 end) as plays,
        count(case when page != 'NextSong' then 1 end) as pages
    from user_events
    group by 1, 2
    order by 1, 2
"""


def require_sessions(
    warehouse: Warehouse, expected: list[tuple[int, ...]]
) -> list[tuple[Any, ...]]:
    """Require these sessions, each its number, user, plays and pages, and that events agree."""
    found = warehouse.query("select * from sessions order by session_id, user_id")[1]
    assert found == warehouse.query(BY_EVENTS)[1]
    assert [(*row[:2], *row[4:]) for row in found] == expected
    return found


def load(warehouse: Warehouse, name: str, *events: dict[str, Any]) -> str:
    warehouse.write_events(name, *events)
    return warehouse.load().run_id


def load_corrections(warehouse: Warehouse) -> str:
    """Load a session, go on with it, correct it, and load its beginning; return the last run."""
    load(
        warehouse,
        "a.json",
        event(sessionId=1, itemInSession=5, ts=NOON),
        visit(sessionId=1, itemInSession=6, ts=NOON + 1),
        visit(sessionId=2, itemInSession=0, ts=NOON),
    )
    require_sessions(warehouse, [(1, 39, 1, 1), (2, 39, 0, 1)])
    # it goes on over midnight, and another user has its number
    load(
        warehouse,
        "b.json",
        event(sessionId=1, itemInSession=7, ts=NOON + DAY),
        event(sessionId=1, itemInSession=7, ts=NOON, userId="40"),
    )
    require_sessions(warehouse, [(1, 39, 2, 1), (1, 40, 1, 0), (2, 39, 0, 1)])
    # the play becomes a visit, the visit a play; a page is not known; one is received again
    load(
        warehouse,
        "c.json",
        visit(sessionId=1, itemInSession=5, ts=NOON),
        event(sessionId=1, itemInSession=6, ts=NOON + 1),
        event(sessionId=1, itemInSession=7, ts=NOON + DAY),
        visit(sessionId=2, itemInSession=0, ts=NOON, page=""),
    )
    require_sessions(warehouse, [(1, 39, 2, 1), (1, 40, 1, 0), (2, 39, 0, 0)])
    return load(
        warehouse,
        "d.json",
        visit(sessionId=1, itemInSession=0, ts=NOON - 9),
        event(sessionId=1, itemInSession=5, ts=NOON),
    )


def test_sessions_follow_late_events_and_corrections(warehouse: Warehouse) -> None:
    load_corrections(warehouse)

    (session, *_) = require_sessions(warehouse, [(1, 39, 3, 1), (1, 40, 1, 0), (2, 39, 0, 0)])
    assert (session[3] - session[2]).total_seconds() == (DAY + 9) / 1000


def test_sessions_are_the_same_after_a_rebuild_and_without_an_undone_run(
    warehouse: Warehouse,
) -> None:
    last_run = load_corrections(warehouse)
    repair.rebuild_star(warehouse.engine)
    require_sessions(warehouse, [(1, 39, 3, 1), (1, 40, 1, 0), (2, 39, 0, 0)])
    repair.undo_run(warehouse.engine, last_run)
    require_sessions(warehouse, [(1, 39, 2, 1), (1, 40, 1, 0), (2, 39, 0, 0)])


def test_events_of_a_session_that_are_received_twice_count_once(warehouse: Warehouse) -> None:
    for name in ("a.json", "b.json"):
        load(warehouse, name, event(), event(), visit(itemInSession=1))
    [session] = warehouse.query("select plays, pages from sessions")[1]
    assert session == (1, 1)


CHECK = "sessions_have_their_events"


def failed_checks(warehouse: Warehouse) -> list[str]:
    return [each.name for each in check_all(warehouse.engine) if each.outcome == "failed"]


@pytest.mark.parametrize(
    "damage",
    [
        "delete from session_totals where session_id = 2",
        "insert into session_totals select * from session_totals where session_id = 2",
        "update session_totals set user_id = 7 where session_id = 2",
        "update session_totals set started_at = ended_at where session_id = 1",
        "update session_totals set ended_at = dateadd(day, 1, ended_at) where session_id = 2",
        "update session_totals set plays = plays - 1, pages = pages + 1 where session_id = 1",
    ],
)
def test_totals_that_are_not_those_of_the_events_fail_a_check(
    warehouse: Warehouse, damage: str
) -> None:
    load_corrections(warehouse)
    assert failed_checks(warehouse) == []

    warehouse.execute(damage)

    assert failed_checks(warehouse) == [CHECK]


def test_a_batch_fails_whose_sessions_do_not_add_up_and_no_other_batch_does(
    warehouse: Warehouse,
) -> None:
    load(warehouse, "a.json", event(sessionId=1), event(sessionId=2))
    # as a transform would leave it that adds an event twice
    warehouse.execute("update session_totals set plays = plays + 1 where session_id = 1")

    load(warehouse, "b.json", event(sessionId=2, itemInSession=1, ts=NOON + 1))
    before = warehouse.everything()
    with pytest.raises(ChecksFailed, match=CHECK):
        load(warehouse, "c.json", event(sessionId=1, itemInSession=1, ts=NOON + 1))

    assert warehouse.everything() == before
    repair.rebuild_star(warehouse.engine)
    load(warehouse, "c.json", event(sessionId=1, itemInSession=1, ts=NOON + 1))
    require_sessions(warehouse, [(1, 39, 2, 0), (2, 39, 2, 0)])
