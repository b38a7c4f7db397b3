"""The calls to AWS that change something."""

from sparkify.cloud.aws import READS
from sparkify.cloud.warehouse import Kind

from .shim import Shim

# Every call of `up` and `down` that changes something, in their order. What is called twice is here
# once: the second call of it is the same call.
SHARED_UP = ["iam:CreateRole", "iam:PutRolePolicy", "ec2:CreateSecurityGroup"]
SHARED_DOWN = ["iam:DeleteRolePolicy", "iam:DeleteRole", "ec2:DeleteSecurityGroup"]


UP: dict[Kind, list[str]] = {
    "serverless": [
        "redshift-serverless:CreateNamespace",
        *SHARED_UP[:2],
        "redshift-serverless:UpdateNamespace",
        SHARED_UP[2],
        "ec2:AuthorizeSecurityGroupIngress",
        "redshift-serverless:CreateWorkgroup",
        "iam:UpdateAssumeRolePolicy",
        "redshift-serverless:CreateUsageLimit",
    ],
    "provisioned": [
        *SHARED_UP,
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


DOWN: dict[Kind, list[str]] = {
    "serverless": [
        "redshift-serverless:DeleteWorkgroup",
        "redshift-serverless:DeleteUsageLimit",
        "redshift-serverless:DeleteNamespace",
        *SHARED_DOWN,
    ],
    "provisioned": [
        "redshift:DeleteCluster",
        "redshift:DeleteScheduledAction",
        *SHARED_DOWN[:2],
        "redshift:DeleteClusterParameterGroup",
        "redshift:DeleteClusterSubnetGroup",
        SHARED_DOWN[2],
    ],
}


def changes(shim: Shim) -> list[str]:
    """The calls so far that change something, each once, in the order of the first."""
    reads = tuple(word.rstrip("_").capitalize() for word in READS)
    return list(dict.fromkeys(c for c in shim.calls if not c.partition(":")[2].startswith(reads)))
