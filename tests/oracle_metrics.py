"""What each metric must be, worked out from the raw JSON in plain Python, with no SQL.

Devices and browsers are told by the words in a user agent, first match.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tests.oracle import Row, Rows, expected_tables
from tests.oracle_views import expected_views

DEVICES = {"iPhone": "iPhone", "Windows NT": "Windows PC", "Macintosh": "Mac", "Linux": "Linux PC"}
BROWSERS = {
    "Chromium/": "Chromium",
    "Chrome/": "Chrome",
    "Firefox/": "Firefox",
    "Trident/|MSIE": "IE",
    "iPhone.* Safari/": "Mobile Safari",
    "Safari/": "Safari",
}
Cell = tuple[Any, ...]
Numbers = dict[str, float | None]


def named(agent: str | None, words: Mapping[str, str]) -> str | None:
    """Return the word of the first pattern that is in the agent, Other for none of them."""
    if agent is None:
        return None
    return next((word for pattern, word in words.items() if re.search(pattern, agent)), "Other")


def first_state(location: str | None) -> str | None:
    found = re.match(r"[^,]*, ([^-,]+)", location or "")
    return found[1] if found else None


def first_city(location: str | None) -> str | None:
    if location is None:
        return None
    names, _, _ = location.partition(", ")
    if "--" in names:
        city = names.split("--")[0]
    else:
        kept = re.match(r"(Winston-Salem|Wilkes-Barre)(-|$)", names)
        city = kept[1] if kept else names.split("-")[0]
    if not city:
        return None
    state = first_state(location)
    return f"{city}, {state}" if state else city


def dimensions_of(row: Row) -> Row:
    """Return the dimensions of a play or an event."""
    moment: datetime = row["moment"]
    day = moment.date()
    return {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "hour": moment.hour,
        "weekday": moment.isoweekday() % 7,
        "plan": row["level"],
        "gender": row["gender"],
        "state": first_state(row["location"]),
        "city": first_city(row["location"]),
        "artist": row.get("artist_name"),
        "song": row.get("title"),
        "device": named(row["user_agent"], DEVICES),
        "browser": named(row["user_agent"], BROWSERS),
    }


class ExpectedMetrics:
    """All metrics of the files in these folders."""

    def __init__(self, logs: Path, songs: Path) -> None:
        views = expected_views(logs, songs)
        users = expected_tables(logs, songs)["users"]
        genders = {user["user_id"]: user["gender"] for user in users}
        self.plays = [_with_dimensions(play, play["start_time"]) for play in views["plays"]]
        first: dict[int, Row] = {}
        for play in sorted(self.plays, key=lambda play: (play["moment"], play["songplay_id"])):
            first.setdefault(play["user_id"], play)
        self.first_plays = list(first.values())
        self.plan_events = _plan_events(views["user_events"], genders)
        moments = [event["occurred_at"].date() for event in views["user_events"]]
        self.first_day, self.last_day = min(moments), max(moments)

    def answer(
        self,
        metrics: Sequence[str],
        by: Sequence[str] = (),
        where: Mapping[str, Sequence[Any]] | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> dict[Cell, tuple[float | None, ...]]:
        """Return the metrics of each cell that has rows of any of them."""
        period = (first or self.first_day, last or self.last_day)
        kept = partial(self._cells, by=by, where=where or {}, period=period)
        cells = {
            "plays": kept(self.plays),
            "first_plays": kept(self.first_plays),
            "plan_events": kept(self.plan_events),
        }
        counted = {name: COUNTED[name] for name in metrics}
        every = {cell for source, _ in counted.values() for cell in cells[source]} or (
            set() if by else {()}
        )
        return {
            cell: tuple(
                count(cells[source].get(cell, []), dict(zip(by, cell, strict=True)), period)
                for source, count in counted.values()
            )
            for cell in every
        }

    @staticmethod
    def _cells(
        rows: Rows,
        *,
        by: Sequence[str],
        where: Mapping[str, Sequence[Any]],
        period: tuple[date, date],
    ) -> dict[Cell, Rows]:
        cells: dict[Cell, Rows] = defaultdict(list)
        for row in rows:
            dimensions = row["dimensions"]
            if period[0] <= dimensions["day"] <= period[1] and all(
                dimensions[name] in values for name, values in where.items()
            ):
                cells[tuple(dimensions[name] for name in by)].append(row)
        return dict(cells)


def _with_dimensions(row: Row, moment: datetime) -> Row:
    row = {**row, "moment": moment}
    return {**row, "dimensions": dimensions_of(row)}


def _plan_events(events: Rows, genders: Mapping[int, str | None]) -> Rows:
    """Return the events with a plan, each with the plan of the user's event before."""
    found = []
    before: dict[int, str] = {}
    for event in sorted(events, key=lambda event: (event["occurred_at"], event["event_id"])):
        user, level = event["user_id"], event["level"]
        if level is not None:
            row = {**event, "gender": genders[user], "previous_level": before.get(user)}
            found.append(_with_dimensions(row, event["occurred_at"]))
            before[user] = level
    return found


