"""What whoever runs `sparkify cluster` and `etl.py` must be allowed to do, as a policy for IAM."""

from typing import Any

from sparkify.cloud.role import PATH

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftserverless.html
_WAREHOUSE = {
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
_ROLES = (
    "CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy ListRoleTags PutRolePolicy"
    " TagRole UpdateAssumeRolePolicy"
)
# the password of the administrator, which AWS makes and keeps
# https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html
_KEEPING = (
    "CreateSecret DeleteSecret DescribeSecret GetRandomPassword RotateSecret TagResource"
    " UpdateSecret"
)


def actions() -> list[str]:
    """Every action that is needed, as `service:Action`."""
    found = [f"{service}:{name}" for service, names in _WAREHOUSE.items() for name in names.split()]
    found += [*_of("iam", _ROLES), "iam:ListRoles", "iam:PassRole", "iam:SimulatePrincipalPolicy"]
    return sorted([*found, *_of("secretsmanager", _KEEPING)])


def operator_policy(account: str, partition: str = "aws") -> dict[str, Any]:
    """The policy to give to whoever makes and runs warehouses in an account."""
    roles = f"arn:{partition}:iam::{account}:role{PATH}*"
    services = ["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"]
    warehouse = [action for service, names in _WAREHOUSE.items() for action in _of(service, names)]
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allow("Warehouse", warehouse, "*"),
            _allow("OurRoles", _of("iam", _ROLES), roles),
            {
                **_allow("PassOurRoles", ["iam:PassRole"], roles),
                "Condition": {
                    "StringEquals": {
                        "iam:PassedToService": [*services, "scheduler.redshift.amazonaws.com"]
                    }
                },
            },
            _allow("Look", ["iam:ListRoles", "iam:SimulatePrincipalPolicy"], "*"),
            {
                **_allow("FirstWarehouseOfTheAccount", ["iam:CreateServiceLinkedRole"], "*"),
                "Condition": {"StringEquals": {"iam:AWSServiceName": services[:1]}},
            },
            _allow(
                "Password",
                _of("secretsmanager", _KEEPING),
                f"arn:{partition}:secretsmanager:*:{account}:secret:redshift!*",
            ),
        ],
    }


def _allow(name: str, allowed: list[str], resource: str) -> dict[str, Any]:
    return {"Sid": name, "Effect": "Allow", "Action": sorted(allowed), "Resource": resource}


def _of(service: str, names: str) -> list[str]:
    return [f"{service}:{name}" for name in names.split()]
