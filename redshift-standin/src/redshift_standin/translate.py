"""From Redshift's SQL to PostgreSQL's.

Some commands are known by their first word: commands.py. sqlglot reads the rest, for rewrite.py to
change. That takes most of the time of a statement, so what was translated is kept.
"""

import dataclasses
import functools
import re
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlglot.tokenizer_core import TokenType

from . import dialect
from .commands import COMMANDS, Text
from .errors import RedshiftError
from .rewrite import rewritten
from .translation import Translation

# The columns of tables, in a form that can be the key of what is kept.
KnownColumns = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

# Moments and the ids of runs, by which else the same statements differ. They are literals wherever
# they stand, and no translation looks into one.
_VARYING = re.compile(r"'(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*|\d{8}T\d{9}-[0-9a-f]{4})'")
_STANDS_FOR_IT = re.compile(r"'2000-01-01 00:00:00\.(\d{6})'")

# https://docs.aws.amazon.com/redshift/latest/dg/c_redshift-sql.html
_LONGEST_STATEMENT = 16 * 1024 * 1024
_DEEP_STACK, _DEEP_RECURSION = 512 * 1024 * 1024, 100_000


def translate_script(sql: str, columns: KnownColumns = ()) -> list[Translation]:
    """Translate statements separated by semicolons, as the simple protocol takes them.

    `columns` are those of the tables that a translation before asked for.
    """
    size = len(sql.encode())
    if size > _LONGEST_STATEMENT:
        raise RedshiftError(
            f"Statement is too large. Statement Size: {size} bytes. "
            f"Maximum Allowed: {_LONGEST_STATEMENT} bytes",
            "54001",
        )
    literals: list[str] = []

    def masked(literal: re.Match[str]) -> str:
        literals.append(literal[0])
        return f"'2000-01-01 00:00:00.{len(literals) - 1:06}'"

    try:
        translations = _however_deep(_translate_script, _VARYING.sub(masked, sql), columns)
    except RedshiftError:
        # which says what is wrong in its own words
        return _however_deep(_translate_script, sql, columns)
    if any(each.is_done_here for each in translations):
        return _translate_script(sql, columns)
    return [
        dataclasses.replace(
            each, sql=_STANDS_FOR_IT.sub(lambda mask: literals[int(mask[1])], each.sql)
        )
        for each in translations
    ]


_Found = TypeVar("_Found")


def _however_deep(
    work: Callable[[str, KnownColumns], _Found], sql: str, columns: KnownColumns
) -> _Found:
    """Do the work again on a deep stack where a text is nested too deep for this one."""
    try:
        return work(sql, columns)
    except RecursionError:
        return _on_a_deep_stack(lambda: work(sql, columns))


_one_deep_stack = threading.Lock()


def _on_a_deep_stack(work: Callable[[], _Found]) -> _Found:
    done: list[_Found] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except RecursionError:
            failed.append(RedshiftError("stack depth limit exceeded", "54001"))
        except Exception as error:  # noqa: BLE001 - raised again, in the thread that asked
            failed.append(error)

    with _one_deep_stack:  # both limits are the whole process's
        size, depth = threading.stack_size(_DEEP_STACK), sys.getrecursionlimit()
        sys.setrecursionlimit(_DEEP_RECURSION)
        try:
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            thread.join()
        finally:
            sys.setrecursionlimit(depth)
            threading.stack_size(size)
    if failed:
        raise failed[0]
    return done[0]


@functools.lru_cache(maxsize=4096)
def _translate_script(sql: str, columns: KnownColumns) -> list[Translation]:
    tokens = dialect.tokens_of(sql)
    ends = [index for index, token in enumerate(tokens) if token.token_type == TokenType.SEMICOLON]
    starts = [0, *(end + 1 for end in ends)]
    parts = [tokens[start:end] for start, end in zip(starts, [*ends, len(tokens)], strict=True)]
    known = {table: dict(of_table) for table, of_table in columns} if columns else None
    return [_translate(sql[part[0].start : part[-1].end + 1], known) for part in parts if part]


def translate(sql: str, columns: KnownColumns = ()) -> Translation:
    """Translate the one statement the extended protocol takes."""
    translations = translate_script(sql, columns)
    if not translations:
        return Translation(sql)
    if len(translations) > 1:
        raise RedshiftError("cannot insert multiple commands into a prepared statement", "42601")
    return translations[0]


def _translate(sql: str, columns: Mapping[str, Mapping[str, str]] | None) -> Translation:
    tokens = dialect.tokens_of(sql)
    text = Text(sql, tokens, lambda inner: _translate(inner, columns))
    special = COMMANDS.get(text.words[0])
    if special is not None and (translation := special(text)):
        return translation
    return rewritten(sql, tokens, columns)
