"""What the analysts' views must say, worked out from the raw JSON in plain Python, with no SQL."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.oracle import Row, Rows, current_events, event_id, expected_tables, sort_rows

LADDERS = {
    "free to paid": ("free", "Upgrade", "paid"),
    "paid to free": ("paid", "Downgrade", "free"),
}


def expected_views(logs: Path, songs: Path) -> dict[str, Rows]:
    """Return the rows, sorted, of every view of the analysts, for files in these folders."""
    tables = expected_tables(logs, songs)
    events = user_events(tables["staging_events"])
    plays = _plays(tables)
    levels = _user_levels(events)
    steps = _level_steps(events, levels)
    views = {
        "user_events": events,
        "plays": plays,
        "sessions": _sessions(events),
        "daily_activity": _daily_activity(events),
        "user_levels": levels,
        "level_steps": steps,
        "level_funnel": level_funnel(steps),
        "top_songs": top(plays, "title", "artist_name"),
        "top_artists": _top_artists(plays),
        "retention": retention(tables["songplays"]),
    }
    return {name: sort_rows(rows) for name, rows in views.items()}


def user_events(received: Rows) -> Rows:
    """Each event of a user once, in its current version; all were received in one batch."""
    return [
        {
            "event_id": event_id(event),
            "session_id": event["sessionid"],
            "item_in_session": event["iteminsession"],
            "occurred_at": event["ts"],
            "user_id": event["userid"],
            "level": event["level"],
            "page": event["page"],
            "location": event["location"],
            "user_agent": event["useragent"],
        }
        for event in current_events([received])
    ]


def _plays(tables: Mapping[str, Rows]) -> Rows:
    users = {user["user_id"]: user for user in tables["users"]}
    songs = {song["song_id"]: song for song in tables["songs"]}
    artists = {artist["artist_id"]: artist for artist in tables["artists"]}
    return [
        _play(
            play,
            users[play["user_id"]],
            songs.get(play["song_id"], {}),
            artists.get(play["artist_id"], {}),
        )
        for play in tables["songplays"]
    ]


def _play(play: Row, user: Row, song: Row, artist: Row) -> Row:
    moment: datetime = play["start_time"]
    duration = song.get("duration")
    return {
        "songplay_id": play["songplay_id"],
        "start_time": moment,
        "start_date": moment.date(),
        "year": moment.year,
        "month": moment.month,
        "week": moment.isocalendar().week,
        "day": moment.day,
        "weekday": moment.isoweekday() % 7,
        "hour": moment.hour,
        "user_id": play["user_id"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "gender": user["gender"],
        "level": play["level"],
        "song_id": play["song_id"],
        "title": song.get("title") or play["title"],
        "artist_id": play["artist_id"],
        "artist_name": artist.get("name") or play["artist_name"],
        "duration": play["duration"] if duration is None else duration,
        "session_id": play["session_id"],
        "item_in_session": play["item_in_session"],
        "location": play["location"],
        "user_agent": play["user_agent"],
    }


def _sessions(events: Rows) -> Rows:
    return [
        {
            "session_id": session,
            "user_id": user,
            "started_at": min(event["occurred_at"] for event in theirs),
            "ended_at": max(event["occurred_at"] for event in theirs),
            "plays": sum(event["page"] == "NextSong" for event in theirs),
            "pages": sum(event["page"] not in ("NextSong", None) for event in theirs),
        }
        for (session, user), theirs in by(events, "session_id", "user_id").items()
    ]


def _daily_activity(events: Rows) -> Rows:
    first = {
        user: min(event["occurred_at"] for event in theirs).date()
        for (user,), theirs in by(events, "user_id").items()
    }
    days: dict[date, Rows] = defaultdict(list)
    for event in events:
        days[event["occurred_at"].date()].append(event)
    return [_day(day, theirs, first) for day, theirs in days.items()]


def _day(day: date, events: Rows, first: Mapping[int, date]) -> Row:
    plays = [event for event in events if event["page"] == "NextSong"]
    users = {event["user_id"] for event in events}
    return {
        "activity_date": day,
        "plays": len(plays),
        "users": len(users),
        "sessions": len({(event["user_id"], event["session_id"]) for event in events}),
        "new_users": sum(first[user] == day for user in users),
        "paid_plays": sum(play["level"] == "paid" for play in plays),
        "free_plays": sum(play["level"] == "free" for play in plays),
        "paid_users": len({event["user_id"] for event in events if event["level"] == "paid"}),
        "free_users": len({event["user_id"] for event in events if event["level"] == "free"}),
    }


def _user_levels(events: Rows) -> Rows:
    rows: Rows = []
    for (user,), theirs in by(events, "user_id").items():
        known = sorted(
            (event["occurred_at"], event["event_id"], event["level"])
            for event in theirs
            if event["level"]
        )
        stretches = [(level, next(run)[0]) for level, run in groupby(known, lambda one: one[2])]
        for place, (level, begun) in enumerate(stretches):
            last = place + 1 == len(stretches)
            rows.append(
                {
                    "user_id": user,
                    "level": level,
                    "previous_level": stretches[place - 1][0] if place else None,
                    "valid_from": begun,
                    "valid_to": None if last else stretches[place + 1][1],
                    "current": last,
                }
            )
    return rows


def _level_steps(events: Rows, levels: Rows) -> Rows:
    rows: Rows = []
    for direction, (before, page, after) in LADDERS.items():
        at_level = [event for event in events if event["level"] == before]
        asked = [event for event in at_level if event["page"] == page]
        taken = [(1, f"is {before}", e["user_id"], e["occurred_at"]) for e in at_level]
        taken += [(2, f"opens {page}", e["user_id"], e["occurred_at"]) for e in asked]
        taken += [
            (3, f"becomes {after}", stretch["user_id"], stretch["valid_from"])
            for stretch in levels
            if (stretch["previous_level"], stretch["level"]) == (before, after)
        ]
        names = ("direction", "step", "step_name", "user_id", "taken_at")
        rows += [dict(zip(names, (direction, *one), strict=True)) for one in taken]
    return rows


def level_funnel(steps: Rows) -> Rows:
    """Count the users who took each step."""
    return [
        {
            "direction": direction,
            "step": step,
            "step_name": name,
            "users": len({one["user_id"] for one in taken}),
        }
        for (direction, step, name), taken in by(steps, "direction", "step", "step_name").items()
    ]


def top(plays: Rows, *names: str) -> Rows:
    """Rank what these columns name by its plays, then by its name."""
    groups = [(key, theirs) for key, theirs in by(plays, *names).items() if key[0] is not None]
    groups.sort(key=lambda group: (-len(group[1]), *((name is None, name) for name in group[0])))
    return [
        {
            "rank": rank,
            **dict(zip(names, key, strict=True)),
            "plays": len(theirs),
            "listeners": len({play["user_id"] for play in theirs}),
        }
        for rank, (key, theirs) in enumerate(groups, 1)
    ]


def _top_artists(plays: Rows) -> Rows:
    titles: dict[str, set[str]] = defaultdict(set)
    for play in plays:
        if play["artist_name"] and play["title"]:
            titles[play["artist_name"]].add(play["title"])
    return [row | {"songs": len(titles[row["artist_name"]])} for row in top(plays, "artist_name")]


def retention(plays: Rows) -> Rows:
    """Count who began in a week, and who of them played again in each week with any plays."""
    weeks: dict[int, set[date]] = defaultdict(set)
    for play in plays:
        day: date = play["start_time"].date()
        weeks[play["user_id"]].add(day - timedelta(days=day.weekday()))
    cohorts = Counter(min(theirs) for theirs in weeks.values())
    return [
        {
            "cohort_week": cohort,
            "weeks_since": (week - cohort).days // 7,
            "cohort_users": size,
            "active_users": sum(
                min(theirs) == cohort and week in theirs for theirs in weeks.values()
            ),
        }
        for cohort, size in cohorts.items()
        for week in set().union(*weeks.values())
        if week >= cohort
    ]


def by(rows: Rows, *columns: str) -> dict[tuple[Any, ...], Rows]:
    """Group rows by the values of columns."""
    groups: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return groups
