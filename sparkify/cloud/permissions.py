"""The IAM policy for users who run `sparkify cluster` and `etl.py`."""

from typing import Any

from sparkify.cloud.role import ROLE_PATH

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftserverless.html
_WAREHOUSE_ACTIONS = {
    "redshift": (
        "CreateCluster CreateClusterParameterGroup CreateClusterSubnetGroup CreateScheduledAction"
        " CreateTags DeleteCluster DeleteClusterParameterGroup DeleteClusterSubnetGroup"
        " DeleteScheduledAction DescribeClusterParameterGroups DescribeClusterSnapshots"
        " DescribeClusterSubnetGroups DescribeClusters DescribeLoggingStatus"
        " DescribeScheduledActions EnableLogging GetClusterCredentials"
        " GetClusterCredentialsWithIAM ModifyCluster ModifyClusterParameterGroup"
        " ModifyScheduledAction PauseCluster ResumeCluster"
    ),
    "redshift-serverless": (
        "CreateNamespace CreateUsageLimit CreateWorkgroup DeleteNamespace DeleteUsageLimit"
        " DeleteWorkgroup GetCredentials GetNamespace GetWorkgroup ListNamespaces ListSnapshots"
        " ListTagsForResource ListUsageLimits ListWorkgroups TagResource UpdateNamespace"
        " UpdateUsageLimit UpdateWorkgroup"
    ),
    "ec2": (
        "AuthorizeSecurityGroupIngress CreateSecurityGroup CreateTags DeleteSecurityGroup"
        " DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones"
        " DescribeInternetGateways DescribeSecurityGroups DescribeSubnets DescribeVpcs"
        " RevokeSecurityGroupIngress"
    ),
    "cloudwatch": "GetMetricStatistics",
}
_ROLE_ACTIONS = (
    "CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy ListRoleTags PutRolePolicy"
    " TagRole UpdateAssumeRolePolicy"
)
# for the administrator's password, which AWS generates and stores
# https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html
_SECRETSMANAGER_ACTIONS = (
    "CreateSecret DeleteSecret DescribeSecret GetRandomPassword RotateSecret TagResource"
    " UpdateSecret"
)


def required_actions() -> list[str]:
    """List every action that Sparkify needs, as `service:Action`."""
    return sorted(
        [
            *_warehouse_actions(),
            *_prefixed("iam", _ROLE_ACTIONS),
            *("iam:ListRoles", "iam:PassRole", "iam:SimulatePrincipalPolicy"),
            *_prefixed("secretsmanager", _SECRETSMANAGER_ACTIONS),
        ]
    )


def operator_policy(account: str, partition: str = "aws") -> dict[str, Any]:
    """Return the policy for users who create and run warehouses in an account."""
    roles = f"arn:{partition}:iam::{account}:role{ROLE_PATH}*"
    services = ["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allow("Warehouse", _warehouse_actions(), "*"),
            _allow("SparkifyRoles", _prefixed("iam", _ROLE_ACTIONS), roles),
            {
                **_allow("PassSparkifyRoles", ["iam:PassRole"], roles),
                "Condition": {
                    "StringEquals": {
                        "iam:PassedToService": [*services, "scheduler.redshift.amazonaws.com"]
                    }
                },
            },
            _allow("ReadPermissions", ["iam:ListRoles", "iam:SimulatePrincipalPolicy"], "*"),
            {
                **_allow("FirstWarehouseOfTheAccount", ["iam:CreateServiceLinkedRole"], "*"),
                "Condition": {"StringEquals": {"iam:AWSServiceName": services[:1]}},
            },
            _allow(
                "Password",
                _prefixed("secretsmanager", _SECRETSMANAGER_ACTIONS),
                f"arn:{partition}:secretsmanager:*:{account}:secret:redshift!*",
            ),
        ],
    }


def _warehouse_actions() -> list[str]:
    return [
        action
        for service, names in _WAREHOUSE_ACTIONS.items()
        for action in _prefixed(service, names)
    ]


def _allow(name: str, allowed: list[str], resource: str) -> dict[str, Any]:
    return {"Sid": name, "Effect": "Allow", "Action": sorted(allowed), "Resource": resource}


def _prefixed(service: str, names: str) -> list[str]:
    return [f"{service}:{name}" for name in names.split()]
