"""Count and digest of each table's rows, in any order.

python -m bench.peers.rows FOLDER      of the tables that a peer left there, as JSON
"""

import json
import sys
from pathlib import Path

import duckdb

# The brief's columns of each table, with the type used to compare them.
BRIEF_COLUMNS = {
    "staging_events": (
        *("artist text", "auth text", "firstname text", "gender text", "iteminsession integer"),
        *("lastname text", "length double", "level text", "location text", "method text"),
        *("page text", "registration double", "sessionid bigint", "song text", "status integer"),
        *("ts timestamp", "useragent text", "userid integer"),
    ),
    "staging_songs": (
        *("num_songs integer", "artist_id text", "artist_latitude double"),
        *("artist_longitude double", "artist_location text", "artist_name text", "song_id text"),
        *("title text", "duration double", "year integer"),
    ),
    "songplays": (
        *("songplay_id bigint", "start_time timestamp", "user_id integer", "level text"),
        *("song_id text", "artist_id text", "session_id bigint", "location text"),
        "user_agent text",
    ),
    "users": (
        *("user_id integer", "first_name text", "last_name text", "gender text", "level text"),
    ),
    "songs": ("song_id text", "title text", "artist_id text", "year integer", "duration double"),
    "artists": (
        *("artist_id text", "name text", "location text", "latitude double", "longitude double"),
    ),
    "time": (
        *("start_time timestamp", "hour integer", "day integer", "week integer"),
        *("month integer", "year integer", "weekday integer"),
    ),
}


def table_digests(out: Path) -> dict[str, tuple[int, int]]:
    """Return count and digest of each table in the folder's DuckDB file or Parquet files."""
    with duckdb.connect() as connection:
        databases = list(out.glob("*.duckdb"))
        for database in databases:
            connection.execute(f"attach '{database}' as made (read_only); use made")
        found = {}
        for table, columns in BRIEF_COLUMNS.items():
            cast = ", ".join("cast({} as {})".format(*column.split()) for column in columns)
            parquet = out / f"{table}.parquet"
            files = parquet / "*.parquet" if parquet.is_dir() else parquet
            source = f'"{table}"' if databases else f"read_parquet('{files}')"
            ((count, digest),) = connection.execute(
                f"select count(*), coalesce(sum(hash({cast})), 0) from {source}"
            ).fetchall()
            found[table] = (count, int(digest))
    return found


if __name__ == "__main__":
    print(json.dumps(table_digests(Path(sys.argv[1]))))
