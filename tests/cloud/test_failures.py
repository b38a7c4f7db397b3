"""After a failure half-way, the same command finishes, or `down` removes everything."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from sparkify.cli.aws import NotePrinter
from sparkify.cloud import lifecycle
from sparkify.cloud.aws import Aws, AwsRejectedError
from sparkify.cloud.role import BucketPrefix
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import DeploymentKind, WarehousePlan
from sparkify.errors import CloudError

from . import strict_redshift
from .expected_calls import DOWN, UP, changes
from .shim import Shim
from .world import BUCKET, REGION, aws_in, resources, sparkify

Capsys = pytest.CaptureFixture[str]

KINDS: list[DeploymentKind] = ["serverless", "provisioned"]

DONE = pytest.mark.parametrize(
    "done", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["done", "not-sent"]
)
# `make test` tries one call in five, `make test-slow` each.
STEP = 5


def each_call(calls: dict[DeploymentKind, list[str]]) -> pytest.MarkDecorator:
    cases = [(kind, action) for kind in KINDS for action in calls[kind]]
    params = [
        pytest.param(*case, marks=[pytest.mark.slow] if place % STEP else [])
        for place, case in enumerate(cases)
    ]
    return pytest.mark.parametrize(("kind", "action"), params)


UP_CALLS, DOWN_CALLS = each_call(UP), each_call(DOWN)
READ = [BucketPrefix(BUCKET, "log_data"), BucketPrefix(BUCKET, "song_data")]


@pytest.fixture
def aws(shim: Shim) -> Aws:
    return aws_in(REGION)


def up(aws: Aws, kind: DeploymentKind) -> None:
    plan = WarehousePlan("sparkify", "sparkify", "awsuser", 5439, kind=kind)
    created = lifecycle.create_warehouse(aws, plan, READ, Watch(1, NotePrinter()))
    assert created is not None
    assert created.state == "available"


def down(aws: Aws) -> None:
    lifecycle.remove_warehouse(aws, "sparkify", Watch(1, NotePrinter()), keep_snapshot=False)


def is_cost_bounded(shim: Shim, kind: DeploymentKind) -> bool:
    """Return whether the schedule, or the usage limit, exists."""
    if kind == "provisioned":
        return "sparkify-pause" in strict_redshift.World.actions
    return len(shim.serverless[REGION].limits) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_up_and_down_make_the_expected_calls(shim: Shim, aws: Aws, kind: DeploymentKind) -> None:
    up(aws, kind)
    assert changes(shim) == UP[kind]

    shim.calls.clear()
    down(aws)
    assert changes(shim) == DOWN[kind]


@UP_CALLS
def test_up_that_fails_is_finished_by_up(
    shim: Shim, aws: Aws, kind: DeploymentKind, action: str
) -> None:
    shim.deny(action)
    with pytest.raises(AwsRejectedError, match=re.escape(action)):
        up(aws, kind)
    shim.recover()

    up(aws, kind)

    assert is_cost_bounded(shim, kind)
    down(aws)
    assert resources() == []


@UP_CALLS
@DONE
def test_up_that_is_interrupted_is_removed_by_down(  # noqa: PLR0917 - three are fixtures
    shim: Shim,
    aws: Aws,
    interrupt: Callable[..., None],
    kind: DeploymentKind,
    action: str,
    done: bool,
) -> None:
    interrupt(_as_called(action), done=done)
    with pytest.raises(KeyboardInterrupt):
        up(aws, kind)

    down(aws)

    assert resources() == []
    assert shim.serverless[REGION].limits == {}


@DOWN_CALLS
def test_down_that_fails_is_finished_by_down(
    shim: Shim, aws: Aws, kind: DeploymentKind, action: str
) -> None:
    up(aws, kind)
    shim.deny(action)
    with pytest.raises(AwsRejectedError, match=re.escape(action)):
        down(aws)
    shim.recover()

    down(aws)

    assert resources() == []
    assert shim.serverless[REGION].limits == {}


def _group_without_tag() -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    ec2.create_security_group(GroupName="sparkify-warehouse", Description="untagged", VpcId=vpc)


def _subnet_group_without_tag() -> None:
    subnets = boto3.client("ec2", region_name=REGION).describe_subnets()["Subnets"]
    boto3.client("redshift", region_name=REGION).create_cluster_subnet_group(
        ClusterSubnetGroupName="sparkify",
        Description="untagged",
        SubnetIds=[each["SubnetId"] for each in subnets],
    )


def _parameters_without_tag() -> None:
    boto3.client("redshift", region_name=REGION).create_cluster_parameter_group(
        ParameterGroupName="sparkify", ParameterGroupFamily="redshift-1.0", Description="untagged"
    )


def _namespace_without_tag() -> None:
    serverless = boto3.client("redshift-serverless", region_name=REGION)
    serverless.create_namespace(namespaceName="sparkify")


def _role_without_tag() -> None:
    boto3.client("iam", region_name=REGION).create_role(
        RoleName="sparkify-copy-us-west-2", AssumeRolePolicyDocument="{}"
    )


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("serverless", _namespace_without_tag),
        ("serverless", _role_without_tag),
        ("serverless", _group_without_tag),
        ("provisioned", _role_without_tag),
        ("provisioned", _group_without_tag),
        ("provisioned", _subnet_group_without_tag),
        ("provisioned", _parameters_without_tag),
    ],
)
def test_a_name_that_is_taken_stops_up_and_down_keeps_its_owner(
    shim: Shim, aws: Aws, kind: DeploymentKind, make: Callable[[], None]
) -> None:
    make()

    with pytest.raises(CloudError, match="Sparkify did not create it"):
        up(aws, kind)
    # `down` rejects a warehouse without the tag, keeps other resources without it, removes the rest
    with suppress(CloudError):
        down(aws)

    assert resources() == []
    with pytest.raises(ClientError, match=r"(?i)exist|duplicate"):
        make()  # it still exists


@DOWN_CALLS
@DONE
def test_down_that_is_interrupted_is_finished_by_down(  # noqa: PLR0917 - three are fixtures
    shim: Shim,
    aws: Aws,
    interrupt: Callable[..., None],
    kind: DeploymentKind,
    action: str,
    done: bool,
) -> None:
    up(aws, kind)
    interrupt(_as_called(action), done=done)
    with pytest.raises(KeyboardInterrupt):
        down(aws)

    down(aws)

    assert resources() == []
    assert shim.serverless[REGION].limits == {}


def _as_called(action: str) -> str:
    """Return an action's name in boto3: `iam:PutRolePolicy` is put_role_policy."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", action.partition(":")[2]).lower()


