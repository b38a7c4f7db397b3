"""Logins to a Redshift warehouse, and the errors of those that fail."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redshift_connector
from redshift_standin import Login, Standin
from redshift_standin.client import sockets_collected

from sparkify.config import Secret, Settings
from sparkify.engines import open_engine
from sparkify.engines.redshift import login as redshift_login
from sparkify.errors import ConfigError, SparkifyError, WarehouseError
from sparkify.sql import Statement
from tests.redshift_fixtures import settings_for

from .aws import Aws, loopback

PASSWORD = "S3cret-of-nobody"
CLUSTER = "dwh.abc123xyz789.us-west-2.redshift.amazonaws.com"
WORKGROUP = "etl.123456789012.eu-west-1.redshift-serverless.amazonaws.com"


@pytest.fixture
def settings(login: Login) -> Settings:
    """Give the settings of an empty database on the stand-in."""
    return settings_for(login)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Give AWS on loopback, and keys that it takes."""
    with loopback() as answering:
        for service in ("REDSHIFT", "REDSHIFT_SERVERLESS", "SECRETS_MANAGER"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", answering.endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield answering


@pytest.fixture
def at_the_standin(monkeypatch: pytest.MonkeyPatch, standin: Standin) -> None:
    """Let the names of AWS's endpoints lead to the stand-in, which has another certificate."""
    connect = redshift_connector.connect

    def connected(**arguments: Any) -> Any:
        found = socket.getaddrinfo

        def address(host: str, port: int, *more: Any, **named: Any) -> Any:
            return found(standin.host if "amazonaws" in host else host, port, *more, **named)

        with monkeypatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", address)
            return connect(**(arguments | {"sslmode": "verify-ca"}))

    monkeypatch.setattr(redshift_login, "_reach", lambda _settings: None)
    monkeypatch.setattr(redshift_connector, "connect", connected)


def user_of(settings: Settings) -> str:
    engine = open_engine(settings)
    try:
        [(user,)] = engine.fetch(Statement("test", "select current_user")).rows
        return str(user)
    finally:
        engine.close()


@pytest.fixture(autouse=True)
def sockets_of_failed_logins() -> Iterator[None]:
    """Collect them after each test, when the exception that held them is gone."""
    with sockets_collected():
        yield


@contextmanager
def fails(kind: type[SparkifyError], match: str, *hints: str) -> Iterator[None]:
    """Expect opening to fail so, in two lines that have no secret."""
    with pytest.raises(kind, match=match) as error:
        yield
    text = f"{error.value} {error.value.hint}"
    chain = repr(error.value.__cause__)
    assert "\n" not in text
    assert PASSWORD not in text + chain
    assert not [hint for hint in hints if hint not in text], text


# Ways in


def test_by_password(settings: Settings) -> None:
    assert user_of(settings) == settings.db_user


def test_by_a_secret(settings: Settings, aws: Aws) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:dwh-AbCdEf"
    secret = f'{{"username": "{settings.db_user}", "password": "{settings.db_password.value}"}}'
    aws.json("GetSecretValue", ARN=arn, Name="dwh", SecretString=secret)
    assert (
        user_of(replace(settings, db_user="", db_password=Secret(""), db_secret=arn)) == "awsuser"
    )
    assert aws.asked == [("GetSecretValue", {"SecretId": arn})]


@pytest.mark.parametrize("db_user", ["awsuser", ""], ids=["a user", "who IAM says we are"])
def test_by_iam_to_a_cluster(
    settings: Settings, aws: Aws, at_the_standin: None, db_user: str
) -> None:
    action = "GetClusterCredentials" if db_user else "GetClusterCredentialsWithIAM"
    expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    aws.xml(
        action, DbUser=settings.db_user, DbPassword=settings.db_password.value, Expiration=expires
    )
    there = replace(settings, host=CLUSTER, db_user=db_user, db_password=Secret(""))
    assert user_of(there) == "awsuser"
    [(asked, fields)] = aws.asked
    assert (asked, fields["ClusterIdentifier"]) == (action, "dwh")
    assert fields["DbName"] == settings.db_name


def test_by_iam_to_a_workgroup(settings: Settings, aws: Aws, at_the_standin: None) -> None:
    expires = (datetime.now(UTC) + timedelta(hours=1)).timestamp()
    aws.json(
        "GetCredentials",
        dbUser=settings.db_user,
        dbPassword=settings.db_password.value,
        expiration=expires,
    )
    there = replace(settings, host=WORKGROUP, db_user="", db_password=Secret(""))
    assert user_of(there) == "awsuser"
    [(_, fields)] = aws.asked
    assert fields == {"workgroupName": "etl", "dbName": settings.db_name}


def test_into_a_schema_of_ones_own(settings: Settings) -> None:
    engine = open_engine(settings)
    engine.execute(Statement("test", 'create schema "odd ""name"'))
    engine.close()
    engine = open_engine(replace(settings, db_schema='odd "name'))
    assert engine.fetch(Statement("test", "select current_schema()")).rows == [('odd "name',)]
    engine.close()


# Why not


def test_a_host_that_is_not_known(settings: Settings) -> None:
    with fails(WarehouseError, r"\[CLUSTER\] HOST no\.such\.invalid is not known", "endpoint"):
        open_engine(replace(settings, host="no.such.invalid"))


def test_a_port_where_nobody_listens(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with fails(WarehouseError, f":{port} refuses connections", "[CLUSTER] DB_PORT"):
        open_engine(replace(settings, db_port=port))


def test_a_server_that_does_not_answer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        monkeypatch.setattr(redshift_login, "PATIENCE", 0.2)
        waiting = [socket.create_connection(("127.0.0.1", port))]  # its queue is full
        try:
            with fails(WarehouseError, "does not answer"):
                while True:
                    redshift_login._reach(replace(settings, host="127.0.0.1", db_port=port))
                    waiting.append(socket.create_connection(("127.0.0.1", port), 0.2))
        finally:
            for each in waiting:
                each.close()


@pytest.mark.parametrize("error", [ConnectionRefusedError, TimeoutError])
def test_a_cluster_that_is_paused_is_said_to_be_and_how_to_resume_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    def paused(*_arguments: object) -> socket.socket:
        raise error

    monkeypatch.setattr(socket, "create_connection", paused)
    resume = "aws redshift resume-cluster --cluster-identifier dwh --region us-west-2"
    with fails(WarehouseError, "paused", "sparkify cluster resume", resume):
        open_engine(replace(settings, host=CLUSTER))


def test_a_workgroup_is_not_said_to_be_paused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_arguments: object) -> socket.socket:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", absent)
    with pytest.raises(WarehouseError) as error:
        open_engine(replace(settings, host=WORKGROUP))
    assert "paused" not in f"{error.value} {error.value.hint}"


def test_a_wrong_password(settings: Settings) -> None:
    with fails(WarehouseError, "rejects user and password", "DB_PASSWORD"):
        open_engine(replace(settings, db_password=Secret(PASSWORD)))


def test_a_user_that_there_is_not(settings: Settings) -> None:
    with fails(WarehouseError, "rejects user and password"):
        open_engine(replace(settings, db_user="nobody", db_password=Secret(PASSWORD)))


def test_a_password_without_a_user(settings: Settings) -> None:
    with fails(ConfigError, "DB_PASSWORD is set without a DB_USER"):
        open_engine(replace(settings, db_user="", db_password=Secret(PASSWORD)))


def test_a_database_that_there_is_not(settings: Settings) -> None:
    with fails(WarehouseError, "has no database nosuch", "[CLUSTER] DB_NAME"):
        open_engine(replace(settings, db_name="nosuch"))


@pytest.mark.parametrize(
    ("fault", "said"),
    [("refuse_tls", "does not speak TLS"), ("wrong_name", "cannot be trusted")],
)
def test_a_server_that_is_not_who_it_should_be(
    settings: Settings, standin: Standin, fault: str, said: str
) -> None:
    setattr(standin.faults, fault, True)
    with fails(WarehouseError, said, "[CLUSTER] HOST"):
        open_engine(replace(settings, db_password=Secret(PASSWORD)))


def test_a_certificate_by_nobody_we_know(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with fails(WarehouseError, "cannot be trusted"):
        open_engine(settings)


@pytest.mark.parametrize(
    "secret",
    ["no JSON", '"text"', '{"username": "u"}', "[]"],
    ids=["text", "string", "half", "list"],
)
def test_a_secret_that_is_none(settings: Settings, aws: Aws, secret: str) -> None:
    aws.json("GetSecretValue", Name="dwh", SecretString=secret)
    with fails(ConfigError, "holds no username and password"):
        open_engine(replace(settings, db_secret="dwh", s3_region="us-west-2"))


def test_a_secret_that_we_may_not_read(settings: Settings, aws: Aws) -> None:
    aws.deny("GetSecretValue", "AccessDeniedException")
    with fails(WarehouseError, "DB_SECRET dwh cannot be read: AccessDenied", "GetSecretValue"):
        open_engine(replace(settings, db_secret="dwh", s3_region="us-west-2"))


def test_no_log_in_by_iam(settings: Settings, aws: Aws, at_the_standin: None) -> None:
    aws.deny("GetCredentials", "AccessDeniedException")
    with fails(WarehouseError, "AWS gives no login for", "redshift-serverless:GetCredentials"):
        open_engine(replace(settings, host=WORKGROUP, db_password=Secret("")))


def test_a_driver_that_is_not_installed() -> None:
    program = (
        "import sys; sys.modules['redshift_connector'] = None; "
        "from sparkify.cli import main; main(['overview', '--set', 'CLUSTER.HOST=h'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith(
        "Error: [CLUSTER] ENGINE is redshift, but redshift_connector is not"
    )
    assert "-m pip install 'redshift_connector" in done.stderr


def test_the_session_is_closed_whatever_happens(
    settings: Settings, standin: Standin, tmp_path: Path
) -> None:
    engine = open_engine(settings)
    sessions = Statement(
        "test", "select count(*) from pg_stat_activity where datname = current_database()"
    )
    assert engine.fetch(sessions).rows == [(1,)]
    engine.close()
    engine.close()
    another = open_engine(settings)
    assert another.fetch(sessions).rows == [(1,)]
    another.close()
