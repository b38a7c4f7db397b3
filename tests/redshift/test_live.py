"""`make test-live`, tried on the stand-in: it says what it uses, and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from redshift_standin import Standin
from redshift_standin.client import Client
from redshift_standin.plugin import ROLE

from tests.s3_server import S3Server

ROOT = Path(__file__).parents[2]


def run_live(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.live"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.slow
def test_it_runs_the_contract_in_a_schema_of_its_own_that_it_drops(
    standin: Standin, s3_server: S3Server
) -> None:
    login = standin.login(standin.new_database())
    done = run_live(
        SPARKIFY_CLUSTER_HOST=login.host,
        SPARKIFY_CLUSTER_DB_PORT=str(login.port),
        SPARKIFY_CLUSTER_DB_NAME=login.database,
        SPARKIFY_CLUSTER_DB_USER=login.user,
        SPARKIFY_CLUSTER_DB_PASSWORD=login.password,
        SPARKIFY_IAM_ROLE_ARN=ROLE,
        SPARKIFY_S3_ENDPOINT_URL=s3_server.endpoint,
        SPARKIFY_S3_WORK_DATA="s3://live/work",
        SPARKIFY_LIVE_TESTS="test_fault_01 or test_fault_18",
        AWS_ACCESS_KEY_ID=s3_server.admin.access_key_id,
        AWS_SECRET_ACCESS_KEY=s3_server.admin.secret_access_key,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    said = done.stdout.partition("\n.")[0]
    assert f"{login.host}:{login.port}, database {login.database}" in said
    assert "below s3://live/work/sparkify_live_" in said
    assert "at most 60 minutes" in said
    assert login.password not in done.stdout + done.stderr
    client = Client(login)
    assert client.run("select nspname from pg_namespace where nspname like 'sparkify%'") == []
    assert [text for text in standin.statements.texts(login.database) if "staging_events" in text]
    client.close()
    assert s3_server.keys("live") == []


def test_without_a_cluster_it_says_what_to_set() -> None:
    done = run_live(SPARKIFY_CLUSTER_HOST="")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: SPARKIFY_CLUSTER_HOST is not set\nTry: ")
