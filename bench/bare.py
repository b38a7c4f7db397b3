"""The bare DuckDB script that the whole run is held against: the five tables, and nothing else.

The rows are ours, which `bench/stages.py` compares. But no ledger, no checks, no transaction, no
quarantine, nothing about what is delivered twice, values taken as DuckDB reads them: what a skilled
hand would write in a day for clean data.

    python -m bench.bare DATA_FOLDER DATABASE_FILE
"""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import duckdb

from bench.peers.delivered import EVENT_KEYS, SONG_KEYS, joined_songs, log_files, readable

TYPES = {"text": "VARCHAR", "whole": "INTEGER", "long": "BIGINT", "real": "DOUBLE"}
STAGE = """
create table staging_events as
select * replace (epoch_ms(ts) as ts, cast(nullif(userId, '') as integer) as userId)
from read_json($logs, columns = $event_keys, format = 'newline_delimited');

create table staging_songs as
select * from read_json($songs, columns = $song_keys, format = 'unstructured');
"""
ODD_TEXTS = """
select distinct unnest([song, artist]) from staging_events
where strlen(song) > length(song) or strlen(artist) > length(artist)
"""
TRANSFORM = """
create temporary table repairs as
select unnest($delivered) as delivered, unnest($readable) as readable;

create table songplays as
with plays as (
    select
        staging_events.*,
        coalesce(titles.readable, trim(song)) as title,
        coalesce(names.readable, trim(artist)) as artist_name
    from staging_events
    left join repairs as titles on titles.delivered = song
    left join repairs as names on names.delivered = artist
    where page = 'NextSong' and userId is not null
)
select
    sessionId * 1000000 + itemInSession as songplay_id,
    ts as start_time,
    userId as user_id,
    level,
    song_id,
    artist_id,
    sessionId as session_id,
    location,
    trim(userAgent, ' "') as user_agent
from plays
left join (
    select
        trim(title) as title,
        trim(artist_name) as artist_name,
        duration,
        min(song_id) as song_id,
        arg_min(artist_id, song_id) as artist_id
    from staging_songs group by all
) as catalogue
on plays.title = catalogue.title
    and plays.artist_name = catalogue.artist_name
    and length = duration;

create table users as
select
    userId as user_id,
    arg_max(firstName, ts) as first_name,
    arg_max(lastName, ts) as last_name,
    arg_max(gender, ts) as gender,
    arg_max(level, ts) as level
from staging_events where userId is not null group by userId;

create table songs as
select song_id, any_value(trim(title)) as title, any_value(artist_id) as artist_id,
    any_value(nullif(year, 0)) as year, any_value(duration) as duration
from staging_songs group by song_id;

create table artists as
select distinct on (artist_id) artist_id, trim(artist_name) as name,
    nullif(trim(artist_location), '') as location,
    artist_latitude as latitude, artist_longitude as longitude
from staging_songs
order by artist_id, location is null, latitude is null, name, location, latitude, longitude;

create table "time" as
select start_time, hour(start_time) as hour, day(start_time) as day, week(start_time) as week,
    month(start_time) as month, year(start_time) as year, dayofweek(start_time) as weekday
from (select distinct start_time from songplays);
"""


class Connection(Protocol):
    """What is needed of a connection to DuckDB."""

    def execute(self, statement: str, parameters: object = ..., /) -> Any:
        """Run a statement; what answers it."""


def typed(keys: Mapping[str, str]) -> dict[str, str]:
    """Each key with its type as DuckDB names it."""
    return {key: TYPES[kind] for key, kind in keys.items()}


def opened(database: Path) -> duckdb.DuckDBPyConnection:
    """Open a database file, or make it."""
    return duckdb.connect(str(database), config={"preserve_insertion_order": False})


def build(data: Path, connection: Connection) -> None:
    """Make the five tables of the data in an empty database."""
    with tempfile.NamedTemporaryFile(suffix=".json") as joined:
        joined.write(joined_songs(data))
        joined.flush()
        _run(
            connection,
            STAGE,
            logs=log_files(data),
            songs=[joined.name],
            event_keys=typed(EVENT_KEYS),
            song_keys=typed(SONG_KEYS),
        )
        odd = [text for (text,) in connection.execute(ODD_TEXTS).fetchall() if text]
        _run(
            connection,
            TRANSFORM,
            delivered=odd,
            readable=[readable(text).strip(" ") for text in odd],
        )


def _run(connection: Connection, statements: str, **parameters: object) -> None:
    for statement in statements.split(";"):
        used = {name: value for name, value in parameters.items() if f"${name}" in statement}
        if statement.strip():
            connection.execute(statement, used)


if __name__ == "__main__":
    with opened(Path(sys.argv[2])) as made:
        build(Path(sys.argv[1]), made)
