"""Keys and encodings of tables: read, checked, and left out of what PostgreSQL is told.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlglot.tokenizer_core import Token, TokenType

from .errors import RedshiftError, syntax_error

_STYLES = {"ALL", "AUTO", "EVEN", "KEY"}
# https://docs.aws.amazon.com/redshift/latest/dg/c_Compression_encodings.html
_ENCODINGS = {
    *("AUTO", "AZ64", "BYTEDICT", "DELTA", "DELTA32K", "LZO", "MOSTLY8", "MOSTLY16", "MOSTLY32"),
    *("RAW", "RUNLENGTH", "TEXT255", "TEXT32K", "ZSTD"),
}
_KNOWN_AFTER = {"DISTSTYLE": _STYLES, "ENCODE": _ENCODINGS}
_MOST_SORT_KEYS, _MOST_INTERLEAVED = 400, 8


class _Part(NamedTuple):
    """Words to leave out: the first and one past the last."""

    start: int
    end: int
    kind: str
    names: tuple[str, ...] = ()


def without_physical_design(sql: str, tokens: Sequence[Token]) -> str:
    """Return a CREATE TABLE, or of a materialized view, with blanks for its physical design.

    Of an ALTER TABLE ... ADD it is the encoding of the column.
    """
    words = [token.text.upper() for token in tokens]
    adds_column = words[:2] == ["ALTER", "TABLE"] and "ADD" in words
    creates = words[0] == "CREATE" and {"TABLE", "MATERIALIZED"} & set(words[:4])
    if not creates and not adds_column:
        return sql
    parts = list(_parts(tokens, words))
    _check(parts)
    if creates:
        columns = _columns(tokens)
        _check_names(parts, set() if {"AS", "LIKE"} & set(words) else columns.keys())
        _check_super(parts, columns, words)
    for part in parts:
        first, last = tokens[part.start], tokens[part.end - 1]
        sql = sql[: first.start] + " " * (last.end + 1 - first.start) + sql[last.end + 1 :]
    return sql


def altered_columns(words: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Yield the columns that an ALTER of keys, style or encodings names.

    `words` are those behind the table's name in capitals, `names` the same as they were written.
    Raises RedshiftError for a style or an encoding that there is not.
    """
    for at, (word, following) in enumerate(itertools.pairwise(words)):
        known = _KNOWN_AFTER.get(word)
        if known is not None and following not in known:
            raise syntax_error(names[at + 1])
        if word == "COLUMN" or (word == "DISTKEY" and following != "("):
            yield names[at + 1]
        elif word == "SORTKEY" and following == "(":
            end = words.index(")", at)
            yield from names[at + 2 : end : 2]


def _parts(tokens: Sequence[Token], words: Sequence[str]) -> Iterator[_Part]:
    depth = at = 0
    while at < len(tokens) and not (depth == 0 and words[at] == "AS"):
        if tokens[at].token_type == TokenType.L_PAREN:
            depth += 1
        elif tokens[at].token_type == TokenType.R_PAREN:
            depth -= 1
        elif depth < 2 and tokens[at].token_type not in {TokenType.STRING, TokenType.IDENTIFIER}:
            part = _part_at(tokens, words, at, of_column=depth == 1)
            if part is not None:
                yield part
                at = part.end
                continue
        at += 1


def _part_at(
    tokens: Sequence[Token], words: Sequence[str], at: int, *, of_column: bool
) -> _Part | None:
    word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
    if of_column:
        return _column_part(words, at)
    if word == "SORTKEY" and following == "AUTO":
        return _Part(at, at + 2, "SORTKEY AUTO")
    kind = f"{word} SORTKEY" if word in {"COMPOUND", "INTERLEAVED"} else word
    if kind in {"DISTKEY", "SORTKEY"} or (kind != word and following == "SORTKEY"):
        names, end = _names(tokens, at + len(kind.split()))
        return _Part(at, end, kind, names)
    if word in {"DISTSTYLE", "ENCODE", "BACKUP"}:
        return _Part(at, at + 2, word, (following,))
    if word == "AUTO" and following == "REFRESH":
        return _Part(at, at + 3, "AUTO REFRESH")
    return None


