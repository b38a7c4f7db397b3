"""What the warehouse must hold, worked out from the raw JSON in plain Python, with no SQL.

Every rule is stated here a second time, from the design, so that a fault in the SQL shows as a
difference. It reads whole folders into memory and is slow: it is for samples and generated data.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Rows = list[Row]
Objects = Sequence[Mapping[str, Any]]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def expected_tables(logs: Path, songs: Path) -> dict[str, Rows]:
    """Return the seven tables, sorted, that files in these folders give; without `loaded_at`."""
    return expected_of_batches([(list(read_objects(logs)), list(read_objects(songs)))])


def expected_of_batches(batches: Sequence[tuple[Objects, Objects]]) -> dict[str, Rows]:
    """Return the seven tables, sorted, that batches of events and song records give, in order."""
    staged_events = [[_typed(each, EVENT_COLUMNS) for each in events] for events, _ in batches]
    staged_songs = [[_typed(each, SONG_COLUMNS) for each in songs] for _, songs in batches]
    events = current_events(staged_events)
    records = _current(staged_songs, _cleaned_song, ("song_id",))
    plays = [event for event in events if event["page"] == "NextSong"]
    tables = {
        "staging_events": [event for batch in staged_events for event in batch],
        "staging_songs": [record for batch in staged_songs for record in batch],
        "songplays": _songplays(plays, records),
        "users": _users(events),
        "songs": [{name: record[name] for name in SONG_FIELDS} for record in records],
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
# The texts of an event and of a song record, in the order in which versions are compared.
EVENT_TEXTS = ("level", "page", "firstname", "lastname", "gender", "location")
SONG_TEXTS = ("song_id", "artist_id", "title", "artist_name")
# The columns of songs.
SONG_FIELDS = ("song_id", "title", "artist_id", "year", "duration")


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


def current_events(batches: Sequence[Rows]) -> Rows:
    """Return each event of a user once, of what batches staged, with its texts trimmed."""
    return _current(batches, _cleaned_event, ("userid", "sessionid", "iteminsession"))


def _cleaned_event(event: Row) -> Row:
    """Return what counts of an event, in the order in which versions of it are compared."""
    return {
        "sessionid": event["sessionid"],
        "iteminsession": event["iteminsession"],
        "userid": event["userid"],
        "ts": event["ts"],
        **{name: _stripped(event[name]) for name in EVENT_TEXTS},
        "useragent": _stripped(event["useragent"], ' "'),
        **{name: event[name] for name in ("song", "artist", "length")},
    }


def _cleaned_song(record: Row) -> Row:
    """Return what counts of a song record, in the order in which records of it are compared."""
    return {
        **{name: _stripped(record[name]) for name in SONG_TEXTS},
        "duration": record["duration"],
        "year": record["year"] or None,
        "artist_location": _stripped(record["artist_location"]),
        "artist_latitude": record["artist_latitude"],
        "artist_longitude": record["artist_longitude"],
    }


def _current(
    batches: Sequence[Rows], cleaned: Callable[[Row], Row], key: tuple[str, ...]
) -> list[Row]:
    """Return the current version of each record: of the last batch, there the smallest."""
    current: dict[tuple[Any, ...], Row] = {}
    for batch in batches:
        smallest: dict[tuple[Any, ...], Row] = {}
        for record in sort_rows(map(cleaned, batch)):
            smallest.setdefault(tuple(record[name] for name in key), record)
        current |= smallest
    return [record for number, record in current.items() if number[0] is not None]


def _songplays(plays: Rows, records: Rows) -> Rows:
    catalogue: dict[tuple[str, str, float], list[tuple[str, str]]] = defaultdict(list)
    for record in records:
        title, name = record["title"], record["artist_name"]
        if title and name and record["duration"] is not None:
            found = (record["song_id"], record["artist_id"])
            catalogue[title, name, record["duration"]].append(found)
    return [_songplay(play, catalogue) for play in plays]


def _songplay(play: Row, catalogue: Mapping[tuple[str, str, float], list[tuple[str, str]]]) -> Row:
    title, artist_name = (
        None if play[name] is None else repaired(play[name]).strip(" ") or None
        for name in ("song", "artist")
    )
    songs = catalogue.get((title or "", artist_name or "", play["length"]), [])
    song_id, artist_id = min(songs, default=(None, None))
    return {
        "songplay_id": event_id(play),
        "start_time": play["ts"],
        "user_id": play["userid"],
        "level": play["level"],
        "song_id": song_id,
        "artist_id": artist_id,
        "session_id": play["sessionid"],
        "location": play["location"],
        "user_agent": play["useragent"],
        "item_in_session": play["iteminsession"],
        "title": title,
        "artist_name": artist_name,
        "duration": play["length"],
    }


def _users(events: Rows) -> Rows:
    latest: dict[int, Row] = {}
    first: dict[int, datetime] = {}
    for event in sorted(events, key=lambda event: (event["ts"], event_id(event))):
        latest[event["userid"]] = event
        first.setdefault(event["userid"], event["ts"])
    return [
        {
            "user_id": user_id,
            "first_name": event["firstname"],
            "last_name": event["lastname"],
            "gender": event["gender"],
            "level": event["level"],
            "last_event_at": event["ts"],
            "last_event_id": event_id(event),
            "first_event_at": first[user_id],
        }
        for user_id, event in latest.items()
    ]


def _artists(records: Rows) -> Rows:
    candidates = [
        {
            "artist_id": record["artist_id"],
            "name": record["artist_name"],
            "location": record["artist_location"],
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


def _null_last(*values: Any) -> tuple[tuple[bool, Any], ...]:
    return tuple((value is None, 0 if value is None else value) for value in values)
