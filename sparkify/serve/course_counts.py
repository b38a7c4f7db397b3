"""Why the numbers of a course differ: the counts that common wrong statements give, beside ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sparkify.engines.base import Queryable
from sparkify.serve.overview import rows_by_table
from sparkify.sql import Statement, statements

# The tables whose counts are published, in the order in which they are shown.
COUNTED_TABLES = ("songplays", "users", "artists", "time")


@dataclass(frozen=True, slots=True)
class WrongCount:
    """A wrong statement's count for a table, beside the right one, and why it is wrong.

    `published` is what it gives on the course's whole data, empty where nobody published that.
    """

    table: str
    statement: Statement
    right: int
    wrong: int

    @property
    def name(self) -> str:
        """What the statement does, in words."""
        return self.statement.name.rpartition("/")[2].partition("_")[2].replace("_", " ")

    @property
    def published(self) -> str:
        """The count on the course's whole data."""
        return _noted(self.statement, "published")

    @property
    def why(self) -> str:
        """Why the count is wrong."""
        return _noted(self.statement, "why")

    def as_record(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "table": self.table,
            "name": self.name,
            "right": self.right,
            "wrong": self.wrong,
            "published": int(self.published.replace(",", "")) if self.published else None,
            "why": self.why,
            "statement": self.statement.name,
        }


def wrong_counts(warehouse: Queryable) -> Iterator[WrongCount]:
    """Run each wrong statement on the staging tables; yield its count beside that of the star.

    Raises WarehouseError, also where the staging tables may not be read.
    """
    right = rows_by_table(warehouse)
    for table in COUNTED_TABLES:
        for each in statements(f"course/{table}"):
            [(wrong,)] = warehouse.fetch(each).rows
            yield WrongCount(table, each, right[table], wrong)


def _noted(wrong: Statement, word: str) -> str:
    lines = (line.partition(":") for line in wrong.doc.splitlines())
    return next(text.strip() for name, _, text in lines if name == word)
