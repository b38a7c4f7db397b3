"""The report's questions about clocks and weeks, on every engine."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from sparkify.serve import cube
from sparkify.serve.charts import STATES
from sparkify.serve.period import Period
from sparkify.serve.questions import question
from tests.local_hours import ZONES, by_local_hour, local_hour, state_of
from tests.oracle import Rows, expected_tables

from .sample import LOGS, SONGS, load_sample, needs_sample
from .source_files import DAY, NOON, event
from .warehouse import Warehouse

FIRST, LAST = date(2018, 11, 1), date(2018, 11, 10)
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the warehouse's times are UTC without a zone
# Around the two changes of the clocks in 2018, in UTC, and in 2027, when the rules are the same.
CHANGES = ("2018-03-11T06:30", "2018-11-04T05:30", "2027-03-14T06:30", "2027-11-07T05:30")
LOCATIONS = (*(f"Somewhere, {state}-NY" for state in ZONES), "Nowhere", "Abroad, XX", None)


def answer(warehouse: Warehouse, name: str, period: Period) -> Rows:
    columns, rows = warehouse.engine.fetch(question(name), **period.parameters)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_hours_are_those_of_the_listeners_clocks_when_they_change_too(
    warehouse: Warehouse,
) -> None:
    times = [
        datetime.fromisoformat(change) + timedelta(hours=hour)
        for change, hour in product(CHANGES, (0, 1, 2, 3, 4, 5, 7))
    ]
    plays: Rows = [
        {"start_time": time, "location": location} for location in LOCATIONS for time in times
    ]
    warehouse.write_events(
        "a.json",
        *(
            event(
                itemInSession=number,
                ts=(play["start_time"] - EPOCH) // timedelta(milliseconds=1),
                location=play["location"],
            )
            for number, play in enumerate(plays)
        ),
    )
    warehouse.load()
    period = Period(date(2018, 3, 1), date(2027, 12, 1))

    assert {*STATES} <= {*ZONES}
    assert answer(warehouse, "plays_by_local_hour", period) == by_local_hour(plays)


@pytest.mark.expensive
@needs_sample
def test_the_hours_of_the_sample_are_what_pythons_time_zones_say(warehouse: Warehouse) -> None:
    load_sample(warehouse)
    period = Period(date(2018, 11, 3), date(2018, 11, 9))
    plays = [
        play
        for play in expected_tables(LOGS, SONGS)["songplays"]
        if period.first <= play["start_time"].date() <= period.last
    ]

    assert answer(warehouse, "plays_by_local_hour", period) == by_local_hour(plays)


def test_retention_has_the_weeks_of_first_play_of_the_period_and_marks_the_data_s_first(
    warehouse: Warehouse,
) -> None:
    def played(user: int, *weeks: int) -> list[dict[str, Any]]:
        return [
            event(userId=str(user), sessionId=user, itemInSession=week, ts=NOON + 7 * DAY * week)
            for week in weeks
        ]

    # 1 November 2018 is a Thursday.
    warehouse.write_events("a.json", *played(1, 0, 1, 3), *played(2, 1, 3), *played(3, 3))
    warehouse.load()
    week = [date(2018, 10, 29) + timedelta(weeks=number) for number in range(4)]

    def cells(first: date, last: date) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in answer(warehouse, "retention", Period(first, last))]

    assert cells(week[0] + timedelta(days=6), week[1]) == [
        (week[0], 0, 1, 1, True, 2),
        (week[0], 1, 1, 1, True, 2),
        (week[1], 0, 1, 1, False, 2),
    ]
    assert cells(week[1], week[3]) == [
        (week[1], 0, 1, 1, False, 2),
        (week[1], 2, 1, 1, False, 2),
        (week[3], 0, 1, 1, False, 2),
    ]


def test_retention_of_many_weeks_shows_the_latest_and_counts_all(warehouse: Warehouse) -> None:
    users = [
        event(userId=str(number + 1), sessionId=number, ts=NOON + 7 * DAY * number)
        for number in range(28)
    ]
    warehouse.write_events("a.json", *users)
    warehouse.load()
    rows = answer(warehouse, "retention", Period(date(2018, 11, 1), date(2019, 12, 31)))

    assert {row["cohorts"] for row in rows} == {28}
    assert len({row["cohort_week"] for row in rows}) == 26
    assert min(row["cohort_week"] for row in rows) == date(2018, 10, 29) + timedelta(weeks=2)


def test_upgrades_have_their_users_and_the_median_of_their_days(warehouse: Warehouse) -> None:
    def on(user: int, day: int, level: str) -> dict[str, Any]:
        number = {"sessionId": 10 * user + day, "userId": str(user), "ts": NOON + day * DAY}
        return event(**number, level=level)

    warehouse.write_events(
        "a.json",
        *(on(user, 0, "free") for user in (1, 2, 3, 4)),
        *(on(1, 1, "paid"), on(2, 4, "paid"), on(3, 6, "paid")),
        *(on(1, 2, "free"), on(1, 5, "paid")),  # upgrades again: counts once, by the first
    )
    warehouse.load()
    november = Period(date(2018, 11, 1), date(2018, 11, 30))

    assert answer(warehouse, "upgrades", november) == [
        {"free_users": 4, "upgraded_users": 3, "median_days": 4.0}
    ]
    assert answer(warehouse, "upgrades", Period(date(2018, 11, 8), date(2018, 11, 30))) == [
        {"free_users": 0, "upgraded_users": 0, "median_days": None}
    ]


@pytest.mark.parametrize("most_visits", [12_000, 0])
def test_the_explorers_cube_has_the_plays_by_day_hour_state_and_plan(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, most_visits: int
) -> None:
    """A location without a state, and a text in its place, are one state without a name."""
    monkeypatch.setattr(cube, "MOST_VISITS", most_visits)
    places = ("Boston, MA-NH", "Tampa, FL", "Nowhere", "Abroad, <XX>", None)
    warehouse.write_events(
        "a.json",
        *(
            event(
                userId=str(number % 3 + 1),
                sessionId=number % 4,
                itemInSession=number,
                ts=NOON + number * DAY // 5,
                location=places[number % 5],
                level=("free", "paid", None)[number % 3],
            )
            for number in range(60)
        ),
    )
    warehouse.load()
    plays = [play for play in warehouse.table("songplays") if play["start_time"].date() <= LAST]
    made = cube.read_cube(warehouse.engine, Period(FIRST, LAST), "local")
    assert made is not None

    def key(play: dict[str, Any]) -> tuple[int, int, str, int]:
        state = state_of(play["location"])
        weekday, hour = local_hour(play["start_time"], play["location"])
        plan = {"paid": 0, "free": 1}.get(play["level"], -1)
        known = state if state in STATES else ""
        return (play["start_time"].date() - FIRST).days, 24 * weekday + hour, known, plan

    expected = Counter(map(key, plays))
    assert made["states"] == ["", "FL", "MA"]
    if "visits" in made:
        found: Counter[Any] = Counter()
        for day, slot, state, plan, count, *_ in made["visits"]:
            found[day, slot, made["states"][state], plan] += count
        assert found == expected
        users = {(row["user_id"], row["session_id"]) for row in plays}
        assert len({row[6] for row in made["visits"]}) == len(users)
        assert len({row[5] for row in made["visits"]}) == len(made["first_days"]) == 3
        return
    by_state, by_slot = Counter[Any](), Counter[Any]()
    for (day, slot, state, plan), count in expected.items():
        by_state[day, state, plan] += count
        by_slot[day, slot, plan] += count
    for slot, state, plan, by_day in made["series"]:
        for day, count in enumerate(by_day):
            sums, place = (by_state, made["states"][state]) if slot < 0 else (by_slot, slot)
            assert sums[day, place, plan] == count
    assert sum(sum(row[3]) for row in made["series"]) == 2 * len(plays)
