"""Build the star schema with Spark on local cores as Parquet files.

python -m bench.peers.spark DATA_FOLDER OUT_FOLDER
"""

import os
import sys
import tempfile
from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as f
from pyspark.sql.types import StructType

from bench.peers.inputs import EVENT_KEYS, SONG_KEYS, joined_songs, log_files, repair_encoding

TYPES = {"text": "string", "whole": "int", "long": "bigint", "real": "double"}


def build(data: Path, out: Path) -> None:
    """Write each table as a folder `<name>.parquet` of Parquet files."""
    spark = session()
    with tempfile.NamedTemporaryFile(suffix=".json") as songs:
        songs.write(joined_songs(data))
        songs.flush()
        stage(spark, log_files(data), songs.name, out)
    events = spark.read.parquet(f"{out}/staging_events.parquet")
    catalogue = spark.read.parquet(f"{out}/staging_songs.parquet").withColumns(
        {name: trimmed(name) for name in ("title", "artist_name", "artist_location")}
    )
    plays = events.where("page = 'NextSong' and userid is not null")
    write(songplays(plays, catalogue, text_repairs(plays)), out, "songplays")
    write(users(events), out, "users")
    write(songs_of(catalogue), out, "songs")
    write(artists(catalogue), out, "artists")
    write(time_rows(plays), out, "time")
    spark.stop()


def session() -> SparkSession:
    """Start Spark: few partitions, half of the machine's memory, no web UI."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**21
    return (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", f"{memory}m")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", str(os.cpu_count()))
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )


def stage(spark: SparkSession, logs: list[str], songs: str, out: Path) -> None:
    """Write the staging tables as received, with `ts` as timestamp and the user as number."""
    events = spark.read.json(logs, schema=schema(EVENT_KEYS)).withColumns(
        {
            "ts": f.timestamp_millis("ts").cast("timestamp_ntz"),
            "userId": f.expr("try_cast(userId as int)"),
        }
    )
    write(events.toDF(*(name.lower() for name in events.columns)), out, "staging_events")
    write(spark.read.json(songs, schema=schema(SONG_KEYS)), out, "staging_songs")


def schema(keys: dict[str, str]) -> StructType:
    return StructType.fromDDL(", ".join(f"{key} {TYPES[kind]}" for key, kind in keys.items()))


def write(table: DataFrame, out: Path, name: str) -> None:
    table.write.parquet(f"{out}/{name}.parquet")


def trimmed(name: str) -> Column:
    return f.nullif(f.trim(f.col(name)), f.lit(""))


def text_repairs(plays: DataFrame) -> DataFrame:
    """Return the repaired form of each text that is not plain ASCII."""
    texts = plays.select(f.explode(f.array("song", "artist")).alias("received"))
    not_ascii = texts.where("octet_length(received) > char_length(received)").distinct().collect()
    rows = [(text, repair_encoding(text)) for (text,) in not_ascii]
    return plays.sparkSession.createDataFrame(rows, "received string, repaired string")


def songplays(plays: DataFrame, catalogue: DataFrame, repairs: DataFrame) -> DataFrame:
    """Return one row per play, with its song where the catalogue has it."""
    smallest = f.min(f.struct("song_id", "artist_id")).alias("ids")
    known = catalogue.groupBy("title", "artist_name", "duration").agg(smallest)
    for name, given in (("title", "song"), ("artist_name", "artist")):
        repair = f.broadcast(repairs.toDF(given, f"repaired_{name}"))
        plays = plays.join(repair, given, "left").withColumn(
            name, f.trim(f.coalesce(f"repaired_{name}", given))
        )
    plays = plays.withColumn("duration", f.col("length"))
    return plays.join(f.broadcast(known), ["title", "artist_name", "duration"], "left").select(
        f.expr("sessionid * 1000000 + iteminsession").alias("songplay_id"),
        f.col("ts").alias("start_time"),
        f.col("userid").alias("user_id"),
        "level",
        "ids.song_id",
        "ids.artist_id",
        f.col("sessionid").alias("session_id"),
        "location",
        f.expr("""trim(both '" ' from useragent)""").alias("user_agent"),
    )


def users(events: DataFrame) -> DataFrame:
    """Return one row per user, as of their latest event."""
    columns = {"firstname": "first_name", "lastname": "last_name", "gender": "gender"}
    columns["level"] = "level"
    latest = [f.max_by(given, "ts").alias(name) for given, name in columns.items()]
    return events.where("userid is not null").groupBy(f.col("userid").alias("user_id")).agg(*latest)


def songs_of(catalogue: DataFrame) -> DataFrame:
    """One row a song."""
    year = f.expr("nullif(year, 0)").alias("year")
    return catalogue.dropDuplicates(["song_id"]).select(
        "song_id", "title", "artist_id", year, "duration"
    )


def artists(catalogue: DataFrame) -> DataFrame:
    """Return one row per artist: the most complete of the records, then the smallest."""
    columns = {
        "name": "artist_name",
        "location": "artist_location",
        "latitude": "artist_latitude",
        "longitude": "artist_longitude",
    }
    order = [
        *(f.col(columns[name]).isNull() for name in ("location", "latitude")),
        *(f.col(given).asc_nulls_last() for given in columns.values()),
    ]
    place = f.row_number().over(Window.partitionBy("artist_id").orderBy(*order))
    named = (f.col(given).alias(name) for name, given in columns.items())
    return catalogue.withColumn("place", place).where("place = 1").select("artist_id", *named)


def time_rows(plays: DataFrame) -> DataFrame:
    """Return one row per timestamp at which a song was started."""
    start = "start_time"
    return (
        plays.select(f.col("ts").alias(start))
        .distinct()
        .withColumns(
            {
                "hour": f.hour(start),
                "day": f.dayofmonth(start),
                "week": f.weekofyear(start),
                "month": f.month(start),
                "year": f.year(start),
                "weekday": f.dayofweek(start) - 1,
            }
        )
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
