"""`sparkify init` writes a settings file by what it is told, and examines it first."""

import re
import stat
from pathlib import Path

import pytest

from sparkify.config import KEYS, load_settings
from tests.command_line import ROOT, at_terminal, call, run
from tests.s3_server import S3Server
from tests.small_source import write_source

EXAMPLE = (ROOT / "dwh.cfg.example").read_text(encoding="utf-8")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path)


def differences(file: Path) -> list[str]:
    """List the lines of a settings file that the example has not."""
    return [line for line in file.read_text().splitlines() if line not in EXAMPLE.splitlines()]


def test_each_key_of_the_example_can_be_set() -> None:
    for section, key in KEYS:
        _, _, after = EXAMPLE.partition(f"[{section}]\n")
        of_section = re.split(r"^#?\[", after, maxsplit=1, flags=re.MULTILINE)[0]
        assert len(re.findall(f"^#?{key}=", of_section, re.MULTILINE)) == 1, key


def test_in_a_script_nothing_is_asked_and_the_defaults_are_written(source: Path) -> None:
    done = run("sparkify", "init", cwd=source)

    assert (done.code, done.err) == (0, "Wrote dwh.cfg. Next: sparkify etl\n")
    assert "FIX" not in done.out
    assert (source / "dwh.cfg").read_text() == EXAMPLE
    assert stat.S_IMODE((source / "dwh.cfg").stat().st_mode) == 0o600


def test_quiet_shows_only_what_is_to_be_fixed(source: Path) -> None:
    well = call("init", "-q", cwd=source)
    (source / "dwh.cfg").unlink()
    wrong = call("init", "-q", "--logs", "nowhere", cwd=source)

    assert (well.code, well.out, well.err) == (0, "", "")
    assert wrong.code == 3
    assert [line.split()[0] for line in wrong.out.splitlines()] == ["FIX", "Try:"]


def test_options_say_what_would_be_asked(source: Path) -> None:
    (source / "data").rename(source / "my data")
    done = call(
        *("init", "--logs", "my data/log_data", "--songs", "my data/song_data"),
        *("--engine", "duckdb", "--set", "cluster.db_name=dwh"),
        cwd=source,
    )

    assert done.code == 0, done.out
    assert differences(source / "dwh.cfg") == [
        *("ENGINE='duckdb'", "DB_NAME='dwh'", "LOG_DATA='my data/log_data'"),
        *("LOG_JSONPATH='my data/log_json_path.json'", "SONG_DATA='my data/song_data'"),
    ]
    assert call("etl", cwd=source).code == 0
    assert (source / "dwh.duckdb").exists()


def test_without_a_jsonpaths_file_beside_the_logs_fields_go_by_name(source: Path) -> None:
    (source / "data").rename(source / "mine")
    (source / "mine" / "log_json_path.json").unlink()

    done = call("init", "--logs", "mine/log_data", "--songs", "mine/song_data", cwd=source)

    assert done.code == 0
    assert "LOG_JSONPATH=''" in differences(source / "dwh.cfg")


def test_a_problem_is_told_with_its_fix_and_the_file_is_written(source: Path) -> None:
    done = call("init", "--logs", "nowhere", "--songs", "data/song_data", cwd=source)

    assert done.code == 3
    [problem] = [line for line in done.out.splitlines() if line.startswith("FIX")]
    assert "[S3] LOG_DATA" in problem
    assert "nowhere cannot be read" in problem
    assert done.err.endswith("Fix what is marked FIX, then run: sparkify doctor\n")
    assert "LOG_DATA='nowhere'" in differences(source / "dwh.cfg")


def test_locations_in_s3_are_examined(source: Path, s3_server: S3Server) -> None:
    s3_server.make_bucket("init")
    env = {
        "SPARKIFY_S3_ENDPOINT_URL": s3_server.endpoint,
        "AWS_ACCESS_KEY_ID": s3_server.admin.access_key_id,
        "AWS_SECRET_ACCESS_KEY": s3_server.admin.secret_access_key,
    }
    small = ("--users", "5", "--songs", "5", "--artists", "5", "--days", "1", "--events", "50")
    assert call("generate", *small, "--out", "s3://init/d", cwd=source, env=env).code == 0

    places = ("--logs", "s3://init/d/log_data", "--songs", "s3://init/d/song_data")
    done = call("init", *places, cwd=source, env=env)

    assert done.code == 0, done.out
    assert "LOG_JSONPATH='s3://init/d/log_json_path.json'" in differences(source / "dwh.cfg")
    assert s3_server.admin.secret_access_key not in (source / "dwh.cfg").read_text() + done.out