# --- messages


def test_a_permission_that_is_missing_is_named(shim: Shim, folder: Path, capsys: Capsys) -> None:
    shim.deny("redshift:CreateCluster")

    said = sparkify(capsys, "cluster", "up", "--provisioned")

    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "Error: AWS denied redshift:CreateCluster: you lack this permission\n"
        "Try: ask your administrator for redshift:CreateCluster; docs/aws.md has the whole policy\n"
    )


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("redshift:CreateCluster", "NumberOfNodesQuotaExceeded"),
        ("redshift:CreateCluster", "InsufficientClusterCapacity"),
        ("redshift:CreateScheduledAction", "ScheduledActionQuotaExceeded"),
        ("iam:CreateRole", "LimitExceeded"),
        ("ec2:CreateSecurityGroup", "SecurityGroupLimitExceeded"),
    ],
)
def test_a_quota_is_reported_as_one(
    shim: Shim, folder: Path, capsys: Capsys, action: str, code: str
) -> None:
    shim.fail(action, code, "It is all used up.")

    said = sparkify(capsys, "cluster", "up", "--provisioned")

    assert said.code == 1
    assert f"AWS has no quota or capacity left: It is all used up. ({action}, {code})" in said.err
    assert "Service Quotas" in said.err


@pytest.mark.parametrize("kind", [(), ("--provisioned",)], ids=KINDS)
def test_waiting_ends_at_the_timeout(
    shim: Shim, folder: Path, capsys: Capsys, kind: tuple[str, ...]
) -> None:
    shim.last(10_000)

    said = sparkify(capsys, "cluster", "up", *kind, "--timeout", "0.005")

    assert said.code == 1
    assert re.search(r"sparkify is still (creating|modifying) after 0.005 minutes", said.err)
    assert "run the same command again" in said.err
    shim.last(0)
    assert sparkify(capsys, "cluster", "status", "--json").json["name"] == "sparkify"


def test_ctrl_c_says_what_continues(
    shim: Shim, folder: Path, capsys: Capsys, interrupt: Callable[..., None]
) -> None:
    interrupt("create_workgroup", done=True)

    said = sparkify(capsys, "cluster", "up")

    assert said.code == 130
    assert "interrupted; AWS continues" in said.err
    assert "sparkify cluster down" in said.err


def test_missing_credentials_are_reported(
    shim: Shim, folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    said = sparkify(capsys, "cluster", "status")

    assert said.code == 1
    assert "there are no credentials for AWS" in said.err
    assert "aws configure" in said.err


def test_a_profile_that_does_not_exist_is_reported(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    said = sparkify(capsys, "cluster", "status", "--set", "S3.PROFILE=nobody")

    assert said.code == 1
    assert "nobody" in said.err
    assert "[S3] PROFILE" in said.err


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"])
def test_rejected_credentials_are_reported(
    shim: Shim, folder: Path, capsys: Capsys, code: str
) -> None:
    shim.fail("redshift:DescribeClusters", code)

    said = sparkify(capsys, "cluster", "status")

    assert f"AWS does not accept your credentials ({code})" in said.err


def test_aws_out_of_reach_is_reported(
    shim: Shim, folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    said = sparkify(capsys, "cluster", "status", "--region", REGION)

    assert said.code == 1
    assert "the AWS call redshift:DescribeClusters failed" in said.err


def test_a_group_that_is_still_held_is_waited_for(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up")
    shim.fail("ec2:DeleteSecurityGroup", "DependencyViolation", times=3)

    said = sparkify(capsys, "cluster", "down", "--yes", "--no-snapshot")

    assert said.code == 0
    assert resources() == []


def test_without_boto3_the_extra_is_named(
    folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)

    said = sparkify(capsys, "cluster", "status")

    assert said.code == 2
    assert "-m pip install 'boto3>=" in said.err


def test_one_kind_does_not_grow_into_the_other(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up")

    said = sparkify(capsys, "cluster", "up", "--provisioned")

    assert said.code == 1
    assert "sparkify already exists, and is serverless" in said.err
    assert "without --provisioned" in said.err
