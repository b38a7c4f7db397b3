"""The whole journey: up, create_tables, etl, pause, resume, etl, down; nothing is left.

AWS is the shim. Behind the endpoint is the stand-in for Redshift, which has a certificate for the
endpoint's name, accepts only the temporary log-in of the shim, and lets COPY read and UNLOAD
write only what the policy of the role from `up` allows.
"""

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from redshift_standin import S3Access, Standin, tls

from tests.s3_server import S3Server
from tests.small_source import play, write_source

from . import iam_world, strict_redshift
from .shim import Shim
from .world import BUCKET, CFG, REGION, Outcome, resources, sparkify

Capsys = pytest.CaptureFixture[str]
EXPORTED = "work/star"

HOSTS = {
    "serverless": f"sparkify.{iam_world.ACCOUNT}.{REGION}.redshift-serverless.amazonaws.com",
    "provisioned": f"sparkify.c0ffee.{REGION}.redshift.amazonaws.com",
}


class Roles(Mapping[str, Sequence[str]]):
    """The URI prefixes that IAM's roles may read or write, by ARN, as the stand-in needs them."""

    def __init__(self, action: str) -> None:
        self._action = action

    def __getitem__(self, arn: str) -> Sequence[str]:
        role = iam_world.role_of(arn)
        if role is None:
            raise KeyError(arn)
        allowed = [
            resource.removeprefix("arn:aws:s3:::").removesuffix("*")
            for text in role.policies.values()
            for statement in json.loads(text)["Statement"]
            if statement["Action"] == self._action
            for resource in statement["Resource"]
        ]
        return [f"s3://{each}" for each in allowed]

    def __iter__(self) -> Iterator[str]:
        return iter(iam_world.arns())

    def __len__(self) -> int:
        return len(list(iam_world.arns()))


pytestmark = pytest.mark.server
# The other kind runs only in `make test-slow`.
ON_ONE = pytest.mark.parametrize(
    "kind", [pytest.param("serverless", marks=pytest.mark.slow), "provisioned"]
)


@pytest.fixture(params=list(HOSTS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def warehouse(
    shim: Shim, s3_server: S3Server, kind: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Standin]:
    """Start the stand-in under the endpoint's name."""
    host = HOSTS[kind]
    monkeypatch.setattr(tls, "HOST", host)
    standin = Standin.start(
        S3Access(s3_server.endpoint, *s3_server.admin),
        roles=Roles("s3:GetObject"),
        writers=Roles("s3:PutObject"),
        region=REGION,
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(standin.ca_file))
    shim.at(host, standin.port)
    shim.log_in_as(standin.user, standin.password)
    _resolve(monkeypatch, host)
    yield standin
    standin.close()


def _resolve(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Resolve the endpoint's name to this machine, in this process."""
    original = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        return original("127.0.0.1" if host == name else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def source_bucket(
    s3_server: S3Server, folder: Path, warehouse: Standin, monkeypatch: pytest.MonkeyPatch
) -> S3Server:
    """Fill a bucket with a day's events and songs, and write a dwh.cfg for it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.admin.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.admin.secret_access_key)
    s3_server.make_bucket(BUCKET)
    for key in s3_server.keys(BUCKET):
        s3_server.delete(BUCKET, key)
    data = write_source(folder) / "data"
    for file in [each for each in data.rglob("*") if each.is_file()]:
        s3_server.put(BUCKET, str(file.relative_to(data)), file.read_bytes())
    access = f"REGION={REGION}\nENDPOINT_URL={s3_server.endpoint}\n"
    # the stand-in's database, and no password: the log-in is by IAM
    text = CFG.replace("DB_NAME=sparkify", f"DB_NAME={warehouse.database}")
    (folder / "dwh.cfg").write_text(text.replace("'hunter2%'", "") + access)
    return s3_server


def well(said: Outcome) -> Outcome:
    assert said.code == 0, said
    return said


def rows(capsys: Capsys) -> dict[str, int]:
    found: dict[str, int] = well(sparkify(capsys, "overview", "--json")).json["rows"]
    return found


@ON_ONE
def test_the_created_role_allows_exports_to_the_work_folder_only(
    source_bucket: S3Server, folder: Path, kind: str, capsys: Capsys
) -> None:
    well(sparkify(capsys, "cluster", "up", *(["--provisioned"] if kind == "provisioned" else [])))
    well(sparkify(capsys, "create-tables", "--yes"))
    well(sparkify(capsys, "etl"))
    well(sparkify(capsys, "export", "star"))
    well(sparkify(capsys, "export", f"s3://{BUCKET}/{EXPORTED}"))
    elsewhere = sparkify(capsys, "export", f"s3://{BUCKET}/elsewhere")

    assert (folder / "star/manifest.json").exists()
    written = [key for key in source_bucket.keys(BUCKET) if key.startswith("work/")]
    assert {key.split("/")[2] for key in written if key.startswith(f"{EXPORTED}/")} == {
        *("manifest.json", "songplays", "users", "songs", "artists", "time", "user_agents"),
    }
    assert [key for key in written if not key.startswith(f"{EXPORTED}/")] == []
    assert elsewhere.code == 1
    assert "may not write to" in elsewhere.err
    assert not [key for key in source_bucket.keys(BUCKET) if key.startswith("elsewhere")]


def test_from_nothing_to_a_loaded_warehouse_and_back_to_nothing(
    shim: Shim, source_bucket: S3Server, warehouse: Standin, kind: str, capsys: Capsys
) -> None:
    provisioned = kind == "provisioned"
    well(sparkify(capsys, "cluster", "up", *(["--provisioned"] if provisioned else [])))
    well(sparkify(capsys, "create-tables", "--yes"))
    first = well(sparkify(capsys, "etl", "--json")).json
    assert first["row_changes"]["songplays"]["added"] > 0
    assert warehouse.statements.copies()

    if provisioned:
        well(sparkify(capsys, "cluster", "pause"))
        assert sparkify(capsys, "cluster", "status", "--json").json["state"] == "paused"
    source_bucket.put(BUCKET, "log_data/2018/b.json", json.dumps(play(77, 1)).encode())
    second = well(sparkify(capsys, "etl", "--resume", "--pause", "--json")).json

    assert (second["files"], second["row_changes"]["songplays"]["added"]) == (1, 1)
    if provisioned:
        assert sparkify(capsys, "cluster", "status", "--json").json["state"] in {
            *("pausing", "paused"),
        }
    well(sparkify(capsys, "cluster", "down", "--yes", "--no-snapshot"))
    assert resources() == []
    assert shim.serverless[REGION].limits == {}
    assert strict_redshift.World.actions == {}


@ON_ONE
def test_the_journey_without_the_loads(
    shim: Shim, source_bucket: S3Server, kind: str, capsys: Capsys
) -> None:
    provisioned = kind == "provisioned"
    well(sparkify(capsys, "cluster", "up", *(["--provisioned"] if provisioned else [])))
    if provisioned:
        well(sparkify(capsys, "cluster", "pause"))
        well(sparkify(capsys, "cluster", "resume"))
    well(sparkify(capsys, "cluster", "doctor"))
    well(sparkify(capsys, "cluster", "down", "--yes", "--no-snapshot"))

    assert resources() == []
