"""What the warehouse must hold, worked out from the raw JSON in plain Python, with no SQL.

Every rule is stated here a second time, from the design, so that a fault in the SQL shows as a
difference. It reads whole folders into memory and is slow: it is for samples and generated data.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Rows = list[Row]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def expected_tables(logs: Path, songs: Path) -> dict[str, Rows]:
    """Return the seven tables, sorted, that files in these folders give; without `loaded_at`."""
    events = [_typed(record, EVENT_COLUMNS) for record in read_objects(logs)]
    records = [_typed(record, SONG_COLUMNS) for record in read_objects(songs)]
    plays = [
        event for event in events if event["page"] == "NextSong" and event["userid"] is not None
    ]
    tables = {
        "staging_events": events,
        "staging_songs": records,
        "songplays": _songplays(plays, records),
        "users": _users(events),
        "songs": _songs(records),
        "artists": _artists(records),
        "time": [_time_parts(moment) for moment in {play["ts"] for play in plays}],
    }
    return {name: sort_rows(rows) for name, rows in tables.items()}


def sort_rows(rows: Iterable[Row]) -> Rows:
    """Put rows into one order, whatever order they came in."""
    return sorted(rows, key=lambda row: _null_last(*row.values()))


# --- the files


def read_objects(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Read every record of every data file below a folder, separated by any white space."""
    for path in sorted(folder.rglob("*")):
        if path.name.endswith((".json", ".json.gz")):
            data = path.read_bytes()
            text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
            yield from _objects(text)


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    decoder = json.JSONDecoder()
    rest = text.strip(" \t\r\n")
    while rest:
        content, end = decoder.raw_decode(rest)
        yield content
        rest = rest[end:].lstrip(" \t\r\n")


# --- the staging tables: the source's values in the columns' types


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _whole(value: Any) -> int | None:
    return None if value in (None, "") else int(value)


def _number(value: Any) -> float | None:
    return None if value in (None, "") else float(value)


def _moment(value: Any) -> datetime | None:
    milliseconds = _whole(value)
    if milliseconds is None:
        return None
    return (EPOCH + timedelta(milliseconds=milliseconds)).replace(tzinfo=None)


Columns = dict[str, tuple[str, Callable[[Any], Any]]]

# column -> (key in the source, how its value is read)
EVENT_COLUMNS: Columns = {
    "artist": ("artist", _text),
    "auth": ("auth", _text),
    "firstname": ("firstName", _text),
    "gender": ("gender", _text),
    "iteminsession": ("itemInSession", _whole),
    "lastname": ("lastName", _text),
    "length": ("length", _number),
    "level": ("level", _text),
    "location": ("location", _text),
    "method": ("method", _text),
    "page": ("page", _text),
    "registration": ("registration", _number),
    "sessionid": ("sessionId", _whole),
    "song": ("song", _text),
    "status": ("status", _whole),
    "ts": ("ts", _moment),
    "useragent": ("userAgent", _text),
    "userid": ("userId", _whole),
}
SONG_COLUMNS: Columns = {
    "num_songs": ("num_songs", _whole),
    "artist_id": ("artist_id", _text),
    "artist_latitude": ("artist_latitude", _number),
    "artist_longitude": ("artist_longitude", _number),
    "artist_location": ("artist_location", _text),
    "artist_name": ("artist_name", _text),
    "song_id": ("song_id", _text),
    "title": ("title", _text),
    "duration": ("duration", _number),
    "year": ("year", _whole),
}


def _typed(record: Mapping[str, Any], columns: Columns) -> Row:
    return {column: read(record.get(key)) for column, (key, read) in columns.items()}


# --- the star


def event_id(event: Row) -> int:
    """Compute an event's id from its session and its place in it; of a play, its songplay_id."""
    number: int = event["sessionid"] * 1_000_000 + event["iteminsession"]
    return number


def repaired(text: str) -> str:
    """Undo UTF-8 that was encoded again, as often as that was done."""
    while not text.isascii():
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            break
    return text


