"""Sentences about a period, worked out from the report's figures by stated rules.

A rule takes the rows of its figures, and returns a sentence, or None where they do not carry one.
docs/findings.md has the rules and why the thresholds are what they are.
"""

from calendar import day_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from statistics import fmean
from typing import Any

from sparkify.serve.period import Period

LEAST_PLAYS = 100  # fewer are anecdotes
LEAST_GAP = 0.2  # of two shares, or of a change and the usual one
LEAST_DAY = 50  # plays of a day whose change is a change of habit
LEAST_OTHER_WEEKS = 3  # to call a change usual
LEAST_FREE_USERS, LEAST_UPGRADES = 20, 5
LEAST_PEAK = 3  # times the average hour of the week
HOURS_OF_WEEK = 7 * 24
LEAST_SHIFT = 0.1  # of listeners, and of plays per listener the other way

FigureRows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day's plays, relative to the day before."""

    day: date
    change: float


def find_plan_share(plans: FigureRows, listeners: int) -> str | None:
    """Say the paid plan's share of plays where it is far from its share of listeners."""
    plays = sum(row["plays"] for row in plans)
    paid = next((row for row in plans if row["level"] == "paid"), None)
    if paid is None or len(plans) < 2 or plays < LEAST_PLAYS:
        return None
    of_plays, of_listeners = paid["plays"] / plays, paid["listeners"] / listeners
    if abs(of_plays - of_listeners) < LEAST_GAP:
        return None
    who = _count(paid["listeners"], "paid user")
    return f"{of_plays:.0%} of plays come from {who}, {of_listeners:.0%} of the listeners."


def find_unusual_day(days: FigureRows, whole: Period) -> str | None:
    """Say the day whose change from the day before differs most from that of its weekday.

    `whole` has the days that the data has from beginning to end; others are not compared.
    """
    plays = {
        row["start_date"]: row["plays"]
        for row in days
        if whole.first <= row["start_date"] <= whole.last and row["plays"] >= LEAST_DAY
    }
    changes = [
        DayChange(day, plays[day] / plays[before] - 1)
        for day in sorted(plays)
        if (before := day - timedelta(days=1)) in plays
    ]
    found = [
        (each, usual)
        for each in changes
        if (usual := _usual_change(each, changes)) is not None
        and abs(each.change - usual) >= LEAST_GAP
    ]
    if not found:
        return None
    # By factor: otherwise the rebound would count for more than the fall. Of equals the first.
    strongest, usual = max(
        found, key=lambda pair: round(abs(log((1 + pair[0].change) / (1 + pair[1]))), 9)
    )
    weekday = f"{strongest.day:%A}"
    return (
        f"Plays {_moved(strongest.change)} on {weekday} {strongest.day.day} "
        f"{strongest.day:%B}; as a rule they {'rise' if usual > 0 else 'fall'} {abs(usual):.0%} "
        f"on {weekday}s."
    )


def _usual_change(one: DayChange, changes: Sequence[DayChange]) -> float | None:
    """Return the mean change of the weekday in other weeks.

    None if those are too few, or the change is within their range.
    """
    others = [
        each.change
        for each in changes
        if each.day != one.day and each.day.weekday() == one.day.weekday()
    ]
    if len(others) < LEAST_OTHER_WEEKS or min(others) <= one.change <= max(others):
        return None
    return fmean(others)


def find_upgrades(row: dict[str, Any]) -> str | None:
    """Say how many free users became paid, and after how long."""
    if row["free_users"] < LEAST_FREE_USERS or row["upgraded_users"] < LEAST_UPGRADES:
        return None
    days = _count(round(row["median_days"]), "day")
    return (
        f"{row['upgraded_users']:,} of {row['free_users']:,} free users upgraded, "
        f"in the median {days} after their first event."
    )


def find_busiest_hour(hours: FigureRows, clock: str) -> str | None:
    """Say the hour of the week with the most plays where it stands far above the average."""
    plays = sum(row["plays"] for row in hours)
    if plays < LEAST_PEAK * HOURS_OF_WEEK:
        return None
    most = max(hours, key=lambda row: row["plays"])
    times = most["plays"] * HOURS_OF_WEEK / plays
    if times < LEAST_PEAK:
        return None
    when = f"{day_name[most['weekday'] - 1]} from {most['hour']:02}:00, {clock}"
    return f"The busiest hour is {when}, with {times:.1f} times the plays of an average hour."


def find_opposite_shift(now: dict[str, Any], then: dict[str, Any]) -> str | None:
    """Say that listeners and plays per listener moved against each other since before."""
    if min(now["plays"], then["plays"]) < LEAST_PLAYS:
        return None
    listeners = now["listeners"] / then["listeners"] - 1
    each = (now["plays"] / now["listeners"]) / (then["plays"] / then["listeners"]) - 1
    if min(abs(listeners), abs(each)) < LEAST_SHIFT or listeners * each > 0:
        return None
    return f"The number of listeners {_moved(listeners)}, plays per listener {_moved(each)}."


def _moved(change: float) -> str:
    return f"{'rose' if change > 0 else 'fell'} {abs(change):.0%}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
