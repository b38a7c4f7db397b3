"""Faults on demand: what goes wrong between a client and its cluster, when a test says so."""

import dataclasses
import re
import threading
import time
from enum import StrEnum

from .errors import ConnectionDropped, RedshiftError


class Moment(StrEnum):
    """When a fault strikes a statement."""

    BEFORE = "before"  # it did nothing
    DURING = "during"  # COPY, UNLOAD: half of the files are done; others: no answer is waited for
    AFTER = "after"  # it took effect, and the client does not hear of it


@dataclasses.dataclass
class _Fault:
    pattern: re.Pattern[str]
    moment: Moment
    times: int
    error: RedshiftError | None = None  # none: the connection is dropped
    seconds: float | None = None  # or, the answer is late


class Faults:
    """What is to go wrong. A pattern is searched for in a statement's text, whatever its case."""

    def __init__(self) -> None:
        self.refuse_connections = False  # nobody listens, as it looks
        self.refuse_tls = False  # the server has none
        self.wrong_name = False  # the server's certificate is for another host
        self.refuse_login = False  # whatever the password
        self.late_views = 0.0  # seconds after which the views of loads know of a COPY
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()

    def drop(self, pattern: str, moment: Moment = Moment.BEFORE, times: int = 1) -> None:
        """Cut the connection of whoever runs such a statement."""
        self._add(_Fault(_compiled(pattern), moment, times))

    def fail(self, pattern: str, error: RedshiftError, times: int = 1) -> None:
        """Answer such a statement with an error, which aborts its transaction."""
        self._add(_Fault(_compiled(pattern), Moment.BEFORE, times, error=error))

    def delay(self, pattern: str, seconds: float, times: int = 1) -> None:
        """Begin such a statement late."""
        self._add(_Fault(_compiled(pattern), Moment.BEFORE, times, seconds=seconds))

    def clear(self) -> None:
        """Let all go well again."""
        self.refuse_connections = self.refuse_login = False
        self.refuse_tls = self.wrong_name = False
        self.late_views = 0.0
        with self._lock:
            self._faults.clear()

    def strike(self, statement: str, moment: Moment) -> None:
        """Do what is due to this statement now, if anything."""
        fault = self._take(statement, moment)
        if fault is None:
            return
        if fault.seconds is not None:
            time.sleep(fault.seconds)
        elif fault.error is not None:
            raise fault.error
        else:
            raise ConnectionDropped(f"{moment} {statement[:60]}")

    def _add(self, fault: _Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def _take(self, statement: str, moment: Moment) -> _Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.moment == moment and fault.times > 0 and fault.pattern.search(statement):
                    fault.times -= 1
                    return fault
        return None


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)