@pytest.mark.parametrize("engine", ["postgres", "redshift"])
def test_a_server_is_logged_in_to(source: Path, engine: str) -> None:
    nobody = ("--set", "cluster.host=127.0.0.1", "--set", "cluster.db_port=1")
    done = call("init", "--engine", engine, *nobody, "--set", "cluster.db_user=me", cwd=source)

    assert done.code == 3
    assert re.search(r"^FIX +warehouse .*127\.0\.0\.1", done.out, re.MULTILINE)


def test_a_file_is_never_overwritten(source: Path) -> None:
    (source / "dwh.cfg").write_text("mine")

    done = call("init", cwd=source)

    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "Error: dwh.cfg exists, and is not overwritten",
        "Try: edit it, or name another with --config",
    ]
    assert (source / "dwh.cfg").read_text() == "mine"
    assert call("init", "--config", "other.cfg", cwd=source).code == 0
    assert (source / "other.cfg").exists()


def test_paths_are_relative_to_the_new_file(source: Path) -> None:
    (source / "data").rename(source / "mine")
    (source / "conf").mkdir()
    places = ("--logs", "../mine/log_data", "--songs", "../mine/song_data")

    done = call("init", "--config", "conf/dwh.cfg", *places, cwd=source)

    assert done.code == 0, done.out
    file = source / "conf" / "dwh.cfg"
    assert "LOG_JSONPATH='../mine/log_json_path.json'" in differences(file)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("CLUSTER.DB_PASSWORD=hush", "visible to all users"),
        ("S3.LOGDATA=x", "did you mean [S3] LOG_DATA?"),
        ("CLUSTER.DB_NAME=a\n[ETL]", "CLUSTER.DB_NAME has several lines"),
    ],
)
def test_a_setting_that_cannot_be_written_leaves_no_file(
    source: Path, setting: str, said: str
) -> None:
    done = call("init", "--set", setting, cwd=source)

    assert done.code == 2
    assert said in done.err
    assert "hush" not in done.err
    assert not (source / "dwh.cfg").exists()


def test_at_a_terminal_it_asks_for_logs_songs_and_engine(source: Path) -> None:
    done = at_terminal(
        *("sparkify", "init"), cwd=source, keys=b"\n\nduckdb\n", after="Where are the logs?"
    )

    assert done.code == 0
    for question in ("Where are the logs?", "Where are the songs?", "Which engine?"):
        assert question in done.err
    assert "Host of the server" not in done.err
    assert differences(source / "dwh.cfg") == ["ENGINE='duckdb'"]


def test_at_a_terminal_a_problem_is_asked_about_again(source: Path) -> None:
    keys = b"nowhere\ndata/song_data\nduckdb\ny\ndata/log_data\n\n\n"
    done = at_terminal("sparkify", "init", cwd=source, keys=keys, after="Where are the logs?")

    assert done.code == 0, done.err
    assert "nowhere cannot be read" in done.out
    assert "Change the answers?" in done.err
    assert differences(source / "dwh.cfg") == ["ENGINE='duckdb'"]


def test_at_a_terminal_a_server_is_asked_for_where_the_engine_is_one(source: Path) -> None:
    keys = b"\n\n127.0.0.1\ndwh\nme\nn\n"
    done = at_terminal(
        *("sparkify", "init", "--engine", "postgres", "--set", "cluster.db_port=1"),
        cwd=source,
        keys=keys,
        after="Where are the logs?",
    )

    assert done.code == 3
    assert "Host of the server" in done.err
    settings = load_settings(source / "dwh.cfg", environment={})
    assert (settings.host, settings.db_name, settings.db_user) == ("127.0.0.1", "dwh", "me")
