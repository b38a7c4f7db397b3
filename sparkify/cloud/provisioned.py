"""A provisioned cluster: nodes paid by the hour, and a schedule that pauses it every day.

https://docs.aws.amazon.com/redshift/latest/APIReference/Welcome.html
"""

from collections.abc import Sequence
from typing import Any

from sparkify.cloud import network, role, schedule
from sparkify.cloud.aws import Aws
from sparkify.cloud.role import BucketPrefix
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import (
    TAG,
    Resource,
    Warehouse,
    WarehousePlan,
    cluster_arn,
    is_kept,
    is_tagged,
    require_tagged,
    tags,
)
from sparkify.errors import ConfigError

_CLUSTER_GONE = "gone"
_CLUSTER_DELETING = {"deleting", "final-snapshot", _CLUSTER_GONE}
_CLUSTER_OFF = {"paused", "pausing", *_CLUSTER_DELETING}
_CLUSTER_STABLE = {"available", "paused", *_CLUSTER_DELETING}
_RETIRED_NODE_TYPES = ("dc1.", "dc2.", "ds1.", "ds2.")
_MAPPING = "https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-considerations.html"
_SINGLE_NODE_TYPES = {"rg.large", "ra3.large", "ra3.xlplus"}


def check_size(node_type: str, nodes: int) -> None:
    """Raise ConfigError for a size that AWS does not offer, or no longer offers."""
    if node_type.startswith(_RETIRED_NODE_TYPES):
        successor = _successor(node_type, nodes)
        raise ConfigError(
            f"AWS offers no new {node_type} clusters: this node type is retired",
            f"AWS replaces {nodes} x {node_type} by {successor}; see {_MAPPING}",
        )
    if nodes == 1 and node_type not in _SINGLE_NODE_TYPES:
        raise ConfigError(
            f"{node_type} is not offered as a single node",
            f"add --nodes 2, or use {' or '.join(sorted(_SINGLE_NODE_TYPES))}",
        )


