"""Redshift Serverless: a namespace (data), a workgroup (compute), a usage limit (money).

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/Welcome.html
"""

import re
from collections.abc import Sequence
from typing import Any

from sparkify.cloud import network, role
from sparkify.cloud.aws import Aws, AwsRejectedError
from sparkify.cloud.role import BucketPrefix
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import (
    TAG,
    Resource,
    Warehouse,
    WarehousePlan,
    is_tagged,
    require_tagged,
    tags,
)

_SERVICE = "redshift-serverless"
_SERVERLESS_GONE = "gone"
_SERVERLESS_DELETING = {"deleting", _SERVERLESS_GONE}
_SERVERLESS_STABLE = {"available", *_SERVERLESS_DELETING}
_LARGER_BASE_RPU = 8  # for regions that do not offer 4


def find_by_name(aws: Aws, name: str) -> Warehouse | None:
    """Return the serverless warehouse with this name, also one that Sparkify did not create."""
    group, namespace = _find_workgroup(aws, name), _find_namespace(aws, name)
    if group is None:
        return _describe_namespace(aws, namespace) if namespace else None
    if group["namespaceName"] != name:
        namespace = _find_namespace(aws, group["namespaceName"])
    return _describe_workgroup(aws, group, namespace or {})


def find_by_host(aws: Aws, host: str) -> Warehouse | None:
    """Return the serverless warehouse whose endpoint, or custom domain, is `host`."""
    for group in aws.pages(_SERVICE, "list_workgroups", "workgroups"):
        if host in {group.get("endpoint", {}).get("address"), group.get("customDomainName")}:
            return find_by_name(aws, group["workgroupName"])
    return None


def deploy(aws: Aws, plan: WarehousePlan, reads: Sequence[BucketPrefix], watch: Watch) -> None:
    """Create what is missing of the warehouse, and wait until it is available."""
    subnets = network.choose_subnets(aws, plan.subnets)
    watch.step(f"namespace {plan.name}")
    namespace_arn = _ensure_namespace(aws, plan)
    watch.step(f"role {role.copy_role_name(plan.name, aws.region)}")
    existing = find_by_name(aws, plan.name)
    arns = existing.arns if existing else (namespace_arn,)
    role_arn = role.ensure_role(
        aws, plan.name, role.copy_role(aws, plan.name, reads, plan.trusted(arns))
    )
    _attach_role(aws, plan.name, role_arn)
    _wait_for_namespace(aws, plan.name, {"available"}, watch)
    watch.step(f"security group {network.security_group_name(plan.name)}")
    group = network.ensure_security_group(aws, plan.name, subnets.vpc, plan.port)
    if plan.my_address:
        network.allow_address(aws, plan.name, group, plan.my_address, plan.port)
    watch.step(f"workgroup {plan.name}")
    workgroup_arn = _ensure_workgroup(aws, plan, subnets.ids, group, watch)
    if workgroup_arn not in arns:
        role.ensure_role(
            aws,
            plan.name,
            role.copy_role(aws, plan.name, reads, plan.trusted([*arns, workgroup_arn])),
        )
    _wait_for_workgroup(aws, plan.name, {"available"}, watch)
    watch.step("usage limit")
    _ensure_usage_limit(aws, workgroup_arn, plan.daily_rpu_hours)
    created = _find_workgroup(aws, plan.name)
    if plan.my_address and created and not created.get("publiclyAccessible"):
        aws.call(_SERVICE, "update_workgroup", workgroupName=plan.name, publiclyAccessible=True)
        _wait_for_workgroup(aws, plan.name, {"available"}, watch)


def tear_down(aws: Aws, name: str, snapshot: str, watch: Watch) -> list[str]:
    """Remove what exists of the warehouse; return what was removed.

    `snapshot` names the final snapshot; empty means none.
    """
    removed = []
    group = _find_workgroup(aws, name)
    if group:
        require_tagged(f"the workgroup {name}", _list_tags(aws, group["workgroupArn"]), name)
        watch.step(f"workgroup {name}")
        _wait_for_workgroup(aws, name, _SERVERLESS_STABLE, watch)
        if _workgroup_state(aws, name) not in _SERVERLESS_DELETING:
            aws.call(_SERVICE, "delete_workgroup", workgroupName=name)
        removed += _remove_usage_limits(aws, group["workgroupArn"])
        _wait_for_workgroup(aws, name, {_SERVERLESS_GONE}, watch)
        removed.append(f"workgroup {name}")
    namespace = _find_namespace(aws, name)
    if namespace:
        require_tagged(f"the namespace {name}", _list_tags(aws, namespace["namespaceArn"]), name)
        watch.step(f"namespace {name}")
        _wait_for_namespace(aws, name, _SERVERLESS_STABLE, watch)
        if _namespace_state(aws, name) not in _SERVERLESS_DELETING:
            final = {"finalSnapshotName": snapshot} if snapshot else {}
            aws.call(_SERVICE, "delete_namespace", namespaceName=name, **final)
        _wait_for_namespace(aws, name, {_SERVERLESS_GONE}, watch)
        removed.append(f"namespace {name}")
    return removed


