"""The warehouse's SQL: one statement a file, in Redshift's dialect, rendered where it is not that.

A statement's name is its path below this folder without the ending (`transform/songs/merge`); its
opening comment is its documentation and its first line the grain. The folders `redshift/` and
`duckdb/` hold the few texts that are not portable and are used as they stand.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from sparkify.sql.kept import rendered

Dialect = Literal["redshift", "duckdb", "postgres"]
# Of the texts in the files.
WRITTEN_IN: Dialect = "redshift"
Parameter = str | int | float | bool | datetime | None

STAGING_TABLES = ("staging_events", "staging_songs")
DIMENSIONS = ("artists", "songs", "users", "time")
FACT = "songplays"
# What belongs to the warehouse rather than to the business.
LEDGER_TABLES = (
    *("warehouse_version", "runs", "loaded_files", "load_errors", "check_results"),
    *("source_keys", "source_findings", "added_columns", "text_repairs", "write_lock"),
)
# Of the tables and views here. A change of them is a new version, with a way to it in migrate/.
WAREHOUSE_VERSION = 5
# What a foreign key points to comes before it.
TABLES = (*STAGING_TABLES, *DIMENSIONS, FACT, *LEDGER_TABLES)
# What the transforms and checks share, and what is made for those who ask.
SHARED_VIEWS = ("staged_plays", "catalogue", "titled_plays", "known_titles", "matches")
ANALYSTS_VIEWS = (
    *("user_events", "plays", "sessions", "daily_activity", "user_levels", "level_steps"),
    *("level_funnel", "top_songs", "top_artists", "retention"),
)
# What a view reads comes before it.
VIEWS = (*SHARED_VIEWS, *ANALYSTS_VIEWS)

ADDED_BYTES = 65_535

# A comment, a text or a quoted name, which are left alone; or a parameter.
PIECE = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|(?<!:):(?P<parameter>[A-Za-z_]\w*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement: `name` is its path, `text` is in Redshift's dialect."""

    name: str
    text: str

    @property
    def doc(self) -> str:
        """The opening comment, as plain lines."""
        lines = []
        for line in self.text.splitlines():
            if not line.startswith("--"):
                break
            lines.append(line.removeprefix("--").strip())
        return "\n".join(lines)

    @property
    def grain(self) -> str:
        """The comment's first line: what one row is, or, of a check, what is true."""
        return self.doc.partition("\n")[0]

    def bind(self, values: Mapping[str, Parameter]) -> dict[str, Parameter]:
        """Of the values, those that this statement has parameters for: drivers refuse more."""
        return {name: values[name] for name in _parameters(self.text)}

    def written_out(self, values: Mapping[str, datetime]) -> str:
        """The text with moments in the place of its parameters, to be read and pasted."""

        def value_of(piece: re.Match[str]) -> str:
            name = piece["parameter"]
            return f"timestamp '{values[name]}'" if name else piece[0]

        return PIECE.sub(value_of, self.text)

    def render(self, dialect: Dialect) -> str:
        """Return the text in a dialect, with that dialect's spelling of parameters.

        Raises ValueError for an unknown dialect, and sqlglot's UnsupportedError for what the
        dialect has no words for.
        """
        if dialect == WRITTEN_IN:
            return self.text
        if dialect not in get_args(Dialect):
            raise ValueError(f"no SQL dialect {dialect}: {', '.join(get_args(Dialect))}")
        text: str = rendered("render", dialect, self.text)
        return text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `kind` is its type's name in lower case, `bytes` a text's length."""

    name: str
    kind: Literal["varchar", "integer", "bigint", "double precision", "timestamp"]
    bytes: int | None = None


@cache
def statement(name: str) -> Statement:
    """The statement of that name. Raises FileNotFoundError where there is none."""
    text = (files(__name__) / f"{name}.sql").read_text(encoding="utf-8")
    return Statement(name, text)


@cache
def statements(folder: str) -> tuple[Statement, ...]:
    """All statements directly in a folder, by name."""
    names = sorted(entry.name for entry in (files(__name__) / folder).iterdir())
    return tuple(
        statement(f"{folder}/{name.removesuffix('.sql')}")
        for name in names
        if name.endswith(".sql")
    )


def comments() -> Iterator[Statement]:
    """What the warehouse's catalogue says of every table, view and column, as the files here do."""
    for kind, folder, names in (("table", "schema", TABLES), ("view", "views", VIEWS)):
        for name in names:
            text = statement(f"{folder}/{name}").text
            for comment in rendered("comments", kind, name, text):
                yield Statement(f"comment/{name}", comment)


def meanings(name: str) -> dict[str, str]:
    """What the columns of a table or view of ours mean; of any other, nothing."""
    folder = "schema" if name in TABLES else "views"
    if name not in (*TABLES, *VIEWS):
        return {}
    said: dict[str, str] = rendered("described_columns", statement(f"{folder}/{name}").text)
    return said


@cache
def delivered_columns(table: str) -> tuple[Column, ...]:
    """The columns of a staging table that its source fills, in order: all but `loaded_at`."""
    columns = (Column(*facts) for facts in rendered("columns", statement(f"schema/{table}").text))
    return tuple(column for column in columns if column.name != "loaded_at")


def added_column(name: str) -> Column:
    """A column that is added to a staging table: as long a text as there can be."""
    return Column(name, "varchar", ADDED_BYTES)


@cache
def _parameters(text: str) -> tuple[str, ...]:
    return tuple(name for piece in PIECE.finditer(text) if (name := piece["parameter"]))
