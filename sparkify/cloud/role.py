"""The IAM roles, with least privilege: COPY reads, UNLOAD writes, the schedule pauses."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sparkify.cloud.aws import Aws, AwsRejectedError
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import TAG, Resource, is_kept, require_tagged, tags
from sparkify.config import Settings
from sparkify.errors import ConfigError

ROLE_PATH = "/sparkify/"
# The policy that bounds what a role may do, if the account's administrator has created it.
BOUNDARY_NAME = "sparkify-boundary"
_POLICY_NAME = "sparkify"  # each role has one inline policy
_S3 = "s3://"

PolicyDocument = dict[str, Any]


class BucketPrefix(NamedTuple):
    """A prefix of a bucket or, if `single`, the one object with that key.

    A `written` prefix is read as well. `kms_key` is the KMS key that encrypts what is below, empty
    where there is none or it is not known.
    """

    bucket: str
    key: str
    single: bool = False
    written: bool = False
    kms_key: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A role as it should be: `trust` says who may assume it, `policy` what it may do."""

    name: str
    trust: PolicyDocument
    policy: PolicyDocument


def copy_role_name(name: str, region: str) -> str:
    """Return the name of the role for COPY. Roles are global, so it holds the region."""
    return f"{name}-copy-{region}"


def pause_role_name(name: str, region: str) -> str:
    """Return the name of the role for the schedule that pauses a cluster."""
    return f"{name}-pause-{region}"


def bucket_prefixes(settings: Settings) -> list[BucketPrefix]:
    """List what COPY must read: the sources, the JSONPaths object and WORK_DATA.

    UNLOAD must also write to WORK_DATA. Raises ConfigError if a source is not in S3, since COPY
    reads nothing else.
    """
    for key, location in (("LOG_DATA", settings.log_data), ("SONG_DATA", settings.song_data)):
        if not location.startswith(_S3):
            raise ConfigError(
                f"[S3] {key} is {location}, and Redshift's COPY reads only from S3",
                f"set [S3] {key} to an s3://bucket/prefix",
            )
    found = [_bucket_prefix(settings.log_data), _bucket_prefix(settings.song_data)]
    if settings.work_data:
        work = _bucket_prefix(settings.work_data)
        found.append(work._replace(written=True, kms_key=settings.s3_kms_key))
    if settings.log_jsonpath.startswith(_S3):
        found.append(_bucket_prefix(settings.log_jsonpath)._replace(single=True))
    return found


