"""Wait for a Redshift cluster without a worker: the trigger that polls its state."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from sparkify.cloud.aws import Aws
from sparkify.cloud.lifecycle import locate_warehouse, region_for
from sparkify.config import GivenSettings, Settings, as_settings

# In these a task has something to do: to load, or to resume a cluster that was being paused.
READY = ("available", "paused")


def open_aws(settings: Settings) -> Aws:
    """Return AWS in the warehouse's region. Raises ConfigError, CloudError."""
    return Aws(region_for(settings), settings.s3_profile)


def resume_if_paused(aws: Aws, settings: Settings, cluster: str) -> str:
    """Return the state of a cluster; where it is paused, request that it is resumed.

    Raises CloudError.
    """
    state = locate_warehouse(aws, settings, cluster).state
    if state == "paused":
        aws.call("redshift", "resume_cluster", ClusterIdentifier=cluster)
        return "resuming"
    return state


class ClusterReadyTrigger(BaseTrigger):
    """Fires with the state of a cluster once there is something to do."""

    def __init__(self, settings: GivenSettings, cluster: str, poll_seconds: float) -> None:
        super().__init__()
        self.settings, self.cluster, self.poll_seconds = settings, cluster, poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class and its arguments, by which the triggerer makes it again."""
        arguments = {
            "settings": self.settings,
            "cluster": self.cluster,
            "poll_seconds": self.poll_seconds,
        }
        return "sparkify_airflow.cluster.ClusterReadyTrigger", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Poll the state until it is one of READY."""
        while (state := await asyncio.to_thread(self._state)) not in READY:
            await asyncio.sleep(self.poll_seconds)
        yield TriggerEvent(state)

    def _state(self) -> str:
        settings = as_settings(self.settings)
        return locate_warehouse(open_aws(settings), settings, self.cluster).state
