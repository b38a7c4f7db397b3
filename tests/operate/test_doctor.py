"""`sparkify doctor`: each problem comes with its fix, and nothing makes the command fail."""

import json
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import duckdb
import pytest

import sparkify
from sparkify.operate import doctor
from tests.command_line import PASSWORD, Outcome, call, run
from tests.s3_server import KeyPair, S3Server
from tests.small_source import EVENT, write_source

from .lock_holder import hold_lock

BUCKET = "doctor"


@pytest.fixture(scope="module")
def well_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_source(tmp_path_factory.mktemp("well"))
    assert call("create-tables", cwd=folder).code == 0
    return folder


@pytest.fixture
def well(well_once: Path, tmp_path: Path) -> Path:
    """Give a folder in which all is well."""
    return Path(shutil.copytree(well_once, tmp_path, dirs_exist_ok=True))


def examined(folder: Path, *options: str, **env: str) -> Any:
    outcome = call("doctor", "--json", *options, cwd=folder, env=env)
    assert outcome.err == ""
    examination = json.loads(outcome.out)
    diagnoses = examination["diagnoses"]
    assert outcome.code == (0 if examination["ok"] else 3)
    assert examination["ok"] == all(each["ok"] for each in diagnoses)
    for each in diagnoses:
        assert bool(each["fix"]) != each["ok"], "a fix where there is something to fix"
    return examination


def wrong(folder: Path, *options: str, **env: str) -> dict[str, str]:
    """Return what is wrong, and how to fix it."""
    diagnoses = examined(folder, *options, **env)["diagnoses"]
    return {each["what"]: each["fix"] for each in diagnoses if not each["ok"]}


def good(folder: Path, *options: str, **env: str) -> str:
    diagnoses = examined(folder, *options, **env)["diagnoses"]
    return "\n".join(each["what"] for each in diagnoses if each["ok"])


def test_where_all_is_well_the_exit_code_is_0(well: Path) -> None:
    outcome = run("sparkify", "doctor", cwd=well)

    assert (outcome.code, outcome.err) == (0, "")
    assert "FIX" not in outcome.out
    assert "\x1b" not in outcome.out
    for shown in (
        f"Python {sys.version_info.major}.{sys.version_info.minor}",
        *(
            f"sparkify {sparkify.__version__}",
            f"duckdb {duckdb.__version__}",
            "sqlglot ",
            "obstore ",
            "boto3 ",
        ),
        "[S3] SONG_DATA: the files of data/song_data can be listed and read",
        f"[S3] LOG_JSONPATH: data/log_json_path.json has paths for {len(EVENT)} columns",
        f"{(well / 'sparkify.duckdb').resolve()}, ",
        *("its tables are of version", "free for temporary files in", "free for the database in"),
    ):
        assert shown in outcome.out, shown


def test_every_setting_is_shown_with_its_origin(well: Path) -> None:
    (well / "dwh.cfg").write_text("[CLUSTER]\nDB_USER=ada\n[IAM_ROLE]\n[S3]\nREGION=us-west-2\n")

    settings = examined(
        *(well, "--set", "S3.REGION=eu-west-1"),
        SPARKIFY_ETL_MAX_ERRORS="7",
    )["settings"]

    found = {each["name"]: (each["value"], each["origin"]) for each in settings}
    assert found["[CLUSTER] DB_USER"] == ("ada", "dwh.cfg")
    assert found["[S3] REGION"] == ("eu-west-1", "command line")
    assert found["[ETL] MAX_ERRORS"] == ("7", "environment")
    assert found["[CLUSTER] DB_PORT"] == ("5439", "default")
    shown = call("doctor", cwd=well).out
    assert "[CLUSTER] DB_USER" in shown
    assert "dwh.cfg" in shown


def test_secrets_are_masked(well: Path) -> None:
    # `call` and `run` give the password in the environment, and see that it is never printed
    address = "http://ada:hunter3@127.0.0.1:9"
    options = ("--set", f"S3.ENDPOINT_URL={address}")

    settings = examined(well, *options)["settings"]

    found = {each["name"]: each["value"] for each in settings}
    assert found["[CLUSTER] DB_PASSWORD"] == "********"
    assert found["[S3] ENDPOINT_URL"] == "http://********@127.0.0.1:9"
    for outcome in (
        call("doctor", *options, cwd=well),
        run("sparkify", "doctor", *options, cwd=well),
    ):
        assert "hunter3" not in outcome.out + outcome.err
        assert PASSWORD not in outcome.out + outcome.err


