"""The commands that show the status, on Redshift's stand-in, by the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from redshift_standin import Login, Standin
from redshift_standin.plugin import ROLE

from tests.command_line import Outcome, call
from tests.s3_server import S3Server
from tests.small_source import EVENTS, SONGS, lines, play

BUCKET = "seen"
Command = Callable[..., Outcome]


@pytest.fixture
def cluster(standin: Standin, s3_server: S3Server, login: Login, tmp_path: Path) -> Command:
    """Call a command on an empty database, which loads from a bucket by way of the same."""
    s3_server.put(BUCKET, "logs/a.json", EVENTS + b'{"ts": \n')
    s3_server.put(BUCKET, "songs/a.json", SONGS)
    env = {
        "AWS_ACCESS_KEY_ID": s3_server.admin.access_key_id,
        "AWS_SECRET_ACCESS_KEY": s3_server.admin.secret_access_key,
        "SSL_CERT_FILE": str(standin.ca_file),
        "SPARKIFY_CLUSTER_HOST": login.host,
        "SPARKIFY_CLUSTER_DB_PORT": str(login.port),
        "SPARKIFY_CLUSTER_DB_NAME": login.database,
        "SPARKIFY_CLUSTER_DB_USER": login.user,
        "SPARKIFY_CLUSTER_DB_PASSWORD": login.password,
        "SPARKIFY_IAM_ROLE_ARN": ROLE,
        "SPARKIFY_S3_ENDPOINT_URL": s3_server.endpoint,
        "SPARKIFY_S3_LOG_DATA": f"s3://{BUCKET}/logs",
        "SPARKIFY_S3_SONG_DATA": f"s3://{BUCKET}/songs",
        "SPARKIFY_S3_LOG_JSONPATH": "",
        "SPARKIFY_S3_WORK_DATA": f"s3://{BUCKET}/work",
    }

    def run(*arguments: str) -> Outcome:
        outcome = call(*arguments, cwd=tmp_path, env=env)
        assert login.password not in outcome.out + outcome.err
        return outcome

    return run


def test_the_status_commands_work_on_a_cluster(
    cluster: Command, s3_server: S3Server, login: Login
) -> None:
    before = json.loads(cluster("plan", "--json").out)
    assert (before["files"], before["engine"]) == (2, "redshift")
    assert "no tables yet" in cluster("plan").err
    assert cluster("create-tables").code == 0
    assert cluster("etl").code == 0

    found = cluster("doctor", "--json")
    diagnoses = {each["what"]: each["ok"] for each in json.loads(found.out)["diagnoses"]}
    assert (found.code, [what for what, ok in diagnoses.items() if not ok]) == (0, [])
    assert diagnoses[f"logged in to {login.host} as {login.user}"]
    assert diagnoses[f"COPY reads S3 with the role {ROLE}"]

    status = json.loads(cluster("status", "--json").out)
    assert (status["rows"]["staging_events"], status["plays"]) == (6, 4)
    assert status["rejected"] == [{"reason": "not JSON", "records": 1}]
    assert status["pending"] == {"files": 0, "bytes": 0}
    [run] = json.loads(cluster("runs", "--json").out)
    assert (run["files"], run["records"], run["rejected"]) == (2, 8, 1)
    assert run["run_id"] in cluster("runs", run["run_id"]).out
    [rejected] = json.loads(cluster("quarantine", "--format", "json").out)
    assert rejected["raw_text"].startswith('{"ts":')
    assert cluster("reconcile") == (0, "Source, ledger and tables agree.\n", "")

    s3_server.put(BUCKET, "logs/b.json", lines(play(9, 9)))
    assert cluster("reconcile").code == 3
    assert "copy staging_events" in cluster("plan", "--sql").out
    s3_server.delete(BUCKET, "logs/b.json")


def test_a_run_with_nothing_new_counts_no_rows(
    cluster: Command, standin: Standin, login: Login
) -> None:
    assert cluster("create-tables").code == 0
    assert "songplays" in cluster("etl").out
    standin.statements.clear()

    assert cluster("etl") == (0, "Nothing new to load.\n", "")
    texts = standin.statements.texts(login.database)
    assert [text for text in texts if "loaded_files" in text]
    assert not [text for text in texts if "count(" in text.lower()]
