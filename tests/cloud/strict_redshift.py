"""moto's Redshift, made stricter, and with the operations that moto lacks.

Each rejection and each addition names its page in AWS's docs, below
https://docs.aws.amazon.com/redshift/latest/APIReference/
"""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from moto.core.responses import ActionResult, EmptyResult
from moto.redshift.exceptions import RedshiftClientError
from moto.redshift.models import Cluster, redshift_backends
from moto.redshift.responses import RedshiftResponse

from .iam_world import ACCOUNT, trusts

LASTING = 2  # how many polls a transitional state lasts

_SINGLE_NODE = {"rg.large", "ra3.large", "ra3.xlplus"}
_OFFERED = {*_SINGLE_NODE, "rg.xlarge", "rg.4xlarge", "rg.12xlarge", "ra3.4xlarge", "ra3.16xlarge"}
_CRON = re.compile(r"cron\(\d{1,2} \d{1,2} (\*|\?|\S+) (\*|\S+) (\?|\*|\S+) (\*|\d{4})\)|at\(\S+\)")


class World:
    """State that moto lacks: transitional states, schedules and the tests' wishes."""

    endpoint: ClassVar[tuple[str, int] | None] = None
    login: ClassVar[tuple[str, str]] = ("IAM:moto", "")
    lasting: ClassVar[int] = LASTING
    role_lag: ClassVar[int] = 0  # how many calls of the scheduler do not yet see a new role
    actions: ClassVar[dict[str, dict[str, Any]]] = {}
    deleting: ClassVar[dict[str, dict[str, Any]]] = {}

    @classmethod
    def reset(cls) -> None:
        cls.endpoint, cls.lasting, cls.role_lag = None, LASTING, 0
        cls.login = ("IAM:moto", "")
        cls.actions.clear()
        cls.deleting.clear()


def _reject(code: str, message: str) -> None:
    raise RedshiftClientError(code, message)


def _pass_through(cluster: Any, *states: str) -> None:
    """Send a cluster through states, each for some polls, to the last of them."""
    *passing, end = states
    cluster.phases = [state for state in passing for _ in range(World.lasting)] + [end]
    cluster.status = cluster.phases[0]


def _endpoint(cluster: Any) -> dict[str, Any] | None:
    """Return the endpoint, which a new cluster does not have yet (API_Cluster.html)."""
    if cluster.status == "creating":
        return None
    host, port = World.endpoint or (cluster.address, cluster.port)
    return {"Address": host, "Port": port}


