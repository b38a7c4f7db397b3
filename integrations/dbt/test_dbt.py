"""`dbt build` over the source that `sparkify docs --format dbt` writes, on two engines."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from redshift_standin import Login, Standin
from redshift_standin.client import Client
from redshift_standin.plugin import ROLE

from integrations.environments import ENVIRONMENTS, block_of_page, run_in
from tests.command_line import run
from tests.s3_server import S3Server

HERE = Path(__file__).parent
SPARKIFY = Path(sys.executable).parent  # the folder of its command
# The six events of the small source: four plays on Thursday, 1 November 2018, by two users.
PLAYS_BY_WEEKDAY = [(4, "free", 3, 2), (4, "paid", 1, 1)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def dbt(*command: str, project: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    options = ("--profiles-dir", ".", "--no-use-colors")
    return run_in("dbt", "dbt", *command, *options, cwd=project, env=env)


def write_sources(project: Path, cwd: Path, env: Mapping[str, str] | None = None) -> None:
    done = run("sparkify", "docs", str(project / "models"), "--format", "dbt", cwd=cwd, env=env)
    assert done.code == 0, done.err


@pytest.fixture
def on_duckdb(source: Path, project: Path) -> dict[str, str]:
    assert run("sparkify", "etl", cwd=source).code == 0
    write_sources(project, source)
    return {
        "SPARKIFY_FILE": str(source / "sparkify.read.duckdb"),
        "DBT_DATABASE": str(source / "models.duckdb"),
    }


def test_dbt_builds_on_the_published_file_and_sees_its_freshness(
    project: Path, on_duckdb: dict[str, str]
) -> None:
    built = dbt("build", project=project, env=on_duckdb)

    assert built.returncode == 0, built.stdout
    assert "WARN=0 ERROR=0 SKIP=0" in built.stdout
    assert "deprecat" not in built.stdout.lower()
    with duckdb.connect(on_duckdb["DBT_DATABASE"], read_only=True) as models:
        rows = models.sql("select * from plays_by_weekday order by all").fetchall()
    assert rows == PLAYS_BY_WEEKDAY

    fresh = dbt("source", "freshness", project=project, env=on_duckdb)

    assert "WARN freshness of sparkify.songplays" in fresh.stdout  # the plays are of 2018
    assert "PASS freshness of sparkify.staging_events" in fresh.stdout
    assert "PASS freshness of sparkify.staging_songs" in fresh.stdout


def test_the_commands_of_the_page_build_as_pasted(source: Path) -> None:
    assert run("sparkify", "etl", cwd=source).code == 0
    (source / "dwh.cfg").write_text("[CLUSTER]\n[IAM_ROLE]\n[S3]\n")
    project = source / "project"
    shutil.copytree(HERE, project, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (project / "profiles.yml").write_text(block_of_page("dbt.md", "sparkify:"))

    done = run_in(
        "dbt", "bash", "-ec", block_of_page("dbt.md", "sparkify docs"),
        cwd=project, env={"PATH": f"{ENVIRONMENTS / 'dbt/bin'}:{SPARKIFY}:{os.environ['PATH']}"},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(project / "models.duckdb", read_only=True) as models:
        rows = models.sql("select * from plays_by_weekday order by all").fetchall()
    assert rows == PLAYS_BY_WEEKDAY


def test_a_dbt_test_fails_where_the_source_is_wrong(
    project: Path, on_duckdb: dict[str, str]
) -> None:
    with duckdb.connect(on_duckdb["SPARKIFY_FILE"]) as damaged:
        damaged.execute("delete from users where user_id = 2")
        damaged.execute("insert into artists select * from artists")
        damaged.execute("update songplays set level = 'gold' where user_id = 1")

    built = dbt("build", project=project, env=on_duckdb)

    assert built.returncode == 1
    failed = {line.split()[6] for line in built.stdout.splitlines() if " FAIL " in line}
    assert failed == {
        "source_relationships_sparkify_songplays_user_id__user_id__source_sparkify_users_",
        "source_unique_sparkify_artists_artist_id",
    }
    assert "source_accepted_values_sparkify_songplays_level__free__paid" in built.stdout
    assert "WARN=1 ERROR=2" in built.stdout


def test_dbt_builds_on_redshift(
    source: Path, project: Path, login: Login, standin: Standin, s3_server: S3Server
) -> None:
    s3_server.make_bucket("dbt")
    for file in (source / "data").rglob("*.json"):
        s3_server.put("dbt", str(file.relative_to(source / "data")), file.read_bytes())
    trusted = {"SSL_CERT_FILE": str(standin.ca_file)}
    env = trusted | {
        "SPARKIFY_CLUSTER_HOST": login.host,
        "SPARKIFY_CLUSTER_DB_PORT": str(login.port),
        "SPARKIFY_CLUSTER_DB_NAME": login.database,
        "SPARKIFY_CLUSTER_DB_USER": login.user,
        "SPARKIFY_CLUSTER_DB_PASSWORD": login.password,
        "SPARKIFY_IAM_ROLE_ARN": ROLE,
        "SPARKIFY_S3_ENDPOINT_URL": s3_server.endpoint,
        "SPARKIFY_S3_LOG_DATA": "s3://dbt/log_data",
        "SPARKIFY_S3_SONG_DATA": "s3://dbt/song_data",
        "SPARKIFY_S3_LOG_JSONPATH": "s3://dbt/log_json_path.json",
        "AWS_ACCESS_KEY_ID": s3_server.admin.access_key_id,
        "AWS_SECRET_ACCESS_KEY": s3_server.admin.secret_access_key,
    }
    loaded = run("sparkify", "etl", cwd=source, env=env)
    assert loaded.code == 0, loaded.err
    write_sources(project, source, env)

    built = dbt(
        "build",
        "--target",
        "redshift",
        project=project,
        env=trusted
        | {
            "REDSHIFT_HOST": login.host,
            "REDSHIFT_PORT": str(login.port),
            "REDSHIFT_DATABASE": login.database,
            "REDSHIFT_USER": login.user,
            "REDSHIFT_PASSWORD": login.password,
        },
    )

    assert built.returncode == 0, built.stdout
    assert "WARN=0 ERROR=0 SKIP=0" in built.stdout
    client = Client(login)
    rows = client.run("select * from marts.plays_by_weekday order by 1, 2")
    client.close()
    assert [tuple(row) for row in rows] == PLAYS_BY_WEEKDAY