def test_settings_that_cannot_be_read_are_a_problem(well: Path) -> None:
    (well / "dwh.cfg").write_text("HOST=\n")

    assert examined(well)["settings"] == []
    [(what, fix)] = wrong(well).items()
    assert what == "dwh.cfg is not a settings file: line 1 is in no [section]"
    assert fix.startswith("write [SECTION] lines")
    assert "Python" in good(well)


@pytest.mark.parametrize("override", ["S3.LOGS=x", "ETL.BATCH_MB=many", "CLUSTER.DB_PASSWORD=x"])
def test_an_override_that_is_wrong_is_a_problem(well: Path, override: str) -> None:
    [(what, fix)] = wrong(well, "--set", override).items()

    assert what
    assert fix


def test_a_key_that_is_not_known_is_a_problem(well: Path) -> None:
    (well / "dwh.cfg").write_text("[CLUSTER]\nDBNAME=x\n[IAM_ROLE]\n[S3]\n")

    [(what, fix)] = wrong(well).items()

    assert "did you mean [CLUSTER] DB_NAME?" in what
    assert fix == "correct the key's name, or delete its line"


def test_in_an_empty_folder_each_missing_thing_is_a_problem(tmp_path: Path) -> None:
    found = wrong(tmp_path)

    assert len(found) == 4
    assert "there is no warehouse: the file sparkify.duckdb does not exist" in found
    assert [what for what in found if what.startswith("[S3] SONG_DATA")]
    assert [what for what in found if what.startswith("[S3] LOG_DATA")]
    assert [what for what in found if "log_json_path.json cannot be read" in what]
    assert list(tmp_path.iterdir()) == []


def test_each_failing_line_is_followed_by_its_fix(tmp_path: Path) -> None:
    shown = call("doctor", cwd=tmp_path).out.splitlines()

    failing = [place for place, line in enumerate(shown) if line.startswith("FIX")]
    assert len(failing) == 4
    assert all(shown[place + 1].lstrip().startswith("Try: ") for place in failing)


def test_jsonpaths_that_fit_no_columns_are_a_problem(well: Path) -> None:
    (well / "data/log_json_path.json").write_text('{"jsonpaths": ["$.a"]}')

    [(what, _)] = wrong(well).items()

    assert "data/log_json_path.json" in what
    assert "keys are matched to columns by name" in good(well, "--set", "S3.LOG_JSONPATH=")


def test_a_file_that_is_no_database_is_a_problem(well: Path) -> None:
    (well / "sparkify.duckdb").write_text("no database")

    assert "the file sparkify.duckdb is not a DuckDB database" in wrong(well)


@pytest.mark.parametrize(
    ("version", "expected"), [(1, "run: sparkify migrate"), (99, "use that Sparkify; ")]
)
def test_tables_of_another_version_are_a_problem(well: Path, version: int, expected: str) -> None:
    with duckdb.connect(str(well / "sparkify.duckdb")) as connection:
        connection.execute(f"update warehouse_version set version = {version}")

    [(what, fix)] = wrong(well).items()

    assert f"its tables are of version {version}" in what
    assert fix.startswith(expected)


@pytest.mark.parametrize("read_only", [True, False])
def test_the_holder_of_the_database_is_named(well: Path, read_only: bool) -> None:
    with hold_lock(well, read_only=read_only) as holder:
        [(what, fix)] = wrong(well).items()
    assert "in use by another process" in what
    assert str(holder) in what
    assert fix.startswith("wait until it is done")


def test_a_disk_without_room_for_a_batch_is_a_problem(well: Path) -> None:
    # nothing has a thousand gigabytes more than it has
    free = wrong(well, "--set", "ETL.BATCH_MB=1048576")

    assert len(free) == 2
    assert all(fix.endswith("or lower [ETL] BATCH_MB") for fix in free.values())


def test_a_missing_folder_of_the_database_is_a_problem(well: Path) -> None:
    found = wrong(well, "--set", "CLUSTER.DB_NAME=nowhere/x")

    folder = well.resolve() / "nowhere"
    what = f"the folder {folder} cannot be examined: No such file or directory"
    assert found[what] == "make it, or correct [CLUSTER] DB_NAME"


