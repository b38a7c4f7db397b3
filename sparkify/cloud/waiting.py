"""Wait for AWS, for a limited time, and report progress to an observer."""

import time
from collections.abc import Callable, Collection
from typing import Protocol

from sparkify.cloud.aws import Aws, AwsRejectedError
from sparkify.errors import CloudError

POLL_SECONDS = 5.0


class WaitObserver(Protocol):
    """Receives the progress of a command that waits for AWS."""

    def step(self, what: str) -> None:
        """Report a step that begins."""

    def waiting(self, what: str, state: str) -> None:
        """Report the present state of a resource that is waited for."""

    def note(self, text: str) -> None:
        """Report something that the user should know and need not act upon."""


class Watch:
    """The time limit of a command, which all its waits share, and its observer."""

    def __init__(self, minutes: float, observer: WaitObserver) -> None:
        self._minutes = minutes
        self._end = time.monotonic() + minutes * 60
        self._observer = observer
        self.step = observer.step
        self.note = observer.note

    def restarted(self) -> "Watch":
        """Return a watch with the same observer and the full time."""
        return Watch(self._minutes, self._observer)

    def until(self, aws: Aws, what: str, state: Callable[[], str], wanted: Collection[str]) -> None:
        """Poll the state of a resource until it is one of `wanted`; a dry run does not wait.

        Raises CloudError when the time is up.
        """
        if aws.dry_run:
            return
        while (now := state()) not in wanted:
            self._wait(what, now)

    def retry(
        self,
        what: str,
        is_temporary: Callable[[AwsRejectedError], bool],
        act: Callable[[], object],
    ) -> None:
        """Repeat an action while AWS rejects it for a temporary reason.

        Raises AwsRejectedError for any other reason, CloudError when the time is up.
        """
        while True:
            try:
                act()
            except AwsRejectedError as error:
                if not is_temporary(error):
                    raise
                self._wait(what, "not ready")
            else:
                return

    def _wait(self, what: str, state: str) -> None:
        if time.monotonic() >= self._end:
            raise CloudError(
                f"{what} is still {state} after {self._minutes:g} minutes",
                "AWS continues by itself; run the same command again: it continues where it"
                " stopped",
            )
        self._observer.waiting(what, state)
        time.sleep(POLL_SECONDS)
