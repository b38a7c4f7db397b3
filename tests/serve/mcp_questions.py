"""Forty questions to the MCP server, each with its answer from the raw JSON by plain Python."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True)
class RawEvents:
    """The events of users in the log files; the plays among them."""

    events: list[Event]

    @classmethod
    def of(cls, folder: Path) -> "RawEvents":
        """Read the log files below a folder."""
        texts = (file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.json")))
        found = [event for text in texts for event in _records(text)]
        return cls([event for event in found if str(event["userId"]).strip()])

    @property
    def plays(self) -> list[Event]:
        """The events that started a song."""
        return [event for event in self.events if event["page"] == "NextSong"]


def _records(text: str) -> Iterator[Event]:
    """Yield the records of a file, with any white space between them."""
    decoder, at = json.JSONDecoder(), 0
    while rest := text[at:].lstrip():
        event, size = decoder.raw_decode(rest)
        at = len(text) - len(rest) + size
        yield event


@dataclass(frozen=True)
class Question:
    """A question in words, the call of a tool that answers it, and the rows of the answer."""

    words: str
    tool: str
    arguments: dict[str, Any]
    answer: Callable[[RawEvents], list[list[Any]]]


def _at(event: Event) -> datetime:
    return datetime.fromtimestamp(event["ts"] / 1000, UTC)


def _day(event: Event) -> str:
    return _at(event).date().isoformat()


def _state(event: Event) -> str:
    return str(event["location"]).rpartition(", ")[2].partition("-")[0]


def _one(value: Any) -> list[list[Any]]:
    return [[value]]


def _counted(keys: Iterable[Any]) -> list[list[Any]]:
    return [[key, count] for key, count in sorted(Counter(keys).items())]


def _users(events: Iterable[Event]) -> int:
    return len({event["userId"] for event in events})


def _sessions(events: Iterable[Event]) -> int:
    return len({(event["userId"], event["sessionId"]) for event in events})


def _plan(events: Iterable[Event], plan: str) -> list[Event]:
    return [event for event in events if event["level"] == plan]


def _metric(words: str, answer: Callable[[RawEvents], Any], **arguments: Any) -> Question:
    return Question(words, "metric", arguments, answer)


def _query(words: str, sql: str, answer: Callable[[RawEvents], Any]) -> Question:
    return Question(words, "query", {"sql": sql, "limit": 1000}, answer)


def _number(name: str, words: str, answer: Callable[[RawEvents], Any], **more: Any) -> Question:
    return _metric(words, lambda raw: _one(answer(raw)), metrics=[name], **more)


DAY = {"first": "2018-11-15", "last": "2018-11-15"}


def _of_day(raw: RawEvents) -> list[Event]:
    return [play for play in raw.plays if _day(play) == DAY["first"]]


def _within(raw: RawEvents, state: str) -> list[Event]:
    return [play for play in raw.plays if _state(play) == state]


QUESTIONS = [
    _number("plays", "How many songs were played?", lambda raw: len(raw.plays)),
    _number("listeners", "How many users played one?", lambda raw: _users(raw.plays)),
    _number("sessions", "In how many sessions?", lambda raw: _sessions(raw.plays)),
    _number("new_listeners", "How many listeners are new?", lambda raw: _users(raw.plays)),
    _number("plays", "And on 15 November?", lambda raw: len(_of_day(raw)), **DAY),
    _number("listeners", "By how many users then?", lambda raw: _users(_of_day(raw)), **DAY),
    _number("sessions", "In how many sessions then?", lambda raw: _sessions(_of_day(raw)), **DAY),
    *(
        _number(
            name,
            f"And in {state}: {name}?",
            lambda raw, state=state, count=count: count(_within(raw, state)),  # type: ignore[misc]
            where={"state": [state]},
        )
        for state in ("CA", "TX", "NY")
        for name, count in (("plays", len), ("listeners", _users), ("sessions", _sessions))
    ),
    *(
        _number(
            "plays",
            f"How many plays are {plan}?",
            lambda raw, plan=plan: len(_plan(raw.plays, plan)),  # type: ignore[misc]
            where={"plan": [plan]},
        )
        for plan in ("free", "paid")
    ),
    _metric(
        "What share of plays is paid?",
        lambda raw: _one(round(len(_plan(raw.plays, "paid")) / len(raw.plays), 4)),
        metrics=["paid_share"],
    ),
    _metric(
        "Plays by plan?",
        lambda raw: _counted(play["level"] for play in raw.plays),
        metrics=["plays"],
        by=["plan"],
    ),
    _metric(
        "Plays by gender?",
        lambda raw: _counted(play["gender"] for play in raw.plays),
        metrics=["plays"],
        by=["gender"],
    ),
    _metric(
        "Plays by state?",
        lambda raw: _counted(map(_state, raw.plays)),
        metrics=["plays"],
        by=["state"],
    ),
    _metric(
        "Plays by hour of the day?",
        lambda raw: _counted(_at(play).hour for play in raw.plays),
        metrics=["plays"],
        by=["hour"],
    ),
    _metric(
        "Paid plays by hour?",
        lambda raw: _counted(_at(play).hour for play in _plan(raw.plays, "paid")),
        metrics=["plays"],
        by=["hour"],
        where={"plan": ["paid"]},
    ),
    _query(
        "How many rows has the fact?",
        "select count(*) from songplays",
        lambda raw: _one(len(raw.plays)),
    ),
    _query(
        "How many users are there?",
        "select count(*) from users",
        lambda raw: _one(_users(raw.events)),
    ),
    _query(
        "How many users are women?",
        "select count(*) from users where gender = 'F'",
        lambda raw: _one(_users(event for event in raw.events if event["gender"] == "F")),
    ),
    _query(
        "How many users never played a song?",
        "select count(*) from users where user_id not in (select user_id from songplays)",
        lambda raw: _one(_users(raw.events) - _users(raw.plays)),
    ),
    _query(
        "When was the first play?",
        "select min(start_time) from songplays",
        lambda raw: _one(min(map(_at, raw.plays)).isoformat()),
    ),
    _query(
        "When was the last one?",
        "select max(start_time) from songplays",
        lambda raw: _one(max(map(_at, raw.plays)).isoformat()),
    ),
    _query(
        "How many plays has each user?",
        "select user_id, count(*) from plays group by 1 order by 1",
        lambda raw: _counted(int(play["userId"]) for play in raw.plays),
    ),
    _query(
        "How many plays had each day?",
        "select start_date, count(*) from plays group by 1 order by 1",
        lambda raw: _counted(map(_day, raw.plays)),
    ),
    _query(
        "How many on Sundays?",
        "select count(*) from plays where weekday = 0",
        lambda raw: _one(sum(_at(play).isoweekday() == 7 for play in raw.plays)),
    ),
    _query(
        "How many before noon?",
        "select count(*) from plays where hour < 12",
        lambda raw: _one(sum(_at(play).hour < 12 for play in raw.plays)),
    ),
    _query(
        "How many timestamps are there?",
        'select count(*) from "time"',
        lambda raw: _one(len({play["ts"] for play in raw.plays})),
    ),
    _query(
        "How many user agents were seen?",
        "select count(distinct user_agent) from songplays",
        lambda raw: _one(len({play["userAgent"].strip('"') for play in raw.plays})),
    ),
    _query(
        "How many sessions had at least ten plays?",
        "select count(*) from (select 1 as one from songplays group by session_id, user_id "
        "having count(*) >= 10) as long_ones",
        lambda raw: _one(
            sum(
                count >= 10
                for count in Counter(
                    (play["sessionId"], play["userId"]) for play in raw.plays
                ).values()
            )
        ),
    ),
    _query(
        "How many plays are by users on both plans?",
        "with plans as (select user_id from songplays group by 1 having count(distinct level) = 2) "
        "select count(*) from songplays inner join plans on songplays.user_id = plans.user_id",
        lambda raw: _one(
            sum(
                play["userId"]
                in {each["userId"] for each in _plan(raw.plays, "free")}
                & {each["userId"] for each in _plan(raw.plays, "paid")}
                for play in raw.plays
            )
        ),
    ),
    _query(
        "How often was the page Home opened?",
        "select count(*) from user_events where page = 'Home'",
        lambda raw: _one(sum(event["page"] == "Home" for event in raw.events)),
    ),
    _query(
        "Which are the pages?",
        "select page, count(*) from user_events group by 1 order by 1",
        lambda raw: _counted(event["page"] for event in raw.events),
    ),
]
