"""The baseline of the whole run: a bare DuckDB script that builds the five tables.

Its rows are the same as Sparkify's, which `bench/stages.py` checks. It has no ledger, checks,
transaction, quarantine or deduplication of repeated events, and takes values as DuckDB reads them:
what an expert would write in a day for clean data.

    python -m bench.bare DATA_FOLDER DATABASE_FILE
"""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import duckdb

from bench.peers.inputs import EVENT_KEYS, SONG_KEYS, joined_songs, log_files, repair_encoding

TYPES = {"text": "VARCHAR", "whole": "INTEGER", "long": "BIGINT", "real": "DOUBLE"}
STAGE = """
create table staging_events as
select * replace (epoch_ms(ts) as ts, cast(nullif(userId, '') as integer) as userId)
from read_json($logs, columns = $event_keys, format = 'newline_delimited');

create table staging_songs as
select * from read_json($songs, columns = $song_keys, format = 'unstructured');
"""
NON_ASCII_TEXTS = """
select distinct unnest([song, artist]) from staging_events
where strlen(song) > length(song) or strlen(artist) > length(artist)
"""
TRANSFORM = """
create temporary table repairs as
select unnest($received) as received, unnest($repaired) as repaired;

create table songplays as
with plays as (
    select
        staging_events.*,
        coalesce(titles.repaired, trim(song)) as title,
        coalesce(names.repaired, trim(artist)) as artist_name
    from staging_events
    left join repairs as titles on titles.received = song
    left join repairs as names on names.received = artist
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
) as song_lookup
on plays.title = song_lookup.title
    and plays.artist_name = song_lookup.artist_name
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
    """The part of a DuckDB connection that the script uses."""

    def execute(self, statement: str, parameters: object = ..., /) -> Any:
        """Run a statement and return its result."""


def duckdb_columns(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the keys with DuckDB's names of their types."""
    return {key: TYPES[kind] for key, kind in keys.items()}


def open_database(database: Path) -> duckdb.DuckDBPyConnection:
    """Open a database file, or create it."""
    return duckdb.connect(str(database), config={"preserve_insertion_order": False})


def build(data: Path, connection: Connection) -> None:
    """Build the five tables in an empty database."""
    with tempfile.NamedTemporaryFile(suffix=".json") as joined:
        joined.write(joined_songs(data))
        joined.flush()
        _run(
            connection,
            STAGE,
            logs=log_files(data),
            songs=[joined.name],
            event_keys=duckdb_columns(EVENT_KEYS),
            song_keys=duckdb_columns(SONG_KEYS),
        )
        texts = [text for (text,) in connection.execute(NON_ASCII_TEXTS).fetchall() if text]
        _run(
            connection,
            TRANSFORM,
            received=texts,
            repaired=[repair_encoding(text).strip(" ") for text in texts],
        )


def _run(connection: Connection, statements: str, **parameters: object) -> None:
    for statement in statements.split(";"):
        used = {name: value for name, value in parameters.items() if f"${name}" in statement}
        if statement.strip():
            connection.execute(statement, used)


if __name__ == "__main__":
    with open_database(Path(sys.argv[2])) as made:
        build(Path(sys.argv[1]), made)
