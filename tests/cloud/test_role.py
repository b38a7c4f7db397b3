"""The role of `cluster up`: the keys of its buckets, its boundary, and its trust."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from sparkify.cloud import permissions

from . import iam_world
from .iam_world import ACCOUNT
from .shim import Shim
from .world import BUCKET, REGION, sparkify

Capsys = pytest.CaptureFixture[str]
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sparkify/sparkify-copy-us-west-2"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/sparkify-boundary"


def encrypted(by: str = "") -> str:
    """Encrypt the bucket by a new key, named by its ARN or as told; return the ARN."""
    key = boto3.client("kms", region_name=REGION).create_key()["KeyMetadata"]
    named: Any = {"": key["Arn"], "id": key["KeyId"]}.get(by, by)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": named}
    boto3.client("s3", region_name=REGION).put_bucket_encryption(
        Bucket=BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )
    return str(key["Arn"])


@pytest.mark.parametrize("by", ["", "id"], ids=["by its ARN", "by its id"])
def test_the_role_may_use_the_key_of_the_bucket(
    shim: Shim, folder: Path, capsys: Capsys, by: str
) -> None:
    key = encrypted(by)

    assert sparkify(capsys, "cluster", "up").code == 0

    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert iam_world.may(ROLE, action, key)
        assert not iam_world.may(ROLE, action, f"{key}x")


def test_the_role_may_write_by_the_key_of_the_settings(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    of_bucket, named = encrypted(), encrypted()
    encrypted(of_bucket)
    key_id = named.rpartition("/")[2]

    assert sparkify(capsys, "cluster", "up", "--set", f"S3.KMS_KEY={key_id}").code == 0

    assert iam_world.may(ROLE, "kms:GenerateDataKey", named)
    assert iam_world.may(ROLE, "kms:Decrypt", named)
    assert not iam_world.may(ROLE, "kms:GenerateDataKey", of_bucket)
    assert iam_world.may(ROLE, "kms:Decrypt", of_bucket)


def test_aws_own_key_and_a_bucket_that_may_not_be_asked_need_nothing(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    encrypted(f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/s3")
    assert sparkify(capsys, "cluster", "up").code == 0
    shim.deny("s3:GetEncryptionConfiguration")
    assert sparkify(capsys, "cluster", "up").code == 0

    policies = iam_world.role_of(ROLE).policies.values()
    assert [text for text in policies if "kms:" in text] == []


def test_doctor_names_a_key_that_the_role_may_not_use(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up")
    key = encrypted()

    said = sparkify(capsys, "cluster", "doctor", "--json").json

    [found] = [each for each in said if "KMS key" in each["what"]]
    assert found["what"] == (
        f"the role may not use the KMS key {key}: kms:Decrypt, kms:GenerateDataKey"
    )
    assert "sparkify cluster up" in found["fix"]
    sparkify(capsys, "cluster", "up")
    again = sparkify(capsys, "cluster", "doctor", "--json").json
    assert {"what": f"the role may use the KMS key {key}", "ok": True, "fix": ""} in again


def test_roles_are_bounded_once_the_account_has_the_boundary(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up")
    assert iam_world.role_of(ROLE).permissions_boundary_arn is None
    boto3.client("iam", region_name=REGION).create_policy(
        PolicyName="sparkify-boundary",
        PolicyDocument=json.dumps(permissions.boundary_policy(ACCOUNT, [BUCKET])),
    )

    sparkify(capsys, "cluster", "up")
    assert iam_world.role_of(ROLE).permissions_boundary_arn == BOUNDARY
    sparkify(capsys, "cluster", "down", "--yes", "--no-snapshot")
    sparkify(capsys, "cluster", "up")
    assert iam_world.role_of(ROLE).permissions_boundary_arn == BOUNDARY


@pytest.mark.parametrize("kind", [(), ("--provisioned",)], ids=["serverless", "provisioned"])
def test_the_trust_is_loosened_when_asked_and_tightened_by_the_next_up(
    shim: Shim, folder: Path, capsys: Capsys, kind: tuple[str, ...]
) -> None:
    service, other = "redshift.amazonaws.com", f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:other"

    assert sparkify(capsys, "cluster", "up", *kind, "--trust-account").code == 0
    assert iam_world.trusts(ROLE, service, other)
    assert sparkify(capsys, "cluster", "up", *kind).code == 0
    assert not iam_world.trusts(ROLE, service, other)
