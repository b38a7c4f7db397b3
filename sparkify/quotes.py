"""The rows about a user, and the texts that quote one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sparkify.sql import TABLES
from sparkify.sql.lineage import described

USER_COLUMNS = ("user_id", "userid")
# It can have millions of rows; they are the source's, which knows no id of a play.
QUARANTINE = "load_errors"
PLAY_ID = re.compile(r"[0-9]{7,18}")  # a shorter number is rather a count


@dataclass(frozen=True, slots=True)
class Quotes:
    """The marks of a user in a text: their number, their names, the ids of their plays."""

    user_id: int
    names: frozenset[tuple[str, str]]
    plays: frozenset[int]

    @property
    def words(self) -> Iterator[str]:
        """Yield the number and the last names: a record about the user has one of them."""
        yield str(self.user_id)
        yield from (last for _, last in self.names)

    def are_in(self, text: str | None) -> bool:
        """Return whether a text has any of them."""
        if text is None:
            return False
        words = set(re.findall(r"\w+", text))
        return (
            bool(re.search(rf"(?i)user_?id[^\w-]{{0,8}}0*{self.user_id}(?![\d.]*\d)", text))
            or any(words.issuperset(re.findall(r"\w+", " ".join(pair))) for pair in self.names)
            or any(int(word) in self.plays for word in words if PLAY_ID.fullmatch(word))
        )


def tables_of_users() -> Iterator[tuple[str, str]]:
    """Yield the tables whose rows are about a user, each with the column of their number."""
    for table in TABLES:
        for column in described(table):
            if column.name in USER_COLUMNS:
                yield table, column.name


def tables_of_texts() -> Iterator[tuple[str, list[str]]]:
    """Yield the tables whose rows are about no user, with their columns of personal data."""
    of_users = {table for table, _ in tables_of_users()}
    for table in TABLES:
        columns = [each.name for each in described(table) if each.personal == "direct"]
        if columns and table not in of_users:
            yield table, columns