def _songplays(plays: Rows, records: Rows) -> Rows:
    catalogue: dict[tuple[str, str, float], list[tuple[str, str]]] = defaultdict(list)
    for record in records:
        title, name = _stripped(record["title"]), _stripped(record["artist_name"])
        if title and name and record["duration"] is not None:
            found = (record["song_id"], record["artist_id"])
            catalogue[title, name, record["duration"]].append(found)
    by_event: dict[int, Rows] = defaultdict(list)
    for play in plays:
        by_event[event_id(play)].append(play)
    return [_songplay(number, versions, catalogue) for number, versions in by_event.items()]


def _songplay(
    number: int,
    versions: Rows,
    catalogue: Mapping[tuple[str, str, float], list[tuple[str, str]]],
) -> Row:
    songs = [
        song
        for play in versions
        if play["song"] and play["artist"] and play["length"] is not None
        for song in catalogue.get(
            (
                repaired(play["song"]).strip(" "),
                repaired(play["artist"]).strip(" "),
                play["length"],
            ),
            [],
        )
    ]
    song_id, artist_id = min(songs, default=(None, None))
    return {
        "songplay_id": number,
        "start_time": versions[0]["ts"],
        "user_id": versions[0]["userid"],
        "level": _smallest(_stripped(play["level"]) for play in versions),
        "song_id": song_id,
        "artist_id": artist_id,
        "session_id": versions[0]["sessionid"],
        "location": _smallest(_stripped(play["location"]) for play in versions),
        "user_agent": _smallest(_stripped(play["useragent"], ' "') for play in versions),
        "item_in_session": versions[0]["iteminsession"],
    }


def _users(events: Rows) -> Rows:
    by_user: dict[int, Rows] = defaultdict(list)
    for event in events:
        if event["userid"] is not None:
            by_user[event["userid"]].append(event)
    return [_user(user_id, theirs) for user_id, theirs in by_user.items()]


def _user(user_id: int, events: Rows) -> Row:
    last_at, last_id = max((event["ts"], event_id(event)) for event in events)
    versions = [
        {
            "user_id": user_id,
            "first_name": _stripped(event["firstname"]),
            "last_name": _stripped(event["lastname"]),
            "gender": _stripped(event["gender"]),
            "level": _stripped(event["level"]),
            "last_event_at": last_at,
            "last_event_id": last_id,
        }
        for event in events
        if (event["ts"], event_id(event)) == (last_at, last_id)
    ]
    return sort_rows(versions)[0]


def _songs(records: Rows) -> Rows:
    candidates = [
        {
            "song_id": record["song_id"],
            "title": _stripped(record["title"]),
            "artist_id": record["artist_id"],
            "year": record["year"] or None,
            "duration": record["duration"],
        }
        for record in records
    ]
    return _first_of_each("song_id", candidates, lambda song: _null_last(*song.values()))


def _artists(records: Rows) -> Rows:
    candidates = [
        {
            "artist_id": record["artist_id"],
            "name": _stripped(record["artist_name"]),
            "location": _stripped(record["artist_location"]),
            "latitude": record["artist_latitude"],
            "longitude": record["artist_longitude"],
        }
        for record in records
    ]
    return _first_of_each(
        "artist_id",
        candidates,
        lambda artist: (
            artist["location"] is None,
            artist["latitude"] is None,
            *_null_last(*artist.values()),
        ),
    )


def _time_parts(moment: datetime) -> Row:
    return {
        "start_time": moment,
        "hour": moment.hour,
        "day": moment.day,
        "week": moment.isocalendar().week,
        "month": moment.month,
        "year": moment.year,
        "weekday": moment.isoweekday() % 7,
    }


def _first_of_each(column: str, candidates: Rows, order: Callable[[Row], tuple[Any, ...]]) -> Rows:
    chosen: dict[Any, Row] = {}
    for candidate in sorted(candidates, key=order):
        chosen.setdefault(candidate[column], candidate)
    return list(chosen.values())


def _stripped(text: str | None, characters: str = " ") -> str | None:
    return None if text is None else text.strip(characters) or None


def _smallest(values: Iterable[str | None]) -> str | None:
    return min((value for value in values if value is not None), default=None)


def _null_last(*values: Any) -> tuple[tuple[bool, Any], ...]:
    return tuple((value is None, 0 if value is None else value) for value in values)
