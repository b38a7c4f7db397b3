"""The bare DuckDB script that the whole run is held against: the five tables, and nothing else.

No ledger, no checks, no transaction, no quarantine, no repair of text, values taken as DuckDB
reads them: what a skilled hand would write in an afternoon for clean data.

    python bench/bare.py DATA_FOLDER DATABASE_FILE
"""

import sys
import tempfile
from pathlib import Path

import duckdb

EVENT_KEYS = {
    "artist": "VARCHAR",
    "auth": "VARCHAR",
    "firstName": "VARCHAR",
    "gender": "VARCHAR",
    "itemInSession": "INTEGER",
    "lastName": "VARCHAR",
    "length": "DOUBLE",
    "level": "VARCHAR",
    "location": "VARCHAR",
    "method": "VARCHAR",
    "page": "VARCHAR",
    "registration": "DOUBLE",
    "sessionId": "BIGINT",
    "song": "VARCHAR",
    "status": "INTEGER",
    "ts": "BIGINT",
    "userAgent": "VARCHAR",
    "userId": "VARCHAR",
}
SONG_KEYS = {
    "num_songs": "INTEGER",
    "artist_id": "VARCHAR",
    "artist_latitude": "DOUBLE",
    "artist_longitude": "DOUBLE",
    "artist_location": "VARCHAR",
    "artist_name": "VARCHAR",
    "song_id": "VARCHAR",
    "title": "VARCHAR",
    "duration": "DOUBLE",
    "year": "INTEGER",
}
STATEMENTS = """
create table staging_events as
select * replace (epoch_ms(ts) as ts, cast(nullif(userId, '') as integer) as userId)
from read_json($logs, columns = $event_keys, format = 'newline_delimited');

create table staging_songs as
select * from read_json($songs, columns = $song_keys, format = 'unstructured');

create table songplays as
select
    sessionId * 1000000 + itemInSession as songplay_id,
    ts as start_time,
    userId as user_id,
    level,
    song_id,
    artist_id,
    sessionId as session_id,
    location,
    userAgent as user_agent
from staging_events
left join (
    select title, artist_name, duration, min(song_id) as song_id, min(artist_id) as artist_id
    from staging_songs group by all
) as catalogue
on song = title and artist = artist_name and length = duration
where page = 'NextSong' and userId is not null;

create table users as
select
    userId as user_id,
    arg_max(firstName, ts) as first_name,
    arg_max(lastName, ts) as last_name,
    arg_max(gender, ts) as gender,
    arg_max(level, ts) as level
from staging_events where userId is not null group by userId;

create table songs as
select song_id, any_value(title) as title, any_value(artist_id) as artist_id,
    any_value(nullif(year, 0)) as year, any_value(duration) as duration
from staging_songs group by song_id;

create table artists as
select artist_id, any_value(artist_name) as name, any_value(artist_location) as location,
    any_value(artist_latitude) as latitude, any_value(artist_longitude) as longitude
from staging_songs group by artist_id;

create table "time" as
select start_time, hour(start_time) as hour, day(start_time) as day, week(start_time) as week,
    month(start_time) as month, year(start_time) as year, dayofweek(start_time) as weekday
from (select distinct start_time from songplays);
"""


def build(data: Path, database: Path) -> None:
    """Make the five tables of the data in a new database file."""
    logs = [str(path) for path in sorted((data / "log_data").rglob("*.json"))]
    with tempfile.NamedTemporaryFile(suffix=".json") as joined:
        for path in sorted((data / "song_data").rglob("*.json")):
            joined.write(path.read_bytes() + b"\n")
        joined.flush()
        parameters = {
            "logs": logs,
            "songs": [joined.name],
            "event_keys": EVENT_KEYS,
            "song_keys": SONG_KEYS,
        }
        connection = duckdb.connect(str(database), config={"preserve_insertion_order": False})
        for statement in STATEMENTS.split(";"):
            used = {name: value for name, value in parameters.items() if f"${name}" in statement}
            if statement.strip():
                connection.execute(statement, used)
        connection.close()


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