def _column_part(words: Sequence[str], at: int) -> _Part | None:
    word = words[at]
    begins_a_column = words[at - 1] in {"(", ","}
    if word in {"DISTKEY", "SORTKEY"} and not begins_a_column:
        return _Part(at, at + 1, f"column {word}")
    if word == "ENCODE" and not begins_a_column:
        return _Part(at, at + 2, "ENCODE", (words[at + 1],))
    return None


def _names(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """Read `(a, b)`: the names, and one past the parenthesis."""
    if at >= len(tokens) or tokens[at].token_type != TokenType.L_PAREN:
        raise syntax_error(tokens[at].text if at < len(tokens) else "end of input")
    end = at
    while end < len(tokens) and tokens[end].token_type != TokenType.R_PAREN:
        end += 1
    names = tuple(token.text for token in tokens[at + 1 : end : 2])
    return names, end + 1


def _check(parts: Sequence[_Part]) -> None:
    given = [part.kind for part in parts]
    styles = {name for part in parts if part.kind == "DISTSTYLE" for name in part.names}
    dist_keys = given.count("DISTKEY") + given.count("column DISTKEY")
    if not styles <= _STYLES:
        raise syntax_error(min(styles - _STYLES))
    for part in parts:
        _check_part(part)
    if dist_keys > 1 or given.count("DISTSTYLE") > 1:
        raise RedshiftError("Only one DISTKEY and one DISTSTYLE is allowed for a table", "42601")
    if dist_keys and styles & {"ALL", "AUTO", "EVEN"}:
        raise RedshiftError(f"DISTKEY is not compatible with DISTSTYLE {min(styles)}", "42601")
    if "KEY" in styles and not dist_keys:
        raise RedshiftError("No DISTKEY column specified for DISTSTYLE KEY", "42601")
    sort_clauses = [kind for kind in given if kind.endswith("SORTKEY") and "column" not in kind]
    if len(sort_clauses) > 1 or (sort_clauses and "column SORTKEY" in given):
        raise RedshiftError("Only one SORTKEY clause is allowed for a table", "42601")


def _columns(tokens: Sequence[Token]) -> dict[str, int]:
    """Return the columns that a CREATE TABLE lists, with the place of each."""
    depth = 0
    columns: dict[str, int] = {}
    for at, (before, token) in enumerate(itertools.pairwise(tokens), 1):
        if token.token_type == TokenType.L_PAREN:
            depth += 1
        elif token.token_type == TokenType.R_PAREN:
            depth -= 1
            if depth == 0:
                break
        elif depth == 1 and before.token_type in {TokenType.L_PAREN, TokenType.COMMA}:
            columns[token.text.lower()] = at
    return columns


def _check_super(parts: Sequence[_Part], columns: Mapping[str, int], words: Sequence[str]) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/limitations-super.html
    of_super = {name: at for name, at in columns.items() if words[at + 1 : at + 2] == ["SUPER"]}
    for part in (part for part in parts if part.kind.endswith("KEY")):
        by_column = {name for name, at in of_super.items() if part.start == at + 2}
        named = {name.lower() for name in part.names} & of_super.keys() | by_column
        if named:
            raise RedshiftError(
                f'column "{min(named)}" is of type super, which can be no {part.kind}', "0A000"
            )


def _check_names(parts: Sequence[_Part], columns: Collection[str]) -> None:
    for part in parts:
        for name in part.names if part.kind.endswith("KEY") else ():
            if columns and name.lower() not in columns:
                raise RedshiftError(f'column "{name}" named in {part.kind} does not exist', "42703")


def _check_part(part: _Part) -> None:
    if part.kind == "ENCODE" and not set(part.names) <= _ENCODINGS:
        raise RedshiftError(f"unknown encoding {part.names[0].lower()}", "42601")
    if part.kind == "BACKUP" and not set(part.names) <= {"NO", "YES"}:
        raise syntax_error(part.names[0])
    if part.kind == "DISTKEY" and len(part.names) != 1:
        raise RedshiftError("DISTKEY takes one column", "42601")
    most = _MOST_INTERLEAVED if part.kind.startswith("INTERLEAVED") else _MOST_SORT_KEYS
    if part.kind.endswith("SORTKEY") and len(part.names) > most:
        raise RedshiftError(f"a SORTKEY takes at most {most} columns", "42601")
