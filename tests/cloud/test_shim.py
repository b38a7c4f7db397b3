"""The shim itself: stricter than moto, and with the operations that moto lacks.

Each test names its page in AWS's docs; API pages are below
https://docs.aws.amazon.com/redshift/latest/APIReference/ and
https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/
"""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

from . import strict_redshift
from .shim import Shim
from .world import REGION

TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",'
    ' "Principal": {"Service": ["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"]}'
    "%s}]}"
)


def error_code(call: Any, **arguments: Any) -> str:
    """Return the code that a call is rejected with."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return str(raised.value.response["Error"]["Code"])


@pytest.fixture
def redshift(shim: Shim) -> Any:
    client = boto3.client("redshift", region_name=REGION)
    subnets = boto3.client("ec2", region_name=REGION).describe_subnets()["Subnets"]
    client.create_cluster_subnet_group(
        ClusterSubnetGroupName="group",
        Description="group",
        SubnetIds=[each["SubnetId"] for each in subnets],
    )
    return client


@pytest.fixture
def serverless(shim: Shim) -> Any:
    return boto3.client("redshift-serverless", region_name=REGION)


def wanted(**changes: Any) -> dict[str, Any]:
    """Return arguments for CreateCluster with these changes; None drops an argument."""
    usual = {
        "ClusterIdentifier": "one",
        "ClusterType": "single-node",
        "NodeType": "rg.large",
        "MasterUsername": "admin",
        "ManageMasterPassword": True,
        "ClusterSubnetGroupName": "group",
    }
    return {key: value for key, value in (usual | changes).items() if value is not None}


def role(trust: str) -> str:
    iam = boto3.client("iam", region_name=REGION)
    answer = iam.create_role(RoleName="reads", AssumeRolePolicyDocument=trust)
    return str(answer["Role"]["Arn"])


def status(redshift: Any) -> str:
    return str(redshift.describe_clusters(ClusterIdentifier="one")["Clusters"][0]["ClusterStatus"])


# --- clusters


@pytest.mark.parametrize(
    "changes",
    [
        {"NodeType": "dc2.large"},  # hashicorp/terraform-provider-aws issue 43270
        {"NodeType": "rg.4xlarge"},  # working-with-clusters.html: two nodes at least
        {"NumberOfNodes": 3},  # API_CreateCluster.html: a single node is one
        {"ClusterType": "multi-node"},
        {"ManageMasterPassword": None, "MasterUserPassword": "password"},
        {"ManageMasterPassword": None, "MasterUserPassword": "Passw0rd/"},
        {"ManageMasterPassword": None, "MasterUserPassword": "Pw1"},
        {"ManageMasterPassword": None},
        {"MasterUserPassword": "Passw0rd1"},  # and ManageMasterPassword
        {"Port": 5430},
        {"DBName": "Upper"},
        {"MasterUsername": "public"},
        {"ClusterIdentifier": "one--two"},
        {"Encrypted": False},  # behavior-changes.html, January 2025
        {"ClusterSubnetGroupName": "none"},
        {"ClusterParameterGroupName": "none"},
        {"IamRoles": ["arn:aws:iam::123456789012:role/none"]},
    ],
    ids=str,
)
def test_create_cluster_rejects(redshift: Any, changes: dict[str, Any]) -> None:
    code = error_code(redshift.create_cluster, **wanted(**changes))

    assert code in {
        *("InvalidParameterValue", "InvalidParameterCombination"),
        *("ClusterSubnetGroupNotFoundFault", "ClusterParameterGroupNotFound"),
    }
    assert redshift.describe_clusters()["Clusters"] == []


@pytest.mark.parametrize(
    ("condition", "accepted"),
    [
        ("", True),
        (', "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}', True),
        (', "Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}', False),
        (', "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:redshift:*:cluster:one"}}', True),
        (', "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:redshift:*:cluster:two"}}', False),
        (', "Condition": {"StringEquals": {"sts:ExternalId": "x"}}', False),
    ],
)
def test_a_role_is_accepted_if_its_trust_fits(
    redshift: Any, condition: str, accepted: bool
) -> None:
    """authorizing-redshift-service.html of the management guide."""
    arn = role(TRUST % condition)

    if accepted:
        redshift.create_cluster(**wanted(IamRoles=[arn]))
    else:
        assert (
            error_code(redshift.create_cluster, **wanted(IamRoles=[arn])) == "InvalidParameterValue"
        )


def test_states_last_for_some_polls(redshift: Any) -> None:
    """API_Cluster.html, ClusterStatus; rs-mgmt-pause-resume-cluster.html."""
    redshift.create_cluster(**wanted())
    assert [status(redshift) for _ in range(3)] == ["creating", "creating", "available"]
    redshift.pause_cluster(ClusterIdentifier="one")
    assert [status(redshift) for _ in range(3)] == ["pausing", "pausing", "paused"]
    redshift.resume_cluster(ClusterIdentifier="one")
    assert [status(redshift) for _ in range(3)] == ["resuming", "resuming", "available"]


def test_a_cluster_that_is_created_has_no_endpoint_and_cannot_be_paused_or_deleted(
    redshift: Any,
) -> None:
    """API_PauseCluster.html, API_DeleteCluster.html: InvalidClusterState."""
    redshift.create_cluster(**wanted())

    [cluster] = redshift.describe_clusters(ClusterIdentifier="one")["Clusters"]
    assert "Endpoint" not in cluster
    code = error_code(redshift.pause_cluster, ClusterIdentifier="one")
    assert code == "InvalidClusterState"
    skip = {"ClusterIdentifier": "one", "SkipFinalClusterSnapshot": True}
    assert error_code(redshift.delete_cluster, **skip) == "InvalidClusterState"


def test_deleting_wants_a_snapshots_name_or_to_skip_it(redshift: Any) -> None:
    """API_DeleteCluster.html."""
    redshift.create_cluster(**wanted())
    while status(redshift) != "available":
        pass

    one = {"ClusterIdentifier": "one"}
    both = {"SkipFinalClusterSnapshot": True, "FinalClusterSnapshotIdentifier": "s"}
    assert error_code(redshift.delete_cluster, **one) == "InvalidParameterCombination"
    assert error_code(redshift.delete_cluster, **one, **both) == "InvalidParameterCombination"
    redshift.delete_cluster(**one, FinalClusterSnapshotIdentifier="last")
    assert status(redshift) == "final-snapshot"


def test_groups_in_use_stay(redshift: Any) -> None:
    """API_DeleteClusterSubnetGroup.html."""
    redshift.create_cluster(**wanted())

    code = error_code(redshift.delete_cluster_subnet_group, ClusterSubnetGroupName="group")
    assert code == "InvalidClusterSubnetGroupStateFault"


def scheduled(**changes: Any) -> dict[str, Any]:
    return {
        "ScheduledActionName": "pause",
        "TargetAction": {"PauseCluster": {"ClusterIdentifier": "one"}},
        "Schedule": "cron(0 20 * * ? *)",
        "IamRole": "arn:aws:iam::123456789012:role/reads",
    } | changes


def test_a_schedule_wants_its_cluster_its_form_and_a_role_that_trusts_the_scheduler(
    redshift: Any,
) -> None:
    """API_CreateScheduledAction.html, API_ScheduledAction.html."""
    assert error_code(redshift.create_scheduled_action, **scheduled()) == "ClusterNotFound"
    redshift.create_cluster(**wanted())
    assert error_code(redshift.create_scheduled_action, **scheduled()) == "InvalidParameterValue"
    role(TRUST.replace("redshift.amazonaws.com", "scheduler.redshift.amazonaws.com", 1) % "")
    daily = scheduled(Schedule="every day")
    assert error_code(redshift.create_scheduled_action, **daily) == "InvalidSchedule"

    redshift.create_scheduled_action(**scheduled())

    code = error_code(redshift.create_scheduled_action, **scheduled())
    assert code == "ScheduledActionAlreadyExists"
    [action] = redshift.describe_scheduled_actions()["ScheduledActions"]
    assert action["Schedule"] == "cron(0 20 * * ? *)"
    redshift.delete_scheduled_action(ScheduledActionName="pause")
    gone = {"ScheduledActionName": "pause"}
    assert error_code(redshift.describe_scheduled_actions, **gone) == "ScheduledActionNotFound"


def test_credentials_of_iam(redshift: Any) -> None:
    """API_GetClusterCredentialsWithIAM.html: 900 to 3600 seconds."""
    redshift.create_cluster(**wanted())

    given = redshift.get_cluster_credentials_with_iam(ClusterIdentifier="one")

    assert given["DbUser"].startswith("IAM:")
    long = {"ClusterIdentifier": "one", "DurationSeconds": 7200}
    assert error_code(redshift.get_cluster_credentials_with_iam, **long) == "InvalidParameterValue"


def test_a_request_that_the_model_does_not_know_is_rejected_before_it_is_sent(
    redshift: Any, shim: Shim
) -> None:
    with pytest.raises(ParamValidationError):
        redshift.create_cluster(**wanted(Nodes=3))
    assert "redshift:CreateCluster" not in shim.calls


# --- Serverless


def test_a_namespace_manages_its_password_or_is_given_one(serverless: Any) -> None:
    """API_CreateNamespace.html."""
    both = {"manageAdminPassword": True, "adminUserPassword": "Passw0rd1"}

    code = error_code(serverless.create_namespace, namespaceName="one", **both)

    assert code == "ValidationException"


@pytest.mark.parametrize("name", ["No", "x" * 65, "under_score"])
def test_a_name_is_validated_by_the_model(serverless: Any, name: str) -> None:
    """API_CreateNamespace.html: the pattern and the length of namespaceName."""
    with pytest.raises((ClientError, ParamValidationError)):
        serverless.create_namespace(namespaceName=name)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"baseCapacity": 12}, "ValidationException"),  # serverless-capacity.html: steps of 8
        ({"baseCapacity": 16, "maxCapacity": 8}, "ValidationException"),
        ({"port": 80}, "ValidationException"),  # API_CreateWorkgroup.html
        (
            {"configParameters": [{"parameterKey": "tls", "parameterValue": "on"}]},
            "ValidationException",
        ),
        ({"namespaceName": "two"}, "ResourceNotFoundException"),
    ],
    ids=str,
)
def test_create_workgroup_rejects(serverless: Any, changes: dict[str, Any], code: str) -> None:
    serverless.create_namespace(namespaceName="one")
    usual = {"workgroupName": "one", "namespaceName": "one"}

    assert error_code(serverless.create_workgroup, **usual | changes) == code


def test_a_workgroup_comes_and_goes_in_its_time(serverless: Any) -> None:
    """API_Workgroup.html, status; API_DeleteNamespace.html: the workgroup goes first."""
    serverless.create_namespace(namespaceName="one")
    made = serverless.create_workgroup(workgroupName="one", namespaceName="one")
    assert made["workgroup"]["baseCapacity"] == 128  # serverless-capacity.html: the default
    assert made["workgroup"]["status"] == "CREATING"
    code = error_code(serverless.delete_workgroup, workgroupName="one")
    assert code == "ConflictException"

    while (group := serverless.get_workgroup(workgroupName="one")["workgroup"])["status"] != (
        "AVAILABLE"
    ):
        assert "endpoint" not in group
    assert error_code(serverless.delete_namespace, namespaceName="one") == "ConflictException"
    serverless.delete_workgroup(workgroupName="one")
    assert serverless.get_workgroup(workgroupName="one")["workgroup"]["status"] == "DELETING"


def test_a_usage_limit_is_one_a_period_and_only_logs_by_default(serverless: Any) -> None:
    """API_CreateUsageLimit.html."""
    serverless.create_namespace(namespaceName="one")
    made = serverless.create_workgroup(workgroupName="one", namespaceName="one")
    limit = {
        "resourceArn": made["workgroup"]["workgroupArn"],
        "usageType": "serverless-compute",
        "amount": 8,
        "period": "daily",
    }

    given = serverless.create_usage_limit(**limit)["usageLimit"]

    assert given["breachAction"] == "log"
    assert error_code(serverless.create_usage_limit, **limit) == "ConflictException"
    assert (
        error_code(serverless.create_usage_limit, **limit | {"amount": 0}) == "ValidationException"
    )
    elsewhere = limit | {"resourceArn": limit["resourceArn"] + "x"}
    code = error_code(serverless.create_usage_limit, **elsewhere)
    assert code == "ResourceNotFoundException"


def test_roles_of_a_namespace_come_with_their_default_and_are_answered_wrapped(
    serverless: Any,
) -> None:
    """API_UpdateNamespace.html; the wrapped ARN is what Terraform's provider parses."""
    serverless.create_namespace(namespaceName="one")
    arn = role(TRUST % "")

    alone = {"namespaceName": "one", "iamRoles": [arn]}
    assert error_code(serverless.update_namespace, **alone) == "ValidationException"
    answer = serverless.update_namespace(**alone, defaultIamRoleArn=arn)

    assert answer["namespace"]["iamRoles"] == [f"IamRole(applyStatus=in-sync, iamRoleArn={arn})"]
    assert error_code(serverless.create_workgroup, workgroupName="one", namespaceName="one") == (
        "ConflictException"  # it is MODIFYING
    )


def test_a_fault_is_as_often_as_asked_for(shim: Shim, serverless: Any) -> None:
    shim.fail("redshift-serverless:ListNamespaces", "ValidationException", times=1)

    assert error_code(serverless.list_namespaces) == "ValidationException"
    assert serverless.list_namespaces()["namespaces"] == []


def test_a_new_cluster_passes_through_states_that_moto_lacks(redshift: Any) -> None:
    """The shim is needed: moto's own cluster is available at once."""
    redshift.create_cluster(**wanted())
    cluster = strict_redshift.clusters(REGION)["one"]

    assert cluster.phases == ["creating", "creating", "available"]
