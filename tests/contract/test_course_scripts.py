"""Scripts that loop over the lists with a cursor, as courses do, build what `etl` builds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

import sql_queries
from sparkify.config import KEYS, Settings
from sparkify.engines.redshift.login import open_connection
from sparkify.errors import ConfigError
from sparkify.query_lists import QueryLists
from tests.small_source import write_source

from .source_files import NOON, SECOND, encoded_twice, event, logged_out, song, visit
from .warehouse import Warehouse


def settings_file(settings: Settings, folder: Path) -> Path:
    """Write a settings file, as a user has it."""
    given: dict[str, list[str]] = {"CLUSTER": [], "IAM_ROLE": [], "S3": []}
    for (section, key), name in KEYS.items():
        value = getattr(settings, name)
        if section in given:
            given[section].append(f"{key}={getattr(value, 'value', value)}")
    lines = [line for section in given for line in (f"[{section}]", *given[section])]
    file = folder / "dwh.cfg"
    file.write_text("\n".join(lines))
    return file


def connect_to(settings: Settings) -> tuple[Any, Callable[[], None]]:
    """Connect by the engine's own driver, without the product where it has no part in that."""
    if settings.engine == "duckdb":
        return duckdb.connect(str(settings.database_file)), lambda: None
    if settings.engine == "redshift":
        connection = open_connection(settings)  # trusts the certificate of the stand-in
        return connection, connection.commit
    there = psycopg.connect(
        host=settings.host,
        port=settings.db_port,
        dbname=settings.db_name,
        user=settings.db_user,
        password=settings.db_password.value or None,
    )
    return there, there.commit


def test_course_scripts_build_the_tables_that_etl_builds(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    title = 'Björk % 100 %% it\\\'s "so"'
    warehouse.write_songs(
        "songs.json",
        song(title=title),
        song(song_id="SOSAME", title=title, artist_name="Another spelling"),
        song(song_id="SOOTHER", title="Never played", artist_location="", year=0),
    )
    warehouse.write_events(
        "events.json",
        event(song=encoded_twice(title)),
        event(itemInSession=1, ts=NOON + SECOND, level="paid"),
        event(itemInSession=1, ts=NOON + SECOND, level="paid"),
        visit(itemInSession=2, ts=NOON + 2 * SECOND + 7),
        logged_out(itemInSession=3, ts=NOON + 3 * SECOND),
        event(userId="40", sessionId=39, ts=NOON - 5000, artist=None, song="Unknown \\ title"),
    )
    warehouse.load()
    expected = warehouse.tables()
    assert [play for play in expected["songplays"] if play["song_id"] == "SOGOTTA"]

    with warehouse.reached() as settings:
        lists = sql_queries.for_settings(settings_file(settings, tmp_path))
        warehouse.engine.close()
        try:
            for _ in range(2):  # as a script is run again
                run_scripts(settings, lists)
        finally:
            warehouse.open()

    assert warehouse.tables() == expected
    assert warehouse.load().rejected == 0  # a load goes on from there
    assert star(warehouse.tables()) == star(expected)


def star(tables: dict[str, Any]) -> dict[str, Any]:
    return {name: rows for name, rows in tables.items() if not name.startswith("staging")}


def run_scripts(settings: Settings, lists: QueryLists) -> None:
    connection, commit = connect_to(settings)
    try:
        cursor = connection.cursor()
        for queries in lists:
            for query in queries:
                cursor.execute(query)
                commit()
    finally:
        connection.close()


def test_files_that_the_server_cannot_read_are_refused_with_what_to_do(tmp_path: Path) -> None:
    write_source(tmp_path)
    (tmp_path / "dwh.cfg").write_text("[CLUSTER]\nHOST=nowhere\n[IAM_ROLE]\n[S3]\n")

    with pytest.raises(ConfigError, match="is not in S3") as raised:
        sql_queries.for_settings(tmp_path / "dwh.cfg")

    assert raised.value.hint == "put the files into S3, or load them by sparkify etl"
