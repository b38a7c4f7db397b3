"""The calls to AWS that change something, in the order in which `up` and `down` make them.

A call that is made twice is listed once, at its first place.
"""

from sparkify.cloud.aws import READ_PREFIXES
from sparkify.cloud.warehouse import DeploymentKind

from .shim import Shim

_SHARED_UP = ["iam:CreateRole", "iam:PutRolePolicy", "ec2:CreateSecurityGroup"]
_SHARED_DOWN = ["iam:DeleteRolePolicy", "iam:DeleteRole", "ec2:DeleteSecurityGroup"]
UP: dict[DeploymentKind, list[str]] = {
    "serverless": [
        "redshift-serverless:CreateNamespace",
        *_SHARED_UP[:2],
        "redshift-serverless:UpdateNamespace",
        _SHARED_UP[2],
        "ec2:AuthorizeSecurityGroupIngress",
        "redshift-serverless:CreateWorkgroup",
        "iam:UpdateAssumeRolePolicy",
        "redshift-serverless:CreateUsageLimit",
    ],
    "provisioned": [
        *_SHARED_UP,
        "ec2:AuthorizeSecurityGroupIngress",
        "redshift:CreateClusterSubnetGroup",
        "redshift:CreateClusterParameterGroup",
        "redshift:ModifyClusterParameterGroup",
        "redshift:CreateCluster",
        "redshift:CreateScheduledAction",
        "redshift:EnableLogging",
        "iam:UpdateAssumeRolePolicy",
    ],
}
DOWN: dict[DeploymentKind, list[str]] = {
    "serverless": [
        "redshift-serverless:DeleteWorkgroup",
        "redshift-serverless:DeleteUsageLimit",
        "redshift-serverless:DeleteNamespace",
        *_SHARED_DOWN,
    ],
    "provisioned": [
        "redshift:DeleteCluster",
        "redshift:DeleteScheduledAction",
        *_SHARED_DOWN[:2],
        "redshift:DeleteClusterParameterGroup",
        "redshift:DeleteClusterSubnetGroup",
        _SHARED_DOWN[2],
    ],
}


def changes(shim: Shim) -> list[str]:
    """List the calls so far that change something, each once, in the order of the first."""
    reads = tuple(word.rstrip("_").capitalize() for word in READ_PREFIXES)
    return list(dict.fromkeys(c for c in shim.calls if not c.partition(":")[2].startswith(reads)))
