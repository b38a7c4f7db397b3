"""A provisioned cluster: nodes by the hour, which can be paused, and a schedule that pauses it.

https://docs.aws.amazon.com/redshift/latest/APIReference/Welcome.html
"""

from collections.abc import Sequence
from typing import Any

from sparkify.cloud import network, role, schedule
from sparkify.cloud.aws import Aws
from sparkify.cloud.role import Place
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import (
    TAG,
    Plan,
    Warehouse,
    cluster_arn,
    is_ours,
    is_theirs,
    require_ours,
    tags,
)
from sparkify.errors import ConfigError

GONE = "gone"
_GOING = {"deleting", "final-snapshot", GONE}
_OFF = {"paused", "pausing", *_GOING}
_RESTING = {"available", "paused", *_GOING}
_ENDED = ("dc1.", "dc2.", "ds1.", "ds2.")
_MAPPING = "https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-considerations.html"
_ALONE = {"rg.large", "ra3.large", "ra3.xlplus"}  # the types that come as a single node


def check_size(node_type: str, nodes: int) -> None:
    """Raise ConfigError for a size that AWS no longer makes, or never did."""
    if node_type.startswith(_ENDED):
        successor = _successor(node_type, nodes)
        raise ConfigError(
            f"AWS makes no new {node_type} clusters: these nodes have ended",
            f"AWS moves {nodes} x {node_type} to {successor}; see {_MAPPING}",
        )
    if nodes == 1 and node_type not in _ALONE:
        raise ConfigError(
            f"{node_type} does not come as a single node", f"add --nodes 2, or take {_listed()}"
        )