def with_kms_keys(aws: Aws, prefixes: Sequence[BucketPrefix]) -> list[BucketPrefix]:
    """Return the prefixes with the ARNs of the KMS keys they name, or their buckets encrypt by.

    Not known is the key of an object that was written with another key than the bucket's, or of a
    bucket whose encryption we may not read. AWS's own key `aws/s3` needs no permission.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    keys = {
        bucket: _kms_key(aws, bucket) for bucket in _distinct([each.bucket for each in prefixes])
    }
    return [
        prefix._replace(kms_key=_key_arn(aws, prefix.kms_key or keys[prefix.bucket]))
        for prefix in prefixes
    ]


def _kms_key(aws: Aws, bucket: str) -> str:
    try:
        found = aws.call("s3", "get_bucket_encryption", Bucket=bucket)
    except AwsRejectedError:
        return ""
    rules = found["ServerSideEncryptionConfiguration"]["Rules"]
    named = [
        rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID", "")
        for rule in rules
    ]
    return next(filter(None, named), "")


def _key_arn(aws: Aws, key: str) -> str:
    if not key or key.endswith("alias/aws/s3"):
        return ""
    if ":key/" in key:
        return key
    return str(aws.call("kms", "describe_key", KeyId=key)["KeyMetadata"]["Arn"])


def _bucket_prefix(location: str) -> BucketPrefix:
    bucket, _, key = location.removeprefix(_S3).partition("/")
    key = key.strip("/")
    return BucketPrefix(bucket, key, single=key.endswith((".json", ".json.gz")))


def copy_role(aws: Aws, name: str, reads: Sequence[BucketPrefix], warehouse: Sequence[str]) -> Role:
    """Define the role for COPY and UNLOAD; only the warehouse with these ARNs may assume it.

    Without ARNs, any warehouse of the account may. No page says which ARN a COPY sends as
    aws:SourceArn, so a trust that names ARNs may deny it.
    https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-access-permissions.html
    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-security-other-services.html
    """
    trust = _trust(["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"])
    condition: PolicyDocument = {"StringEquals": {"aws:SourceAccount": aws.account}}
    if warehouse:
        condition["ArnLike"] = {"aws:SourceArn": list(warehouse)}
    trust["Statement"][0]["Condition"] = condition
    return Role(copy_role_name(name, aws.region), trust, _data_policy(aws.partition, reads))


def pause_role(aws: Aws, name: str, cluster_arn: str) -> Role:
    """Define the role for the schedule, which may only pause this cluster.

    Its trust has no condition: a schedule that is denied without a message leaves a cluster
    running, and the role can do nothing but pause it.
    https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-iam-access-control-identity-based.html
    """
    pausing = {"Effect": "Allow", "Action": "redshift:PauseCluster", "Resource": cluster_arn}
    trust = _trust(["scheduler.redshift.amazonaws.com"])
    return Role(pause_role_name(name, aws.region), trust, _document([pausing]))


def role_arn(aws: Aws, role_name: str) -> str:
    """Return the ARN of a role that Sparkify creates."""
    return f"arn:{aws.partition}:iam::{aws.account}:role{ROLE_PATH}{role_name}"


def ensure_role(aws: Aws, name: str, role: Role) -> str:
    """Create or update a role of the warehouse `name`; return its ARN."""
    trust = json.dumps(role.trust)
    bounded = _boundary(aws)
    found = aws.find("iam", "get_role", RoleName=role.name)
    if found:
        require_tagged(f"the role {role.name}", found["Role"].get("Tags", []), name)
        _bound(aws, found["Role"], bounded)
        aws.call("iam", "update_assume_role_policy", RoleName=role.name, PolicyDocument=trust)
    else:
        aws.call(
            *("iam", "create_role"),
            RoleName=role.name,
            Path=ROLE_PATH,
            AssumeRolePolicyDocument=trust,
            Description=f"Made by sparkify for the warehouse {name}",
            Tags=tags(name),
            **bounded,
        )
    aws.call(
        *("iam", "put_role_policy"),
        RoleName=role.name,
        PolicyName=_POLICY_NAME,
        PolicyDocument=json.dumps(role.policy),
    )
    return role_arn(aws, role.name)


def _boundary(aws: Aws) -> dict[str, str]:
    """Return the argument that bounds a role, none where the account has no such policy."""
    arn = f"arn:{aws.partition}:iam::{aws.account}:policy/{BOUNDARY_NAME}"
    return {"PermissionsBoundary": arn} if aws.find("iam", "get_policy", PolicyArn=arn) else {}


def _bound(aws: Aws, role: dict[str, Any], bounded: dict[str, str]) -> None:
    """Bound a role that was created before the boundary was."""
    now = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    if bounded and now != bounded["PermissionsBoundary"]:
        aws.call("iam", "put_role_permissions_boundary", RoleName=role["RoleName"], **bounded)


def remove_role(aws: Aws, name: str, role_name: str, watch: Watch) -> list[str]:
    """Remove a role that Sparkify created; return what was removed."""
    found = aws.find("iam", "get_role", RoleName=role_name)
    if not found or is_kept(f"the role {role_name}", found["Role"].get("Tags", []), name, watch):
        return []
    if aws.find("iam", "get_role_policy", RoleName=role_name, PolicyName=_POLICY_NAME):
        aws.call("iam", "delete_role_policy", RoleName=role_name, PolicyName=_POLICY_NAME)
    aws.call("iam", "delete_role", RoleName=role_name)
    return [f"role {role_name}"]


def list_roles(aws: Aws) -> list[Resource]:
    """List the tagged roles of the region's warehouses."""
    found: list[Resource] = []
    for role in aws.pages("iam", "list_roles", "Roles", PathPrefix=ROLE_PATH):
        name = role["RoleName"]
        if name.endswith(f"-{aws.region}"):
            listed = aws.call("iam", "list_role_tags", RoleName=name)["Tags"]
            owners = (tag["Value"] for tag in listed if tag["Key"] == TAG)
            found.extend(Resource("role", name, owner) for owner in owners)
    return found


def _data_policy(partition: str, reads: Sequence[BucketPrefix]) -> PolicyDocument:
    statements = [_allow_objects(partition, "s3:GetObject", reads)]
    writes = [prefix for prefix in reads if prefix.written]
    if writes:
        statements.append(_allow_objects(partition, "s3:PutObject", writes))
    for key in _distinct([prefix.kms_key for prefix in reads if prefix.kms_key]):
        is_written = any(prefix.written for prefix in reads if prefix.kms_key == key)
        actions = ["kms:Decrypt", *(["kms:GenerateDataKey"] if is_written else [])]
        statements.append({"Effect": "Allow", "Action": actions, "Resource": key})
    for bucket in _distinct([prefix.bucket for prefix in reads]):
        bucket_arn = f"arn:{partition}:s3:::{bucket}"
        keys = [key for prefix in reads if prefix.bucket == bucket for key in _key_patterns(prefix)]
        statements += [
            {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": bucket_arn},
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": bucket_arn,
                "Condition": {"StringLike": {"s3:prefix": _distinct(keys)}},
            },
        ]
    return _document(statements)


def _allow_objects(partition: str, action: str, prefixes: Sequence[BucketPrefix]) -> PolicyDocument:
    objects = [
        f"arn:{partition}:s3:::{prefix.bucket}/{key}"
        for prefix in prefixes
        for key in _key_patterns(prefix)
    ]
    return {"Effect": "Allow", "Action": action, "Resource": _distinct(objects)}


def _key_patterns(prefix: BucketPrefix) -> list[str]:
    """Return the keys as IAM's patterns; `log_data/*` does not match `log_data_old/`."""
    if prefix.single:
        return [prefix.key]
    return [f"{prefix.key}/*"] if prefix.key else ["*"]


def _distinct(texts: Sequence[str]) -> list[str]:
    return sorted(set(texts))


def _trust(services: list[str]) -> PolicyDocument:
    assuming = {
        "Effect": "Allow",
        "Principal": {"Service": services},
        "Action": "sts:AssumeRole",
    }
    return _document([assuming])


def _document(statements: list[PolicyDocument]) -> PolicyDocument:
    return {"Version": "2012-10-17", "Statement": statements}
