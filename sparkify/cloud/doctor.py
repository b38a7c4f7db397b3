"""Diagnose what is wrong between this machine, AWS and the warehouse, and how to fix it."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

from sparkify.cloud import lifecycle, network, permissions, role
from sparkify.cloud.aws import Aws
from sparkify.cloud.warehouse import Warehouse
from sparkify.config import Settings
from sparkify.diagnosis import Diagnosis
from sparkify.errors import SparkifyError

_CONNECT_SECONDS = 5.0
_SERVICE_PRINCIPALS = {
    "provisioned": "redshift.amazonaws.com",
    "serverless": "redshift-serverless.amazonaws.com",
}
_STATE_FIXES = {
    "paused": "run: sparkify cluster resume",
    "incomplete": "run: sparkify cluster up, or down",
}


def diagnose_aws(settings: Settings, region: str = "", name: str = "") -> Iterator[Diagnosis]:
    """Run all checks, each after those that it depends on.

    Never raises SparkifyError: a check that cannot run is a diagnosis.
    """
    try:
        aws = Aws(lifecycle.region_for(settings, region), settings.s3_profile)
        yield Diagnosis(f"credentials of {aws.caller}", ok=True)
    except SparkifyError as error:
        yield Diagnosis(str(error), ok=False, fix=error.hint)
        return
    yield from _run_check("permissions", lambda: _check_permissions(aws))
    yield from _run_check("regions", lambda: _check_regions(aws, settings))
    try:
        warehouse = lifecycle.locate_warehouse(aws, settings, name)
    except SparkifyError as error:
        yield Diagnosis(str(error), ok=False, fix=error.hint)
        return
    yield from _run_check("role", lambda: _check_role(aws, warehouse, settings))
    yield from _run_check("state", lambda: _check_state(warehouse))
    yield from _run_check("network", lambda: _check_network(warehouse, settings))


def _run_check(area: str, check: Callable[[], Iterator[Diagnosis]]) -> Iterator[Diagnosis]:
    try:
        yield from check()
    except SparkifyError as error:
        yield Diagnosis(f"{area}: {error}", ok=False, fix=error.hint)


def _check_permissions(aws: Aws) -> Iterator[Diagnosis]:
    """Ask AWS's policy simulator which permissions are missing.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    if aws.caller.endswith(":root"):
        yield Diagnosis(
            "you are the account's root user, who may do everything",
            ok=False,
            fix="create a user or role with the policy in docs/aws.md, and stop using root",
        )
        return
    missing = []
    for statement in permissions.operator_policy(aws.account, aws.partition)["Statement"]:
        answer = aws.call(
            *("iam", "simulate_principal_policy"),
            PolicySourceArn=_user_or_role(aws.caller),
            ActionNames=statement["Action"],
            ResourceArns=[_example(arn) for arn in _as_list(statement["Resource"])],
            ContextEntries=_context(statement),
        )
        missing += _denied_actions(answer)
    missing = sorted(set(missing))
    yield Diagnosis(
        f"permissions missing: {', '.join(missing)}" if missing else "permissions",
        ok=not missing,
        fix="ask your administrator for them; docs/aws.md has the whole policy" if missing else "",
    )


def _example(arn: str) -> str:
    """Return an ARN that a pattern matches: to the simulator `*` alone is any, elsewhere a name."""
    return arn if arn == "*" else arn.replace("*", "example")


