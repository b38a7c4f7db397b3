"""A warehouse's life: up, paused, resumed, down. Each may be stopped at any point and run again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sparkify.cloud import network, provisioned, role, schedule, serverless
from sparkify.cloud.aws import Aws, region_of_bucket
from sparkify.cloud.role import Place
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import (
    DEFAULT_NAME,
    Plan,
    Warehouse,
    address_of,
    check_name,
    not_ours,
)
from sparkify.config import Settings
from sparkify.errors import CloudError, ConfigError, SparkifyError

FINAL = "sparkify-final-"  # how the name of a final snapshot begins
NO_PAUSE = (
    "Serverless has no pause. Idle, its compute costs nothing. What still costs: storage, and any"
    " query, an open transaction and a client that asks again and again included."
    " To end all of it: sparkify cluster down"
)


@dataclass(frozen=True, slots=True)
class Removed:
    """What `down` took away, and the snapshot it left, if any."""

    things: list[str]
    snapshot: str


def region_for(settings: Settings, asked_for: str = "") -> str:
    """The region of the warehouse: asked for, else its endpoint's, else its data's.

    Raises ConfigError if nothing tells, CloudError if the bucket cannot be asked.
    """
    if asked_for:
        return asked_for
    address = address_of(settings.host)
    if address:
        return address.region
    return region_of_data(settings)


def region_of_data(settings: Settings) -> str:
    """The region of the bucket that the logs are in."""
    if settings.log_data.startswith("s3://") and not settings.s3_endpoint_url:
        bucket = settings.log_data.removeprefix("s3://").partition("/")[0]
        return region_of_bucket(settings.s3_profile, bucket)
    if settings.s3_region:
        return settings.s3_region
    raise ConfigError(
        "nothing says in which region of AWS the warehouse is", "give it with --region"
    )


def find(aws: Aws, name: str) -> Warehouse | None:
    """The warehouse of that name, of either kind, whoever made it."""
    return provisioned.find(aws, name) or serverless.find(aws, name)


def locate(aws: Aws, settings: Settings, name: str = "") -> Warehouse:
    """The warehouse that is asked for by name, else the one that HOST names, else `sparkify`.

    Raises CloudError if there is none.
    """
    address = address_of(settings.host)
    if name or not settings.host or address:
        wanted = name or (address.name if address else DEFAULT_NAME)
        found = find(aws, wanted)
        if found is None:
            raise CloudError(
                f"there is no warehouse {wanted} in {aws.region}",
                "make it with: sparkify cluster up; see what there is with: sparkify cluster list",
            )
        return found
    found = provisioned.find_at(aws, settings.host) or serverless.find_at(aws, settings.host)
    if found is None:
        raise CloudError(
            f"no warehouse in {aws.region} has the endpoint {settings.host}",
            "name it with --name, and its region with --region",
        )
    return found


def up(aws: Aws, plan: Plan, reads: Sequence[Place], watch: Watch) -> Warehouse | None:
    """Make what is missing of a warehouse, and wait until it answers; None in a rehearsal.

    Raises CloudError; what was made stays, for the next `up` to finish or for `down` to take away.
    """
    check_name(plan.name)
    there = find(aws, plan.name)
    if there and not there.ours:
        raise not_ours(f"the {there.kind} warehouse {plan.name}", plan.name)
    if there and there.kind != plan.kind:
        raise CloudError(
            f"{plan.name} is there already, and is {there.kind}",
            f"go on with it {'with' if there.kind == 'provisioned' else 'without'} --provisioned,"
            " or take another name with --name",
        )
    if plan.kind == "provisioned" and not there:
        provisioned.check_size(plan.node_type, plan.nodes)
    if there and there.state != "incomplete":
        watch.note(f"{plan.name} is there already; what is missing is added, its size stays")
    kind = provisioned if plan.kind == "provisioned" else serverless
    kind.build(aws, plan, reads, watch)
    return None if aws.rehearsed else find(aws, plan.name)


def down(aws: Aws, name: str, watch: Watch, *, keep_snapshot: bool) -> Removed:
    """Take away everything that `up` made for a warehouse, of either kind, and nothing else.

    Raises CloudError, also for a warehouse of that name that is not ours; run again, it goes on
    with what is left.
    """
    check_name(name)
    snapshot = final_snapshot(name) if keep_snapshot else ""
    removed = serverless.remove(aws, name, snapshot, watch)
    removed += provisioned.remove(aws, name, snapshot, watch)
    removed += role.remove(aws, name, role.copy_name(name, aws.region), watch)
    removed += network.remove_group(aws, name, watch)
    held_data = any(thing.startswith(("namespace", "cluster")) for thing in removed)
    return Removed(removed, snapshot if held_data else "")


def final_snapshot(name: str) -> str:
    """A name for the snapshot that `down` leaves."""
    return f"{FINAL}{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def pause(aws: Aws, name: str, watch: Watch) -> None:
    """Pause a cluster and wait until it is."""
    provisioned.ask_to_pause(aws, name, watch)
    provisioned.await_pause(aws, name, watch)


@contextmanager
def paused_after(aws: Aws, name: str, watch: Watch) -> Iterator[None]:
    """Pause a cluster whatever becomes of what is done inside; AWS then goes on by itself.

    Raises what was raised inside, else CloudError if it cannot be paused.
    """
    try:
        yield
    except BaseException:
        try:
            provisioned.ask_to_pause(aws, name, watch.anew())
        except (KeyboardInterrupt, SparkifyError) as error:
            why = f": {error}" if isinstance(error, SparkifyError) else ""
            watch.note(f"{name} could not be paused and is still on{why}; sparkify cluster pause")
        raise
    provisioned.ask_to_pause(aws, name, watch.anew())


def inventory(aws: Aws) -> list[tuple[str, str, str]]:
    """What of ours exists in the region: what it is, its name, and its warehouse."""
    rooms = (provisioned, serverless, network, role)
    found = [thing for room in rooms for thing in room.inventory(aws)]
    named = {name for _, _, name in found}
    for name in sorted(named):
        found += [("schedule", schedule.name_of(name), name)] if schedule.find(aws, name) else []
    found += [
        ("snapshot", snapshot, snapshot.removeprefix(FINAL)[:-16])
        for snapshot in [*provisioned.snapshots(aws), *serverless.snapshots(aws)]
        if snapshot.startswith(FINAL)
    ]
    return sorted(found, key=lambda thing: (thing[2], thing[0], thing[1]))
