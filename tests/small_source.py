"""Source files small enough to count by hand."""

import json
from collections.abc import Mapping
from pathlib import Path

EVENT = {
    "artist": None,
    "auth": "Logged In",
    "firstName": "Ada",
    "gender": "F",
    "itemInSession": 0,
    "lastName": "Ek",
    "length": None,
    "level": "free",
    "location": "Winston-Salem, NC",
    "method": "PUT",
    "page": "Home",
    "registration": 1540919166796.0,
    "sessionId": 1,
    "song": None,
    "status": 200,
    "ts": 1541105830796,
    "userAgent": "Mozilla/5.0",
    "userId": "1",
}

SONG = {
    "num_songs": 1,
    "artist_id": "AR1",
    "artist_latitude": None,
    "artist_longitude": None,
    "artist_location": "",
    "artist_name": "Café Mañana",
    "song_id": "SO1",
    "title": "Blue Bridge",
    "duration": 200.5,
    "year": 0,
}


# In the environment of a run: an unusual value, such as the level gold, fails its batch.
UNUSUAL_VALUES_FAIL = {"SPARKIFY_CHECKS_VALUES_ARE_IN_THEIR_DOMAIN": "block"}


def play(session: int, item: int, **changes: object) -> dict[str, object]:
    """Make an event that starts a song that the catalogue does not know."""
    unknown = {"page": "NextSong", "song": "Lost", "artist": "Nobody", "length": 1.5}
    return {**EVENT, **unknown, "sessionId": session, "itemInSession": item, **changes}


def lines(*objects: Mapping[str, object]) -> bytes:
    return "".join(f"{json.dumps(each)}\n" for each in objects).encode()


EVENTS = lines(
    EVENT,
    play(1, 1, song="Blue Bridge", artist="Café Mañana", length=200.5),
    play(1, 2, ts=1541105830797),
    play(2, 0, userId="2", firstName="Bo", level="paid", ts=1541105830798),
    # UTF-8 encoded twice, as in the real logs
    play(
        2, 1, userId="2", firstName="Bo", song="Blue Bridge", artist="CafÃ© MaÃ±ana", length=200.5
    ),
    {**EVENT, "userId": "", "auth": "Logged Out", "sessionId": 3},
)

SONGS = lines(SONG)

COUNTS = {
    "staging_events": 6,
    "staging_songs": 1,
    "songplays": 4,
    "users": 2,
    "songs": 1,
    "artists": 1,
    "time": 3,
}


def write_source(folder: Path) -> Path:
    """Put the files where the defaults look for them, below `folder`."""
    data = folder / "data"
    for kind, content in (("log_data", EVENTS), ("song_data", SONGS)):
        (data / kind / "2018").mkdir(parents=True)
        (data / kind / "2018" / "a.json").write_bytes(content)
    paths = [f"$['{key}']" for key in EVENT]
    (data / "log_json_path.json").write_text(json.dumps({"jsonpaths": paths}))
    return folder
