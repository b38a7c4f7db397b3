"""The questions of the report, and the days they are about: as plain Python answers them."""

import json
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import pytest

from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.engines.base import Result
from sparkify.serve.period import Period, chosen_period, data_period
from sparkify.serve.questions import question, question_names
from tests.command_line import call
from tests.local_hours import by_local_hour
from tests.oracle import Rows
from tests.oracle_views import by, expected_views

# --- the answers


@pytest.mark.parametrize("name", question_names())
def test_a_question_written_out_is_the_question(asked: Path, name: str) -> None:
    """What the report shows can be pasted; bound or written out the answer is the same."""
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    period = Period(date(2018, 11, 20), date(2018, 12, 10))
    bound = reader.fetch(question(name), **period.parameters)
    written = call(
        *("query", "--named", name, "--from", "2018-11-20", "--to", "2018-12-10"),
        *("--format", "json"),
        cwd=asked,
    )
    pasted = reader.query(question(name).written_out(period.parameters))

    assert list(pasted.rows) == bound.rows
    assert len(json.loads(written.out)) == len(bound.rows)
    assert bound.rows
    reader.close()


def test_the_questions_answer_as_plain_python_does(loaded_once: Path) -> None:
    reader = open_reader(Settings(db_name=str(loaded_once / "sparkify")))
    period = Period(date(2018, 11, 20), date(2018, 12, 10))
    views = expected_views(loaded_once / "data/log_data", loaded_once / "data/song_data")
    found = {
        name: _records(reader.fetch(question(name), **period.parameters))
        for name in question_names()
    }
    reader.close()
    plays = [play for play in views["plays"] if period.first <= play["start_date"] <= period.last]

    for name, expected in _answers(views, plays, period).items():
        assert found.pop(name) == expected, name
    quality = found.pop("quality")[0]
    assert quality["last_event_at"] == max(e["occurred_at"] for e in views["user_events"])
    assert quality["plays"] == len(plays)
    assert quality["files"] == 360
    assert found == {}


def _records(result: Result) -> Rows:
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _answers(views: dict[str, Rows], plays: Rows, period: Period) -> dict[str, Rows]:
    """Compute the answers by plain Python, which the SQL has to give as well."""

    def counted(*columns: str, of: Rows = plays) -> list[tuple[tuple[object, ...], Rows]]:
        groups = [(key, rows) for key, rows in by(of, *columns).items() if key[0] is not None]
        return sorted(groups, key=lambda group: str(group[0]))

    def users(rows: Rows) -> int:
        return len({row["user_id"] for row in rows})

    def paid(rows: Rows) -> int:
        return sum(row["level"] == "paid" for row in rows)

    def days(rows: Rows) -> Rows:
        return [
            {
                "start_date": day,
                "plays": len(theirs),
                "paid_plays": paid(theirs),
                "free_plays": len(theirs) - paid(theirs),
                "listeners": users(theirs),
            }
            for (day,), theirs in sorted(by(rows, "start_date").items())
        ]

    first: dict[int, date] = {}
    for play in sorted(views["plays"], key=lambda play: play["start_time"]):
        first.setdefault(play["user_id"], play["start_date"])
    monday = [
        play
        | {
            "start_date": date.fromordinal(
                play["start_date"].toordinal() - play["start_date"].weekday()
            )
        }
        for play in plays
    ]
    first_of_month = [play | {"start_date": play["start_date"].replace(day=1)} for play in plays]
    places = counted("location")
    states = by(
        [play | {"state": play["location"].split(", ")[1].split("-")[0]} for play in plays], "state"
    )
    songs = sorted(
        (group for group in counted("title", "artist_name")),
        key=lambda g: (-len(g[1]), *map(str, g[0])),
    )[:10]
    artists = sorted(counted("artist_name"), key=lambda g: (-len(g[1]), *map(str, g[0])))[:10]
    first_week = min(row["cohort_week"] for row in views["retention"])
    cohorts = {
        row["cohort_week"]
        for row in views["retention"]
        if period.first - timedelta(days=6) <= row["cohort_week"] <= period.last
    }
    steps = [
        step
        for step in views["level_steps"]
        if period.first <= step["taken_at"].date() <= period.last
    ]
    return {
        "key_figures": [
            {
                "plays": len(plays),
                "listeners": users(plays),
                "new_listeners": sum(period.first <= day <= period.last for day in first.values()),
                "sessions": len({(play["user_id"], play["session_id"]) for play in plays}),
                "paid_plays": paid(plays),
                "matched_plays": sum(play["song_id"] is not None for play in plays),
            }
        ],
        "plays_by_day": days(plays),
        "plays_by_week": days(monday),
        "plays_by_month": days(first_of_month),
        "plays_by_weekday_and_hour": [
            {"weekday": weekday, "hour": hour, "plays": len(theirs)}
            for (weekday, hour), theirs in sorted(by(plays, "weekday", "hour").items())
        ],
        "paid_and_free": [
            {
                "level": level,
                "listeners": users(theirs),
                "sessions": len({(play["user_id"], play["session_id"]) for play in theirs}),
                "plays": len(theirs),
            }
            for (level,), theirs in counted("level")
        ],
        "top_songs": [
            {
                "title": key[0],
                "artist_name": key[1],
                "plays": len(theirs),
                "listeners": users(theirs),
            }
            for key, theirs in songs
        ],
        "top_artists": [
            {
                "artist_name": key[0],
                "plays": len(theirs),
                "listeners": users(theirs),
                "songs": len({play["title"] for play in theirs}),
            }
            for key, theirs in artists
        ],
        "top_places": [
            {"location": key[0], "listeners": users(theirs), "plays": len(theirs)}
            for key, theirs in sorted(
                places, key=lambda g: (-users(g[1]), -len(g[1]), str(g[0][0]))
            )[:10]
        ],
        "listeners_by_state": [
            {"state": key[0], "listeners": users(theirs), "plays": len(theirs)}
            for key, theirs in sorted(
                states.items(), key=lambda g: (-users(g[1]), -len(g[1]), g[0][0])
            )
        ],
        "level_funnel": [
            {
                "direction": key[0],
                "step": key[1],
                "step_name": key[2],
                "users": users(taken),
            }
            for key, taken in sorted(by(steps, "direction", "step", "step_name").items())
        ],
        "plays_by_local_hour": by_local_hour(plays),
        "upgrades": [_upgrades(views, steps)],
        "retention": [
            row | {"starts_with_data": row["cohort_week"] == first_week, "cohorts": len(cohorts)}
            for row in views["retention"]
            if row["cohort_week"] in cohorts
            and row["cohort_week"] + timedelta(weeks=row["weeks_since"]) <= period.last
        ],
    }


