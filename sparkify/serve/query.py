"""A person's own questions: what there is to ask, the answer, and the plan behind it."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from sparkify.engines.base import Answer, Queryable, Reader
from sparkify.errors import QueryError
from sparkify.sql import (
    ANALYSTS_VIEWS,
    DIMENSIONS,
    FACT,
    LEDGER_TABLES,
    SHARED_VIEWS,
    STAGING_TABLES,
    meanings,
    statement,
)

# What an analyst wants first comes first.
SHOWN_FIRST = (FACT, *DIMENSIONS, *ANALYSTS_VIEWS, *STAGING_TABLES, *SHARED_VIEWS, *LEDGER_TABLES)

T = TypeVar("T")


def schema(engine: Queryable) -> dict[str, dict[str, str]]:
    """The tables and views, what an analyst wants first before the rest: column to type."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind, _ in engine.fetch(statement("queries/schema_columns")).rows:
        found.setdefault(table, {})[column] = kind
    ours = [name for name in SHOWN_FIRST if name in found]
    return {name: found[name] for name in [*ours, *(set(found) - set(ours))]}


def ask(reader: Reader, text: str) -> Answer:
    r"""The answer to a query in the engine's dialect, or to `\d`. Raises QueryError."""
    return described(reader, text) if text.lstrip().startswith("\\") else reader.query(text)


def described(reader: Reader, command: str) -> Answer:
    r"""The answer to `\d` (all tables and views) or `\d NAME` (its columns).

    Raises QueryError for a name that is none.
    """
    word, _, name = command.strip().rstrip(";").partition(" ")
    name = name.strip().strip('"')
    tables = schema(reader)
    if word != "\\d" or (name and name not in tables):
        raise QueryError(
            f"there is no {name or word}", "\\d shows tables and views, \\d NAME its columns"
        )
    if name:
        said = meanings(name)
        columns = [(each, kind, said.get(each, "")) for each, kind in tables[name].items()]
        return _told(("column", "type", "meaning"), columns)
    return _told(("name", "holds"), [(each, _grain(each)) for each in tables])


def limited(answer: Answer, limit: int) -> tuple[Answer, Callable[[], bool]]:
    """The answer's first rows, and, to be asked when they were read, whether there are more.

    A limit of 0 is none.
    """
    if not limit:
        return answer, lambda: False
    rows = answer.rows
    return replace(answer, rows=islice(rows, limit)), lambda: next(rows, None) is not None


def explained(reader: Reader, text: str) -> str:
    """How the engine would run the query, as the engine draws it. Raises QueryError."""
    answer = reader.query(f"explain {text}")
    return "\n".join(str(row[-1]).rstrip() for row in answer.rows)


def interruptible(reader: Reader, work: Callable[[], T]) -> T:
    """What the work gives, done aside, so that Ctrl-C can end the query that it waits for."""
    outcome: list[T] = []
    fault: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            fault.append(error)
        finally:
            done.set()

    threading.Thread(target=run, daemon=True).start()
    try:
        # Not join(): interrupted, Python 3.11's takes a thread that works on for one that has ended
        # (https://github.com/python/cpython/issues/89437).
        while not done.wait(0.1):
            pass
    except KeyboardInterrupt:
        reader.interrupt()
        done.wait()
        raise QueryError("the query was stopped", "ask again; nothing was changed") from None
    if fault:
        raise fault[0]
    return outcome[0]


def _grain(name: str) -> str:
    for folder in ("schema", "views"):
        with suppress(FileNotFoundError):
            return statement(f"{folder}/{name}").grain
    return ""


def _told(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Answer:
    return Answer(columns, ("VARCHAR",) * len(columns), iter(rows))
