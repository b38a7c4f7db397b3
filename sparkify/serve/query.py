"""A user's own queries: the schema, the result and the query plan."""

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

# In the order of their use to an analyst.
TABLES_IN_ORDER = (
    FACT,
    *DIMENSIONS,
    *ANALYSTS_VIEWS,
    *STAGING_TABLES,
    *SHARED_VIEWS,
    *LEDGER_TABLES,
)

WorkResult = TypeVar("WorkResult")


def schema(engine: Queryable) -> dict[str, dict[str, str]]:
    """Return the columns and types of all tables and views, those for analysts first."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind, _ in engine.fetch(statement("queries/schema_columns")).rows:
        found.setdefault(table, {})[column] = kind
    ours = [name for name in TABLES_IN_ORDER if name in found]
    return {name: found[name] for name in [*ours, *(set(found) - set(ours))]}


def run_query(reader: Reader, text: str) -> Answer:
    r"""Run a query in the engine's dialect, or `\d`. Raises QueryError."""
    return describe_schema(reader, text) if text.lstrip().startswith("\\") else reader.query(text)


def describe_schema(reader: Reader, command: str) -> Answer:
    r"""Answer `\d` with all tables and views, `\d NAME` with the columns of one.

    Raises QueryError for an unknown name.
    """
    word, _, name = command.strip().rstrip(";").partition(" ")
    name = name.strip().strip('"')
    tables = schema(reader)
    if word != "\\d" or (name and name not in tables):
        raise QueryError(
            f"there is no {name or word}", "\\d lists tables and views, \\d NAME the columns of one"
        )
    if name:
        explained = meanings(name)
        columns = [(each, kind, explained.get(each, "")) for each, kind in tables[name].items()]
        return _text_answer(("column", "type", "meaning"), columns)
    return _text_answer(("name", "description"), [(each, _grain(each)) for each in tables])


def limit_rows(answer: Answer, limit: int) -> tuple[Answer, Callable[[], bool]]:
    """Return the answer's first rows, and a function that tells, after them, if there are more.

    A limit of 0 is no limit.
    """
    if not limit:
        return answer, lambda: False
    rows = answer.rows
    return replace(answer, rows=islice(rows, limit)), lambda: next(rows, None) is not None


def explain_query(reader: Reader, text: str) -> str:
    """Return the engine's query plan, as the engine draws it. Raises QueryError."""
    answer = reader.query(f"explain {text}")
    return "\n".join(str(row[-1]).rstrip() for row in answer.rows)


def run_interruptibly(reader: Reader, work: Callable[[], WorkResult]) -> WorkResult:
    """Run the work in a thread, so that Ctrl-C can stop the query that it waits for."""
    outcome: list[WorkResult] = []
    fault: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the waiting thread
            fault.append(error)
        finally:
            done.set()

    threading.Thread(target=run, daemon=True).start()
    try:
        # Not join(): in Python 3.11, once interrupted, it takes a running thread for an ended one
        # (https://github.com/python/cpython/issues/89437).
        while not done.wait(0.1):
            pass
    except KeyboardInterrupt:
        reader.interrupt()
        done.wait()
        raise QueryError("the query was stopped", "run it again; nothing was changed") from None
    if fault:
        raise fault[0]
    return outcome[0]


def _grain(name: str) -> str:
    for folder in ("schema", "views"):
        with suppress(FileNotFoundError):
            return statement(f"{folder}/{name}").grain
    return ""


def _text_answer(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Answer:
    return Answer(columns, ("VARCHAR",) * len(columns), iter(rows))
