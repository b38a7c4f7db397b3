"""Redshift Serverless: a namespace (data), a workgroup (compute), a limit (money).

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/Welcome.html
"""

import re
from collections.abc import Sequence
from typing import Any

from sparkify.cloud import network, role
from sparkify.cloud.aws import Aws, RefusedError
from sparkify.cloud.role import Place
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import TAG, Plan, Warehouse, is_ours, require_ours, tags

SERVICE = "redshift-serverless"
_GONE = "gone"
_GOING = {"deleting", _GONE}
_RESTING = {"available", *_GOING}
_SMALLEST_ELSEWHERE = 8  # RPUs, in regions that do not offer 4


def find(aws: Aws, name: str) -> Warehouse | None:
    """The serverless warehouse of that name, whoever made it."""
    group, space = _workgroup(aws, name), _namespace(aws, name)
    if group is None:
        return _without_workgroup(aws, space) if space else None
    if group["namespaceName"] != name:
        space = _namespace(aws, group["namespaceName"])
    return _described(aws, group, space or {})


def find_at(aws: Aws, host: str) -> Warehouse | None:
    """The serverless warehouse whose endpoint, or own domain, is `host`."""
    for group in aws.pages(SERVICE, "list_workgroups", "workgroups"):
        if host in {group.get("endpoint", {}).get("address"), group.get("customDomainName")}:
            return find(aws, group["workgroupName"])
    return None


def build(aws: Aws, plan: Plan, reads: Sequence[Place], watch: Watch) -> None:
    """Make what is missing of the warehouse, and wait until it answers."""
    place = network.subnets(aws, plan.subnets)
    watch.step(f"namespace {plan.name}")
    space_arn = _ensure_namespace(aws, plan)
    watch.step(f"role {role.copy_name(plan.name, aws.region)}")
    there = find(aws, plan.name)
    arns = there.arns if there else (space_arn,)
    role_arn = role.ensure(aws, plan.name, role.copy_role(aws, plan.name, reads, arns))
    _attach(aws, plan.name, role_arn)
    _await_namespace(aws, plan.name, {"available"}, watch)
    watch.step(f"security group {network.group_name(plan.name)}")
    group = network.ensure_group(aws, plan.name, place.vpc, plan.port)
    if plan.my_address:
        network.open_to(aws, plan.name, group, plan.my_address, plan.port)
    watch.step(f"workgroup {plan.name}")
    work_arn = _ensure_workgroup(aws, plan, place.ids, group, watch)
    if work_arn not in arns:
        role.ensure(aws, plan.name, role.copy_role(aws, plan.name, reads, [*arns, work_arn]))
    _await_workgroup(aws, plan.name, {"available"}, watch)
    watch.step("usage limit")
    _ensure_limit(aws, work_arn, plan.daily_rpu_hours)
    made = _workgroup(aws, plan.name)
    if plan.my_address and made and not made.get("publiclyAccessible"):
        aws.call(SERVICE, "update_workgroup", workgroupName=plan.name, publiclyAccessible=True)
        _await_workgroup(aws, plan.name, {"available"}, watch)


def remove(aws: Aws, name: str, snapshot: str, watch: Watch) -> list[str]:
    """Take away what is there of the warehouse; what that was. `snapshot` empty: none is made."""
    removed = []
    group = _workgroup(aws, name)
    if group:
        require_ours(f"the workgroup {name}", _tags(aws, group["workgroupArn"]), name)
        watch.step(f"workgroup {name}")
        _await_workgroup(aws, name, _RESTING, watch)
        if _state_of_workgroup(aws, name) not in _GOING:
            aws.call(SERVICE, "delete_workgroup", workgroupName=name)
        removed += _remove_limits(aws, group["workgroupArn"])
        _await_workgroup(aws, name, {_GONE}, watch)
        removed.append(f"workgroup {name}")
    space = _namespace(aws, name)
    if space:
        require_ours(f"the namespace {name}", _tags(aws, space["namespaceArn"]), name)
        watch.step(f"namespace {name}")
        _await_namespace(aws, name, _RESTING, watch)
        if _state_of_namespace(aws, name) not in _GOING:
            final = {"finalSnapshotName": snapshot} if snapshot else {}
            aws.call(SERVICE, "delete_namespace", namespaceName=name, **final)
        _await_namespace(aws, name, {_GONE}, watch)
        removed.append(f"namespace {name}")
    return removed