def test_a_missing_package_is_a_problem_if_it_is_needed(
    well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name in {"boto3", "sqlglot", "redshift_connector"}:
            raise PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(doctor, "version", version)

    [(what, fix)] = wrong(well).items()
    assert what == "sqlglot is not installed"
    assert "-m pip install 'sqlglot<" in fix
    assert "boto3 is not installed, and not needed by these settings" in good(well)
    needed = wrong(well, "--set", "S3.PROFILE=x", "--set", "CLUSTER.HOST=h")
    assert "-m pip install 'boto3>=" in needed["boto3 is not installed"]
    assert "'redshift_connector<" in needed["redshift_connector is not installed"]


def test_an_examination_that_fails_is_a_problem_and_the_others_go_on(
    well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(shutil, "disk_usage", broken)

    [(what, _)] = wrong(well).items()

    assert what == "this could not be examined: RuntimeError: no such luck"
    assert "its tables are of version" in good(well)


# S3


def in_s3(server: S3Server, bucket: str = BUCKET) -> list[str]:
    settings = {
        "S3.ENDPOINT_URL": server.endpoint,
        "S3.LOG_DATA": f"s3://{bucket}/logs",
        "S3.SONG_DATA": f"s3://{bucket}/songs",
        "S3.LOG_JSONPATH": f"s3://{bucket}/paths.json",
    }
    return [part for pair in settings.items() for part in ("--set", "=".join(pair))]


def signed(keys: KeyPair) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
    }


@pytest.fixture
def bucket(s3_server: S3Server, well: Path) -> str:
    for key, path in {
        "logs/a.json": "log_data/2018/a.json",
        "songs/a.json": "song_data/2018/a.json",
        "paths.json": "log_json_path.json",
    }.items():
        s3_server.put(BUCKET, key, (well / "data" / path).read_bytes())
    return BUCKET


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_can_be_read_is_well(well: Path, s3_server: S3Server) -> None:
    shown = good(well, *in_s3(s3_server), **signed(s3_server.reader))

    assert wrong(well, *in_s3(s3_server), **signed(s3_server.reader)) == {}
    for expected in (
        "keys for S3: AWS_ACCESS_KEY_ID in the environment",
        f"[S3] LOG_DATA: the files of s3://{BUCKET}/logs can be listed and read",
        f"s3://{BUCKET}/paths.json has paths for {len(EVENT)} columns",
        f"s3://{BUCKET}: the server tells no region",
    ):
        assert expected in shown


@pytest.mark.usefixtures("bucket")
def test_keys_that_may_not_read_are_a_problem_of_each_location(
    well: Path, s3_server: S3Server
) -> None:
    found = wrong(well, *in_s3(s3_server), **signed(s3_server.denied))

    assert len(found) == 3
    assert all("permission denied" in what for what in found)
    for secret in s3_server.denied:
        assert secret not in str(found)


@pytest.mark.usefixtures("bucket")
def test_without_keys_only_public_buckets_can_be_read(well: Path, s3_server: S3Server) -> None:
    assert "no keys for S3: only public buckets can be read" in good(well, *in_s3(s3_server))


def test_a_missing_profile_is_a_problem(well: Path, s3_server: S3Server) -> None:
    found = wrong(well, *in_s3(s3_server), "--set", "S3.PROFILE=nosuch")

    assert [what for what in found if what.startswith("the AWS profile nosuch gives no keys")]


@contextmanager
def server_in(region: str) -> Iterator[str]:
    """Serve S3's response to a HEAD of any bucket."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            self.send_response(403)
            self.send_header("x-amz-bucket-region", region)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_bucket_in_another_region_than_the_settings_name_is_a_problem(
    well: Path, s3_server: S3Server
) -> None:
    with server_in("eu-west-1") as endpoint:
        options = [*in_s3(s3_server), "--set", f"S3.ENDPOINT_URL={endpoint}"]
        found = wrong(well, *options, "--set", "S3.REGION=us-west-2")
        agreeing = good(well, *options, "--set", "S3.REGION=eu-west-1")

    what = f"s3://{BUCKET} is in eu-west-1, and [S3] REGION is us-west-2"
    assert found[what] == "set [S3] REGION to eu-west-1"
    assert f"s3://{BUCKET} is in eu-west-1" in agreeing


def test_a_cluster_that_cannot_be_used_is_a_problem(well: Path) -> None:
    outcome: Outcome = call("doctor", "--json", "--set", "CLUSTER.HOST=127.0.0.1", cwd=well)

    diagnoses = json.loads(outcome.out)["diagnoses"]
    assert outcome.code == 3
    warehouse = [each for each in diagnoses if each["area"] == "warehouse"]
    assert [each["ok"] for each in warehouse] == [False, True]
    assert "[IAM_ROLE] ARN is empty" in warehouse[1]["what"]
