"""When a play was started on the listener's own clock, by Python's time zones."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.oracle import Rows

STATES_BY_ZONE = {
    "America/New_York": "CT DC DE FL GA KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Indiana/Indianapolis": "IN",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
}
ZONES = {state: zone for zone, states in STATES_BY_ZONE.items() for state in states.split()}


def state_of(location: str | None) -> str:
    """Return the first state of a location; nothing without one."""
    _, _, states = (location or "").partition(", ")
    return states.split(", ")[0].split("-")[0]


def local_hour(start_time: datetime, location: str | None) -> tuple[int, int]:
    """Return the weekday (Sunday = 0) and hour; in UTC for an unknown state."""
    zone = ZONES.get(state_of(location), "UTC")
    moment = start_time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return moment.isoweekday() % 7, moment.hour


def by_local_hour(plays: Rows) -> Rows:
    """Return the rows of the report's figure."""
    hours = [(local_hour(play["start_time"], play["location"]), play) for play in plays]
    unknown = Counter(hour for hour, play in hours if state_of(play["location"]) not in ZONES)
    return [
        {"weekday": hour[0], "hour": hour[1], "plays": count, "utc_plays": unknown[hour]}
        for hour, count in sorted(Counter(hour for hour, _ in hours).items())
    ]
