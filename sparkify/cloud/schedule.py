"""The schedule that pauses a cluster every day, so that nobody has to remember it.

https://docs.aws.amazon.com/redshift/latest/APIReference/API_ScheduledAction.html
"""

from typing import Any

from sparkify.cloud import role
from sparkify.cloud.aws import Aws, AwsRejectedError
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import cluster_arn


def schedule_name(name: str) -> str:
    """Return the name of the schedule that pauses a cluster."""
    return f"{name}-pause"


def find_schedule(aws: Aws, name: str) -> dict[str, Any] | None:
    """Return the schedule of a cluster as AWS describes it, or None."""
    wanted = schedule_name(name)
    found = aws.find("redshift", "describe_scheduled_actions", ScheduledActionName=wanted)
    actions = found["ScheduledActions"] if found else []
    return actions[0] if actions else None


def ensure_schedule(aws: Aws, name: str, pause_at: str, watch: Watch) -> None:
    """Pause the cluster every day at `HH:MM` in UTC, under a role that can do nothing else."""
    pausing = role.pause_role(aws, name, cluster_arn(aws, name))
    role_arn = role.ensure_role(aws, name, pausing)
    hour, _, minute = pause_at.partition(":")
    operation = "modify_scheduled_action" if find_schedule(aws, name) else "create_scheduled_action"

    def act() -> None:
        aws.call(
            *("redshift", operation),
            ScheduledActionName=schedule_name(name),
            TargetAction={"PauseCluster": {"ClusterIdentifier": name}},
            Schedule=f"cron({int(minute)} {int(hour)} * * ? *)",
            IamRole=role_arn,
            ScheduledActionDescription=f"Made by sparkify for the warehouse {name}",
            Enable=True,
        )

    watch.retry(f"the role {pausing.name}", _is_role_too_new, act)


def remove_schedule(aws: Aws, name: str, watch: Watch) -> list[str]:
    """Remove the schedule and its role if they exist; return what was removed."""
    removed = []
    if find_schedule(aws, name):
        aws.call("redshift", "delete_scheduled_action", ScheduledActionName=schedule_name(name))
        removed.append(f"schedule {schedule_name(name)}")
    return removed + role.remove_role(aws, name, role.pause_role_name(name, aws.region), watch)


def _is_role_too_new(error: AwsRejectedError) -> bool:
    """Return whether Redshift does not yet see a role that was just created.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
    """
    return "must delegate access to Amazon Redshift scheduler" in error.message
