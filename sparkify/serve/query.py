"""A user's own queries: the result and the query plan."""

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from sparkify.engines.base import Answer, Reader, require_reading
from sparkify.errors import IncorrectQuery, QueryError
from sparkify.serve.schema_commands import answer_schema_command, is_schema_command
from sparkify.sql import WRITTEN_IN, Dialect

WorkResult = TypeVar("WorkResult")


def run_query(reader: Reader, text: str, dialect: Dialect | None = None) -> Answer:
    r"""Run a query, or a command such as `\d`.

    The query is in the engine's dialect, unless one is given. Raises QueryError.
    """
    if is_schema_command(text):
        return answer_schema_command(reader, text)
    return _run(reader, text, dialect, "{}")


def limit_rows(answer: Answer, limit: int) -> tuple[Answer, Callable[[], bool]]:
    """Return the answer's first rows, and a function that tells, after them, if there are more.

    A limit of 0 is no limit.
    """
    if not limit:
        return answer, lambda: False
    rows = answer.rows
    return replace(answer, rows=islice(rows, limit)), lambda: next(rows, None) is not None


def explain_query(reader: Reader, text: str, dialect: Dialect | None = None) -> str:
    """Return the engine's query plan, as the engine draws it. Raises QueryError."""
    answer = _run(reader, text, dialect, "explain {}")
    return "\n".join(str(row[-1]).rstrip() for row in answer.rows)


def _run(reader: Reader, text: str, dialect: Dialect | None, sent: str) -> Answer:
    """Run a text as it is `sent`. Raises QueryError, which names the dialect that would run it."""
    if dialect:
        return reader.query(sent.format(_translated(reader, text, dialect)))
    try:
        return reader.query(sent.format(text))
    except IncorrectQuery as error:
        if _runs_as(reader, text, WRITTEN_IN):
            hint = f"--dialect {WRITTEN_IN}"
            raise IncorrectQuery(str(error), hint, error.excerpt) from error
        raise


def _translated(reader: Reader, text: str, dialect: Dialect) -> str:
    """Return a query in the engine's dialect. Raises QueryError."""
    from sparkify.sql.translation import translated_query

    if dialect == reader.dialect:
        return text
    require_reading(text, dialect)
    return translated_query(text, dialect, reader.dialect)


def _runs_as(reader: Reader, text: str, dialect: Dialect) -> bool:
    """Return whether the engine can run what a query says in another dialect."""
    if dialect == reader.dialect:
        return False
    try:
        reader.query(f"explain {_translated(reader, text, dialect)}")
    except QueryError:
        return False
    return True


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