def _successor(node_type: str, nodes: int) -> str:
    """AWS's own mapping of a cluster that has ended to one that can be made.

    https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-considerations.html
    """
    if node_type == "dc2.large" and nodes <= 4:
        few = min(nodes, 3)
        return f"{few} x rg.large or {few} x ra3.large: --nodes {few} --node-type rg.large"
    if node_type == "dc2.large" and nodes <= 15:
        some = max(2, -(-3 * nodes // 8))
        return f"{some} x rg.xlarge or {some} x ra3.xlplus: --nodes {some} --node-type rg.xlarge"
    return "rg or ra3 nodes"


def _listed() -> str:
    return " or ".join(sorted(_ALONE))


def find(aws: Aws, name: str) -> Warehouse | None:
    """The cluster of that name, whoever made it."""
    cluster = _cluster(aws, name)
    return _described(aws, cluster) if cluster else None


def find_at(aws: Aws, host: str) -> Warehouse | None:
    """The cluster whose endpoint, or own domain, is `host`."""
    for cluster in aws.pages("redshift", "describe_clusters", "Clusters"):
        if host in {cluster.get("Endpoint", {}).get("Address"), cluster.get("CustomDomainName")}:
            return _described(aws, cluster)
    return None


def build(aws: Aws, plan: Plan, reads: Sequence[Place], watch: Watch) -> None:
    """Make what is missing of the warehouse, and wait until it answers."""
    there = find(aws, plan.name)
    arns = there.arns if there else (cluster_arn(aws, plan.name),)
    place = network.subnets(aws, plan.subnets)
    watch.step(f"role {role.copy_name(plan.name, aws.region)}")
    role_arn = role.ensure(aws, plan.name, role.copy_role(aws, plan.name, reads, arns))
    watch.step(f"security group {network.group_name(plan.name)}")
    group = network.ensure_group(aws, plan.name, place.vpc, plan.port)
    if plan.my_address:
        network.open_to(aws, plan.name, group, plan.my_address, plan.port)
    watch.step(f"subnet group and parameter group {plan.name}")
    _ensure_subnet_group(aws, plan.name, place.ids)
    _ensure_parameters(aws, plan.name)
    watch.step(f"cluster {plan.name}")
    _ensure_cluster(aws, plan, role_arn, group)
    if plan.pause_at:
        # before the wait: who leaves now finds it paused
        watch.step(f"schedule: pause at {plan.pause_at} UTC")
        schedule.ensure(aws, plan.name, plan.pause_at, watch)
    else:
        schedule.remove(aws, plan.name, watch)
    start(aws, plan.name, watch)
    _finish(aws, plan, watch)
    made = find(aws, plan.name)
    if made and made.arns != arns:
        role.ensure(aws, plan.name, role.copy_role(aws, plan.name, reads, made.arns))


def _finish(aws: Aws, plan: Plan, watch: Watch) -> None:
    """What can be done only once the cluster is there."""
    cluster = _cluster(aws, plan.name) or {}
    if not _logs(aws, plan.name):
        watch.step("logs")
        aws.call(
            *("redshift", "enable_logging"),
            ClusterIdentifier=plan.name,
            LogDestinationType="cloudwatch",
            LogExports=["connectionlog", "userlog", "useractivitylog"],
        )
    if plan.my_address and cluster and not cluster.get("PubliclyAccessible"):
        aws.call("redshift", "modify_cluster", ClusterIdentifier=plan.name, PubliclyAccessible=True)
        _await(aws, plan.name, {"available"}, watch)


def start(aws: Aws, name: str, watch: Watch) -> None:
    """Resume a cluster that is paused, and wait until it answers."""
    wanted = {"available", "paused", GONE}
    _await(aws, name, wanted, watch)
    if state(aws, name) == "paused":
        watch.step(f"resume {name}")
        aws.call("redshift", "resume_cluster", ClusterIdentifier=name)
    _await(aws, name, {"available"}, watch)


def ask_to_pause(aws: Aws, name: str, watch: Watch) -> None:
    """Ask a cluster to pause, once it rests; it goes on by itself.

    https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
    """
    _await(aws, name, {*_RESTING, "pausing"}, watch)
    if state(aws, name) not in _OFF:
        watch.step(f"pause {name}")
        aws.call("redshift", "pause_cluster", ClusterIdentifier=name)


def await_pause(aws: Aws, name: str, watch: Watch) -> None:
    """Wait until a cluster is paused; AWS gives it up to a quarter of an hour."""
    _await(aws, name, {"paused", GONE}, watch)


def remove(aws: Aws, name: str, snapshot: str, watch: Watch) -> list[str]:
    """Take away what is there of the warehouse; what that was. `snapshot` empty: none is made."""
    removed = []
    cluster = _cluster(aws, name)
    if cluster:
        require_ours(f"the cluster {name}", cluster.get("Tags", []), name)
        watch.step(f"cluster {name}")
        _await(aws, name, _RESTING, watch)
        if state(aws, name) not in _GOING:
            final: dict[str, Any] = (
                {"SkipFinalClusterSnapshot": False, "FinalClusterSnapshotIdentifier": snapshot}
                if snapshot
                else {"SkipFinalClusterSnapshot": True}
            )
            aws.call("redshift", "delete_cluster", ClusterIdentifier=name, **final)
        _await(aws, name, {GONE}, watch)
        removed.append(f"cluster {name}")
    return removed + _remove_rest(aws, name, watch)


def inventory(aws: Aws) -> list[tuple[str, str, str]]:
    """What in the region has our tag: what, name, warehouse."""
    found: list[tuple[str, str, str]] = []
    for what, operation, key, identifier in (
        ("cluster", "describe_clusters", "Clusters", "ClusterIdentifier"),
        (
            *("subnet group", "describe_cluster_subnet_groups"),
            *("ClusterSubnetGroups", "ClusterSubnetGroupName"),
        ),
        (
            *("parameter group", "describe_cluster_parameter_groups"),
            *("ParameterGroups", "ParameterGroupName"),
        ),
    ):
        for thing in aws.pages("redshift", operation, key):
            owners = (tag["Value"] for tag in thing.get("Tags", []) if tag["Key"] == TAG)
            found.extend((what, thing[identifier], owner) for owner in owners)
    return found


def snapshots(aws: Aws) -> list[str]:
    """The names of the snapshots of clusters that are kept until somebody deletes them."""
    listed = aws.pages("redshift", "describe_cluster_snapshots", "Snapshots", SnapshotType="manual")
    return [snapshot["SnapshotIdentifier"] for snapshot in listed]


def state(aws: Aws, name: str) -> str:
    """AWS's word for what a cluster is doing, or `gone`."""
    found = _cluster(aws, name)
    return str(found["ClusterStatus"]) if found else GONE


def _ensure_subnet_group(aws: Aws, name: str, subnets: Sequence[str]) -> None:
    found = aws.find("redshift", "describe_cluster_subnet_groups", ClusterSubnetGroupName=name)
    if found:
        require_ours(
            f"the subnet group {name}", found["ClusterSubnetGroups"][0].get("Tags", []), name
        )
        return
    aws.call(
        *("redshift", "create_cluster_subnet_group"),
        ClusterSubnetGroupName=name,
        Description=f"Made by sparkify for the warehouse {name}",
        SubnetIds=list(subnets),
        Tags=tags(name),
    )


def _ensure_parameters(aws: Aws, name: str) -> None:
    """A parameter group of its own: TLS only whatever the default becomes, queries in the log."""
    found = aws.find("redshift", "describe_cluster_parameter_groups", ParameterGroupName=name)
    if found:
        require_ours(
            f"the parameter group {name}", found["ParameterGroups"][0].get("Tags", []), name
        )
    else:
        aws.call(
            *("redshift", "create_cluster_parameter_group"),
            ParameterGroupName=name,
            ParameterGroupFamily=_newest_family(aws),
            Description=f"Made by sparkify for the warehouse {name}",
            Tags=tags(name),
        )
    aws.call(
        *("redshift", "modify_cluster_parameter_group"),
        ParameterGroupName=name,
        Parameters=[
            {"ParameterName": "require_ssl", "ParameterValue": "true"},
            {"ParameterName": "enable_user_activity_logging", "ParameterValue": "true"},
        ],
    )


def _newest_family(aws: Aws) -> str:
    """The newest family of parameters, which the default groups tell.

    https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterParameterGroup.html
    """
    groups = aws.pages("redshift", "describe_cluster_parameter_groups", "ParameterGroups")
    families = {group["ParameterGroupFamily"] for group in groups}
    return max(families, default="redshift-2.0")


def _ensure_cluster(aws: Aws, plan: Plan, role_arn: str, group: str) -> None:
    found = _cluster(aws, plan.name)
    if found:
        require_ours(f"the cluster {plan.name}", found.get("Tags", []), plan.name)
        return
    size: dict[str, Any] = (
        {"ClusterType": "single-node"}
        if plan.nodes == 1
        else {"ClusterType": "multi-node", "NumberOfNodes": plan.nodes}
    )
    aws.call(
        *("redshift", "create_cluster"),
        ClusterIdentifier=plan.name,
        NodeType=plan.node_type,
        **size,
        DBName=plan.database,
        Port=plan.port,
        MasterUsername=plan.admin,
        ManageMasterPassword=True,
        Encrypted=True,
        PubliclyAccessible=bool(plan.my_address),
        IamRoles=[role_arn],
        DefaultIamRoleArn=role_arn,
        VpcSecurityGroupIds=[group],
        ClusterSubnetGroupName=plan.name,
        ClusterParameterGroupName=plan.name,
        Tags=tags(plan.name),
    )


def _remove_rest(aws: Aws, name: str, watch: Watch) -> list[str]:
    """What remains when the cluster is gone; the schedule guards it until then."""
    removed = schedule.remove(aws, name, watch)
    for what, thing, key, listed in (
        (
            *("parameter group", "cluster_parameter_group"),
            *("ParameterGroupName", "ParameterGroups"),
        ),
        (
            *("subnet group", "cluster_subnet_group"),
            *("ClusterSubnetGroupName", "ClusterSubnetGroups"),
        ),
    ):
        found = aws.find("redshift", f"describe_{thing}s", **{key: name})
        tagged = found[listed][0].get("Tags", []) if found else []
        if found and not is_theirs(f"the {what} {name}", tagged, name, watch):
            aws.call("redshift", f"delete_{thing}", **{key: name})
            removed.append(f"{what} {name}")
    return removed


def _described(aws: Aws, cluster: dict[str, Any]) -> Warehouse:
    name, endpoint = cluster["ClusterIdentifier"], cluster.get("Endpoint", {})
    revision = cluster.get("ClusterRevisionNumber", "")
    return Warehouse(
        name=name,
        kind="provisioned",
        state=cluster["ClusterStatus"],
        unit=cluster["NodeType"],
        units=cluster.get("NumberOfNodes", 1),
        host=endpoint.get("Address", ""),
        port=endpoint.get("Port", 0),
        arns=(cluster_arn(aws, name), *filter(None, [cluster.get("ClusterNamespaceArn")])),
        roles=tuple(each["IamRoleArn"] for each in cluster.get("IamRoles", [])),
        created=cluster.get("ClusterCreateTime"),
        public=cluster.get("PubliclyAccessible", False),
        version=".".join(filter(None, [cluster.get("ClusterVersion", ""), revision])),
        track=cluster.get("MaintenanceTrackName", ""),
        ours=is_ours(cluster.get("Tags", []), name),
    )


def _cluster(aws: Aws, name: str) -> dict[str, Any] | None:
    found = aws.find("redshift", "describe_clusters", ClusterIdentifier=name)
    return found["Clusters"][0] if found else None


def _logs(aws: Aws, name: str) -> bool:
    found = aws.find("redshift", "describe_logging_status", ClusterIdentifier=name) or {}
    return bool(found.get("LoggingEnabled"))


def _await(aws: Aws, name: str, wanted: set[str], watch: Watch) -> None:
    def now() -> str:
        return state(aws, name)

    watch.until(aws, f"the cluster {name}", now, wanted)
