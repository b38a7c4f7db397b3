"""The schedule that pauses a cluster every day, whoever forgot it.

https://docs.aws.amazon.com/redshift/latest/APIReference/API_ScheduledAction.html
"""

from typing import Any

from sparkify.cloud import role
from sparkify.cloud.aws import Aws, RefusedError
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import cluster_arn


def name_of(name: str) -> str:
    """The name of the schedule that pauses a cluster."""
    return f"{name}-pause"


def find(aws: Aws, name: str) -> dict[str, Any] | None:
    """The schedule of a cluster, as AWS tells it."""
    found = aws.find("redshift", "describe_scheduled_actions", ScheduledActionName=name_of(name))
    actions = found["ScheduledActions"] if found else []
    return actions[0] if actions else None


def ensure(aws: Aws, name: str, pause_at: str, watch: Watch) -> None:
    """Pause the cluster at a time of day, `HH:MM` in UTC, under a role that can do nothing else."""
    pausing = role.pause_role(aws, name, cluster_arn(aws, name))
    role_arn = role.ensure(aws, name, pausing)
    hour, _, minute = pause_at.partition(":")
    operation = "modify_scheduled_action" if find(aws, name) else "create_scheduled_action"

    def act() -> None:
        aws.call(
            *("redshift", operation),
            ScheduledActionName=name_of(name),
            TargetAction={"PauseCluster": {"ClusterIdentifier": name}},
            Schedule=f"cron({int(minute)} {int(hour)} * * ? *)",
            IamRole=role_arn,
            ScheduledActionDescription=f"Made by sparkify for the warehouse {name}",
            Enable=True,
        )

    watch.retry(f"the role {pausing.name}", _is_too_new, act)


def remove(aws: Aws, name: str, watch: Watch) -> list[str]:
    """Take away the schedule and its role if they are there, and say so."""
    removed = []
    if find(aws, name):
        aws.call("redshift", "delete_scheduled_action", ScheduledActionName=name_of(name))
        removed.append(f"schedule {name_of(name)}")
    return removed + role.remove(aws, name, role.pause_name(name, aws.region), watch)


def _is_too_new(refusal: RefusedError) -> bool:
    """Whether Redshift does not see a role yet that was made a moment ago.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
    """
    return "must delegate access to Amazon Redshift scheduler" in refusal.message
