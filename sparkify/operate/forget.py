"""Forget users: remove all that the warehouse holds about them, in one transaction.

Their numbers, names and texts are given to the engine as rows only, never in a statement: a server
keeps the text of each statement for days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sparkify import warehouse
from sparkify.config import Settings
from sparkify.engines.base import Engine
from sparkify.operate.repair import FILLED_WITH_STAR, refill_unchecked
from sparkify.quotes import QUARANTINE, Quotes, tables_of_texts, tables_of_users
from sparkify.sql import STAR_TABLES, drop_statement, forget, statement
from sparkify.sql.lineage import described
from sparkify.suppression import (
    ERASURE_COLUMNS,
    REMOVED_TEXT,
    SuppressionKey,
    latest_unfinished,
    open_suppression,
    suppress_users,
)

TEMPORARY_TABLES = {
    "forgotten_users": "forget/create_users",
    "quoting_words": "forget/create_words",
    "quoting_texts": "forget/create_texts",
}
# They are emptied, and filled again from staging.
REFILLED_TABLES = (*STAR_TABLES, *FILLED_WITH_STAR)


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """The users to forget, why, and the request that this answers, such as a ticket's number."""

    users: tuple[int, ...]
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Erasure:
    """The number of rows about the users that an erasure deletes, and of texts that it removes.

    Both by table, without those that have none.
    """

    users: int
    rows: dict[str, int]
    texts: dict[str, int]


def plan_erasure(engine: Engine, users: Iterable[int]) -> Erasure:
    """Find what there is about the users; change nothing. Raises WarehouseError."""
    warehouse.require_current(engine)
    with engine.transaction():
        engine.acquire_write_lock()
        found = _find_all(engine, sorted(set(users)))
        _drop_temporary_tables(engine)
    return found


def forget_users(engine: Engine, settings: Settings, request: ErasureRequest) -> Erasure:
    """Remove what the warehouse holds about the users, and let no load take more about them.

    One transaction. No check can stop it: what it leaves was checked when it was loaded. Raises
    WarehouseError; ConfigError for a key that is missing, and was there before.
    """
    users = sorted(set(request.users))
    warehouse.require_current(engine)
    with engine.transaction():
        engine.acquire_write_lock()
        key = suppress_users(engine, settings, users)
        found = _find_all(engine, users)
        for table, columns in tables_of_texts():
            for column in columns:
                engine.execute(forget.blanking(table, column), said=REMOVED_TEXT)
        engine.execute(statement("forget/count_suppressed"))
        for table, column in tables_of_users():
            if table not in REFILLED_TABLES:
                engine.execute(forget.removal_of_users(table, column))
        _drop_temporary_tables(engine)
        refill_unchecked(engine)
        _log(engine, "forget", key, users, request)
    return found


def unsuppress_users(engine: Engine, settings: Settings, request: ErasureRequest) -> int:
    """Let loads take records of forgotten users again; return how many of these users they were.

    What is gone stays gone, until a file with their records is loaded again. Raises ConfigError
    for a missing key, WarehouseError.
    """
    warehouse.require_current(engine)
    with engine.transaction():
        engine.acquire_write_lock()
        known = open_suppression(engine, settings)
        users = sorted(user for user in set(request.users) if known.has(user))
        if known.key:
            for user in users:
                removal = statement("suppression/remove")
                engine.execute(removal, user_hash=known.key.hash(user))
            _log(engine, "unsuppress", known.key, users, request)
    return len(users)


def _log(
    engine: Engine, action: str, key: SuppressionKey, users: Sequence[int], request: ErasureRequest
) -> None:
    rows = [(action, key.hash(user), request.reason, request.reference) for user in users]
    engine.append("erasures", ERASURE_COLUMNS, rows)


def finish_erasures(engine: Engine) -> None:
    """Remove the bytes of deleted rows from the storage, if an erasure still waits for that.

    It can be in no transaction: what a kill leaves undone is done by the next command that writes.
    Raises WarehouseError.
    """
    erased_at = latest_unfinished(engine)
    if erased_at is None:
        return
    engine.purge(sorted({table for table, _ in covered_columns()}))
    with engine.transaction():
        engine.acquire_write_lock()
        now = datetime.now(UTC).replace(tzinfo=None)
        engine.execute(statement("forget/finish"), bytes_gone_at=now, erased_at=erased_at)


def covered_columns() -> set[tuple[str, str]]:
    """Return the columns, each with its table, of which nothing about a forgotten user stays."""
    of_users = {table for table, _ in tables_of_users()}
    return {
        *((table, column) for table, columns in tables_of_texts() for column in columns),
        *(
            (table, column.name)
            for table in {*of_users, *REFILLED_TABLES}
            for column in described(table)
        ),
    }


def _find_all(engine: Engine, users: Sequence[int]) -> Erasure:
    """Write the users and the texts that quote them into temporary tables, and count."""
    _drop_temporary_tables(engine)
    for name in TEMPORARY_TABLES.values():
        engine.execute(statement(name))
    engine.append_privately("forgotten_users", ("user_id",), [(user,) for user in users])
    rows = {
        table: int(engine.fetch(forget.count_of_users(table, column)).rows[0][0])
        for table, column in tables_of_users()
    }
    quotes = _quotes_of(engine, users)
    words = {word for each in quotes for word in each.words}
    engine.append_privately("quoting_words", ("word",), [(word,) for word in sorted(words)])
    texts = {
        table: _texts_that_quote(engine, table, columns, quotes)
        for table, columns in tables_of_texts()
    }
    hashes = {text_hash for of_table in texts.values() for text_hash in of_table}
    engine.append_privately("quoting_texts", ("text_hash",), [(each,) for each in sorted(hashes)])
    return Erasure(
        len(users),
        {table: count for table, count in rows.items() if count},
        {table: len(hashes) for table, hashes in texts.items() if hashes},
    )


def _quotes_of(engine: Engine, users: Sequence[int]) -> list[Quotes]:
    """Return how texts quote the users: by all names that they ever had, and by their plays."""
    names: dict[int, set[tuple[str, str]]] = {user: set() for user in users}
    plays: dict[int, set[int]] = {user: set() for user in users}
    of_names, of_plays = engine.fetch_all(map(statement, ("forget/names", "forget/plays")))
    for user, first, last in of_names.rows:
        if first and last:
            names[user].add((first, last))
    for user, play in of_plays.rows:
        plays[user].add(play)
    return [Quotes(user, frozenset(names[user]), frozenset(plays[user])) for user in users]


def _texts_that_quote(
    engine: Engine, table: str, columns: Iterable[str], quotes: Sequence[Quotes]
) -> set[str]:
    """Return the hashes of the texts of a table that quote any of the users."""
    query = forget.texts_with_word if table == QUARANTINE else forget.texts
    return {
        text_hash
        for column in columns
        for text_hash, text in engine.fetch(query(table, column)).rows
        if any(each.are_in(text) for each in quotes)
    }


def _drop_temporary_tables(engine: Engine) -> None:
    for name in TEMPORARY_TABLES:
        engine.execute(drop_statement(name))
