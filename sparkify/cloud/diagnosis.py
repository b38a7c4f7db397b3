"""What can be wrong between this machine, AWS and the warehouse, and how to mend it."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sparkify.cloud import lifecycle, network, permissions, role
from sparkify.cloud.aws import Aws
from sparkify.cloud.warehouse import Warehouse
from sparkify.config import Settings
from sparkify.errors import SparkifyError

_AT_ONCE = 50  # actions to simulate in one call
_PATIENCE_SECONDS = 5.0
_SERVICES = {
    "provisioned": "redshift.amazonaws.com",
    "serverless": "redshift-serverless.amazonaws.com",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and found, whether it is well, and how to mend it if it is not."""

    what: str
    ok: bool
    mend: str = ""


def findings(settings: Settings, region: str = "", name: str = "") -> Iterator[Finding]:
    """Look at everything, in the order in which one thing needs the other.

    Never raises SparkifyError: what cannot be looked at is a finding.
    """
    try:
        aws = Aws(lifecycle.region_for(settings, region), settings.s3_profile)
        yield Finding(f"credentials of {aws.caller}", ok=True)
    except SparkifyError as error:
        yield Finding(str(error), ok=False, mend=error.hint)
        return
    yield from _tried("permissions", lambda: _permissions(aws))
    yield from _tried("regions", lambda: _regions(aws, settings))
    try:
        warehouse = lifecycle.locate(aws, settings, name)
    except SparkifyError as error:
        yield Finding(str(error), ok=False, mend=error.hint)
        return
    yield from _tried("role", lambda: _role(aws, warehouse, settings))
    yield from _tried("state", lambda: _state(warehouse))
    yield from _tried("network", lambda: _network(warehouse, settings))


