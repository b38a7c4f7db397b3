"""The report's findings: what they say is true, and they are silent where data carries nothing."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.serve.findings import (
    find_busiest_hour,
    find_opposite_shift,
    find_plan_share,
    find_unusual_day,
    find_upgrades,
)
from sparkify.serve.period import Period
from sparkify.serve.report import Report
from tests.contract.sample import LOGS, SAMPLE, SONGS, needs_sample
from tests.contract.source_files import DAY, NOON, event
from tests.local_hours import local_hour
from tests.oracle import Rows
from tests.oracle_views import expected_views

from .conftest import load
from .pages import warehouse_of

MONDAY = date(2018, 11, 5)
FOUR_WEEKS = Period(MONDAY, MONDAY + timedelta(days=27))
NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def findings(folder: Path, period: Period) -> dict[str, str]:
    """Return the sentences of a report by their question."""
    reader = open_reader(Settings(db_name=str(folder / "sparkify")))
    report = Report(reader, period, datetime(2019, 1, 1))  # noqa: DTZ001
    said = {finding.figure.name: finding.sentence for finding in report.findings}
    reader.close()
    return said


# --- the same numbers by plain Python


@needs_sample
def test_the_findings_of_the_sample_are_what_plain_python_counts(tmp_path: Path) -> None:
    (tmp_path / "dwh.cfg").write_text(
        f"[CLUSTER]\n[IAM_ROLE]\n[S3]\nLOG_DATA={LOGS}\nSONG_DATA={SONGS}\n"
        f"LOG_JSONPATH={SAMPLE / 'log_json_path.json'}\n"
    )
    load(tmp_path)
    plays = expected_views(LOGS, SONGS)["plays"]
    days = [play["start_date"] for play in plays]
    paid = [play for play in plays if play["level"] == "paid"]
    payers, everyone = ({play["user_id"] for play in rows} for rows in (paid, plays))
    hours = Counter(local_hour(play["start_time"], play["location"]) for play in plays)
    most = min(hours.items(), key=lambda hour: (-hour[1], hour[0]))
    (weekday, hour), count = most

    said = findings(tmp_path, Period(min(days), max(days)))
    assert said["paid_and_free"] == (
        f"{len(paid) / len(plays):.0%} of plays come from {len(payers)} paid users, "
        f"{len(payers) / len(everyone):.0%} of the listeners."
    )
    assert said["plays_by_local_hour"] == (
        f"The busiest hour is {NAMES[weekday]} from {hour:02}:00, local time, with "
        f"{count * 168 / len(plays):.1f} times the plays of an average hour."
    )
    assert "key_figures" not in said  # there is no period before


def test_upgrades_are_what_plain_python_counts(tmp_path: Path) -> None:
    """User N begins on day 0 as free, and users 1 to 7 pay from day N on."""
    begun = [
        event(userId=str(user), sessionId=user, ts=NOON + user, level="free")
        for user in range(1, 31)
    ]
    paid = [
        event(userId=str(user), sessionId=100 + user, ts=NOON + user * DAY, level="paid")
        for user in range(1, 8)
    ]
    warehouse_of(tmp_path, [*begun, *paid])

    assert findings(tmp_path, Period(date(2018, 11, 1), date(2018, 11, 30)))["upgrades"] == (
        f"7 of 30 free users upgraded, in the median {median(range(1, 8))} days "
        "after their first event."
    )
    assert "upgrades" not in findings(tmp_path, Period(date(2018, 11, 2), date(2018, 11, 30)))


# --- each rule, where it speaks and where it is silent


def plan(level: str, listeners: int, plays: int) -> dict[str, Any]:
    return {"level": level, "listeners": listeners, "plays": plays}


@pytest.mark.parametrize(
    ("plans", "listeners", "said"),
    [
        (
            [plan("free", 60, 180), plan("paid", 22, 820)],
            80,
            "82% of plays come from 22 paid users, 28% of the listeners.",
        ),
        (
            [plan("free", 10, 900), plan("paid", 10, 100)],
            20,
            "10% of plays come from 10 paid users, 50% of the listeners.",
        ),
        ([plan("free", 60, 18), plan("paid", 22, 81)], 80, None),  # 99 plays
        ([plan("free", 50, 510), plan("paid", 50, 490)], 100, None),  # as expected
        ([plan("paid", 22, 820)], 22, None),
        ([plan("free", 22, 820)], 22, None),
    ],
)
def test_the_share_of_the_paid_plan(plans: Rows, listeners: int, said: str | None) -> None:
    assert find_plan_share(plans, listeners) == said


def four_weeks(*sundays: int) -> Rows:
    """Give 100 plays to each day but Sunday; a Sunday's as given."""
    plays: defaultdict[date, int] = defaultdict(lambda: 100)
    plays |= {MONDAY + timedelta(days=6 + 7 * week): count for week, count in enumerate(sundays)}
    days = [MONDAY + timedelta(days=number) for number in range(28)]
    return [{"start_date": day, "plays": plays[day]} for day in days]


