"""The IAM policies for users who run `sparkify cluster` and `etl.py`, and for what they create.

The operator may create and change only what carries Sparkify's tag, and only roles within a
boundary; docs/aws.md says what remains. Which actions take which resources and conditions stands
in the Service Authorization Reference, and the tests hold the policies to it:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftserverless.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from collections.abc import Sequence
from typing import Any

from sparkify.cloud.role import BOUNDARY_NAME, ROLE_PATH
from sparkify.cloud.warehouse import TAG

PolicyStatement = dict[str, Any]

# What only reads, and what takes no resource and no tag.
_READS = {
    "redshift": (
        "DescribeClusterParameterGroups DescribeClusterSnapshots DescribeClusterSubnetGroups"
        " DescribeClusters DescribeLoggingStatus DescribeScheduledActions"
    ),
    "redshift-serverless": (
        "GetNamespace GetWorkgroup ListNamespaces ListSnapshots ListTagsForResource"
        " ListUsageLimits ListWorkgroups"
    ),
    "ec2": (
        "DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones"
        " DescribeInternetGateways DescribeSecurityGroups DescribeSubnets DescribeVpcs"
    ),
    "cloudwatch": "GetMetricStatistics",
    "iam": "ListRoles SimulatePrincipalPolicy",
    "kms": "DescribeKey",
    "s3": "GetEncryptionConfiguration",
}
_WITHOUT_RESOURCE = {
    "redshift": "CreateScheduledAction DeleteScheduledAction ModifyScheduledAction",
    "redshift-serverless": "CreateUsageLimit DeleteUsageLimit UpdateUsageLimit",
    "secretsmanager": "GetRandomPassword",
}
# What creates a tagged resource, and what changes one.
_CREATES = {
    "redshift": "CreateCluster CreateClusterParameterGroup CreateClusterSubnetGroup CreateTags",
    "redshift-serverless": "CreateNamespace CreateWorkgroup TagResource",
}
_CHANGES = {
    "redshift": (
        "DeleteCluster DeleteClusterParameterGroup DeleteClusterSubnetGroup EnableLogging"
        " ModifyCluster ModifyClusterParameterGroup PauseCluster ResumeCluster"
    ),
    "redshift-serverless": (
        "DeleteNamespace DeleteWorkgroup GetCredentials UpdateNamespace UpdateWorkgroup"
    ),
    "ec2": "AuthorizeSecurityGroupIngress DeleteSecurityGroup RevokeSecurityGroupIngress",
}
_LOG_IN = {"redshift": "GetClusterCredentials GetClusterCredentialsWithIAM"}
# What gives a role permissions, or takes them, or says who has them; and the rest about roles.
_BOUNDED_ROLE_ACTIONS = (
    "CreateRole DeleteRole DeleteRolePolicy PutRolePermissionsBoundary PutRolePolicy"
    " UpdateAssumeRolePolicy"
)
_ROLE_ACTIONS = "GetRole GetRolePolicy ListRoleTags TagRole"
# for the administrator's password, which AWS generates and stores, and `sparkify grant` logs in by
# https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html
_SECRETSMANAGER_ACTIONS = (
    "CreateSecret DeleteSecret DescribeSecret GetSecretValue RotateSecret TagResource UpdateSecret"
)
_SERVICES = ["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"]


def required_actions() -> list[str]:
    """List every action that Sparkify needs, as `service:Action`."""
    return sorted(
        {
            action
            for statement in operator_policy("*")["Statement"]
            for action in statement["Action"]
        }
        - {"iam:CreateServiceLinkedRole"}
    )


def operator_policy(account: str, partition: str = "aws") -> dict[str, Any]:
    """Return the policy for users who create and run warehouses in an account."""
    iam = f"arn:{partition}:iam::{account}"
    roles = f"{iam}:role{ROLE_PATH}*"
    ec2, redshift = f"arn:{partition}:ec2:*:{account}", f"arn:{partition}:redshift:*:{account}"
    of_request = {"StringLike": {f"aws:RequestTag/{TAG}": "*"}}
    of_resource = {"StringLike": {f"aws:ResourceTag/{TAG}": "*"}}
    bounded = {"StringEquals": {"iam:PermissionsBoundary": f"{iam}:policy/{BOUNDARY_NAME}"}}
    passed = {
        "StringEquals": {"iam:PassedToService": [*_SERVICES, "scheduler.redshift.amazonaws.com"]}
    }
    secrets = f"arn:{partition}:secretsmanager:*:{account}:secret:redshift!*"
    by_group = {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}}
    return _policy(
        _allow("Read", _actions(_READS), "*"),
        _allow("NoResource", _actions(_WITHOUT_RESOURCE), "*"),
        _allow("CreateTagged", _actions(_CREATES), "*", of_request),
        _allow("ChangeTagged", _actions(_CHANGES), "*", of_resource),
        _allow("LogIn", _actions(_LOG_IN), [f"{redshift}:dbname:*", f"{redshift}:dbuser:*"]),
        _allow("Group", ["ec2:CreateSecurityGroup"], f"{ec2}:security-group/*", of_request),
        _allow("GroupInVpc", ["ec2:CreateSecurityGroup"], f"{ec2}:vpc/*"),
        _allow("TagGroup", ["ec2:CreateTags"], f"{ec2}:security-group/*", by_group),
        _allow("BoundedRoles", _prefixed("iam", _BOUNDED_ROLE_ACTIONS), roles, bounded),
        _allow("Roles", _prefixed("iam", _ROLE_ACTIONS), roles),
        _allow("Boundary", ["iam:GetPolicy"], f"{iam}:policy/{BOUNDARY_NAME}"),
        _allow("PassRoles", ["iam:PassRole"], roles, passed),
        _allow(
            *("FirstWarehouseOfTheAccount", ["iam:CreateServiceLinkedRole"], "*"),
            {"StringEquals": {"iam:AWSServiceName": _SERVICES[:1]}},
        ),
        _allow("Password", _prefixed("secretsmanager", _SECRETSMANAGER_ACTIONS), secrets),
    )


def boundary_policy(account: str, buckets: Sequence[str], partition: str = "aws") -> dict[str, Any]:
    """Return the boundary: the most that any role may do which an operator creates."""
    named = [f"arn:{partition}:s3:::{bucket}" for bucket in buckets]
    keys = f"arn:{partition}:kms:*:{account}:key/*"
    by_s3 = {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}
    clusters = f"arn:{partition}:redshift:*:{account}:cluster:*"
    return _policy(
        _allow("Objects", ["s3:GetObject", "s3:PutObject"], [f"{each}/*" for each in named]),
        _allow("Buckets", ["s3:GetBucketLocation", "s3:ListBucket"], named),
        _allow("Keys", ["kms:Decrypt", "kms:GenerateDataKey"], keys, by_s3),
        _allow("Pause", ["redshift:PauseCluster"], clusters),
    )


def _policy(*statements: PolicyStatement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(
    name: str,
    allowed: list[str],
    resource: str | list[str],
    condition: dict[str, Any] | None = None,
) -> PolicyStatement:
    statement: PolicyStatement = {
        "Sid": name,
        "Effect": "Allow",
        "Action": sorted(allowed),
        "Resource": resource,
    }
    return statement | ({"Condition": condition} if condition else {})


def _actions(by_service: dict[str, str]) -> list[str]:
    return [action for service, names in by_service.items() for action in _prefixed(service, names)]


def _prefixed(service: str, names: str) -> list[str]:
    return [f"{service}:{name}" for name in names.split()]
