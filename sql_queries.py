"""The warehouse's SQL under the names of the brief, in Redshift's dialect, from sparkify/sql.

COPY and INSERT have placeholders here; `for_settings("dwh.cfg")` gives statements that run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sparkify.engines import ENGINES
from sparkify.sql import TABLES, VIEWS, drop_statement, statement
from sparkify.transform import FIND_REPEATS, TRANSFORM_STEPS

if TYPE_CHECKING:
    from sparkify.query_lists import QueryLists


def _create(table: str) -> str:
    return statement(f"schema/{table}").text


def _drop(table: str) -> str:
    return drop_statement(table).text


def _copy(table: str) -> str:
    return ENGINES["redshift"]().load_text(table)


def _inserts(table: str) -> list[str]:
    return [step.statement.text for step in TRANSFORM_STEPS if step.table == table]


staging_events_table_create = _create("staging_events")
staging_songs_table_create = _create("staging_songs")
songplay_table_create = _create("songplays")
user_table_create = _create("users")
song_table_create = _create("songs")
artist_table_create = _create("artists")
time_table_create = _create("time")

staging_events_table_drop = _drop("staging_events")
staging_songs_table_drop = _drop("staging_songs")
songplay_table_drop = _drop("songplays")
user_table_drop = _drop("users")
song_table_drop = _drop("songs")
artist_table_drop = _drop("artists")
time_table_drop = _drop("time")

staging_events_copy = _copy("staging_events")
staging_songs_copy = _copy("staging_songs")

# A batch goes into each table by these statements, in this order.
songplay_table_insert = _inserts("songplays")
user_table_insert = _inserts("users")
song_table_insert = _inserts("songs")
artist_table_insert = _inserts("artists")
time_table_insert = _inserts("time")

# The inserts read through views, which go with the tables.
create_table_queries = [
    *(_create(table) for table in TABLES),
    *(statement(f"views/{view}").text for view in VIEWS),
]
drop_table_queries = [
    *(_drop(view) for view in reversed(VIEWS)),
    *(_drop(table) for table in reversed(TABLES)),
]
copy_table_queries = [staging_events_copy, staging_songs_copy]
insert_table_queries = [step.statement.text for step in (*FIND_REPEATS.values(), *TRANSFORM_STEPS)]


def for_settings(file: str | Path) -> QueryLists:
    """Return the four lists as statements that run as they are, in this order, by one cursor.

    They are in the dialect of the settings' engine, and for the files that are there now. Raises
    SparkifyError.
    """
    from sparkify.config import load_settings
    from sparkify.query_lists import query_lists

    return query_lists(load_settings(Path(file)))