def _upgrades(views: dict[str, Rows], steps: Rows) -> dict[str, object]:
    """Compute the upgrades among these steps, and the days since each user's first event."""
    first = {
        user: min(e["occurred_at"] for e in es)
        for (user,), es in by(views["user_events"], "user_id").items()
    }
    upgraded: dict[int, date] = {}
    for step in sorted(steps, key=lambda step: step["taken_at"]):
        if step["step_name"] == "becomes paid":
            upgraded.setdefault(step["user_id"], step["taken_at"].date())
    waits = [(day - first[user].date()).days for user, day in upgraded.items()]
    return {
        "free_users": len({step["user_id"] for step in steps if step["step_name"] == "is free"}),
        "upgraded_users": len(upgraded),
        "median_days": median(waits) if waits else None,
    }


# --- periods


TODAY = date(2026, 12, 1)


def test_the_period_is_the_last_thirty_days_with_data_unless_asked() -> None:
    data = Period(date(2018, 11, 1), date(2018, 12, 30))
    few = Period(date(2018, 11, 1), date(2018, 11, 12))

    assert chosen_period(data, None, None, TODAY) == Period(date(2018, 12, 1), date(2018, 12, 30))
    assert chosen_period(few, None, None, TODAY) == few
    assert chosen_period(data, date(2018, 11, 5), date(2018, 11, 9), TODAY).days == 5
    assert chosen_period(None, None, None, TODAY) == Period(date(2026, 11, 2), date(2026, 12, 1))
    assert chosen_period(None, date(2018, 11, 5), None, TODAY).days == 1
    assert Period(date(2018, 11, 5), date(2018, 11, 9)).before == Period(
        date(2018, 10, 31), date(2018, 11, 4)
    )


def test_the_data_has_a_first_and_a_last_day(loaded_once: Path) -> None:
    reader = open_reader(Settings(db_name=str(loaded_once / "sparkify")))
    period = data_period(reader)
    reader.close()

    views = expected_views(loaded_once / "data/log_data", loaded_once / "data/song_data")
    days = [event["occurred_at"].date() for event in views["user_events"]]
    assert period == Period(min(days), max(days))
