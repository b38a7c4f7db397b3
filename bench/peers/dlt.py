"""Build the star schema with dlt in a DuckDB file: Arrow tables, Parquet load files, then SQL.

python -m bench.peers.dlt DATA_FOLDER OUT_FOLDER
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import dlt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from bench.peers.inputs import EVENT_KEYS, SONG_KEYS, joined_songs, log_files, repair_encoding

TYPES = {"text": pa.string(), "whole": pa.int32(), "long": pa.int64(), "real": pa.float64()}
# Names keep all but their case, and no column is added.
DLT_SETTINGS = {
    "SCHEMA__NAMING": "sql_ci_v1",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
}
PLAYS = "from staging_events where page = 'NextSong' and userid is not null"
NON_ASCII_TEXTS = f"""
select distinct text from (select unnest([song, artist]) as text {PLAYS})
where strlen(text) > length(text)
"""
STAR = f"""
create table songplays as
with
    repairs as (
        select unnest($received) as received, unnest($repaired) as repaired
    ),
    known as (
        select
            trim(title, ' ') as title,
            trim(artist_name, ' ') as artist_name,
            duration,
            min((song_id, artist_id)) as ids
        from staging_songs group by all
    ),
    plays as (
        select
            * exclude (artist),
            trim(coalesce(titles.repaired, song), ' ') as title,
            trim(coalesce(names.repaired, artist), ' ') as artist_name
        from (select * {PLAYS})
        left join repairs as titles on titles.received = song
        left join repairs as names on names.received = artist
    )
select
    sessionid * 1000000 + iteminsession as songplay_id,
    ts as start_time,
    userid as user_id,
    level,
    ids[1] as song_id,
    ids[2] as artist_id,
    sessionid as session_id,
    location,
    trim(useragent, ' "') as user_agent
from plays
left join known
on plays.title = known.title
and plays.artist_name = known.artist_name
and plays.length = known.duration;

create table users as
select
    userid as user_id,
    arg_max(firstname, ts) as first_name,
    arg_max(lastname, ts) as last_name,
    arg_max(gender, ts) as gender,
    arg_max(level, ts) as level
from staging_events where userid is not null group by userid;

create table songs as
select distinct on (song_id)
    song_id, trim(title, ' ') as title, artist_id, nullif(year, 0) as year, duration
from staging_songs;

create table artists as
select distinct on (artist_id)
    artist_id,
    trim(artist_name, ' ') as name,
    nullif(trim(artist_location, ' '), '') as location,
    artist_latitude as latitude,
    artist_longitude as longitude
from staging_songs
order by artist_id, location is null, latitude is null, name, location, latitude, longitude;

create table "time" as
select
    start_time,
    hour(start_time) as hour,
    day(start_time) as day,
    week(start_time) as week,
    month(start_time) as month,
    year(start_time) as year,
    dayofweek(start_time) as weekday
from (select distinct start_time from songplays)
"""


def build(data: Path, out: Path) -> None:
    """Build `star.duckdb` in the folder."""
    os.environ.update(DLT_SETTINGS)
    pipeline = dlt.pipeline(
        "star",
        pipelines_dir=str(out / "pipelines"),
        destination=dlt.destinations.duckdb(str(out / "star.duckdb")),
        dataset_name="main",
    )
    resources = [
        dlt.resource(staging_events(data), name="staging_events"),
        dlt.resource(staging_songs(data), name="staging_songs"),
    ]
    pipeline.run(resources, loader_file_format="parquet")
    with pipeline.sql_client() as client:
        texts = [text for (text,) in client.execute_sql(NON_ASCII_TEXTS)]
        repairs = {"received": texts, "repaired": [repair_encoding(text) for text in texts]}
        for statement in STAR.split(";"):
            client.native_connection.execute(statement, repairs if "$" in statement else {})


def staging_events(data: Path) -> Iterator[pa.Table]:
    """Yield the events as received, with `ts` as timestamp and the user as number."""
    schema = _schema(EVENT_KEYS)
    ts, user = schema.get_field_index("ts"), schema.get_field_index("userId")
    for path in log_files(data):
        events = _read(path, schema)
        number = pc.if_else(pc.equal(events[user], ""), None, events[user])
        events = events.set_column(ts, "ts", events[ts].cast(pa.timestamp("ms")))
        yield events.set_column(user, "userId", number.cast(pa.int32()))


def staging_songs(data: Path) -> Iterator[pa.Table]:
    """Yield the song records as received."""
    yield _read(io.BytesIO(joined_songs(data)), _schema(SONG_KEYS))


def _schema(keys: dict[str, str]) -> pa.Schema:
    return pa.schema([(key, TYPES[kind]) for key, kind in keys.items()])


def _read(source: str | io.BytesIO, schema: pa.Schema) -> pa.Table:
    options = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    return arrow_json.read_json(source, parse_options=options)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