def _successor(node_type: str, nodes: int) -> str:
    """Return the size that AWS itself gives to clusters of a retired node type.

    https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-considerations.html
    """
    if node_type == "dc2.large" and nodes <= 4:
        few = min(nodes, 3)
        return f"{few} x rg.large or {few} x ra3.large: --nodes {few} --node-type rg.large"
    if node_type == "dc2.large" and nodes <= 15:
        some = max(2, -(-3 * nodes // 8))
        return f"{some} x rg.xlarge or {some} x ra3.xlplus: --nodes {some} --node-type rg.xlarge"
    return "rg or ra3 nodes"


def find_by_name(aws: Aws, name: str) -> Warehouse | None:
    """Return the cluster with this name, also one that Sparkify did not create."""
    cluster = _find_cluster(aws, name)
    return _describe_cluster(aws, cluster) if cluster else None


def find_by_host(aws: Aws, host: str) -> Warehouse | None:
    """Return the cluster whose endpoint, or custom domain, is `host`."""
    for cluster in aws.pages("redshift", "describe_clusters", "Clusters"):
        if host in {cluster.get("Endpoint", {}).get("Address"), cluster.get("CustomDomainName")}:
            return _describe_cluster(aws, cluster)
    return None


def deploy(aws: Aws, plan: WarehousePlan, reads: Sequence[BucketPrefix], watch: Watch) -> None:
    """Create what is missing of the cluster, and wait until it is available."""
    existing = find_by_name(aws, plan.name)
    arns = existing.arns if existing else (cluster_arn(aws, plan.name),)
    subnets = network.choose_subnets(aws, plan.subnets)
    watch.step(f"role {role.copy_role_name(plan.name, aws.region)}")
    role_arn = role.ensure_role(
        aws, plan.name, role.copy_role(aws, plan.name, reads, plan.trusted(arns))
    )
    watch.step(f"security group {network.security_group_name(plan.name)}")
    group = network.ensure_security_group(aws, plan.name, subnets.vpc, plan.port)
    if plan.my_address:
        network.allow_address(aws, plan.name, group, plan.my_address, plan.port)
    watch.step(f"subnet group and parameter group {plan.name}")
    _ensure_subnet_group(aws, plan.name, subnets.ids)
    _ensure_parameter_group(aws, plan.name)
    watch.step(f"cluster {plan.name}")
    _ensure_cluster(aws, plan, role_arn, group)
    if plan.pause_at:
        # before the wait, so that an interrupted `up` is paused as well
        watch.step(f"schedule: pause at {plan.pause_at} UTC")
        schedule.ensure_schedule(aws, plan.name, plan.pause_at, watch)
    else:
        schedule.remove_schedule(aws, plan.name, watch)
    resume_cluster(aws, plan.name, watch)
    _configure_cluster(aws, plan, watch)
    created = find_by_name(aws, plan.name)
    if created and created.arns != arns:
        role.ensure_role(
            aws, plan.name, role.copy_role(aws, plan.name, reads, plan.trusted(created.arns))
        )


def _configure_cluster(aws: Aws, plan: WarehousePlan, watch: Watch) -> None:
    """Set what AWS accepts only for a cluster that is available."""
    cluster = _find_cluster(aws, plan.name) or {}
    if not _has_logs(aws, plan.name):
        watch.step("logs")
        aws.call(
            *("redshift", "enable_logging"),
            ClusterIdentifier=plan.name,
            LogDestinationType="cloudwatch",
            LogExports=["connectionlog", "userlog", "useractivitylog"],
        )
    if plan.my_address and cluster and not cluster.get("PubliclyAccessible"):
        aws.call("redshift", "modify_cluster", ClusterIdentifier=plan.name, PubliclyAccessible=True)
        _wait_for_cluster(aws, plan.name, {"available"}, watch)


def resume_cluster(aws: Aws, name: str, watch: Watch) -> None:
    """Resume a paused cluster, and wait until it is available."""
    _wait_for_cluster(aws, name, {"available", "paused", _CLUSTER_GONE}, watch)
    if _cluster_state(aws, name) == "paused":
        watch.step(f"resume {name}")
        aws.call("redshift", "resume_cluster", ClusterIdentifier=name)
    _wait_for_cluster(aws, name, {"available"}, watch)


def request_pause(aws: Aws, name: str, watch: Watch) -> None:
    """Wait for a stable state and request the pause, which AWS completes by itself.

    https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
    """
    _wait_for_cluster(aws, name, {*_CLUSTER_STABLE, "pausing"}, watch)
    if _cluster_state(aws, name) not in _CLUSTER_OFF:
        watch.step(f"pause {name}")
        aws.call("redshift", "pause_cluster", ClusterIdentifier=name)


def wait_for_pause(aws: Aws, name: str, watch: Watch) -> None:
    """Wait until a cluster is paused, which takes up to a quarter of an hour."""
    _wait_for_cluster(aws, name, {"paused", _CLUSTER_GONE}, watch)


def tear_down(aws: Aws, name: str, snapshot: str, watch: Watch) -> list[str]:
    """Remove what exists of the cluster; return what was removed.

    `snapshot` names the final snapshot; empty means none.
    """
    removed = []
    cluster = _find_cluster(aws, name)
    if cluster:
        require_tagged(f"the cluster {name}", cluster.get("Tags", []), name)
        watch.step(f"cluster {name}")
        _wait_for_cluster(aws, name, _CLUSTER_STABLE, watch)
        if _cluster_state(aws, name) not in _CLUSTER_DELETING:
            final: dict[str, Any] = (
                {"SkipFinalClusterSnapshot": False, "FinalClusterSnapshotIdentifier": snapshot}
                if snapshot
                else {"SkipFinalClusterSnapshot": True}
            )
            aws.call("redshift", "delete_cluster", ClusterIdentifier=name, **final)
        _wait_for_cluster(aws, name, {_CLUSTER_GONE}, watch)
        removed.append(f"cluster {name}")
    return removed + _remove_schedule_and_groups(aws, name, watch)


def list_resources(aws: Aws) -> list[Resource]:
    """List the tagged clusters of the region and their groups."""
    found: list[Resource] = []
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
        for item in aws.pages("redshift", operation, key):
            owners = (tag["Value"] for tag in item.get("Tags", []) if tag["Key"] == TAG)
            found.extend(Resource(what, item[identifier], owner) for owner in owners)
    return found


def list_snapshots(aws: Aws) -> list[str]:
    """List the names of the clusters' manual snapshots, which AWS never deletes."""
    listed = aws.pages("redshift", "describe_cluster_snapshots", "Snapshots", SnapshotType="manual")
    return [snapshot["SnapshotIdentifier"] for snapshot in listed]


def _cluster_state(aws: Aws, name: str) -> str:
    """Return AWS's word for the state of a cluster, or `gone`."""
    found = _find_cluster(aws, name)
    return str(found["ClusterStatus"]) if found else _CLUSTER_GONE


def _ensure_subnet_group(aws: Aws, name: str, subnets: Sequence[str]) -> None:
    found = aws.find("redshift", "describe_cluster_subnet_groups", ClusterSubnetGroupName=name)
    if found:
        require_tagged(
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


def _ensure_parameter_group(aws: Aws, name: str) -> None:
    """Create or update the parameter group: TLS only whatever the default is, queries logged."""
    found = aws.find("redshift", "describe_cluster_parameter_groups", ParameterGroupName=name)
    if found:
        require_tagged(
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
    """Return the newest parameter family, found in the default groups.

    https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterParameterGroup.html
    """
    groups = aws.pages("redshift", "describe_cluster_parameter_groups", "ParameterGroups")
    families = {group["ParameterGroupFamily"] for group in groups}
    return max(families, default="redshift-2.0")


def _ensure_cluster(aws: Aws, plan: WarehousePlan, role_arn: str, group: str) -> None:
    found = _find_cluster(aws, plan.name)
    if found:
        require_tagged(f"the cluster {plan.name}", found.get("Tags", []), plan.name)
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


def _remove_schedule_and_groups(aws: Aws, name: str, watch: Watch) -> list[str]:
    """Remove the rest once the cluster is gone; until then the schedule may pause it."""
    removed = schedule.remove_schedule(aws, name, watch)
    for what, noun, key, listed in (
        (
            *("parameter group", "cluster_parameter_group"),
            *("ParameterGroupName", "ParameterGroups"),
        ),
        (
            *("subnet group", "cluster_subnet_group"),
            *("ClusterSubnetGroupName", "ClusterSubnetGroups"),
        ),
    ):
        found = aws.find("redshift", f"describe_{noun}s", **{key: name})
        found_tags = found[listed][0].get("Tags", []) if found else []
        if found and not is_kept(f"the {what} {name}", found_tags, name, watch):
            aws.call("redshift", f"delete_{noun}", **{key: name})
            removed.append(f"{what} {name}")
    return removed


def _describe_cluster(aws: Aws, cluster: dict[str, Any]) -> Warehouse:
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
        roles=tuple(role["IamRoleArn"] for role in cluster.get("IamRoles", [])),
        created=cluster.get("ClusterCreateTime"),
        public=cluster.get("PubliclyAccessible", False),
        version=".".join(filter(None, [cluster.get("ClusterVersion", ""), revision])),
        track=cluster.get("MaintenanceTrackName", ""),
        tagged=is_tagged(cluster.get("Tags", []), name),
    )


def _find_cluster(aws: Aws, name: str) -> dict[str, Any] | None:
    found = aws.find("redshift", "describe_clusters", ClusterIdentifier=name)
    return found["Clusters"][0] if found else None


def _has_logs(aws: Aws, name: str) -> bool:
    found = aws.find("redshift", "describe_logging_status", ClusterIdentifier=name) or {}
    return bool(found.get("LoggingEnabled"))


def _wait_for_cluster(aws: Aws, name: str, wanted: set[str], watch: Watch) -> None:
    watch.until(aws, f"the cluster {name}", lambda: _cluster_state(aws, name), wanted)
