"""Wait for the lock of another run: say whose it is, and give up in time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sparkify.errors import SparkifyError, WarehouseBusy, WarehouseError

# A lock that is free is there at once, and takes no second session.
NOTICE_SECONDS = 2.0
UNKNOWN_HOLDER = "another run"

# Called once with who holds the lock, if it has to be waited for.
OnWait = Callable[[str], None]


def ignore_wait(holder: str) -> None:
    """Do nothing with who holds the lock."""


@contextmanager
def limited_wait(
    seconds: float, holder: Callable[[], str], cancel: Callable[[], None], on_wait: OnWait
) -> Iterator[None]:
    """Run a statement that waits for a lock, and cancel it after so many seconds.

    `holder` says who has the lock, and `cancel` ends the statement; both by another session, in
    another thread. Raises WarehouseBusy for a statement that was cancelled.
    """
    watch = _Watch(seconds, holder, cancel, on_wait)
    threading.Thread(target=watch.run, daemon=True).start()
    try:
        yield
    except WarehouseError as error:
        if watch.end():
            raise WarehouseBusy(
                f"{watch.known_holder} is writing to the warehouse, and {seconds:g} s were not "
                "enough for it to finish",
                "run again when it is done, or wait longer: --wait SECONDS, [ETL] LOCK_WAIT",
            ) from error
        raise
    finally:
        watch.end()


@dataclass
class _Watch:
    seconds: float
    holder: Callable[[], str]
    cancel: Callable[[], None]
    on_wait: OnWait
    known_holder: str = UNKNOWN_HOLDER
    _gave_up: bool = False
    _ended: threading.Event = field(default_factory=threading.Event)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Wait for the statement's end; say who holds the lock, and then give up."""
        notice = min(NOTICE_SECONDS, self.seconds)
        if self._ended.wait(notice):
            return
        try:
            self.known_holder = self.holder()
        except SparkifyError:  # it may have ended meanwhile
            self.known_holder = UNKNOWN_HOLDER
        if not self._ended.is_set():
            self.on_wait(self.known_holder)
        if not self._ended.wait(self.seconds - notice):
            self._give_up()

    def end(self) -> bool:
        """Stop watching; return whether the statement was cancelled."""
        with self._mutex:  # a cancellation that is on its way would hit the next statement
            self._ended.set()
            return self._gave_up

    def _give_up(self) -> None:
        with self._mutex:
            if not self._ended.is_set():
                self._gave_up = True
                self.cancel()