class StrictRedshift(RedshiftResponse):
    """The actions of Redshift, as boto3 calls them."""

    def __init__(self) -> None:
        super().__init__()
        self.RESPONSE_KEY_PATH_TO_TRANSFORMER = {}  # which says `creating` only once

    def _cluster(self) -> Any:
        name = self._get_param("ClusterIdentifier")
        return self.redshift_backend.describe_clusters(name)[0]

    def _require(self, *states: str) -> Any:
        """InvalidClusterState, as DeleteCluster, PauseCluster, ModifyCluster have it."""
        cluster = self._cluster()
        if cluster.status not in states:
            _reject("InvalidClusterState", f"The cluster is {cluster.status}.")
        return cluster

    def create_cluster(self) -> ActionResult:
        """API_CreateCluster.html; node types: hashicorp/terraform-provider-aws issue 43270."""
        get = self._get_param
        _check_names(get)
        _check_password(get)
        _check_size(get)
        if self._get_bool_param("Encrypted", True) is False:
            _reject("InvalidParameterValue", "Unencrypted clusters are no longer made.")
        if not (5431 <= (port := int(get("Port") or 5439)) <= 5455 or 8191 <= port <= 8215):
            _reject("InvalidParameterValue", f"Port {port} is out of range.")
        backend = self.redshift_backend
        backend.describe_cluster_subnet_groups(get("ClusterSubnetGroupName"))
        if get("ClusterParameterGroupName"):
            backend.describe_cluster_parameter_groups(get("ClusterParameterGroupName"))
        arn = f"arn:aws:redshift:{self.region}:{ACCOUNT}:cluster:{get('ClusterIdentifier')}"
        for role in get("IamRoles", []):
            if not trusts(role, "redshift.amazonaws.com", arn):
                _reject("InvalidParameterValue", f"The IAM role {role} is not valid.")
        answer = super().create_cluster()
        cluster: Any = self._cluster()
        cluster.cluster_namespace_arn = (
            f"arn:aws:redshift:{self.region}:{ACCOUNT}:namespace:{uuid.uuid4()}"
        )
        cluster.maintenance_track_name, cluster.cluster_revision_number = "current", "205"
        cluster.encrypted = True
        cluster.default_iam_role_arn = get("DefaultIamRoleArn")
        if self._get_bool_param("ManageMasterPassword"):
            cluster.master_password_secret_arn = (
                f"arn:aws:secretsmanager:{self.region}:{ACCOUNT}:secret:redshift!"
                f"{cluster.cluster_identifier}-{cluster.master_username}"
            )
        _pass_through(cluster, "creating", "available")
        return answer

    def describe_clusters(self) -> ActionResult:
        """Shorten transitional states with each poll."""
        for name, cluster in list(self.redshift_backend.clusters.items()):
            phases = getattr(cluster, "phases", [])
            if phases:
                cluster.status = phases.pop(0)
            if cluster.status == "gone":
                self.redshift_backend.delete_cluster(
                    cluster_identifier=name, **World.deleting.pop(name)
                )
        return super().describe_clusters()

    def modify_cluster(self) -> ActionResult:
        cluster = self._require("available")
        answer = super().modify_cluster()
        if self._get_param("PubliclyAccessible") is not None:
            cluster.publicly_accessible = self._get_bool_param("PubliclyAccessible")
        _pass_through(cluster, "modifying", "available")
        return answer

    def pause_cluster(self) -> ActionResult:
        """API_PauseCluster.html; rs-mgmt-pause-resume-cluster.html of the management guide."""
        cluster = self._require("available")
        _pass_through(cluster, "pausing", "paused")
        return ActionResult({"Cluster": cluster})

    def resume_cluster(self) -> ActionResult:
        """API_ResumeCluster.html."""
        cluster = self._require("paused")
        _pass_through(cluster, "resuming", "available")
        return ActionResult({"Cluster": cluster})

    def delete_cluster(self) -> ActionResult:
        """API_DeleteCluster.html: a final snapshot, and then its name, unless it is skipped."""
        cluster = self._require("available", "paused")
        skip = self._get_bool_param("SkipFinalClusterSnapshot", False)
        snapshot = self._get_param("FinalClusterSnapshotIdentifier")
        if not skip and not snapshot:
            _reject("InvalidParameterCombination", "FinalClusterSnapshotIdentifier is required.")
        if skip and snapshot:
            _reject("InvalidParameterCombination", "SkipFinalClusterSnapshot must be false.")
        if snapshot and not re.fullmatch(r"[a-z](-?[a-z0-9])*", snapshot):
            _reject("InvalidParameterValue", f"{snapshot} is no name of a snapshot.")
        World.deleting[cluster.cluster_identifier] = {
            "skip_final_snapshot": skip,
            "final_cluster_snapshot_identifier": snapshot,
        }
        states = ("deleting", "gone") if skip else ("final-snapshot", "deleting", "gone")
        _pass_through(cluster, *states)
        return ActionResult({"Cluster": cluster})

    def enable_logging(self) -> ActionResult:
        """API_EnableLogging.html."""
        self._require("available")
        exports = set(self._get_param("LogExports") or [])
        if self._get_param("LogDestinationType") == "cloudwatch" and not (
            exports and exports <= {"connectionlog", "userlog", "useractivitylog"}
        ):
            _reject("InvalidParameterValue", "LogExports")
        return super().enable_logging()

    def create_cluster_subnet_group(self) -> ActionResult:
        """API_CreateClusterSubnetGroup.html: a name is taken once."""
        name = self._get_param("ClusterSubnetGroupName")
        if name in self.redshift_backend.subnet_groups:
            _reject("ClusterSubnetGroupAlreadyExists", f"{name} exists.")
        return super().create_cluster_subnet_group()

    def create_cluster_parameter_group(self) -> ActionResult:
        """API_CreateClusterParameterGroup.html: a name is taken once."""
        name = self._get_param("ParameterGroupName")
        if name in self.redshift_backend.parameter_groups:
            _reject("ClusterParameterGroupAlreadyExists", f"{name} exists.")
        return super().create_cluster_parameter_group()

    def delete_cluster_subnet_group(self) -> ActionResult:
        """API_DeleteClusterSubnetGroup.html: not while a cluster is in it."""
        name = self._get_param("ClusterSubnetGroupName")
        for cluster in self.redshift_backend.clusters.values():
            if cluster.cluster_subnet_group_name == name:
                _reject("InvalidClusterSubnetGroupStateFault", "It is in use.")
        return super().delete_cluster_subnet_group()

    def delete_cluster_parameter_group(self) -> ActionResult:
        """API_DeleteClusterParameterGroup.html: not while a cluster uses it."""
        name = self._get_param("ParameterGroupName")
        for cluster in self.redshift_backend.clusters.values():
            if name in cluster.cluster_parameter_group_name:
                _reject("InvalidClusterParameterGroupState", "It is in use.")
        return super().delete_cluster_parameter_group()

    def modify_cluster_parameter_group(self) -> ActionResult:
        """API_ModifyClusterParameterGroup.html, which moto lacks."""
        name = self._get_param("ParameterGroupName")
        group: Any = self.redshift_backend.describe_cluster_parameter_groups(name)[0]
        for each in self._get_param("Parameters", []):
            if each["ParameterName"] not in {"require_ssl", "enable_user_activity_logging"}:
                _reject("InvalidParameterValue", each["ParameterName"])
        group.set_parameters = {
            each["ParameterName"]: each["ParameterValue"]
            for each in self._get_param("Parameters", [])
        }
        return ActionResult({"ParameterGroupName": name, "ParameterGroupStatus": "updated"})

    def create_scheduled_action(self) -> ActionResult:
        """API_CreateScheduledAction.html, API_ScheduledAction.html."""
        name = self._get_param("ScheduledActionName")
        if name in World.actions:
            _reject("ScheduledActionAlreadyExists", f"{name} exists.")
        return self._put_action(name)

    def modify_scheduled_action(self) -> ActionResult:
        """API_ModifyScheduledAction.html."""
        name = self._get_param("ScheduledActionName")
        self._find_action(name)
        return self._put_action(name)

    def _put_action(self, name: str) -> ActionResult:
        target = self._get_param("TargetAction")
        if list(target) != ["PauseCluster"]:
            _reject("ScheduledActionTypeUnsupported", str(list(target)))
        self.redshift_backend.describe_clusters(target["PauseCluster"]["ClusterIdentifier"])
        if not _CRON.fullmatch(self._get_param("Schedule")):
            _reject("InvalidSchedule", self._get_param("Schedule"))
        World.role_lag -= 1
        role = self._get_param("IamRole")
        if World.role_lag >= 0 or not trusts(role, "scheduler.redshift.amazonaws.com", ""):
            # the message that Terraform's provider waits for
            _reject(
                "InvalidParameterValue",
                "The IAM role must delegate access to Amazon Redshift scheduler.",
            )
        World.actions[name] = {
            "ScheduledActionName": name,
            "TargetAction": target,
            "Schedule": self._get_param("Schedule"),
            "IamRole": role,
            "State": "ACTIVE",
        }
        return ActionResult(World.actions[name])

    def describe_scheduled_actions(self) -> ActionResult:
        """API_DescribeScheduledActions.html."""
        name = self._get_param("ScheduledActionName")
        actions = [self._find_action(name)] if name else list(World.actions.values())
        return ActionResult({"ScheduledActions": actions})

    def delete_scheduled_action(self) -> ActionResult:
        """API_DeleteScheduledAction.html."""
        name = self._get_param("ScheduledActionName")
        self._find_action(name)
        del World.actions[name]
        return EmptyResult()

    def _find_action(self, name: str) -> dict[str, Any]:
        if name not in World.actions:
            _reject("ScheduledActionNotFound", f"{name} does not exist.")
        return World.actions[name]

    def get_cluster_credentials_with_iam(self) -> ActionResult:
        """API_GetClusterCredentialsWithIAM.html."""
        self._cluster()
        seconds = self._get_int_param("DurationSeconds") or 900
        if not 900 <= seconds <= 3600:
            _reject("InvalidParameterValue", "DurationSeconds")
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        return ActionResult(
            {
                "DbUser": World.login[0],
                "DbPassword": World.login[1] or uuid.uuid4().hex,
                "Expiration": until,
                "NextRefreshTime": until,
            }
        )


