"""Keep the cluster on during a load: resume it before, pause it after, or warn of its cost."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sparkify.cli.aws import WarehouseRequest, dollars
from sparkify.cli.interruption import no_deadline
from sparkify.errors import ConfigError, SparkifyError

if TYPE_CHECKING:
    from sparkify.cli.log import CommandReporter
    from sparkify.cloud.aws import Aws
    from sparkify.cloud.waiting import Watch
    from sparkify.config import Settings

RESUME_MINUTES = 45  # AWS says minutes, and may take a quarter of an hour


@contextmanager
def cluster_power(
    settings: "Settings", reporter: "CommandReporter", *, resume: bool, pause: bool
) -> Iterator[None]:
    """Resume the cluster before the code inside and pause it after, as requested.

    Raises ConfigError for such a request where the settings name no cluster.
    """
    from sparkify.engines import backend_of

    if not backend_of(settings).is_in_cloud:
        if resume or pause:
            raise ConfigError(
                "--resume and --pause are for a cluster, and the settings name none",
                "leave them out, or run: sparkify cluster up",
            )
        yield
    elif resume or pause:
        with _power_switched(settings, reporter, resume=resume, pause=pause):
            yield
    else:
        try:
            yield
        finally:
            _warn_if_on(settings, reporter)


@contextmanager
def _power_switched(
    settings: "Settings", reporter: "CommandReporter", *, resume: bool, pause: bool
) -> Iterator[None]:
    from sparkify.cloud import lifecycle, provisioned
    from sparkify.cloud.waiting import Watch

    aws = WarehouseRequest(settings, name="", region="").aws()
    found = lifecycle.locate_warehouse(aws, settings)
    if found.kind == "serverless":
        reporter.warn(lifecycle.NO_PAUSE)
        yield
        return
    watch = Watch(RESUME_MINUTES, ClusterProgress(reporter))
    with ExitStack() as stack:
        if pause:
            stack.enter_context(_paused_after(aws, found.name, watch))
        if resume:
            provisioned.resume_cluster(aws, found.name, watch)
        yield
    if not pause:
        _warn_if_on(settings, reporter)


class ClusterProgress:
    """Reports the steps in AWS to the reporter of a run."""

    def __init__(self, reporter: "CommandReporter") -> None:
        self.step = reporter.stage
        self.note = reporter.warn

    def waiting(self, what: str, state: str) -> None:
        """Report the state of what it waits for."""
        self.step(f"{what} is {state}")


@contextmanager
def _paused_after(aws: "Aws", name: str, watch: "Watch") -> Iterator[None]:
    """Pause the cluster in any case, and let no signal interrupt the pause."""
    from sparkify.cloud import lifecycle

    with ExitStack() as pausing, lifecycle.paused_after(aws, name, watch):
        try:
            yield
        finally:
            pausing.enter_context(no_deadline())


def _warn_if_on(settings: "Settings", reporter: "CommandReporter") -> None:
    """Warn that the cluster is on and costs; an error of AWS does not fail the run."""
    from sparkify.cloud import cost, lifecycle
    from sparkify.cloud.aws import Aws

    try:
        aws = Aws(lifecycle.region_for(settings), settings.s3_profile, attempts=1)
        found = lifecycle.locate_warehouse(aws, settings)
    except SparkifyError:
        return
    if found.is_on:
        reporter.warn(
            f"{found.name} is on and costs {dollars(cost.hourly_cost(found, aws.region))} an hour;"
            " pause it: sparkify cluster pause, or sparkify etl --pause"
        )