def test_a_sunday_that_fell_more_than_sundays_do() -> None:
    assert find_unusual_day(four_weeks(88, 60, 88, 88), FOUR_WEEKS) == (
        "Plays fell 40% on Sunday 18 November; as a rule they fall 12% on Sundays."
    )


@pytest.mark.parametrize(
    "sundays",
    [
        pytest.param((88, 88, 88, 88), id="usual"),
        pytest.param((88, 75, 88, 88), id="near"),
        pytest.param((40, 40, 40, 40), id="too few plays"),
    ],
)
def test_sundays_as_sundays_are(sundays: tuple[int, ...]) -> None:
    assert find_unusual_day(four_weeks(*sundays), FOUR_WEEKS) is None


def test_no_day_is_unusual_with_two_weeks_to_compare_or_beside_a_part_of_a_day() -> None:
    days = four_weeks(88, 60, 88, 88)

    assert find_unusual_day(days[:20], Period(MONDAY, MONDAY + timedelta(days=19))) is None
    whole = Period(MONDAY + timedelta(days=1), MONDAY + timedelta(days=26))
    cut = [{**day, "plays": 400} if day["start_date"] == MONDAY else day for day in four_weeks()]
    assert find_unusual_day(cut, whole) is None
    assert find_unusual_day(cut, FOUR_WEEKS) == (
        "Plays fell 75% on Tuesday 6 November; as a rule they fall 0% on Tuesdays."
    )


@pytest.mark.parametrize(
    ("free", "upgraded", "days", "said"),
    [
        (
            83,
            8,
            9.0,
            "8 of 83 free users upgraded, in the median 9 days after their first event.",
        ),
        (
            83,
            5,
            1.0,
            "5 of 83 free users upgraded, in the median 1 day after their first event.",
        ),
        (83, 4, 9.0, None),
        (19, 8, 9.0, None),
        (0, 0, None, None),
    ],
)
def test_upgrades(free: int, upgraded: int, days: float | None, said: str | None) -> None:
    row = {"free_users": free, "upgraded_users": upgraded, "median_days": days}
    assert find_upgrades(row) == said


def hours_of(peak: int, others: int) -> Rows:
    return [
        {"weekday": day, "hour": hour, "plays": peak if (day, hour) == (1, 12) else others}
        for day in range(7)
        for hour in range(24)
    ]


MONDAY_NOON = (
    "The busiest hour is Monday from 12:00, UTC, with 4.0 times the plays of an average hour."
)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (
            hours_of(41, 10),
            MONDAY_NOON,
        ),
        (hours_of(29, 10), None),
        (hours_of(10, 2), None),  # 344 plays
    ],
)
def test_the_busiest_hour(hours: Rows, said: str | None) -> None:
    assert find_busiest_hour(hours, "UTC") == said


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (
            (1044, 120),
            (1000, 100),
            "The number of listeners rose 20%, plays per listener fell 13%.",
        ),
        ((1200, 120), (1000, 100), None),
        ((2000, 120), (1000, 100), None),  # both rose
        ((99, 120), (1000, 100), None),
    ],
)
def test_listeners_and_what_each_plays(
    now: tuple[int, int], then: tuple[int, int], said: str | None
) -> None:
    rows = [{"plays": plays, "listeners": listeners} for plays, listeners in (now, then)]
    assert find_opposite_shift(*rows) == said


def test_one_play_carries_no_finding(tmp_path: Path) -> None:
    warehouse_of(tmp_path, [event()])

    assert findings(tmp_path, Period(date(2018, 11, 1), date(2018, 11, 1))) == {}