def _check_names(get: Any) -> None:
    """API_CreateCluster.html: ClusterIdentifier, DBName, MasterUsername."""
    for key, pattern in (
        ("ClusterIdentifier", r"[a-z](-?[a-z0-9])*"),
        ("DBName", r"(?:[a-z][a-z0-9_]{0,63})?"),
        ("MasterUsername", r"(?!public$)[a-z][a-z0-9_+.@-]{0,127}"),
    ):
        if not re.fullmatch(pattern, get(key) or ""):
            _reject("InvalidParameterValue", f"{key} is {get(key)!r}.")


def _check_password(get: Any) -> None:
    """API_CreateCluster.html: MasterUserPassword, or ManageMasterPassword, and not both."""
    password, managed = get("MasterUserPassword"), get("ManageMasterPassword")
    if bool(password) == bool(managed):
        _reject("InvalidParameterCombination", "MasterUserPassword or ManageMasterPassword.")
    if password and not (
        8 <= len(password) <= 64
        and all(re.search(kind, password) for kind in ("[A-Z]", "[a-z]", "[0-9]"))
        and not re.search(r"""['"\\/@ ]|[^!-~]""", password)
    ):
        _reject("InvalidParameterValue", "The password is weak.")


def _check_size(get: Any) -> None:
    """working-with-clusters.html of the management guide, rs-node-type-info."""
    node_type, nodes = get("NodeType"), int(get("NumberOfNodes") or 1)
    if node_type not in _OFFERED:
        _reject("InvalidParameterValue", f"Invalid node type: {node_type}")
    multi = get("ClusterType", "multi-node") == "multi-node"
    if multi != (nodes > 1) or (not multi and node_type not in _SINGLE_NODE):
        _reject("InvalidParameterCombination", f"{nodes} x {node_type}, {get('ClusterType')}")


def install() -> None:
    """Replace moto's Redshift by this, in this process."""
    from moto.redshift import urls

    urls.url_paths["{0}/$"] = StrictRedshift.dispatch
    Cluster.endpoint = property(_endpoint)  # type: ignore[assignment,method-assign]


def clusters(region: str) -> dict[str, Any]:
    """Return moto's clusters by name."""
    found: dict[str, Any] = redshift_backends[ACCOUNT][region].clusters
    return found
