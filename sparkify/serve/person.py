"""All that the warehouse holds about one user, to answer their request for access."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sparkify.engines.base import Queryable
from sparkify.sql import FACT, TABLES, Statement
from sparkify.sql.lineage import described
from sparkify.sql.person import rows_of_user, rows_with_text, rows_with_word

USER_COLUMNS = ("user_id", "userid")
# It can have millions of rows; they are the source's, which knows no id of a play.
QUARANTINE = "load_errors"
NAMES = (("first_name", "last_name"), ("firstname", "lastname"))
PLAY_ID = re.compile(r"[0-9]{7,18}")  # a shorter number is rather a count
HeldRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """The rows about a user, by table, and the rows of other tables whose texts quote the user."""

    user_id: int
    rows: dict[str, list[HeldRow]]
    quoted: dict[str, list[HeldRow]]


def held_about(reader: Queryable, user_id: int) -> Held:
    """Return all that the tables hold about a user.

    A text quotes a user if it has their number behind a key like userId, their first and last name,
    or the id of one of their plays. Raises WarehouseError.
    """
    rows = {
        table: _rows(reader, rows_of_user(table, column, user_id))
        for table, column in _tables_of_users()
    }
    quotes = Quotes.of(user_id, rows)
    quoted = {
        table: [
            row
            for row in _rows(reader, _may_quote(table, columns, quotes))
            if any(quotes.are_in(row[column]) for column in columns)
        ]
        for table, columns in _tables_of_texts()
    }
    return Held(user_id, rows, quoted)


@dataclass(frozen=True, slots=True)
class Quotes:
    """The marks of a user in a text: their number, their names, the ids of their plays."""

    user_id: int
    names: frozenset[tuple[str, str]]
    plays: frozenset[int]

    @classmethod
    def of(cls, user_id: int, rows: Mapping[str, Iterable[HeldRow]]) -> "Quotes":
        """Take them from the rows about the user."""
        every = [row for of_table in rows.values() for row in of_table]
        names = {(row.get(first), row.get(last)) for row in every for first, last in NAMES}
        return cls(
            user_id,
            frozenset((first, last) for first, last in names if first and last),
            frozenset(row["songplay_id"] for row in rows[FACT]),
        )

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


def _tables_of_users() -> Iterator[tuple[str, str]]:
    for table in TABLES:
        for column in described(table):
            if column.name in USER_COLUMNS:
                yield table, column.name


def _tables_of_texts() -> Iterator[tuple[str, list[str]]]:
    """Yield the tables whose rows are about no user, with their columns of personal data."""
    of_users = {table for table, _ in _tables_of_users()}
    for table in TABLES:
        columns = [each.name for each in described(table) if each.personal == "direct"]
        if columns and table not in of_users:
            yield table, columns


def _may_quote(table: str, columns: Iterable[str], quotes: Quotes) -> Statement:
    if table == QUARANTINE:
        return rows_with_word(table, columns, quotes.words)
    return rows_with_text(table, columns)


def _rows(reader: Queryable, statement: Statement) -> list[HeldRow]:
    columns, rows = reader.fetch(statement)
    return [dict(zip(columns, row, strict=True)) for row in rows]
