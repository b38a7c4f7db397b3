"""Strikes a process at a named point. Python imports this first where its folder is on PYTHONPATH.

A point is a moment before or after a call of the warehouse's driver, or a change of a file by
Python, counted from the start. `SURVIVAL_STRIKE` is `<number of the point>:<signal>` or
`<number of the point>+<seconds later>:<signal>`; without it, `SURVIVAL_POINTS` names a file that
is told of every point, a line each.
"""

import os
import signal
import sys
import threading
from typing import Any

CALLS = {"execute", "fetchall", "begin", "commit", "rollback", "cursor", "close"}
CHANGES = {"os.mkdir", "os.remove", "os.rmdir", "os.rename"}


class Points:
    """Counts the points, and strikes at one."""

    def __init__(self) -> None:
        number, _, name = os.environ.get("SURVIVAL_STRIKE", "").partition(":")
        point, _, later = number.partition("+")
        self.target, self.later = int(point or 0), float(later or 0)
        self.signal = getattr(signal, name or "SIGKILL")
        self.told = os.environ.get("SURVIVAL_POINTS")
        self.count = 0
        self.lock = threading.RLock()
        self.busy = False

    def reach(self, name: str) -> None:
        with self.lock:
            if self.busy:  # what telling of a point does is none
                return
            self.count += 1
            if self.count == self.target:
                self.strike()
            if self.told:
                self.busy = True
                with open(self.told, "a", encoding="utf-8") as stream:  # noqa: PTH123 - no imports
                    stream.write(f"{name}\n")
                self.busy = False

    def strike(self) -> None:
        if self.later:
            timer = threading.Timer(self.later, os.kill, (os.getpid(), self.signal))
            timer.daemon = True
            timer.start()
        else:
            os.kill(os.getpid(), self.signal)


points = Points()


class Watched:
    """A driver's connection or cursor, of which every call is two points."""

    def __init__(self, inner: Any) -> None:
        object.__setattr__(self, "_inner", inner)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in CALLS:
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            text = " ".join(str(arguments[0]).split())[:60] if arguments else ""
            points.reach(f"before {name} {text}")
            answer = found(*arguments, **named)
            points.reach(f"after {name} {text}")
            return Watched(answer) if name in {"execute", "cursor"} else answer

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._inner, name, value)

    def __enter__(self) -> "Watched":
        self._inner.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._inner.__exit__(*error)


def watch(module: Any) -> None:
    connect = module.connect
    module.connect = lambda *arguments, **named: Watched(connect(*arguments, **named))


def heed(event: str, details: tuple[Any, ...]) -> None:
    written = event == "open" and isinstance(details[1], str) and set(details[1]) & set("wax")
    if (event in CHANGES or written) and "__pycache__" not in str(details[0]):
        points.reach(f"{event} {os.path.basename(str(details[0]))}")  # noqa: PTH119 - no imports


if points.target or points.told:
    import duckdb

    watch(duckdb)
    if os.environ.get("SPARKIFY_CLUSTER_HOST"):
        import redshift_connector

        watch(redshift_connector)
    sys.addaudithook(heed)