def _tried(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except SparkifyError as error:
        yield Finding(f"{what}: {error}", ok=False, mend=error.hint)


def _permissions(aws: Aws) -> Iterator[Finding]:
    """Which permissions are missing, by AWS's own simulator.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    if aws.caller.endswith(":root"):
        yield Finding(
            "you are the account's root user, who may do everything",
            ok=False,
            mend="make a user or role with the policy of docs/aws.md, and keep root locked away",
        )
        return
    wanted = permissions.actions()
    missing = []
    for start in range(0, len(wanted), _AT_ONCE):
        answer = aws.call(
            *("iam", "simulate_principal_policy"),
            PolicySourceArn=_identity(aws.caller),
            ActionNames=wanted[start : start + _AT_ONCE],
        )
        missing += _denied(answer)
    yield Finding(
        f"permissions missing: {', '.join(missing)}" if missing else "permissions",
        ok=not missing,
        mend="ask your administrator for them; docs/aws.md has the whole policy" if missing else "",
    )


def _identity(caller: str) -> str:
    """The user or role behind a caller; a session of a role is not one."""
    if ":assumed-role/" not in caller:
        return caller
    name = caller.split("/")[1]
    return caller.replace(":sts:", ":iam:").partition(":assumed-role/")[0] + f":role/{name}"


def _regions(aws: Aws, settings: Settings) -> Iterator[Finding]:
    data = lifecycle.region_of_data(settings)
    named = settings.s3_region
    if named and named != data:
        yield Finding(
            f"[S3] REGION is {named}, and the bucket is in {data}",
            ok=False,
            mend=f"set [S3] REGION to {data}",
        )
    elif data != aws.region:
        yield Finding(
            f"the bucket is in {data}, the warehouse in {aws.region}: each load pays the way",
            ok=False,
            mend=f"set [S3] REGION to {data}, or make the warehouse in {data}",
        )
    else:
        yield Finding(f"bucket and warehouse are in {data}", ok=True)


def _role(aws: Aws, warehouse: Warehouse, settings: Settings) -> Iterator[Finding]:
    wanted = settings.iam_role
    if wanted in {"", "default"}:
        yield Finding("COPY uses the warehouse's default role", ok=True)
        return
    attached = wanted in warehouse.roles
    yield Finding(
        f"the role {wanted} is {'' if attached else 'not '}attached to {warehouse.name}",
        ok=attached,
        mend="" if attached else "run: sparkify cluster up, or attach it in Redshift's console",
    )
    found = aws.find("iam", "get_role", RoleName=wanted.rpartition("/")[2])
    if not found:
        yield Finding(f"the role {wanted} does not exist", ok=False, mend="correct [IAM_ROLE] ARN")
        return
    trusted = _trusts(found["Role"]["AssumeRolePolicyDocument"], aws.account, warehouse)
    yield Finding(
        f"the role {'lets' if trusted else 'does not let'} {warehouse.name} take it",
        ok=trusted,
        mend=""
        if trusted
        else f"let {_SERVICES[warehouse.kind]} assume it, from {warehouse.arns[0]}",
    )
    yield from _readable(aws, wanted, settings)


def _trusts(document: dict[str, Any], account: str, warehouse: Warehouse) -> bool:
    """Whether a trust policy of the usual form lets the warehouse's service take the role."""
    statements = document["Statement"]
    return any(
        statement["Effect"] == "Allow"
        and _SERVICES[warehouse.kind] in _all(statement.get("Principal", {}).get("Service", []))
        and _holds(statement.get("Condition", {}), account, warehouse.arns)
        for statement in (statements if isinstance(statements, list) else [statements])
    )


def _holds(condition: dict[str, Any], account: str, arns: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase

    known = {"aws:sourceaccount": (account,), "aws:sourcearn": arns}
    for keys in condition.values():
        for key, patterns in keys.items():
            values = known.get(key.lower())
            # who may be named is a matter of the database, which is not asked here
            if values and not any(
                fnmatchcase(value, pattern) for value in values for pattern in _all(patterns)
            ):
                return False
    return True


def _readable(aws: Aws, role_arn: str, settings: Settings) -> Iterator[Finding]:
    for place in role.places(settings):
        key = place.key if place.single else f"{place.key}/any.json".lstrip("/")
        answer = aws.call(
            *("iam", "simulate_principal_policy"),
            PolicySourceArn=role_arn,
            ActionNames=["s3:GetObject", *(["s3:PutObject"] if place.written else [])],
            ResourceArns=[f"arn:{aws.partition}:s3:::{place.bucket}/{key}"],
        )
        doing = "read and write" if place.written else "read"
        yield Finding(
            f"the role may {'not ' if _denied(answer) else ''}{doing} "
            f"s3://{place.bucket}/{place.key}",
            ok=not _denied(answer),
            mend="run: sparkify cluster up, which brings the role to the settings"
            if _denied(answer)
            else "",
        )


def _state(warehouse: Warehouse) -> Iterator[Finding]:
    mends = {
        "paused": "run: sparkify cluster resume",
        "incomplete": "run: sparkify cluster up, or down",
    }
    yield Finding(
        f"{warehouse.name} is {warehouse.state}",
        ok=warehouse.state == "available",
        mend=""
        if warehouse.state == "available"
        else mends.get(warehouse.state, "wait, then look again: sparkify cluster status"),
    )
    current = warehouse.track in {"", "current"}
    yield Finding(
        f"version {warehouse.version or 'not told'}, track {warehouse.track or 'current'}",
        ok=current,
        mend="" if current else "move to the current track: what Sparkify is tested against",
    )


def _network(warehouse: Warehouse, settings: Settings) -> Iterator[Finding]:
    host, port = settings.host or warehouse.host, settings.db_port
    try:
        socket.create_connection((host, port), timeout=_PATIENCE_SECONDS).close()
    except OSError:
        yield Finding(f"{host}:{port} cannot be reached from here", ok=False, mend=_way(warehouse))
    else:
        yield Finding(f"{host}:{port} answers", ok=True)


def _way(warehouse: Warehouse) -> str:
    if warehouse.public:
        return "let your present address in: sparkify cluster up --allow-my-ip"
    return (
        f"{warehouse.name} is private: run this in its network (an EC2 machine or CloudShell with"
        f" the security group {network.group_name(warehouse.name)}), go through a VPN or a tunnel"
        " of Session Manager, or let your address in: sparkify cluster up --allow-my-ip"
    )


def _denied(answer: dict[str, Any]) -> list[str]:
    return [
        result["EvalActionName"]
        for result in answer["EvaluationResults"]
        if result["EvalDecision"] != "allowed"
    ]


def _all(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
