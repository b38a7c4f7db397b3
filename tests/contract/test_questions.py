"""The report's questions about clocks and weeks, on every engine."""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from sparkify.serve.charts import STATES
from sparkify.serve.period import Period
from sparkify.serve.questions import question
from tests.local_hours import ZONES, by_local_hour
from tests.oracle import Rows, expected_tables

from .sample import LOGS, SONGS, load_sample, needs_sample
from .source_files import DAY, NOON, event
from .warehouse import Warehouse

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