def _context(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the context in which a statement's conditions hold."""
    return [
        {
            "ContextKeyName": key,
            "ContextKeyValues": [value.replace("*", "example") for value in _as_list(values)][:1],
            "ContextKeyType": "string",
        }
        for keys in statement.get("Condition", {}).values()
        for key, values in keys.items()
    ]


def _user_or_role(caller: str) -> str:
    """Return the ARN of the user, or of the role that a session has assumed."""
    if ":assumed-role/" not in caller:
        return caller
    name = caller.split("/")[1]
    return caller.replace(":sts:", ":iam:").partition(":assumed-role/")[0] + f":role/{name}"


def _check_regions(aws: Aws, settings: Settings) -> Iterator[Diagnosis]:
    data = lifecycle.region_of_data(settings)
    named = settings.s3_region
    if named and named != data:
        yield Diagnosis(
            f"[S3] REGION is {named}, and the bucket is in {data}",
            ok=False,
            fix=f"set [S3] REGION to {data}",
        )
    elif data != aws.region:
        yield Diagnosis(
            f"the bucket is in {data}, the warehouse in {aws.region}: each load costs transfer",
            ok=False,
            fix=f"set [S3] REGION to {data}, or create the warehouse in {data}",
        )
    else:
        yield Diagnosis(f"bucket and warehouse are in {data}", ok=True)


def _check_role(aws: Aws, warehouse: Warehouse, settings: Settings) -> Iterator[Diagnosis]:
    wanted = settings.iam_role
    if wanted in {"", "default"}:
        yield Diagnosis("COPY uses the warehouse's default role", ok=True)
        return
    attached = wanted in warehouse.roles
    yield Diagnosis(
        f"the role {wanted} is {'' if attached else 'not '}attached to {warehouse.name}",
        ok=attached,
        fix="" if attached else "run: sparkify cluster up, or attach it in Redshift's console",
    )
    found = aws.find("iam", "get_role", RoleName=wanted.rpartition("/")[2])
    if not found:
        yield Diagnosis(f"the role {wanted} does not exist", ok=False, fix="correct [IAM_ROLE] ARN")
        return
    trusted = _trusts(found["Role"]["AssumeRolePolicyDocument"], aws.account, warehouse)
    principal = _SERVICE_PRINCIPALS[warehouse.kind]
    yield Diagnosis(
        f"{warehouse.name} may {'' if trusted else 'not '}assume the role",
        ok=trusted,
        fix=""
        if trusted
        else f"let {principal} assume it, from {warehouse.arns[0]}, or run: sparkify cluster up "
        "--trust-account",
    )
    yield from _check_role_policy(aws, wanted, settings)


def _trusts(document: dict[str, Any], account: str, warehouse: Warehouse) -> bool:
    """Return whether a trust policy of the usual form lets the warehouse assume the role."""
    principal = _SERVICE_PRINCIPALS[warehouse.kind]
    statements = document["Statement"]
    return any(
        statement["Effect"] == "Allow"
        and principal in _as_list(statement.get("Principal", {}).get("Service", []))
        and _conditions_match(statement.get("Condition", {}), account, warehouse.arns)
        for statement in (statements if isinstance(statements, list) else [statements])
    )


def _conditions_match(condition: dict[str, Any], account: str, arns: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase

    known = {"aws:sourceaccount": (account,), "aws:sourcearn": arns}
    for keys in condition.values():
        for key, patterns in keys.items():
            values = known.get(key.lower())
            # other keys, such as the database user's name, are not known here
            if values and not any(
                fnmatchcase(value, pattern) for value in values for pattern in _as_list(patterns)
            ):
                return False
    return True


def _check_role_policy(aws: Aws, role_arn: str, settings: Settings) -> Iterator[Diagnosis]:
    prefixes = role.with_kms_keys(aws, role.bucket_prefixes(settings))
    for prefix in prefixes:
        key = prefix.key if prefix.single else f"{prefix.key}/any.json".lstrip("/")
        answer = aws.call(
            *("iam", "simulate_principal_policy"),
            PolicySourceArn=role_arn,
            ActionNames=["s3:GetObject", *(["s3:PutObject"] if prefix.written else [])],
            ResourceArns=[f"arn:{aws.partition}:s3:::{prefix.bucket}/{key}"],
        )
        denied = bool(_denied_actions(answer))
        access = "read and write" if prefix.written else "read"
        yield Diagnosis(
            f"the role may {'not ' if denied else ''}{access} s3://{prefix.bucket}/{prefix.key}",
            ok=not denied,
            fix="run: sparkify cluster up, which updates the role" if denied else "",
        )
    for key in sorted({prefix.kms_key for prefix in prefixes if prefix.kms_key}):
        yield _judged_key(aws, role_arn, key, [each for each in prefixes if each.kms_key == key])


def _judged_key(aws: Aws, role_arn: str, key: str, prefixes: list[role.BucketPrefix]) -> Diagnosis:
    """Tell whether the role may use a KMS key; the key's own policy must let it, too."""
    is_written = any(prefix.written for prefix in prefixes)
    answer = aws.call(
        *("iam", "simulate_principal_policy"),
        PolicySourceArn=role_arn,
        ActionNames=["kms:Decrypt", *(["kms:GenerateDataKey"] if is_written else [])],
        ResourceArns=[key],
    )
    denied = _denied_actions(answer)
    return Diagnosis(
        f"the role may {'not ' if denied else ''}use the KMS key {key}"
        f"{': ' + ', '.join(denied) if denied else ''}",
        ok=not denied,
        fix="run: sparkify cluster up, which updates the role; the key's policy must allow it, too"
        if denied
        else "",
    )


def _check_state(warehouse: Warehouse) -> Iterator[Diagnosis]:
    available = warehouse.state == "available"
    wait = "wait, then check again: sparkify cluster status"
    yield Diagnosis(
        f"{warehouse.name} is {warehouse.state}",
        ok=available,
        fix="" if available else _STATE_FIXES.get(warehouse.state, wait),
    )
    current = warehouse.track in {"", "current"}
    yield Diagnosis(
        f"version {warehouse.version or 'unknown'}, track {warehouse.track or 'current'}",
        ok=current,
        fix="" if current else "move to the current track, which Sparkify is tested against",
    )


def _check_network(warehouse: Warehouse, settings: Settings) -> Iterator[Diagnosis]:
    host, port = settings.host or warehouse.host, settings.db_port
    try:
        socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
    except OSError:
        what = f"{host}:{port} cannot be reached from here"
        yield Diagnosis(what, ok=False, fix=_network_fix(warehouse))
    else:
        yield Diagnosis(f"{host}:{port} answers", ok=True)


def _network_fix(warehouse: Warehouse) -> str:
    if warehouse.public:
        return "let your present address in: sparkify cluster up --allow-my-ip"
    return (
        f"{warehouse.name} is private: run this in its network (an EC2 machine or CloudShell with"
        f" the security group {network.security_group_name(warehouse.name)}), use a VPN or a tunnel"
        " of Session Manager, or let your address in: sparkify cluster up --allow-my-ip"
    )


def _denied_actions(answer: dict[str, Any]) -> list[str]:
    return [
        result["EvalActionName"]
        for result in answer["EvaluationResults"]
        if result["EvalDecision"] != "allowed"
    ]


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
