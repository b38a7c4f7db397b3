"""The names in OpenLineage's events, and their checks by table, without its library."""

from pathlib import Path

import pytest

from sparkify.checks import configured_checks
from sparkify.config import Secret, Settings, load_settings
from sparkify.engines import backend_of
from sparkify.errors import ConfigError
from sparkify.operate.lineage_events import source_name
from sparkify.sql.lineage import checked_tables, expected_values
from tests.command_line import call
from tests.small_source import write_source

CLUSTER = "music.abc123.us-west-2.redshift.amazonaws.com"


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        (Settings(host=CLUSTER), ("redshift://music.us-west-2:5439", "sparkify", "public")),
        (
            Settings(host="wg.123456789012.eu-west-1.redshift-serverless.amazonaws.com"),
            ("redshift://wg.eu-west-1:5439", "sparkify", "public"),
        ),
        (
            Settings(host="localhost", db_port=1, db_schema="music", db_name="d"),
            ("redshift://localhost:1", "d", "music"),
        ),
        (
            Settings(engine_name="postgres", host="pg", db_port=5432),
            ("postgres://pg:5432", "sparkify", "public"),
        ),
        (
            Settings(database_folder=Path("/w"), db_name="a.b"),
            ("duckdb:///w/a.b.duckdb", "a", "main"),
        ),
    ],
    ids=["cluster", "workgroup", "other host", "postgres", "duckdb"],
)
def test_a_warehouse_has_the_name_of_the_naming_spec(
    settings: Settings, place: tuple[str, str, str]
) -> None:
    assert backend_of(settings).table_place(settings) == place


def test_a_source_has_the_name_of_the_naming_spec() -> None:
    settings = Settings(log_data="s3://bucket/log_data/", song_data="/data/songs")

    assert source_name(settings, "staging_events") == ("s3://bucket", "log_data")
    assert source_name(settings, "staging_songs") == ("file", "/data/songs")
    assert source_name(Settings(log_data="s3://b"), "staging_events") == ("s3://b", "/")


def test_each_check_is_about_tables_or_about_what_was_received() -> None:
    checks = configured_checks(Settings())
    read = {each.name: checked_tables(each.statement.text) for each in checks}

    assert read["user_ids_are_unique"] == {"users"}
    assert read["songplays_have_their_timestamp"] == {"songplays", "time"}
    assert read["events_say_who_and_when"] == {"staging_events"}
    assert read["no_file_shrank"] == {"staging_events", "staging_songs"}


def test_the_expected_values_are_those_of_the_check() -> None:
    assert expected_values() == {
        ("songplays", "level"): ("free", "paid"),
        ("users", "level"): ("free", "paid"),
        ("users", "gender"): ("F", "M"),
    }


def test_the_scheduler_s_parent_counts_where_none_is_set() -> None:
    scheduler = {"OPENLINEAGE_PARENT_ID": "a/b/c"}

    assert load_settings(None, None, scheduler).lineage_parent == "a/b/c"
    own = {"SPARKIFY_LINEAGE_PARENT": "x", **scheduler}
    assert load_settings(None, None, own).lineage_parent == "x"


def test_the_url_and_the_key_are_secrets_and_the_url_is_one() -> None:
    given = {"SPARKIFY_LINEAGE_URL": "https://h/t0ken", "SPARKIFY_LINEAGE_API_KEY": "k3y"}
    settings = load_settings(None, None, given)

    assert (settings.lineage_url, settings.lineage_api_key) == (
        Secret("https://h/t0ken"),
        Secret("k3y"),
    )
    assert "t0ken" not in repr(settings)
    assert "k3y" not in repr(settings)
    with pytest.raises(ConfigError, match=r"\[LINEAGE\] URL is not a URL"):
        load_settings(None, None, {"SPARKIFY_LINEAGE_URL": "kafka://h"})


def test_a_load_without_the_extra_says_how_to_install_it(tmp_path: Path) -> None:
    done = call("etl", "--set", "LINEAGE.FILE=x.ndjson", cwd=write_source(tmp_path))

    assert done.code == 0, done.err
    assert "no lineage is reported without: " in done.err
    assert "lineage" in done.err.partition("without: ")[2]
