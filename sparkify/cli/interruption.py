"""Ctrl-C, SIGTERM and SIGHUP: what was begun is taken back, and the process ends in seconds."""

import atexit
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from sparkify.cli.command import complain

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
GRACE = 3.0  # seconds to hear of a signal
TO_UNWIND = 4.0  # seconds to take back what was begun, once heard

_own_time = threading.Lock()  # held by what must not be cut short


@contextmanager
def interruptible() -> Iterator[None]:
    """End the process in two lines and with the shell's exit code at the first of the signals.

    Python acts on a signal when the main thread is back from the library that it called, and a
    library may wait long for a server. So another thread hears of the signal at once, and ends the
    process after `GRACE` seconds if that has not happened, or `TO_UNWIND` more if the main thread
    has heard and is not done. Nothing is lost by that: it is no worse than SIGKILL, and an open
    transaction is taken back when the warehouse is next opened.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can be told of signals
        return
    with _Interruption() as interruption:
        try:
            yield
        except BaseException as end:
            if interruption.signal:
                if not isinstance(end, SystemExit):  # a command that exits has said why
                    interruption.tell()
                sys.exit(interruption.exit_code)
            raise


@contextmanager
def unhurried() -> Iterator[None]:
    """Let what is done inside come to its end, after a signal too: it bounds its time itself."""
    with _own_time:
        yield


class _Interruption:
    """Which signal asked for the end, if one did."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._told = threading.Lock()
        self._unwound = threading.Event()
        self._heard, self._hearing = socket.socketpair()
        self._hearing.setblocking(False)
        self._watch = threading.Thread(target=self._end_after_grace, daemon=True)

    def __enter__(self) -> "_Interruption":
        numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
        # nohup, and a shell that starts us with &, have some of them ignored: so they stay.
        heeded = [each for each in numbers if signal.getsignal(each) is not signal.SIG_IGN]
        self._wakeup = signal.set_wakeup_fd(self._hearing.fileno(), warn_on_full_buffer=False)
        self._before = {each: signal.signal(each, self._interrupt) for each in heeded}
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._unwound.set()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._hearing.close()
        self._watch.join()
        self._heard.close()

    @property
    def exit_code(self) -> int:
        return 128 + (self.signal or 0)

    def tell(self) -> None:
        """Say, once, that the run was interrupted."""
        if self.signal and self._told.acquire(blocking=False):
            with suppress(OSError, ValueError):
                complain(
                    f"interrupted by {self.signal.name}",
                    "run it again; of a load, nothing but whole batches was kept",
                )

    def _interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal's
        first = self.signal is None
        self.signal = self.signal or signal.Signals(number)
        if first:  # what is being taken back is not to be disturbed by another
            raise KeyboardInterrupt

    def _unwound_in_time(self) -> bool:
        """Whether all is unwound in the time that there is for it."""
        if self._unwound.wait(GRACE) or (self.signal and self._unwound.wait(TO_UNWIND)):
            return True
        with _own_time:  # what must not be cut short is not
            pass
        return self._unwound.wait(GRACE)

    def _end_after_grace(self) -> None:
        """Wait for a signal; then, if the main thread is not back in time, end without it."""
        for number in iter(lambda: self._heard.recv(1), b""):
            if number[0] not in self._before:
                continue
            if not self._unwound_in_time():
                self.signal = self.signal or signal.Signals(number[0])
                self.tell()
                atexit._run_exitfuncs()  # noqa: SLF001 - removes the temporary folders
                os._exit(self.exit_code)
            return
