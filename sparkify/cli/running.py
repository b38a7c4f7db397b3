"""Around a load: resume the cluster before, pause it after, or say that it is on and costs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sparkify.cli.aws import WarehouseRequest, dollars
from sparkify.cli.interruption import unhurried
from sparkify.errors import ConfigError, SparkifyError

if TYPE_CHECKING:
    from sparkify.cli.log import CommandReporter
    from sparkify.cloud.aws import Aws
    from sparkify.cloud.waiting import Watch
    from sparkify.config import Settings

_MINUTES = 45  # to resume; AWS says minutes, and means a quarter of an hour


@contextmanager
def running(
    settings: "Settings", reporter: "CommandReporter", *, resume: bool, pause: bool
) -> Iterator[None]:
    """Do what is inside on a cluster that is on, and leave it as asked, whatever happens inside."""
    from sparkify.engines import backend_of

    if not backend_of(settings).is_in_cloud:
        if resume or pause:
            raise ConfigError(
                "--resume and --pause are for a cluster, and the settings name none",
                "leave them out, or run: sparkify cluster up",
            )
        yield
    elif resume or pause:
        with _kept(settings, reporter, resume=resume, pause=pause):
            yield
    else:
        try:
            yield
        finally:
            _warn_if_on(settings, reporter)


@contextmanager
def _kept(
    settings: "Settings", reporter: "CommandReporter", *, resume: bool, pause: bool
) -> Iterator[None]:
    from sparkify.cloud import lifecycle, provisioned
    from sparkify.cloud.waiting import Watch

    aws = WarehouseRequest(settings, name="", region="", as_json=False).aws()
    found = lifecycle.locate_warehouse(aws, settings)
    if found.kind == "serverless":
        reporter.warn(lifecycle.NO_PAUSE)
        yield
        return
    watch = Watch(_MINUTES, _Told(reporter))
    with ExitStack() as stack:
        if pause:
            stack.enter_context(_paused_after(aws, found.name, watch))
        if resume:
            provisioned.resume_cluster(aws, found.name, watch)
        yield
    if not pause:
        _warn_if_on(settings, reporter)


class _Told:
    """Passes on to the reporter of a run what is done about its cluster."""

    def __init__(self, reporter: "CommandReporter") -> None:
        self.step = reporter.stage
        self.note = reporter.warn

    def waiting(self, what: str, state: str) -> None:
        """This is waited for, and is in this state."""
        self.step(f"{what} is {state}")


@contextmanager
def _paused_after(aws: "Aws", name: str, watch: "Watch") -> Iterator[None]:
    """Pause the cluster whatever happens inside, and let no signal cut that short."""
    from sparkify.cloud import lifecycle

    with ExitStack() as own_time, lifecycle.paused_after(aws, name, watch):
        try:
            yield
        finally:
            own_time.enter_context(unhurried())


def _warn_if_on(settings: "Settings", reporter: "CommandReporter") -> None:
    """Say that a cluster is on and costs; a run does not fail for it, nor wait for it."""
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
            " pause it: sparkify cluster pause, or etl.py --pause"
        )
