"""Choose log files by the date in their path, or by a pattern of their names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from sparkify.sources.files import DataFile, PassedOver

WITHOUT_DATE = "there is no date in their paths, so --from and --to leave them out"
# 2018-11-30, 2018/11/30 or 20181130; and folders as Hive names them: year=2018/month=11/day=30.
PLAIN_DATE = re.compile(r"(?<!\d)(\d{4})([-_./]?)(\d{2})\2(\d{2})(?!\d)")
HIVE_DATE = re.compile(r"\byear=(\d{4})/month=(\d{1,2})/day=(\d{1,2})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LogChoice:
    """The days and names of the log files to take: without a first or last day all on that side.

    `pattern` is one of a shell, for the name of a file or its path below LOG_DATA.
    """

    first: date | None = None
    last: date | None = None
    pattern: str = "*"

    @property
    def is_everything(self) -> bool:
        """True if it leaves no file out."""
        return self == EVERY_LOG

    @property
    def is_by_day(self) -> bool:
        """True if the day of a file counts."""
        return not (self.first is None and self.last is None)

    def takes_name(self, path: str) -> bool:
        """Return whether a path below LOG_DATA has the pattern."""
        name = path.rpartition("/")[2]
        return fnmatchcase(path, self.pattern) or fnmatchcase(name, self.pattern)

    def takes_day(self, day: date) -> bool:
        """Return whether a day is one of those to take."""
        return (self.first or day) <= day <= (self.last or day)


EVERY_LOG = LogChoice()


class ChosenLogs:
    """The files that a choice takes from a location; `without_date` are those without a day."""

    def __init__(self, choice: LogChoice, location: str, uri_prefix: str) -> None:
        self._choice = choice
        self._prefix = f"{uri_prefix}/"
        self._taken = 0
        self.without_date = PassedOver(location, reason=WITHOUT_DATE)

    @property
    def warnings(self) -> list[str]:
        """A warning, once the location is listed, if no file was taken."""
        if self._taken:
            return []
        return [f"no log file in {self.without_date.location} has the chosen days and names"]

    def takes(self, file: DataFile) -> bool:
        """Return whether a file is taken; count it if its day counts and it has none."""
        path = file.uri.removeprefix(self._prefix)
        is_taken = self._choice.takes_name(path) and self._takes_day(path)
        self._taken += is_taken
        return is_taken

    def _takes_day(self, path: str) -> bool:
        if not self._choice.is_by_day:
            return True
        day = date_in_path(path)
        if day is None:
            self.without_date.add(path)
            return False
        return self._choice.takes_day(day)


def date_in_path(path: str) -> date | None:
    """Return the last date in a path, None if there is none."""
    return max(_dates(path), default=(0, None), key=lambda found: found[0])[1]


def _dates(path: str) -> Iterator[tuple[int, date]]:
    """Yield the dates in a path, each with its place."""
    for pattern in (PLAIN_DATE, HIVE_DATE):
        for found in pattern.finditer(path):
            year, month, day = (int(part) for part in found.groups() if part.isdigit())
            try:
                yield found.start(), date(year, month, day)
            except ValueError:
                continue  # a number that looks like a date
