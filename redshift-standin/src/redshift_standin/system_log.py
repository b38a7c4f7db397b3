"""Log files behind the system views of loads and queries, one line of JSON an entry.

Redshift's are log files too, which is why a rollback takes nothing back of them.
"""

import datetime
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Entry = Mapping[str, object]


class SystemLog:
    """The files that `standin_log` in system_views.sql reads; a database has its own."""

    def __init__(self, folder: Path, late: Callable[[], float]) -> None:
        self._folder, self._late, self._lock = folder, late, threading.Lock()

    def error(self, database: str, entries: Iterable[Entry]) -> None:
        self._append(database, "load_error", entries)

    def history(self, database: str, entry: Entry) -> None:
        self._append(database, "load_history", [entry])

    def detail(self, database: str, entries: Iterable[Entry]) -> None:
        self._append(database, "load_detail", entries)

    def query(self, database: str, entry: Entry) -> None:
        self._append(database, "query", [entry])

    def clear(self, database: str) -> None:
        for file in self._folder.glob(f"{database}.*"):
            file.unlink()

    def _append(self, database: str, kind: str, entries: Iterable[Entry]) -> None:
        lines = "".join(json.dumps(entry, default=_shown) + "\n" for entry in entries)
        seconds = self._late()
        if seconds:
            later = threading.Timer(seconds, self._write, (database, kind, lines))
            later.daemon = True
            later.start()
        else:
            self._write(database, kind, lines)

    def _write(self, database: str, kind: str, lines: str) -> None:
        with self._lock, (self._folder / f"{database}.{kind}").open("a") as file:
            file.write(lines)


def _shown(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ")
    raise TypeError(type(value))
