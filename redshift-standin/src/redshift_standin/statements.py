"""The statements that clients ran, for tests to look at."""

import dataclasses
import threading
from collections.abc import Iterator

from .copy_load import CopyReport


@dataclasses.dataclass
class Statement:
    """A statement as the client wrote it, and what came of it."""

    text: str
    database: str
    session_id: int
    tag: str = ""  # the command tag it was answered with; empty while it runs or where it failed
    error: str = ""
    copy: CopyReport | None = None


class StatementLog:
    """All statements, in the order they began."""

    def __init__(self) -> None:
        self._statements: list[Statement] = []
        self._lock = threading.Lock()

    def add(self, statement: Statement) -> Statement:
        with self._lock:
            self._statements.append(statement)
        return statement

    def clear(self) -> None:
        with self._lock:
            self._statements.clear()

    def texts(self, database: str | None = None) -> list[str]:
        return [each.text for each in self if database in {None, each.database}]

    def copies(self, database: str | None = None) -> list[CopyReport]:
        """List what the COPY commands did, in order."""
        chosen = (each.copy for each in self if database in {None, each.database})
        return [copy for copy in chosen if copy is not None]

    def __iter__(self) -> Iterator[Statement]:
        with self._lock:
            return iter(list(self._statements))

    def __len__(self) -> int:
        return len(self._statements)
