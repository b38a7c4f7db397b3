"""Ctrl-C, SIGTERM and SIGHUP: roll back, and end the process within seconds."""

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from sparkify.cli.terminal import print_error

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
GRACE = 4.0  # seconds; twice that is the longest time from a signal to the end of the process

_deadline_lock = threading.Lock()  # held while no deadline may end the process


@contextmanager
def end_on_signals() -> Iterator[None]:
    """End the process on the first of the signals, in two lines and with the shell's exit code."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can handle signals
        return
    received: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's
        received.append(number)
        if len(received) == 1:  # a second signal must not disturb the rollback
            raise KeyboardInterrupt

    before = {}
    try:
        for number in _heeded_signals():
            before[number] = signal.signal(number, interrupt)
        with _deadline(interrupt):
            yield
    except BaseException as end:
        if not received:
            raise
        if not isinstance(end, SystemExit):  # a command that exits has printed its error
            _print_interrupted(received[0])
        sys.exit(128 + received[0])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def ctrl_c_raises() -> Iterator[None]:
    """Let every Ctrl-C inside raise KeyboardInterrupt, and not end the process."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def no_deadline() -> Iterator[None]:
    """Let the code inside finish after a signal, too: it limits its own time."""
    with _deadline_lock:
        yield


@contextmanager
def _deadline(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """End the process if a signal of this handler has not ended the code inside after some seconds.

    Python handles a signal when the main thread returns from the library that it called, and a
    library may wait long for a server. So another thread reads the signals from a pipe that Python
    writes them to. The forced end is as safe as SIGKILL: the database rolls the transaction back.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    ended = threading.Event()

    def watch() -> None:
        heard = iter(lambda: os.read(reader, 1), b"")
        number = next((each for [each] in heard if signal.getsignal(each) is handler), 0)
        if not number or ended.wait(GRACE):
            return
        with _deadline_lock:
            pass
        if not ended.wait(GRACE):
            _print_interrupted(number)
            atexit._run_exitfuncs()  # noqa: SLF001 - removes the temporary folders
            os._exit(128 + number)

    watcher = threading.Thread(target=watch, daemon=True)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        signal.set_wakeup_fd(before)
        os.close(writer)
        watcher.join()
        os.close(reader)


def _heeded_signals() -> list[int]:
    """Return the signals that are not ignored, as nohup and a shell's & have some ignored."""
    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    return [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]


def _print_interrupted(number: int) -> None:
    with suppress(OSError, ValueError):
        print_error(
            f"interrupted by {signal.Signals(number).name}",
            "run it again; a load keeps only its complete batches",
        )