def daily_limit(aws: Aws, workgroup_arn: str) -> dict[str, Any] | None:
    """The limit of a workgroup on what a day may compute, as AWS tells it."""
    wanted = ("serverless-compute", "daily")
    limits = _limits(aws, workgroup_arn)
    return next((each for each in limits if (each["usageType"], each["period"]) == wanted), None)


def inventory(aws: Aws) -> list[tuple[str, str, str]]:
    """What in the region has our tag: what, name, warehouse."""
    found: list[tuple[str, str, str]] = []
    for what, key, operation in (
        ("namespace", "namespaces", "list_namespaces"),
        ("workgroup", "workgroups", "list_workgroups"),
    ):
        for thing in aws.pages(SERVICE, operation, key):
            listed = _tags(aws, thing[f"{what}Arn"])
            owners = (tag["value"] for tag in listed if tag["key"] == TAG)
            found.extend((what, thing[f"{what}Name"], owner) for owner in owners)
    return found


def snapshots(aws: Aws) -> list[str]:
    """The names of the snapshots of namespaces."""
    listed = aws.pages(SERVICE, "list_snapshots", "snapshots")
    return [snapshot["snapshotName"] for snapshot in listed]


def _ensure_namespace(aws: Aws, plan: Plan) -> str:
    found = _namespace(aws, plan.name)
    if found:
        what = f"the namespace {plan.name}"
        require_ours(what, _tags(aws, found["namespaceArn"]), plan.name)
        return str(found["namespaceArn"])
    answer = aws.call(
        *(SERVICE, "create_namespace"),
        namespaceName=plan.name,
        dbName=plan.database,
        adminUsername=plan.admin,
        manageAdminPassword=True,
        logExports=["userlog", "connectionlog", "useractivitylog"],
        tags=_tagged(plan.name),
    )
    return str(answer["namespace"]["namespaceArn"])


def _attach(aws: Aws, name: str, role_arn: str) -> None:
    roles = _roles(_namespace(aws, name) or {})
    if role_arn not in roles:
        aws.call(
            *(SERVICE, "update_namespace"),
            namespaceName=name,
            iamRoles=[*roles, role_arn],
            defaultIamRoleArn=role_arn,
        )


def _ensure_workgroup(
    aws: Aws, plan: Plan, subnets: Sequence[str], group: str, watch: Watch
) -> str:
    found = _workgroup(aws, plan.name)
    if found:
        what = f"the workgroup {plan.name}"
        require_ours(what, _tags(aws, found["workgroupArn"]), plan.name)
        return str(found["workgroupArn"])
    wanted: dict[str, Any] = {
        "workgroupName": plan.name,
        "namespaceName": plan.name,
        "baseCapacity": plan.rpu,
        "maxCapacity": plan.max_rpu,
        # or AWS would choose the capacity by itself, and start from 128 RPUs
        "pricePerformanceTarget": {"status": "DISABLED"},
        "configParameters": [{"parameterKey": "require_ssl", "parameterValue": "true"}],
        "publiclyAccessible": bool(plan.my_address),
        "subnetIds": list(subnets),
        "securityGroupIds": [group],
        "port": plan.port,
        "tags": _tagged(plan.name),
    }
    try:
        answer = aws.call(SERVICE, "create_workgroup", **wanted)
    except RefusedError as refusal:
        if not _is_too_small(refusal, plan):
            raise
        watch.note(f"{aws.region} does not offer 4 RPUs; the base capacity is 8")
        larger = {
            "baseCapacity": _SMALLEST_ELSEWHERE,
            "maxCapacity": max(plan.max_rpu, _SMALLEST_ELSEWHERE),
        }
        answer = aws.call(SERVICE, "create_workgroup", **wanted | larger)
    return str(answer["workgroup"]["workgroupArn"])


def _is_too_small(refusal: RefusedError, plan: Plan) -> bool:
    """Whether a region does not offer the smallest capacity.

    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html
    """
    told = refusal.code == "ValidationException" and "capacity" in refusal.message.lower()
    return told and plan.rpu < _SMALLEST_ELSEWHERE


