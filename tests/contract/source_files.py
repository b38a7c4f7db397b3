"""Source records and files: events and songs as the real files have them."""

import enum
import json
from collections.abc import Iterable, Mapping
from typing import Any

Record = dict[str, Any]


class Missing(enum.Enum):
    """As a value of `event()` or `song()`: the record lacks the field."""

    MISSING = "missing"


MISSING = Missing.MISSING

NOON = 1_541_073_600_000  # 2018-11-01 12:00 UTC, a Thursday
SECOND = 1000
DAY = 86_400 * SECOND


def event(**changes: Any) -> Record:
    """Make one play of user 39, with these fields changed."""
    return _changed(
        {
            "artist": "Des'ree",
            "auth": "Logged In",
            "firstName": "Walter",
            "gender": "M",
            "itemInSession": 0,
            "lastName": "Frye",
            "length": 246.30812,
            "level": "free",
            "location": "San Francisco-Oakland-Hayward, CA",
            "method": "PUT",
            "page": "NextSong",
            "registration": 1540919166796.0,
            "sessionId": 38,
            "song": "You Gotta Be",
            "status": 200,
            "ts": NOON,
            "userAgent": '"Mozilla/5.0 (X11; Linux x86_64)"',
            "userId": "39",
        },
        changes,
    )


def visit(**changes: Any) -> Record:
    """Make one event of user 39 that plays nothing, with these fields changed."""
    return event(**{"page": "Home", "artist": None, "song": None, "length": None, **changes})


def logged_out(**changes: Any) -> Record:
    """Make one event of nobody, with these fields changed."""
    nobody = {"auth": "Logged Out", "userId": "", "registration": None, "location": None}
    nameless = {"firstName": None, "lastName": None, "gender": None, "userAgent": None}
    return visit(**{**nobody, **nameless, **changes})


def song(**changes: Any) -> Record:
    """Make the record of the song that `event()` plays, with these fields changed."""
    return _changed(
        {
            "num_songs": 1,
            "artist_id": "ARDESREE",
            "artist_latitude": 51.50632,
            "artist_longitude": -0.12714,
            "artist_location": "London, England",
            "artist_name": "Des'ree",
            "song_id": "SOGOTTA",
            "title": "You Gotta Be",
            "duration": 246.30812,
            "year": 1994,
        },
        changes,
    )


def lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Write records as the real logs do, one a line."""
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def encoded_twice(text: str, times: int = 1) -> str:
    """Garble a text, as some 5 % of the real plays are; now and then it was done more than once."""
    for _ in range(times):
        text = text.encode().decode("latin-1")
    return text


def _changed(record: Record, changes: Mapping[str, Any]) -> Record:
    changed = {**record, **changes}
    return {key: value for key, value in changed.items() if value is not MISSING}


EVENT_KEYS = tuple(event())
SONG_KEYS = tuple(song())
JSONPATHS = {"jsonpaths": [f"$['{key}']" for key in EVENT_KEYS]}
