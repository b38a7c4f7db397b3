"""`cluster doctor`: what is wrong between this machine, AWS and the warehouse, and the fix."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from sparkify.cloud.aws import Aws

from . import strict_redshift
from .shim import Shim
from .world import REGION, Outcome, sparkify

Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def listening(shim: Shim) -> Iterator[None]:
    """Give every warehouse an endpoint that answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        shim.at("127.0.0.1", server.getsockname()[1])
        yield


def wrong(said: Outcome) -> dict[str, str]:
    """Return the problems and their fixes."""
    return {each["what"]: each["fix"] for each in said.json if not each["ok"]}


@pytest.mark.parametrize("kind", [(), ("--provisioned",)], ids=["serverless", "provisioned"])
def test_all_is_well(
    shim: Shim, folder: Path, capsys: Capsys, listening: None, kind: tuple[str, ...]
) -> None:
    sparkify(capsys, "cluster", "up", *kind)

    said = sparkify(capsys, "cluster", "doctor")

    assert said.code == 0, said.out
    assert "FIX" not in said.out
    for what in (
        "ok    credentials of arn:aws:sts::123456789012:user/moto",
        "ok    permissions",
        "ok    bucket and warehouse are in us-west-2",
        "attached to sparkify",
        "ok    sparkify may assume the role",
        "ok    the role may read s3://sparkify-data/log_data",
        "ok    the role may read s3://sparkify-data/log_json_path.json",
        "ok    sparkify is available",
        "ok    version 1.0",
        "answers",
    ):
        assert what in said.out


def test_a_missing_permission_is_named(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up")
    shim.deny("redshift:PauseCluster")
    shim.deny("iam:CreateRole")

    said = sparkify(capsys, "cluster", "doctor", "--json")

    assert said.code == 3
    assert "permissions missing: iam:CreateRole, redshift:PauseCluster" in wrong(said)


def test_no_credentials_end_it(
    shim: Shim, folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    [what] = wrong(sparkify(capsys, "cluster", "doctor", "--json"))

    assert "there are no credentials for AWS" in what


def test_a_bucket_elsewhere_is_reported(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up", "--region", "us-east-1")

    found = wrong(sparkify(capsys, "cluster", "doctor", "--region", "us-east-1", "--json"))

    [what] = [each for each in found if "bucket" in each]
    assert "the bucket is in us-west-2, the warehouse in us-east-1" in what


def test_a_region_in_the_settings_that_is_not_the_buckets_is_reported(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up")
    set_region = ("--set", "S3.REGION=eu-west-1")

    found = wrong(sparkify(capsys, "cluster", "doctor", *set_region, "--json"))

    assert found == {
        "[S3] REGION is eu-west-1, and the bucket is in us-west-2": "set [S3] REGION to us-west-2"
    }


def test_a_role_that_does_not_trust_the_warehouse_is_reported(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up")
    iam = boto3.client("iam", region_name=REGION)
    elsewhere = {
        "Effect": "Allow",
        "Principal": {"Service": "redshift-serverless.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:redshift-serverless:*:other/*"}},
    }
    iam.update_assume_role_policy(
        RoleName="sparkify-copy-us-west-2",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [elsewhere]}),
    )

    found = wrong(sparkify(capsys, "cluster", "doctor", "--json"))

    assert "sparkify may not assume the role" in found


def test_a_role_that_may_not_read_is_reported(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up")
    moved = ("--set", "S3.SONG_DATA=s3://sparkify-data/songs")

    found = wrong(sparkify(capsys, "cluster", "doctor", *moved, "--json"))

    assert found == {
        "the role may not read s3://sparkify-data/songs": "run: sparkify cluster up, which updates"
        " the role"
    }
    sparkify(capsys, "cluster", "up", *moved)
    assert wrong(sparkify(capsys, "cluster", "doctor", *moved, "--json")) == {}


def test_a_role_that_is_not_attached_or_not_there_is_reported(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up")
    other = ("--set", "IAM_ROLE.ARN=arn:aws:iam::123456789012:role/other")

    found = wrong(sparkify(capsys, "cluster", "doctor", *other, "--json"))

    assert "the role arn:aws:iam::123456789012:role/other is not attached to sparkify" in found
    assert "the role arn:aws:iam::123456789012:role/other does not exist" in found


def test_the_fix_for_a_private_warehouse_names_all_ways_to_it(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    shim.at("127.0.0.1", 9)
    sparkify(capsys, "cluster", "up")

    found = wrong(sparkify(capsys, "cluster", "doctor", "--json"))

    fix = found["127.0.0.1:9 cannot be reached from here"]
    for way in ("is private", "sparkify-warehouse", "VPN", "Session Manager", "--allow-my-ip"):
        assert way in fix


def test_a_paused_cluster_and_an_old_track_are_reported(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up", "--provisioned")
    sparkify(capsys, "cluster", "pause")
    strict_redshift.clusters(REGION)["sparkify"].maintenance_track_name = "long-term"

    found = wrong(sparkify(capsys, "cluster", "doctor", "--json"))

    assert found["sparkify is paused"] == "run: sparkify cluster resume"
    assert any("track long-term" in what for what in found)


def test_a_check_that_cannot_run_is_a_diagnosis_and_the_others_run(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up")
    shim.fail("iam:SimulatePrincipalPolicy", "AccessDenied")

    said = sparkify(capsys, "cluster", "doctor", "--json")

    assert "permissions: AWS denied iam:SimulatePrincipalPolicy: you lack this permission" in wrong(
        said
    )
    assert any(each["what"] == "sparkify is available" for each in said.json)


def test_without_a_warehouse_it_says_how_to_create_one(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    said = sparkify(capsys, "cluster", "doctor")

    assert said.code == 3
    assert "FIX   there is no warehouse sparkify in us-west-2" in said.out
    assert "Try: create it: sparkify cluster up" in said.out


def set_caller(monkeypatch: pytest.MonkeyPatch, arn: str) -> None:
    """Let the credentials belong to this caller."""
    monkeypatch.setattr(Aws, "caller", arn)


def test_root_is_advised_against(
    shim: Shim, folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_caller(monkeypatch, "arn:aws:iam::123456789012:root")

    found = wrong(sparkify(capsys, "cluster", "doctor", "--json"))

    assert "you are the account's root user, who may do everything" in found


def test_a_session_of_a_role_is_asked_about_as_the_role(
    shim: Shim, monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: Capsys
) -> None:
    asked: list[object] = []
    original = Aws.call

    def call(self: Aws, service: str, operation: str, /, **arguments: object) -> dict[str, object]:
        asked.append(arguments.get("PolicySourceArn"))
        return original(self, service, operation, **arguments)

    monkeypatch.setattr(Aws, "call", call)
    set_caller(monkeypatch, "arn:aws:sts::123456789012:assumed-role/engineer/me@example.com")

    sparkify(capsys, "cluster", "doctor")

    assert "arn:aws:iam::123456789012:role/engineer" in asked


def test_the_default_role_is_not_checked(
    shim: Shim, folder: Path, capsys: Capsys, listening: None
) -> None:
    sparkify(capsys, "cluster", "up")

    named = sparkify(capsys, "cluster", "doctor", "--set", "IAM_ROLE.ARN=default", "--json").json
    empty = wrong(sparkify(capsys, "cluster", "doctor", "--set", "IAM_ROLE.ARN=", "--json"))

    assert {"what": "COPY uses the warehouse's default role", "ok": True, "fix": ""} in named
    assert empty == {}
