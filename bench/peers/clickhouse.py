"""Build the star schema with ClickHouse, embedded (chdb), as MergeTree tables in a folder.

python -m bench.peers.clickhouse DATA_FOLDER OUT_FOLDER
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from chdb.session import Session

from bench.peers.inputs import EVENT_KEYS, SONG_KEYS, joined_songs, repair_encoding

TYPES = {"text": "String", "whole": "Int32", "long": "Int64", "real": "Float64"}
# Columns of few values and many rows.
LOW_CARDINALITY = {"auth", "firstName", "gender", "lastName", "level", "location", "method", "page"}
LOW_CARDINALITY |= {"userAgent"}

DATABASE = "clickhouse"
PREPARE = """
create database star;
use star;
set join_use_nulls = 1;
"""
STAGE = """
create table staging_events engine = MergeTree order by tuple() as
select
    artist,
    auth,
    firstName as firstname,
    gender,
    itemInSession as iteminsession,
    lastName as lastname,
    length,
    level,
    location,
    method,
    page,
    registration,
    sessionId as sessionid,
    song,
    status,
    fromUnixTimestamp64Milli(assumeNotNull(ts), 'UTC') as ts,
    userAgent as useragent,
    toInt32OrNull(userId) as userid
from file('{logs}/**/*.json', JSONEachRow, '{event_keys}');

create table staging_songs engine = MergeTree order by tuple() as
select * from file('{songs}', JSONEachRow, '{song_keys}')
"""
NON_ASCII_TEXTS = """
select distinct text from (
    select arrayJoin([song, artist]) as text
    from staging_events where page = 'NextSong' and userid is not null
)
where length(text) > lengthUTF8(text)
"""
STAR = """
create table songplays engine = MergeTree order by start_time as
with
    {received:Array(String)} as received,
    {repaired:Array(String)} as repaired,
    plays as (
        select
            sessionid * 1000000 + iteminsession as songplay_id,
            ts as start_time,
            assumeNotNull(userid) as user_id,
            level,
            sessionid as session_id,
            location,
            trim(both '" ' from useragent) as user_agent,
            trim(both ' ' from transform(ifNull(song, ''), received, repaired)) as title,
            trim(both ' ' from transform(ifNull(artist, ''), received, repaired)) as artist_name,
            length as duration
        from staging_events where page = 'NextSong' and userid is not null
    ),
    known as (
        select
            trim(both ' ' from title) as title,
            trim(both ' ' from artist_name) as artist_name,
            duration,
            min(songs.song_id) as song_id,
            argMin(songs.artist_id, (songs.song_id, songs.artist_id)) as artist_id
        from staging_songs as songs group by 1, 2, 3
    )
select
    songplay_id, start_time, user_id, level, song_id, artist_id, session_id,
    location, user_agent
from plays left join known using (title, artist_name, duration);

create table users engine = MergeTree order by user_id as
select
    assumeNotNull(userid) as user_id,
    argMax(firstname, ts) as first_name,
    argMax(lastname, ts) as last_name,
    argMax(gender, ts) as gender,
    argMax(level, ts) as level
from staging_events where userid is not null group by user_id;

create table songs engine = MergeTree order by song_id as
select
    assumeNotNull(staged.song_id) as song_id,
    trim(both ' ' from title) as title,
    artist_id,
    nullIf(year, 0) as year,
    duration
from staging_songs as staged limit 1 by song_id;

create table artists engine = MergeTree order by artist_id as
select
    assumeNotNull(staged.artist_id) as artist_id,
    trim(both ' ' from artist_name) as name,
    nullIf(trim(both ' ' from artist_location), '') as location,
    artist_latitude as latitude,
    artist_longitude as longitude
from staging_songs as staged
order by location is null, latitude is null, name, location, latitude, longitude
limit 1 by artist_id;

create table time engine = MergeTree order by start_time as
select
    start_time,
    toHour(start_time) as hour,
    toDayOfMonth(start_time) as day,
    toISOWeek(start_time) as week,
    toMonth(start_time) as month,
    toYear(start_time) as year,
    toDayOfWeek(start_time) % 7 as weekday
from (select distinct start_time from songplays)
"""


def build(data: Path, out: Path) -> None:
    """Build the database `star` in the subfolder `clickhouse`."""
    session = Session(str(out / DATABASE))
    session.query(PREPARE)
    with tempfile.NamedTemporaryFile(suffix=".json") as songs:
        songs.write(joined_songs(data))
        songs.flush()
        given = {
            "logs": str(data / "log_data"),
            "songs": songs.name,
            "event_keys": _structure(EVENT_KEYS),
            "song_keys": _structure(SONG_KEYS),
        }
        session.query(STAGE.format(**given))
    texts = json.loads(str(session.query(NON_ASCII_TEXTS, "JSONCompactColumns")))[0]
    repairs = {"received": _array(texts), "repaired": _array(map(repair_encoding, texts))}
    session.query(STAR, params=repairs)
    session.close()


def _array(texts: Iterable[str]) -> str:
    escaped = (text.replace("\\", "\\\\").replace("'", "\\'") for text in texts)
    return "[" + ", ".join(f"'{text}'" for text in escaped) + "]"


def _structure(keys: dict[str, str]) -> str:
    return ", ".join(f"{key} {_type(key, kind)}" for key, kind in keys.items())


def _type(key: str, kind: str) -> str:
    nullable = f"Nullable({TYPES[kind]})"
    return f"LowCardinality({nullable})" if key in LOW_CARDINALITY else nullable


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
