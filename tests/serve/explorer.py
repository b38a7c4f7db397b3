"""The figures of the report's explorer: what the page shows, and what plain Python counts."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from playwright.sync_api import Page

from tests.local_hours import local_hour, state_of
from tests.oracle import Rows

from .pages import FIRST, LAST

NAMES = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
READ = """() => {
    const values = (selector) =>
        [...document.querySelectorAll(selector)].map((mark) => mark.dataset.value);
    return {
        keys: Object.fromEntries([...document.querySelectorAll('.key')].map(
            (key) => [key.dataset.figure, key.querySelector('.value').textContent])),
        days: values('#plays_over_time .wide .column'),
        hours: values('#plays_by_weekday_and_hour .wide rect'),
        states: values('#states .tile'),
        shares: Object.fromEntries([...document.querySelectorAll('[data-measure]')].map(
            (row) => [row.dataset.measure, row.querySelector('b').textContent])),
        each: Object.fromEntries([...document.querySelectorAll('[data-plan]')].map(
            (row) => [row.dataset.plan, row.querySelector('dd').textContent])),
    };
}"""


@dataclass(frozen=True)
class Filter:
    first: date = FIRST
    last: date = LAST
    plan: str = ""
    state: str = ""
    weekdays: str = "0123456"

    @property
    def fragment(self) -> str:
        said = f"#from={self.first}&to={self.last}&weekdays={self.weekdays}"
        return (
            said
            + f"&plan={self.plan}" * bool(self.plan)
            + f"&state={self.state}" * bool(self.state)
        )

    def takes(self, play: dict[str, Any]) -> bool:
        """Return whether a play counts, but for its day's place between first and last."""
        return (
            (not self.plan or play["level"] == self.plan)
            and (not self.state or state_of(play["location"]) == self.state)
            and str(play["weekday"]) in self.weekdays
        )

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last and str(day.isoweekday() % 7) in self.weekdays


def shown_figures(shown: Page) -> dict[str, Any]:
    figures: dict[str, Any] = shown.evaluate(READ)
    return figures


def expected_figures(every: Rows, chosen: Filter) -> dict[str, Any]:
    """Count the figures of a filter over the plays of the warehouse, of the page's period."""
    begun: dict[int, date] = {}
    for play in sorted(every, key=lambda play: play["start_time"]):
        begun.setdefault(play["user_id"], play["start_date"])
    period = [play for play in every if FIRST <= play["start_date"] <= LAST and chosen.takes(play)]
    plays = [play for play in period if chosen.has(play["start_date"])]
    users = {play["user_id"] for play in plays}
    paid = [play for play in plays if play["level"] == "paid"]

    def of_plan(level: str, *columns: str) -> int:
        return len({tuple(p[c] for c in columns) for p in plays if p["level"] == level})

    def each(level: str) -> str:
        played = of_plan(level, "songplay_id", "user_id")
        return f"{played / max(of_plan(level, 'user_id'), 1):.1f}"

    def paid_share(*columns: str) -> str:
        both = of_plan("paid", *columns), of_plan("free", *columns)
        return percent(both[0], sum(both))

    def day_text(day: date) -> str:
        levels = Counter(play["level"] for play in period if play["start_date"] == day)
        return (
            f"{NAMES[day.isoweekday() % 7]} {day}: {levels['paid']:,} paid, {levels['free']:,} free"
        )

    hours = Counter(local_hour(play["start_time"], play["location"]) for play in plays)
    states: dict[str, set[int]] = {}
    for play in plays:
        states.setdefault(state_of(play["location"]), set()).add(play["user_id"])
    return {
        "keys": {
            "plays": f"{len(plays):,}",
            "listeners": f"{len(users):,}",
            "new_listeners": f"{sum(chosen.has(begun[user]) for user in users):,}",
            "sessions": f"{len({(p['user_id'], p['session_id']) for p in plays}):,}",
            "plays_per_listener": f"{len(plays) / max(len(users), 1):.1f}",
            "plays_by_paid_users": percent(len(paid), len(plays)),
        },
        "days": [
            day_text(date.fromordinal(d)) for d in range(FIRST.toordinal(), LAST.toordinal() + 1)
        ],
        "hours": [
            f"{NAMES[weekday % 7]} {hour:02}:00: {hours[weekday % 7, hour]:,} plays"
            for weekday in range(1, 8)
            for hour in range(24)
        ],
        "states": {state: len(users) for state, users in states.items()},
        "shares": {
            "listeners": paid_share("user_id"),
            "sessions": paid_share("user_id", "session_id"),
            "plays": percent(len(paid), len(plays)),
        },
        "each": {level: each(level) for level in ("free", "paid")},
    }


def percent(part: int, whole: int) -> str:
    value = part / whole if whole else 0
    return f"{100 * value:.1f}%" if 0 < value < 0.1 else f"{100 * value:.0f}%"
