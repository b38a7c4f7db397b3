"""Build the star schema with Polars as Parquet files: lazy, streaming, explicit schema.

python -m bench.peers.polars DATA_FOLDER OUT_FOLDER
"""

import io
import sys
from pathlib import Path

import polars as pl

from bench.peers.inputs import EVENT_KEYS, SONG_KEYS, joined_songs, log_files, repair_encoding

TYPES = {"text": pl.String(), "whole": pl.Int32(), "long": pl.Int64(), "real": pl.Float64()}


def build(data: Path, out: Path) -> None:
    """Write each table as `<name>.parquet` into the folder."""
    staged_events(data).sink_parquet(out / "staging_events.parquet")
    songs = staged_songs(data)
    songs.write_parquet(out / "staging_songs.parquet")
    events = pl.scan_parquet(out / "staging_events.parquet")
    plays = events.filter(pl.col("page") == "NextSong", pl.col("userid").is_not_null())
    catalogue = songs.lazy().with_columns(
        pl.col("title", "artist_name", "artist_location").str.strip_chars(" ").replace("", None)
    )
    tables = {
        "songplays": songplays(plays, catalogue),
        "users": users(events),
        "songs": songs_of(catalogue),
        "artists": artists(catalogue),
        "time": time_rows(plays),
    }
    sinks = [
        table.sink_parquet(out / f"{name}.parquet", lazy=True) for name, table in tables.items()
    ]
    pl.collect_all(sinks, engine="streaming")


def staged_events(data: Path) -> pl.LazyFrame:
    """Return the events as received, with `ts` as timestamp and the user as number."""
    schema = {key: TYPES[kind] for key, kind in EVENT_KEYS.items()}
    return (
        pl.scan_ndjson(log_files(data), schema=schema)
        .with_columns(
            pl.col("ts").cast(pl.Datetime("ms")), pl.col("userId").cast(pl.Int32, strict=False)
        )
        .rename(str.lower)
    )


def staged_songs(data: Path) -> pl.DataFrame:
    """Return the song records as received."""
    schema = {key: TYPES[kind] for key, kind in SONG_KEYS.items()}
    return pl.read_ndjson(io.BytesIO(joined_songs(data)), schema=schema)


def songplays(plays: pl.LazyFrame, catalogue: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per play, with its song where the catalogue has it."""
    known = (
        catalogue.sort("song_id", "artist_id")
        .unique(["title", "artist_name", "duration"], keep="first", maintain_order=True)
        .select("title", "artist_name", "duration", "song_id", "artist_id")
    )
    repairs = text_repairs(plays)
    texts = {"title": "song", "artist_name": "artist"}
    return (
        plays.with_columns(
            pl.col(given).replace(repairs).str.strip_chars(" ").alias(name)
            for name, given in texts.items()
        )
        .join(
            known,
            left_on=["title", "artist_name", "length"],
            right_on=["title", "artist_name", "duration"],
            how="left",
        )
        .select(
            (pl.col("sessionid") * 1_000_000 + pl.col("iteminsession")).alias("songplay_id"),
            pl.col("ts").alias("start_time"),
            pl.col("userid").alias("user_id"),
            "level",
            "song_id",
            "artist_id",
            pl.col("sessionid").alias("session_id"),
            "location",
            pl.col("useragent").str.strip_chars(' "').alias("user_agent"),
        )
    )


def text_repairs(plays: pl.LazyFrame) -> dict[str, str]:
    """Return the repaired form of each text that is not plain ASCII."""
    texts = pl.concat([plays.select(text=pl.col(name)) for name in ("song", "artist")])
    not_ascii = texts.filter(
        pl.col("text").str.len_bytes() > pl.col("text").str.len_chars()
    ).unique()
    return {text: repair_encoding(text) for text in not_ascii.collect(engine="streaming")["text"]}


def users(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per user, as of their latest event."""
    latest = pl.col("ts").arg_max()
    return (
        events.filter(pl.col("userid").is_not_null())
        .group_by(user_id="userid")
        .agg(
            pl.col("firstname").get(latest).alias("first_name"),
            pl.col("lastname").get(latest).alias("last_name"),
            pl.col("gender").get(latest),
            pl.col("level").get(latest),
        )
    )


def songs_of(catalogue: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per song."""
    return catalogue.unique("song_id").select(
        "song_id", "title", "artist_id", pl.col("year").replace(0, None), "duration"
    )


def artists(catalogue: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per artist: the most complete of the records, then the smallest."""
    columns = {
        "name": "artist_name",
        "location": "artist_location",
        "latitude": "artist_latitude",
        "longitude": "artist_longitude",
    }
    return (
        catalogue.select("artist_id", **columns)
        .sort(pl.col("location").is_null(), pl.col("latitude").is_null(), *columns, nulls_last=True)
        .unique("artist_id", keep="first", maintain_order=True)
    )


def time_rows(plays: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per timestamp at which a song was started."""
    start = pl.col("start_time").dt
    return (
        plays.select(start_time="ts")
        .unique()
        .with_columns(
            hour=start.hour(),
            day=start.day(),
            week=start.week(),
            month=start.month(),
            year=start.year(),
            weekday=start.weekday() % 7,
        )
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
