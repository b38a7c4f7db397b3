"""Read the descriptions of tables, views and columns from the comments of the SQL files."""

import re
from typing import Literal, cast

# What a column holds of a person: who it is, or something about them.
PersonalData = Literal["direct", "indirect"]
ColumnType = Literal["varchar", "integer", "bigint", "double precision", "timestamp", "date"]

_TABLE_COLUMN = re.compile(
    r"^    \"?(?P<name>\w+)\"? (?P<kind>varchar|integer|bigint|double precision|timestamp|date)"
    r"(?:\((?P<bytes>\d+)\))?",
    re.MULTILINE,
)
_DESCRIBED_TABLE_COLUMN = re.compile(
    r"(?P<comment>(?:^    -- .*\n)+)    (?P<name>[a-z_]+) ", re.MULTILINE
)
# The columns of a view: those of the first select that is not within another.
_SELECTED = re.compile(r"^select\n(?P<columns>(?:.+\n)+)", re.MULTILINE)
_DESCRIBED_VIEW_COLUMN = re.compile(
    r"(?P<comment>(?:^    -- .*\n)+)(?:^ .*\n)*?^ .*?(?P<name>\w+),?\n(?=    -- |\Z)", re.MULTILINE
)
_PERSONAL = re.compile(r" Personal: (direct|indirect)\.$")


def table_columns(text: str) -> list[tuple[str, ColumnType, int | None]]:
    """Return name, type and bytes of the columns that a `create table` text makes, in order."""
    return [
        (
            match["name"],
            cast("ColumnType", match["kind"]),
            int(match["bytes"]) if match["bytes"] else None,
        )
        for match in _TABLE_COLUMN.finditer(text)
    ]


def described_columns(text: str) -> dict[str, str]:
    """Return what a text that makes a table or a view says of its columns.

    A view says it of all its columns, or of none.
    """
    selected = _SELECTED.search(text)
    described = (
        _DESCRIBED_VIEW_COLUMN.finditer(selected["columns"])
        if selected
        else _DESCRIBED_TABLE_COLUMN.finditer(text)
    )
    return {match["name"]: in_one_line(match["comment"]) for match in described}


def opening_comment(text: str) -> str:
    """Return what a text says of the whole table or view."""
    opening = re.match(r"(?:-- .*\n)+", text)
    return in_one_line(opening[0]) if opening else ""


def in_one_line(comment: str) -> str:
    """Return a comment of several lines as one."""
    return " ".join(line.strip().removeprefix("--").strip() for line in comment.splitlines())


def split_mark(meaning: str) -> tuple[str, PersonalData | None]:
    """Return what is said of a column without its mark as personal data, and the mark."""
    mark = _PERSONAL.search(meaning)
    if mark is None:
        return meaning, None
    return meaning[: mark.start()], cast("PersonalData", mark[1])
