"""The life of a warehouse: create, pause, resume, remove. Each step can be stopped and rerun."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from sparkify.cloud import network, provisioned, role, schedule, serverless
from sparkify.cloud.aws import Aws, region_of_bucket
from sparkify.cloud.role import BucketPrefix
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import (
    DeploymentKind,
    Resource,
    Warehouse,
    WarehousePlan,
    check_name,
    name_taken,
    parse_endpoint,
    warehouse_name,
)
from sparkify.config import Settings
from sparkify.errors import CloudError, ConfigError, SparkifyError

FINAL_SNAPSHOT_PREFIX = "sparkify-final-"
NO_PAUSE = (
    "Serverless has no pause. Idle, its compute costs nothing. Still paid for: storage, and any"
    " query, also of an open transaction or of a client that polls."
    " To remove the warehouse: sparkify cluster down"
)


class Deployment(Protocol):
    """A way to run Redshift in AWS. The modules `provisioned` and `serverless` implement it."""

    def find_by_name(self, aws: Aws, name: str) -> Warehouse | None:
        """Return the warehouse with this name, also one that Sparkify did not create."""

    def find_by_host(self, aws: Aws, host: str) -> Warehouse | None:
        """Return the warehouse whose endpoint, or custom domain, is `host`."""

    def deploy(
        self, aws: Aws, plan: WarehousePlan, reads: Sequence[BucketPrefix], watch: Watch
    ) -> None:
        """Create what is missing of the warehouse, and wait until it is available."""

    def tear_down(self, aws: Aws, name: str, snapshot: str, watch: Watch) -> list[str]:
        """Remove what exists of the warehouse; return what was removed.

        `snapshot` names the final snapshot; empty means none.
        """

    def list_resources(self, aws: Aws) -> list[Resource]:
        """List the tagged resources of the region."""

    def list_snapshots(self, aws: Aws) -> list[str]:
        """List the names of the snapshots in the region."""


DEPLOYMENTS: dict[DeploymentKind, Deployment] = {
    "provisioned": provisioned,
    "serverless": serverless,
}


@dataclass(frozen=True, slots=True)
class Removal:
    """The resources that `down` removed, and the name of the final snapshot, if any."""

    resources: list[str]
    snapshot: str


def region_for(settings: Settings, asked_for: str = "") -> str:
    """Return the warehouse's region: the requested one, else its endpoint's, else its data's.

    Raises ConfigError if the settings name no region, CloudError if S3 does not name the bucket's.
    """
    if asked_for:
        return asked_for
    endpoint = parse_endpoint(settings.host)
    if endpoint:
        return endpoint.region
    return region_of_data(settings)


def region_of_data(settings: Settings) -> str:
    """Return the region of the bucket that holds the logs."""
    if settings.log_data.startswith("s3://") and not settings.s3_endpoint_url:
        bucket = settings.log_data.removeprefix("s3://").partition("/")[0]
        return region_of_bucket(settings.s3_profile, bucket)
    if settings.s3_region:
        return settings.s3_region
    raise ConfigError("the warehouse's AWS region is not known", "give it with --region")


def find_warehouse(aws: Aws, name: str) -> Warehouse | None:
    """Return the warehouse with this name, of either kind, also one Sparkify did not create."""
    found = (deployment.find_by_name(aws, name) for deployment in DEPLOYMENTS.values())
    return next(filter(None, found), None)


def locate_warehouse(aws: Aws, settings: Settings, name: str = "") -> Warehouse:
    """Return the warehouse with this name, else the one that HOST names, else `sparkify`.

    Raises CloudError if it does not exist.
    """
    endpoint = parse_endpoint(settings.host)
    if name or not settings.host or endpoint:
        wanted = warehouse_name(settings, name)
        found = find_warehouse(aws, wanted)
        if found is None:
            raise CloudError(
                f"there is no warehouse {wanted} in {aws.region}",
                "create it: sparkify cluster up; list what exists: sparkify cluster list",
            )
        return found
    by_host = (deployment.find_by_host(aws, settings.host) for deployment in DEPLOYMENTS.values())
    found = next(filter(None, by_host), None)
    if found is None:
        raise CloudError(
            f"no warehouse in {aws.region} has the endpoint {settings.host}",
            "name it with --name, and its region with --region",
        )
    return found


def create_warehouse(
    aws: Aws, plan: WarehousePlan, reads: Sequence[BucketPrefix], watch: Watch
) -> Warehouse | None:
    """Create what is missing of a warehouse, and wait until it is available; None in a dry run.

    Raises CloudError. What was created stays: `up` run again completes it, `down` removes it.
    """
    check_name(plan.name)
    existing = find_warehouse(aws, plan.name)
    if existing:
        _check_existing(existing, plan)
    elif plan.kind == "provisioned":
        provisioned.check_size(plan.node_type, plan.nodes)
    if existing and existing.state != "incomplete":
        watch.note(f"{plan.name} already exists; missing parts are added, its size stays the same")
    DEPLOYMENTS[plan.kind].deploy(aws, plan, reads, watch)
    return None if aws.dry_run else find_warehouse(aws, plan.name)


def _check_existing(existing: Warehouse, plan: WarehousePlan) -> None:
    if not existing.tagged:
        raise name_taken(f"the {existing.kind} warehouse {plan.name}", plan.name)
    if existing.kind != plan.kind:
        raise CloudError(
            f"{plan.name} already exists, and is {existing.kind}",
            f"continue it {'with' if existing.kind == 'provisioned' else 'without'} --provisioned,"
            " or choose another name with --name",
        )


def remove_warehouse(aws: Aws, name: str, watch: Watch, *, keep_snapshot: bool) -> Removal:
    """Remove everything that `up` created for a warehouse, of either kind, and nothing else.

    Raises CloudError, also for a warehouse with this name that Sparkify did not create. Run again,
    it removes the rest.
    """
    check_name(name)
    snapshot = final_snapshot_name(name) if keep_snapshot else ""
    removed = serverless.tear_down(aws, name, snapshot, watch)
    removed += provisioned.tear_down(aws, name, snapshot, watch)
    removed += role.remove_role(aws, name, role.copy_role_name(name, aws.region), watch)
    removed += network.remove_security_group(aws, name, watch)
    held_data = any(resource.startswith(("namespace", "cluster")) for resource in removed)
    return Removal(removed, snapshot if held_data else "")


def final_snapshot_name(name: str) -> str:
    """Make a name for the snapshot that `down` keeps."""
    return f"{FINAL_SNAPSHOT_PREFIX}{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def pause_cluster(aws: Aws, name: str, watch: Watch) -> None:
    """Pause a cluster and wait until it is paused."""
    provisioned.request_pause(aws, name, watch)
    provisioned.wait_for_pause(aws, name, watch)


@contextmanager
def paused_after(aws: Aws, name: str, watch: Watch) -> Iterator[None]:
    """Pause a cluster at the end, also after an error; AWS completes the pause by itself.

    Raises the error of the body, else CloudError if the cluster cannot be paused.
    """
    try:
        yield
    except BaseException:
        try:
            provisioned.request_pause(aws, name, watch.restarted())
        except (KeyboardInterrupt, SparkifyError) as error:
            why = f": {error}" if isinstance(error, SparkifyError) else ""
            watch.note(f"{name} could not be paused and is still on{why}; sparkify cluster pause")
        raise
    provisioned.request_pause(aws, name, watch.restarted())


def list_everything(aws: Aws) -> list[Resource]:
    """List all resources in the region that Sparkify created."""
    found = [*network.list_security_groups(aws), *role.list_roles(aws)]
    for deployment in DEPLOYMENTS.values():
        found += deployment.list_resources(aws)
    for name in {resource.warehouse for resource in found}:
        if schedule.find_schedule(aws, name):
            found.append(Resource("schedule", schedule.schedule_name(name), name))
    found += [
        Resource("snapshot", snapshot, snapshot.removeprefix(FINAL_SNAPSHOT_PREFIX)[:-16])
        for deployment in DEPLOYMENTS.values()
        for snapshot in deployment.list_snapshots(aws)
        if snapshot.startswith(FINAL_SNAPSHOT_PREFIX)
    ]
    return sorted(found, key=lambda resource: (resource.warehouse, resource.what, resource.name))
