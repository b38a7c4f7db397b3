"""All that the warehouse holds about one user, to answer their request for access."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sparkify.engines.base import Queryable
from sparkify.quotes import QUARANTINE, Quotes, tables_of_texts, tables_of_users
from sparkify.sql import FACT, Statement
from sparkify.sql.person import rows_of_user, rows_with_text, rows_with_word

NAMES = (("first_name", "last_name"), ("firstname", "lastname"))
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
        for table, column in tables_of_users()
    }
    quotes = _quotes_of(user_id, rows)
    quoted = {
        table: [
            row
            for row in _rows(reader, _may_quote(table, columns, quotes))
            if any(quotes.are_in(row[column]) for column in columns)
        ]
        for table, columns in tables_of_texts()
    }
    return Held(user_id, rows, quoted)


def _quotes_of(user_id: int, rows: Mapping[str, Iterable[HeldRow]]) -> Quotes:
    """Return the marks of a user, from the rows about them."""
    every = [row for of_table in rows.values() for row in of_table]
    names = {(row.get(first), row.get(last)) for row in every for first, last in NAMES}
    return Quotes(
        user_id,
        frozenset((first, last) for first, last in names if first and last),
        frozenset(row["songplay_id"] for row in rows[FACT]),
    )


def _may_quote(table: str, columns: Iterable[str], quotes: Quotes) -> Statement:
    if table == QUARANTINE:
        return rows_with_word(table, columns, quotes.words)
    return rows_with_text(table, columns)


def _rows(reader: Queryable, statement: Statement) -> list[HeldRow]:
    columns, rows = reader.fetch(statement)
    return [dict(zip(columns, row, strict=True)) for row in rows]
