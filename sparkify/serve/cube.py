"""The plays of a period as the report's script filters them: small, however many there are."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sparkify.engines.base import Queryable
from sparkify.serve.charts import STATES
from sparkify.serve.period import Period
from sparkify.sql import statement

MOST_DAYS = 184
# 12,000 rows are about 270 kB of the page. Beyond them plays are exact, and users stand still.
MOST_VISITS = 12_000
PLANS = ("paid", "free")
NO_VALUE = -1  # of a state, a plan, or an hour

Clock = Literal["local", "utc"]
Cube = dict[str, Any]
LocalHour = tuple[datetime, str | None]


def read_cube(engine: Queryable, period: Period, clock: Clock) -> Cube | None:
    """Return the period's plays by day, hour of the week, state and plan; None if it is too long.

    `visits` are [day, hour of the week, state, plan, plays, user, session], if they are few enough.
    Else `series` are [hour of the week, state, plan, plays of each day], with hour or state -1.
    """
    if period.days > MOST_DAYS:
        return None
    hours = _fetch(engine, "plays_by_hour", period)
    states = sorted({_known(row["state"]) for row in hours})
    slots = {(row["utc_hour"], row["state"]): _slot(row, clock) for row in hours}
    cube: Cube = {"first": period.first.isoformat(), "days": period.days, "states": states}
    visits = _fetch(engine, "visits", period)
    if len(visits) <= MOST_VISITS:
        return cube | _numbered_visits(visits, slots, states, period.first)
    return cube | {"series": _series(hours, slots, states, period)}


def as_script_data(cube: Cube | None) -> str:
    """Return JSON that stands in a script element: no text of the data can end it."""
    return json.dumps(cube, separators=(",", ":")).replace("<", "\\u003c")


def _fetch(engine: Queryable, name: str, period: Period) -> list[dict[str, Any]]:
    columns, rows = engine.fetch(statement(f"queries/explorer/{name}"), **period.parameters)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _slot(row: Mapping[str, Any], clock: Clock) -> int:
    """Return the hour of the week, 0 for Sunday at midnight to 167."""
    if clock == "local":
        return int(24 * row["local_weekday"] + row["local_hour"])
    moment: datetime = row["utc_hour"]
    return 24 * (moment.isoweekday() % 7) + moment.hour


def _known(state: str | None) -> str:
    """Return the state, or nothing for what is none: the log may hold any text, and any number."""
    return state if state in STATES else ""


def _plan(level: str | None) -> int:
    return PLANS.index(level) if level in PLANS else NO_VALUE


def _numbered_visits(
    visits: Sequence[Mapping[str, Any]],
    slots: Mapping[LocalHour, int],
    states: Sequence[str],
    first: date,
) -> Cube:
    """Give users and sessions numbers of their own, so that the page holds no id of the data."""
    users = _numbers(row["user_id"] for row in visits)
    sessions = _numbers((row["user_id"], row["session_id"]) for row in visits)
    begun = {users[row["user_id"]]: (row["first_date"] - first).days for row in visits}
    return {
        "visits": sorted(
            [
                (row["utc_hour"].date() - first).days,
                slots[row["utc_hour"], row["state"]],
                states.index(_known(row["state"])),
                _plan(row["level"]),
                row["plays"],
                users[row["user_id"]],
                sessions[row["user_id"], row["session_id"]],
            ]
            for row in visits
        ),
        "first_days": [max(begun[user], NO_VALUE) for user in sorted(begun)],
    }


def _numbers(keys: Iterable[Any]) -> dict[Any, int]:
    return {key: number for number, key in enumerate(sorted(set(keys)))}


def _series(
    hours: Iterable[Mapping[str, Any]],
    slots: Mapping[LocalHour, int],
    states: Sequence[str],
    period: Period,
) -> list[list[Any]]:
    """Sum plays by state and plan, and by hour of the week and plan: both together are too many."""
    plays: defaultdict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * period.days)
    for row in hours:
        day = (row["utc_hour"].date() - period.first).days
        plan = _plan(row["level"])
        slot = slots[row["utc_hour"], row["state"]]
        plays[NO_VALUE, states.index(_known(row["state"])), plan][day] += row["plays"]
        plays[slot, NO_VALUE, plan][day] += row["plays"]
    return [[*key, by_day] for key, by_day in sorted(plays.items())]
