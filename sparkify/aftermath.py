"""Send notices, lineage and the heartbeat of a load, and write metrics. None of them fails it.

What sends and writes them is imported only if the settings want it, so that a load starts fast.
`warn` is called with the text of what could not be sent or written.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sparkify.config import Settings
from sparkify.errors import ChecksFailed, SparkifyError
from sparkify.pipeline import Run

Warn = Callable[[str], None]


@contextmanager
def failure_notified(settings: Settings, warn: Warn) -> Iterator[None]:
    """Send a notice if the code inside fails."""
    try:
        yield
    except Exception as error:
        if settings.notify_url.value:
            _notify_of_failure(settings, error, warn)
        raise


@contextmanager
def failure_measured(settings: Settings, warn: Warn) -> Iterator[None]:
    """Write the metrics if the code inside fails."""
    try:
        yield
    except Exception as error:
        exit_code = error.exit_code if isinstance(error, SparkifyError) else 1
        _measure(settings, warn, exit_code, error=error)
        raise


@contextmanager
def lineage_reported(settings: Settings, warn: Warn) -> Iterator[Callable[[Run], None]]:
    """Report to [LINEAGE] URL and FILE that a run starts, and how it ends.

    Gives a function to call with the run that ended; if the code inside fails, that is reported.
    """
    if not settings.wants_lineage:
        yield lambda _: None
        return
    from sparkify.operate.lineage_events import LineageReporter

    reporter = LineageReporter(settings, warn)
    try:
        reporter.start()
        yield reporter.complete
    except Exception as error:
        reporter.fail(error)
        raise
    except KeyboardInterrupt:
        reporter.abort()
        raise


def measure_load(settings: Settings, warn: Warn, *, needs_person: bool, is_partial: bool) -> None:
    """Write the metrics of a load that ended; a partial one left what it was not to take."""
    exit_code = ChecksFailed.exit_code if needs_person else 0
    _measure(settings, warn, exit_code, is_partial=is_partial)


def announce_warnings(settings: Settings, warn: Warn, run: Run) -> None:
    """Send a notice of the warnings of a run that ended."""
    if settings.notify_url.value:
        from sparkify.operate import notice

        for each in notice.warning_notices(settings, run):
            _attempt(warn, "URL", partial(notice.deliver_notice, settings, each))


def announce_recovery(settings: Settings, warn: Warn) -> None:
    """Send a notice that a load succeeded, if one before it failed."""
    if settings.notify_url.value:
        from sparkify.operate import notice

        for each in notice.recovery_notices(settings):
            _attempt(warn, "URL", partial(notice.deliver_notice, settings, each))
        _keep(warn, partial(notice.forget_failure, settings))


def announce_success(settings: Settings, warn: Warn) -> None:
    """Send the heartbeat of a good load."""
    if settings.heartbeat_url.value:
        from sparkify.operate import notice

        _attempt(warn, "HEARTBEAT_URL", partial(notice.send_heartbeat, settings))


def _measure(
    settings: Settings,
    warn: Warn,
    exit_code: int,
    *,
    error: Exception | None = None,
    is_partial: bool = False,
) -> None:
    if settings.metrics_file:
        from sparkify.operate.metrics import LoadEnd, write_metrics

        try:
            write_metrics(settings, settings.metrics_file, LoadEnd(exit_code, error, is_partial))
        except OSError as failed:
            warn(
                f"the metrics cannot be written to {settings.metrics_file}: "
                f"{failed.strerror or failed}; correct [METRICS] FILE"
            )


def _notify_of_failure(settings: Settings, error: Exception, warn: Warn) -> None:
    from sparkify.operate import notice

    _keep(warn, partial(notice.remember_failure, settings))
    message = notice.failure_notice(settings, error)
    _attempt(warn, "URL", partial(notice.deliver_notice, settings, message))


def _attempt(warn: Warn, key: str, deliver: Callable[[], None]) -> None:
    from sparkify.operate.notice import DeliveryFailed

    try:
        deliver()
    except DeliveryFailed as failed:
        warn(f"[NOTIFY] {key} was not reached: {failed}")


def _keep(warn: Warn, change: Callable[[], None]) -> None:
    """Change the file that remembers a failure; without it only the notice of recovery fails."""
    try:
        change()
    except OSError as failed:
        warn(f"no notice of recovery: the folder of the settings file: {failed.strerror or failed}")