def _listeners(plays: Rows) -> int:
    return len({play["user_id"] for play in plays})


def _active(unit: str, plays: Rows, cell: Row, period: tuple[date, date]) -> float:
    """Return the listeners of a day, week or month, on average over those of the cell."""
    units = _units(unit, cell, period)
    listeners: dict[date, set[int]] = {each: set() for each in units}
    for play in plays:
        listeners[play["dimensions"][unit]].add(play["user_id"])
    return sum(map(len, listeners.values())) / len(units)


def _units(unit: str, cell: Row, period: tuple[date, date]) -> set[date]:
    """Return the days, weeks or months of a cell, of which a day lies in the period."""
    days = [period[0] + timedelta(days=n) for n in range((period[1] - period[0]).days + 1)]
    parts = [
        {
            "day": day,
            "week": day - timedelta(days=day.weekday()),
            "month": day.replace(day=1),
        }
        for day in days
    ]
    return {
        part[unit]
        for part in parts
        if all(part[name] == value for name, value in cell.items() if name in part)
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _changed(before: str, after: str, events: Rows) -> float | None:
    changed = {
        event["user_id"]
        for event in events
        if (event["previous_level"], event["level"]) == (before, after)
    }
    had = {
        event["user_id"] for event in events if before in (event["previous_level"], event["level"])
    }
    return _share(len(changed), len(had))


def _stickiness(plays: Rows, cell: Row, period: tuple[date, date]) -> float | None:
    monthly = _active("month", plays, cell, period)
    return _active("day", plays, cell, period) / monthly if monthly else None


def _rounded(decimals: int, number: float | None) -> float | None:
    factor = 10**decimals
    return None if number is None else math.floor(number * factor + 0.5) / factor


Count = Callable[[Rows, Row, tuple[date, date]], float | None]


def _of_rows(count: Callable[[Rows], float | None], decimals: int | None = None) -> Count:
    if decimals is None:
        return lambda rows, *_: count(rows)
    return lambda rows, *_: _rounded(decimals, count(rows))


def _with_level(plays: Iterable[Row]) -> Rows:
    return [play for play in plays if play["level"] is not None]


def _paid(plays: Rows) -> int:
    return sum(play["level"] == "paid" for play in plays)


# The rows that a metric counts, and how.
COUNTED: dict[str, tuple[str, Count]] = {
    "plays": ("plays", _of_rows(len)),
    "listeners": ("plays", _of_rows(_listeners)),
    "new_listeners": ("first_plays", _of_rows(len)),
    "sessions": (
        "plays",
        _of_rows(lambda plays: len({(play["user_id"], play["session_id"]) for play in plays})),
    ),
    "minutes": (
        "plays",
        _of_rows(lambda plays: sum(play["duration"] or 0 for play in plays) / 60, 2),
    ),
    "plays_per_listener": (
        "plays",
        _of_rows(lambda plays: _share(len(plays), _listeners(plays)), 2),
    ),
    "paid_share": (
        "plays",
        _of_rows(lambda plays: _share(_paid(plays), len(_with_level(plays))), 4),
    ),
    "dau": ("plays", lambda *of_cell: _rounded(2, _active("day", *of_cell))),
    "wau": ("plays", lambda *of_cell: _rounded(2, _active("week", *of_cell))),
    "mau": ("plays", lambda *of_cell: _rounded(2, _active("month", *of_cell))),
    "stickiness": ("plays", lambda *of_cell: _rounded(4, _stickiness(*of_cell))),
    "conversion": (
        "plan_events",
        _of_rows(lambda events: _changed("free", "paid", events), 4),
    ),
    "churn": ("plan_events", _of_rows(lambda events: _changed("paid", "free", events), 4)),
    "match_rate": (
        "plays",
        _of_rows(
            lambda plays: _share(sum(play["song_id"] is not None for play in plays), len(plays)),
            4,
        ),
    ),
}