def _ensure_limit(aws: Aws, workgroup_arn: str, rpu_hours: int) -> None:
    """Bound what a day can cost: past the limit, queries are refused until the day ends (UTC).

    https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateUsageLimit.html
    """
    # a workgroup that is only rehearsed has no ARN to ask about
    limit = daily_limit(aws, workgroup_arn) if workgroup_arn.startswith("arn:") else None
    wanted = {"amount": rpu_hours, "breachAction": "deactivate"}
    if limit is None:
        aws.call(
            *(SERVICE, "create_usage_limit"),
            resourceArn=workgroup_arn,
            usageType="serverless-compute",
            period="daily",
            **wanted,
        )
    elif any(limit[key] != value for key, value in wanted.items()):
        aws.call(SERVICE, "update_usage_limit", usageLimitId=limit["usageLimitId"], **wanted)


def _remove_limits(aws: Aws, workgroup_arn: str) -> list[str]:
    """Take away the limits of a workgroup, once it is going; they guard it until then."""
    left = _limits(aws, workgroup_arn)
    for limit in left:
        aws.find(SERVICE, "delete_usage_limit", usageLimitId=limit["usageLimitId"])
    return [f"usage limit {limit['usageLimitId']}" for limit in left]


def _limits(aws: Aws, workgroup_arn: str) -> list[dict[str, Any]]:
    found = aws.find(SERVICE, "list_usage_limits", resourceArn=workgroup_arn) or {}
    return list(found.get("usageLimits", []))


def _described(aws: Aws, group: dict[str, Any], space: dict[str, Any]) -> Warehouse:
    name, endpoint = group["workgroupName"], group.get("endpoint", {})
    return Warehouse(
        name=name,
        kind="serverless",
        state=group["status"].lower(),
        unit="rpu",
        units=group["baseCapacity"],
        host=endpoint.get("address", ""),
        port=endpoint.get("port", group.get("port", 0)),
        arns=(group["workgroupArn"], *filter(None, [space.get("namespaceArn")])),
        roles=tuple(_roles(space)),
        created=group["creationDate"],
        public=group.get("publiclyAccessible", False),
        version=group.get("patchVersion", "") or group.get("workgroupVersion", ""),
        track=group.get("trackName", ""),
        ours=is_ours(_tags(aws, group["workgroupArn"]), name),
    )


def _without_workgroup(aws: Aws, space: dict[str, Any]) -> Warehouse:
    """What is there between two steps of `up`, or of `down`."""
    name = space["namespaceName"]
    ours = is_ours(_tags(aws, space["namespaceArn"]), name)
    return Warehouse(
        name=name,
        kind="serverless",
        state="incomplete",
        unit="rpu",
        units=0,
        host="",
        port=0,
        arns=(space["namespaceArn"],),
        roles=tuple(_roles(space)),
        created=space["creationDate"],
        public=False,
        version="",
        track="",
        ours=ours,
    )


def _roles(space: dict[str, Any]) -> list[str]:
    """The ARNs of a namespace's roles, given as ARNs and answered as `IamRole(iamRoleArn=...)`."""
    return re.findall(r"arn:[^,)\s]+", " ".join(space.get("iamRoles", [])))


def _workgroup(aws: Aws, name: str) -> dict[str, Any] | None:
    found = aws.find(SERVICE, "get_workgroup", workgroupName=name)
    return found["workgroup"] if found else None


def _namespace(aws: Aws, name: str) -> dict[str, Any] | None:
    found = aws.find(SERVICE, "get_namespace", namespaceName=name)
    return found["namespace"] if found else None


def _state_of_workgroup(aws: Aws, name: str) -> str:
    found = _workgroup(aws, name)
    return str(found["status"]).lower() if found else _GONE


def _state_of_namespace(aws: Aws, name: str) -> str:
    found = _namespace(aws, name)
    return str(found["status"]).lower() if found else _GONE


def _await_workgroup(aws: Aws, name: str, wanted: set[str], watch: Watch) -> None:
    def state() -> str:
        return _state_of_workgroup(aws, name)

    watch.until(aws, f"the workgroup {name}", state, wanted)


def _await_namespace(aws: Aws, name: str, wanted: set[str], watch: Watch) -> None:
    def state() -> str:
        return _state_of_namespace(aws, name)

    watch.until(aws, f"the namespace {name}", state, wanted)


def _tags(aws: Aws, arn: str) -> list[dict[str, str]]:
    return list(aws.call(SERVICE, "list_tags_for_resource", resourceArn=arn)["tags"])


def _tagged(name: str) -> list[dict[str, str]]:
    """The tags, as this service spells them."""
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in tags(name)]