def daily_limit(aws: Aws, workgroup_arn: str) -> dict[str, Any] | None:
    """Return the daily usage limit of a workgroup as AWS describes it, or None."""
    wanted = ("serverless-compute", "daily")
    limits = _usage_limits(aws, workgroup_arn)
    return next((each for each in limits if (each["usageType"], each["period"]) == wanted), None)


def list_resources(aws: Aws) -> list[Resource]:
    """List the tagged namespaces and workgroups of the region."""
    found: list[Resource] = []
    for what, key, operation in (
        ("namespace", "namespaces", "list_namespaces"),
        ("workgroup", "workgroups", "list_workgroups"),
    ):
        for item in aws.pages(_SERVICE, operation, key):
            listed = _list_tags(aws, item[f"{what}Arn"])
            owners = (tag["value"] for tag in listed if tag["key"] == TAG)
            found.extend(Resource(what, item[f"{what}Name"], owner) for owner in owners)
    return found


def list_snapshots(aws: Aws) -> list[str]:
    """List the names of all snapshots of namespaces."""
    listed = aws.pages(_SERVICE, "list_snapshots", "snapshots")
    return [snapshot["snapshotName"] for snapshot in listed]


def _ensure_namespace(aws: Aws, plan: WarehousePlan) -> str:
    found = _find_namespace(aws, plan.name)
    if found:
        what = f"the namespace {plan.name}"
        require_tagged(what, _list_tags(aws, found["namespaceArn"]), plan.name)
        return str(found["namespaceArn"])
    answer = aws.call(
        *(_SERVICE, "create_namespace"),
        namespaceName=plan.name,
        dbName=plan.database,
        adminUsername=plan.admin,
        manageAdminPassword=True,
        logExports=["userlog", "connectionlog", "useractivitylog"],
        tags=_lower_case_tags(plan.name),
    )
    return str(answer["namespace"]["namespaceArn"])


def _attach_role(aws: Aws, name: str, role_arn: str) -> None:
    roles = _role_arns(_find_namespace(aws, name) or {})
    if role_arn not in roles:
        aws.call(
            *(_SERVICE, "update_namespace"),
            namespaceName=name,
            iamRoles=[*roles, role_arn],
            defaultIamRoleArn=role_arn,
        )


def _ensure_workgroup(
    aws: Aws, plan: WarehousePlan, subnets: Sequence[str], group: str, watch: Watch
) -> str:
    found = _find_workgroup(aws, plan.name)
    if found:
        what = f"the workgroup {plan.name}"
        require_tagged(what, _list_tags(aws, found["workgroupArn"]), plan.name)
        return str(found["workgroupArn"])
    wanted: dict[str, Any] = {
        "workgroupName": plan.name,
        "namespaceName": plan.name,
        "baseCapacity": plan.rpu,
        "maxCapacity": plan.max_rpu,
        # else AWS would choose the capacity by itself, beginning with 128 RPUs
        "pricePerformanceTarget": {"status": "DISABLED"},
        "configParameters": [{"parameterKey": "require_ssl", "parameterValue": "true"}],
        "publiclyAccessible": bool(plan.my_address),
        "subnetIds": list(subnets),
        "securityGroupIds": [group],
        "port": plan.port,
        "tags": _lower_case_tags(plan.name),
    }
    try:
        answer = aws.call(_SERVICE, "create_workgroup", **wanted)
    except AwsRejectedError as error:
        if not _is_too_small(error, plan):
            raise
        watch.note(f"{aws.region} does not offer 4 RPUs; the base capacity is 8")
        larger = {
            "baseCapacity": _LARGER_BASE_RPU,
            "maxCapacity": max(plan.max_rpu, _LARGER_BASE_RPU),
        }
        answer = aws.call(_SERVICE, "create_workgroup", **wanted | larger)
    return str(answer["workgroup"]["workgroupArn"])


def _is_too_small(error: AwsRejectedError, plan: WarehousePlan) -> bool:
    """Return whether AWS rejected the capacity because the region offers only larger ones.

    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html
    """
    by_capacity = error.code == "ValidationException" and "capacity" in error.message.lower()
    return by_capacity and plan.rpu < _LARGER_BASE_RPU


