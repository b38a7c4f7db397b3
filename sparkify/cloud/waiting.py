"""Waiting for AWS: bounded, and told to whoever watches."""

import time
from collections.abc import Callable, Collection
from typing import Protocol

from sparkify.cloud.aws import Aws, RefusedError
from sparkify.errors import CloudError

POLL_SECONDS = 5.0


class Observer(Protocol):
    """Who is told how far it is."""

    def step(self, what: str) -> None:
        """This is being done."""

    def waiting(self, what: str, state: str) -> None:
        """This is waited for, and is in this state."""

    def note(self, text: str) -> None:
        """Something the user should know, and need not act upon."""


class Watch:
    """How long a command may wait, all its waits together, and who is told of it."""

    def __init__(self, minutes: float, observer: Observer) -> None:
        self._minutes = minutes
        self._end = time.monotonic() + minutes * 60
        self._observer = observer
        self.step = observer.step
        self.note = observer.note

    def anew(self) -> "Watch":
        """The same, with all its time before it."""
        return Watch(self._minutes, self._observer)

    def until(self, aws: Aws, what: str, state: Callable[[], str], wanted: Collection[str]) -> None:
        """Ask for the state of a thing until it is one of `wanted`; a rehearsal does not wait.

        Raises CloudError when the time is up.
        """
        if aws.rehearsed:
            return
        while (now := state()) not in wanted:
            self._wait(what, now)

    def retry(
        self, what: str, passes: Callable[[RefusedError], bool], act: Callable[[], object]
    ) -> None:
        """Do a thing, again and again while AWS refuses it for a reason that passes by itself.

        Raises RefusedError for any other reason, CloudError when the time is up.
        """
        while True:
            try:
                act()
            except RefusedError as refusal:
                if not passes(refusal):
                    raise
                self._wait(what, "not ready")
            else:
                return

    def _wait(self, what: str, state: str) -> None:
        if time.monotonic() >= self._end:
            raise CloudError(
                f"{what} is still {state} after {self._minutes:g} minutes",
                "AWS goes on by itself; run the same command again: it goes on where it stopped",
            )
        self._observer.waiting(what, state)
        time.sleep(POLL_SECONDS)
