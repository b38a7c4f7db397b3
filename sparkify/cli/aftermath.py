"""What follows a load: notices, the heartbeat and metrics. None of them fails it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from sparkify.errors import SparkifyError

if TYPE_CHECKING:
    from sparkify.cli.log import CommandReporter
    from sparkify.config import Settings
    from sparkify.pipeline import Run


@contextmanager
def failure_notified(settings: "Settings", reporter: "CommandReporter") -> Iterator[None]:
    """Send a notice if the code inside fails."""
    try:
        yield
    except Exception as error:
        if settings.notify_url.value:
            _notify_of_failure(settings, error, reporter.warn)
        raise


@contextmanager
def failure_measured(settings: "Settings", reporter: "CommandReporter") -> Iterator[None]:
    """Write the metrics if the code inside fails."""
    try:
        yield
    except Exception as error:
        exit_code = error.exit_code if isinstance(error, SparkifyError) else 1
        measure_load(settings, reporter, exit_code, error)
        raise


def measure_load(
    settings: "Settings",
    reporter: "CommandReporter",
    exit_code: int,
    error: Exception | None = None,
) -> None:
    """Write the metrics of a load, which failed if there is an error, where they are wanted."""
    if settings.metrics_file:
        from sparkify.operate.metrics import write_metrics

        try:
            write_metrics(settings, settings.metrics_file, exit_code, error)
        except OSError as failed:
            reporter.warn(
                f"the metrics cannot be written to {settings.metrics_file}: "
                f"{failed.strerror or failed}; correct [METRICS] FILE"
            )


def announce_run(
    settings: "Settings", reporter: "CommandReporter", run: "Run", *, is_good: bool
) -> None:
    """Send the notices of a run that ended, and the heartbeat if it was good."""
    if not (settings.notify_url.value or settings.heartbeat_url.value):
        return
    from sparkify.operate import notice

    if settings.notify_url.value:
        for each in notice.run_notices(settings, run):
            _attempt(reporter.warn, "URL", partial(notice.deliver_notice, settings, each))
        _keep(reporter.warn, partial(notice.forget_failure, settings))
    if settings.heartbeat_url.value and is_good:
        _attempt(reporter.warn, "HEARTBEAT_URL", partial(notice.send_heartbeat, settings))


def _notify_of_failure(settings: "Settings", error: Exception, warn: Callable[[str], None]) -> None:
    from sparkify.operate import notice

    _keep(warn, partial(notice.remember_failure, settings))
    message = notice.failure_notice(settings, error)
    _attempt(warn, "URL", partial(notice.deliver_notice, settings, message))


def _attempt(warn: Callable[[str], None], key: str, deliver: Callable[[], None]) -> None:
    from sparkify.operate.notice import DeliveryFailed

    try:
        deliver()
    except DeliveryFailed as failed:
        warn(f"[NOTIFY] {key} was not reached: {failed}")


def _keep(warn: Callable[[str], None], change: Callable[[], None]) -> None:
    """Change the file that remembers a failure; without it only the notice of recovery fails."""
    try:
        change()
    except OSError as failed:
        warn(f"no notice of recovery: the folder of the settings file: {failed.strerror or failed}")