def _ensure_usage_limit(aws: Aws, workgroup_arn: str, rpu_hours: int) -> None:
    """Limit the cost of a day: past the limit, queries are rejected until the day ends (UTC).

    https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateUsageLimit.html
    """
    # in a dry run a new workgroup has no ARN to ask about
    limit = daily_limit(aws, workgroup_arn) if workgroup_arn.startswith("arn:") else None
    wanted = {"amount": rpu_hours, "breachAction": "deactivate"}
    if limit is None:
        aws.call(
            *(_SERVICE, "create_usage_limit"),
            resourceArn=workgroup_arn,
            usageType="serverless-compute",
            period="daily",
            **wanted,
        )
    elif any(limit[key] != value for key, value in wanted.items()):
        aws.call(_SERVICE, "update_usage_limit", usageLimitId=limit["usageLimitId"], **wanted)


def _remove_usage_limits(aws: Aws, workgroup_arn: str) -> list[str]:
    """Remove the limits of a workgroup that is being deleted; until then they bound its cost."""
    left = _usage_limits(aws, workgroup_arn)
    for limit in left:
        aws.find(_SERVICE, "delete_usage_limit", usageLimitId=limit["usageLimitId"])
    return [f"usage limit {limit['usageLimitId']}" for limit in left]


def _usage_limits(aws: Aws, workgroup_arn: str) -> list[dict[str, Any]]:
    found = aws.find(_SERVICE, "list_usage_limits", resourceArn=workgroup_arn) or {}
    return list(found.get("usageLimits", []))


def _describe_workgroup(aws: Aws, group: dict[str, Any], namespace: dict[str, Any]) -> Warehouse:
    name, endpoint = group["workgroupName"], group.get("endpoint", {})
    return Warehouse(
        name=name,
        kind="serverless",
        state=group["status"].lower(),
        unit="rpu",
        units=group["baseCapacity"],
        host=endpoint.get("address", ""),
        port=endpoint.get("port", group.get("port", 0)),
        arns=(group["workgroupArn"], *filter(None, [namespace.get("namespaceArn")])),
        roles=tuple(_role_arns(namespace)),
        created=group["creationDate"],
        public=group.get("publiclyAccessible", False),
        version=group.get("patchVersion", "") or group.get("workgroupVersion", ""),
        track=group.get("trackName", ""),
        tagged=is_tagged(_list_tags(aws, group["workgroupArn"]), name),
    )


def _describe_namespace(aws: Aws, namespace: dict[str, Any]) -> Warehouse:
    """Describe a namespace without a workgroup, as an interrupted `up` or `down` leaves it."""
    name = namespace["namespaceName"]
    return Warehouse(
        name=name,
        kind="serverless",
        state="incomplete",
        unit="rpu",
        units=0,
        host="",
        port=0,
        arns=(namespace["namespaceArn"],),
        roles=tuple(_role_arns(namespace)),
        created=namespace["creationDate"],
        public=False,
        version="",
        track="",
        tagged=is_tagged(_list_tags(aws, namespace["namespaceArn"]), name),
    )


def _role_arns(namespace: dict[str, Any]) -> list[str]:
    """Return the ARNs of a namespace's roles, which AWS answers as `IamRole(iamRoleArn=...)`."""
    return re.findall(r"arn:[^,)\s]+", " ".join(namespace.get("iamRoles", [])))


def _find_workgroup(aws: Aws, name: str) -> dict[str, Any] | None:
    found = aws.find(_SERVICE, "get_workgroup", workgroupName=name)
    return found["workgroup"] if found else None


def _find_namespace(aws: Aws, name: str) -> dict[str, Any] | None:
    found = aws.find(_SERVICE, "get_namespace", namespaceName=name)
    return found["namespace"] if found else None


def _workgroup_state(aws: Aws, name: str) -> str:
    found = _find_workgroup(aws, name)
    return str(found["status"]).lower() if found else _SERVERLESS_GONE


def _namespace_state(aws: Aws, name: str) -> str:
    found = _find_namespace(aws, name)
    return str(found["status"]).lower() if found else _SERVERLESS_GONE


def _wait_for_workgroup(aws: Aws, name: str, wanted: set[str], watch: Watch) -> None:
    watch.until(aws, f"the workgroup {name}", lambda: _workgroup_state(aws, name), wanted)


def _wait_for_namespace(aws: Aws, name: str, wanted: set[str], watch: Watch) -> None:
    watch.until(aws, f"the namespace {name}", lambda: _namespace_state(aws, name), wanted)


def _list_tags(aws: Aws, arn: str) -> list[dict[str, str]]:
    return list(aws.call(_SERVICE, "list_tags_for_resource", resourceArn=arn)["tags"])


def _lower_case_tags(name: str) -> list[dict[str, str]]:
    """Return the tags with the lower-case keys that this service uses."""
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in tags(name)]
