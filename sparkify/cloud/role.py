"""The roles: what COPY may read, UNLOAD write and the schedule pause. Least privilege, no more."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sparkify.cloud.aws import Aws
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import TAG, is_theirs, require_ours, tags
from sparkify.config import Settings
from sparkify.errors import ConfigError

PATH = "/sparkify/"
_POLICY = "sparkify"  # the name of each role's one inline policy
_S3 = "s3://"

Document = dict[str, Any]


class Place(NamedTuple):
    """A prefix of a bucket, or, if `single`, the one object of that key.

    What is `written` is read as well.
    """

    bucket: str
    key: str
    single: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A role to be: who may take it, and what it may do."""

    name: str
    trust: Document
    policy: Document


def copy_name(name: str, region: str) -> str:
    """The name of the role that a warehouse's COPY reads under; roles know no regions."""
    return f"{name}-copy-{region}"


def pause_name(name: str, region: str) -> str:
    """The name of the role that a warehouse's schedule pauses it under."""
    return f"{name}-pause-{region}"


def places(settings: Settings) -> list[Place]:
    """What COPY has to read: the configured prefixes, the JSONPaths object and WORK_DATA.

    WORK_DATA is also what UNLOAD has to write. Raises ConfigError if the sources are not in S3,
    where alone COPY reads.
    """
    for key, location in (("LOG_DATA", settings.log_data), ("SONG_DATA", settings.song_data)):
        if not location.startswith(_S3):
            raise ConfigError(
                f"[S3] {key} is {location}, and Redshift's COPY reads only from S3",
                f"set [S3] {key} to an s3://bucket/prefix",
            )
    found = [_place(settings.log_data), _place(settings.song_data)]
    if settings.work_data:
        found.append(_place(settings.work_data)._replace(written=True))
    if settings.log_jsonpath.startswith(_S3):
        found.append(_place(settings.log_jsonpath)._replace(single=True))
    return found


def _place(location: str) -> Place:
    bucket, _, key = location.removeprefix(_S3).partition("/")
    key = key.strip("/")
    return Place(bucket, key, single=key.endswith((".json", ".json.gz")))


def copy_role(aws: Aws, name: str, reads: Sequence[Place], warehouse: Sequence[str]) -> Role:
    """The role of COPY and UNLOAD, for these places; the warehouse of these ARNs alone takes it.

    https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-access-permissions.html
    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-security-other-services.html
    """
    trust = _trust(["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"])
    trust["Statement"][0]["Condition"] = {
        "StringEquals": {"aws:SourceAccount": aws.account},
        "ArnLike": {"aws:SourceArn": list(warehouse)},
    }
    return Role(copy_name(name, aws.region), trust, _policy(aws.partition, reads))


def pause_role(aws: Aws, name: str, cluster_arn: str) -> Role:
    """The role of the schedule: pauses this cluster.

    Its trust has no condition: a schedule that is refused in silence leaves a cluster running, and
    all that this role can do is to pause it.
    https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-iam-access-control-identity-based.html
    """
    pausing = {"Effect": "Allow", "Action": "redshift:PauseCluster", "Resource": cluster_arn}
    trust = _trust(["scheduler.redshift.amazonaws.com"])
    return Role(pause_name(name, aws.region), trust, _document([pausing]))


def arn(aws: Aws, role_name: str) -> str:
    """The ARN of a role of ours."""
    return f"arn:{aws.partition}:iam::{aws.account}:role{PATH}{role_name}"


def ensure(aws: Aws, name: str, role: Role) -> str:
    """Make a role of the warehouse `name`, or bring it to what it should be; its ARN."""
    trust = json.dumps(role.trust)
    found = aws.find("iam", "get_role", RoleName=role.name)
    if found:
        require_ours(f"the role {role.name}", found["Role"].get("Tags", []), name)
        aws.call("iam", "update_assume_role_policy", RoleName=role.name, PolicyDocument=trust)
    else:
        aws.call(
            *("iam", "create_role"),
            RoleName=role.name,
            Path=PATH,
            AssumeRolePolicyDocument=trust,
            Description=f"Made by sparkify for the warehouse {name}",
            Tags=tags(name),
        )
    aws.call(
        *("iam", "put_role_policy"),
        RoleName=role.name,
        PolicyName=_POLICY,
        PolicyDocument=json.dumps(role.policy),
    )
    return arn(aws, role.name)


def remove(aws: Aws, name: str, role_name: str, watch: Watch) -> list[str]:
    """Take away a role of ours if it is there, and say so."""
    found = aws.find("iam", "get_role", RoleName=role_name)
    if not found or is_theirs(f"the role {role_name}", found["Role"].get("Tags", []), name, watch):
        return []
    if aws.find("iam", "get_role_policy", RoleName=role_name, PolicyName=_POLICY):
        aws.call("iam", "delete_role_policy", RoleName=role_name, PolicyName=_POLICY)
    aws.call("iam", "delete_role", RoleName=role_name)
    return [f"role {role_name}"]


def inventory(aws: Aws) -> list[tuple[str, str, str]]:
    """The roles of the region's warehouses: what, name, warehouse."""
    found: list[tuple[str, str, str]] = []
    for each in aws.pages("iam", "list_roles", "Roles", PathPrefix=PATH):
        name = each["RoleName"]
        if name.endswith(f"-{aws.region}"):
            listed = aws.call("iam", "list_role_tags", RoleName=name)["Tags"]
            found.extend(("role", name, tag["Value"]) for tag in listed if tag["Key"] == TAG)
    return found


def _policy(partition: str, reads: Sequence[Place]) -> Document:
    statements = [_about_objects(partition, "s3:GetObject", reads)]
    writes = [place for place in reads if place.written]
    if writes:
        statements.append(_about_objects(partition, "s3:PutObject", writes))
    for bucket in _sorted([place.bucket for place in reads]):
        here = f"arn:{partition}:s3:::{bucket}"
        prefixes = [key for place in reads if place.bucket == bucket for key in _keys(place)]
        statements += [
            {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": here},
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": here,
                "Condition": {"StringLike": {"s3:prefix": _sorted(prefixes)}},
            },
        ]
    return _document(statements)


def _about_objects(partition: str, action: str, places: Sequence[Place]) -> Document:
    objects = [
        f"arn:{partition}:s3:::{place.bucket}/{key}" for place in places for key in _keys(place)
    ]
    return {"Effect": "Allow", "Action": action, "Resource": _sorted(objects)}


def _keys(place: Place) -> list[str]:
    """The keys of a place, as IAM's patterns; `log_data/*` leaves `log_data_old/` out."""
    if place.single:
        return [place.key]
    return [f"{place.key}/*"] if place.key else ["*"]


def _sorted(texts: Sequence[str]) -> list[str]:
    return sorted(set(texts))


def _trust(services: list[str]) -> Document:
    taking = {
        "Effect": "Allow",
        "Principal": {"Service": services},
        "Action": "sts:AssumeRole",
    }
    return _document([taking])


def _document(statements: list[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": statements}
