"""The warehouse's SQL: one statement a file, in Redshift's dialect, rendered where it is not that.

A statement's name is its path below this folder without the ending (`transform/songs/stage`); its
opening comment is its documentation and its first line the grain. The few texts that one engine
alone can run are in that engine's folder and are used as they stand. What says no more than a name
(`drop table`, `delete from`, `comment on`) is generated from the lists here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple, get_args

from sparkify.config import EngineName
from sparkify.sql.descriptions import (
    ColumnType,
    described_columns,
    opening_comment,
    table_columns,
)
from sparkify.sql.render_cache import rendered

# Each engine has the dialect of its name.
Dialect = EngineName
# The dialect of the texts in the files.
WRITTEN_IN: Dialect = "redshift"
Parameter = str | int | float | bool | datetime | None

STAGING_TABLES = ("staging_events", "staging_songs")
DIMENSIONS = ("artists", "songs", "users", "time")
FACT = "songplays"
STAR_TABLES = (FACT, *DIMENSIONS)
# What a value of the star stands for, as a library knows it.
LOOKUP_TABLES = ("user_agents",)
# What analysts may read, and what is exported and compared.
ANALYSTS_TABLES = (*STAR_TABLES, *LOOKUP_TABLES)
# Tables of the warehouse itself, not of the business.
LEDGER_TABLES = (
    *("warehouse_version", "runs", "batches", "loaded_files", "load_errors", "rejected_files"),
    *("check_results", "source_keys", "source_findings", "added_columns", "text_repairs"),
    *("repeated_events", "repeated_songs", "batch_days", "session_totals", "played_titles"),
    "write_lock",
    *("erasures", "suppressed_users"),
)
# Who was forgotten stays so: create-tables drops all others.
KEPT_TABLES = ("erasures", "suppressed_users")
# A change of a table's definition is a new version, with steps in migrate/to_<n>/.
WAREHOUSE_VERSION = 8
# In order of creation: a table comes after those that it refers to.
TABLES = (*STAGING_TABLES, *DIMENSIONS, FACT, *LOOKUP_TABLES, *LEDGER_TABLES)
# Views that transforms and checks share, and views for analysts.
SHARED_VIEWS = (
    *("file_versions", "cleaned_songs", "current_songs", "cleaned_events", "current_events"),
    *("staged_plays", "cleaned_plays"),
)
ANALYSTS_VIEWS = (
    *("user_events", "plays", "sessions", "daily_activity", "user_levels", "level_steps"),
    *("level_funnel", "top_songs", "top_artists", "retention"),
)
# In order of creation: a view comes after those that it reads.
VIEWS = (*SHARED_VIEWS, *ANALYSTS_VIEWS)
# The version in which a view was added, if not in version 1.
NEW_VIEWS = (
    {"cleaned_songs": 6, "cleaned_plays": 6, "song_matches": 6}
    | dict.fromkeys(("file_versions", "current_songs", "cleaned_events", "current_events"), 7)
    | dict.fromkeys(ANALYSTS_VIEWS, 3)
)
# Views of earlier versions: the version without them, and the view that replaces them, if any.
FORMER_VIEWS = {
    "catalogue": (6, "cleaned_songs"),
    "titled_plays": (6, "cleaned_plays"),
    "known_titles": (6, ""),
    "matches": (6, ""),
    "song_matches": (7, ""),
}

# The parts of start_time by which a table's exported files are partitioned.
EXPORT_PARTITIONS = {FACT: ("year", "month")}

ADDED_BYTES = 65_535

# A comment, a text or a quoted name, in which there are no parameters; or a parameter.
PIECE = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|(?<!:):(?P<parameter>[A-Za-z_]\w*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement: `name` is its path, `text` is in Redshift's dialect.

    A text that is the same in every dialect `is_portable`, and is not rendered.
    """

    name: str
    text: str
    is_portable: bool = False

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
        """The first line of the comment: what one row is, or what a check demands."""
        return self.doc.partition("\n")[0]

    def bind(self, values: Mapping[str, Parameter]) -> dict[str, Parameter]:
        """Return the values that this statement has parameters for: drivers reject others."""
        return {name: values[name] for name in _parameters(self.text)}

    def written_out(self, values: Mapping[str, datetime]) -> str:
        """Return the text with timestamps in the place of its parameters, to read and to paste."""

        def value_of(piece: re.Match[str]) -> str:
            name = piece["parameter"]
            return f"timestamp '{values[name]}'" if name else piece[0]

        return PIECE.sub(value_of, self.text)

    def render(self, dialect: Dialect) -> str:
        """Return the text in a dialect, with that dialect's spelling of parameters.

        Raises ValueError for an unknown dialect, and sqlglot's UnsupportedError for what the
        dialect has no words for.
        """
        if dialect not in get_args(Dialect):
            raise ValueError(f"no SQL dialect {dialect}: {', '.join(get_args(Dialect))}")
        if self.is_portable or dialect == WRITTEN_IN:
            return self.text
        text: str = rendered("render", dialect, self.text)
        return text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `kind` is its type's name in lower case, `bytes` a text's length."""

    name: str
    kind: ColumnType
    bytes: int | None = None


@cache
def statement(name: str) -> Statement:
    """Return the statement of that name. Raises FileNotFoundError if there is none."""
    text = (files(__name__) / f"{name}.sql").read_text(encoding="utf-8")
    return Statement(name, text)


@cache
def statements(folder: str) -> tuple[Statement, ...]:
    """Return all statements directly in a folder, ordered by name."""
    names = sorted(entry.name for entry in (files(__name__) / folder).iterdir())
    return tuple(
        statement(f"{folder}/{name.removesuffix('.sql')}")
        for name in names
        if name.endswith(".sql")
    )


def drop_statement(name: str) -> Statement:
    """Return the statement that drops a table or a view, if it is there."""
    kind = "view" if name in VIEWS or name in FORMER_VIEWS else "table"
    return Statement(f"drop/{name}", rendered("drop_text", kind, name), is_portable=True)


def empty_statement(table: str) -> Statement:
    """Return the statement that deletes all rows of a table, in the transaction at hand."""
    return Statement(f"empty/{table}", rendered("empty_text", table), is_portable=True)


def undo_statement(table: str) -> Statement:
    """Return the statement that deletes the rows of the run :run_id from a table."""
    function = "undo_staging_text" if table in STAGING_TABLES else "undo_text"
    return Statement(f"undo/{table}", rendered(function, table))


def removal_statement(table: str) -> Statement:
    """Return the statement that deletes the rows of the removed batches from a table."""
    return Statement(f"remove/{table}", rendered("removal_text", table))


def move_statement(table: str) -> Statement:
    """Return the statement that gives the rows of :loaded_at in a table the time :moved_to."""
    return Statement(f"move/{table}", rendered("move_text", table))


def export_statement(table: str) -> Statement:
    """Return the query of all columns of a table, and those that partition its files."""
    columns = (name for name, *_ in table_columns(statement(f"schema/{table}").text))
    parts = EXPORT_PARTITIONS.get(table, ())
    return Statement(f"export/{table}", rendered("export_text", table, "/".join(parts), *columns))


def safe_export_statement(table: str) -> Statement:
    """Return the same query, in which a spreadsheet takes no text for a formula."""
    columns = table_columns(statement(f"schema/{table}").text)
    names = [name for name, *_ in columns]
    texts = [name for name, kind, *_ in columns if kind == "varchar"]
    parts = "/".join(EXPORT_PARTITIONS.get(table, ()))
    text = rendered("safe_export_text", table, parts, "/".join(texts), *names)
    return Statement(f"export/{table}", text)


def grant_statement(view: str, kind: str, name: str) -> Statement:
    """Return the statement that lets a `user`, `group` or `role`, or the `public`, read a view."""
    return Statement(f"grant/{view}", rendered("grant_text", view, kind, name), is_portable=True)


class Comment(NamedTuple):
    """What a table, a view or a column means; for the table or view itself no column."""

    kind: str
    name: str
    column: str
    meaning: str

    @property
    def statement(self) -> Statement:
        """The statement that stores it in the database."""
        return Statement(f"comment/{self.name}", rendered("comment_text", *self), is_portable=True)


def comments() -> Iterator[Comment]:
    """Yield what every table, view and column means."""
    for kind, folder, names in (("table", "schema", TABLES), ("view", "views", VIEWS)):
        for name in names:
            text = statement(f"{folder}/{name}").text
            yield Comment(kind, name, "", opening_comment(text))
            for column, meaning in described_columns(text).items():
                yield Comment("column", name, column, meaning)


def meanings(name: str) -> dict[str, str]:
    """Return what the columns of one of Sparkify's tables or views mean; of any other, nothing."""
    if name not in (*TABLES, *VIEWS):
        return {}
    folder = "schema" if name in TABLES else "views"
    return described_columns(statement(f"{folder}/{name}").text)


@cache
def star_columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table of the star, in order."""
    return tuple(Column(*facts) for facts in table_columns(statement(f"schema/{table}").text))


@cache
def source_columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a staging table that its source fills, in order: not `loaded_at`."""
    columns = (Column(*facts) for facts in table_columns(statement(f"schema/{table}").text))
    return tuple(column for column in columns if column.name != "loaded_at")


@cache
def source_fields(table: str) -> dict[str, str]:
    """Return the source's field of each column of a staging table: the `key ...` of its comment."""
    meaning = meanings(table)
    named = {
        column.name: re.search(r"\bkey (\w+)", meaning[column.name])
        for column in source_columns(table)
    }
    return {column: field[1] if field else column for column, field in named.items()}


def added_column(name: str) -> Column:
    """Return a column that is added to a staging table: a text of the greatest length."""
    return Column(name, "varchar", ADDED_BYTES)


def views_of(version: int) -> tuple[str, ...]:
    """Return the views that a warehouse of a version can have; what a view reads comes before it.

    None for version 0, which is no warehouse.
    """
    former = [name for name, (gone_in, _) in FORMER_VIEWS.items() if version < gone_in]
    views = (*SHARED_VIEWS, *former, *ANALYSTS_VIEWS)
    return tuple(name for name in views if NEW_VIEWS.get(name, 1) <= version)


@cache
def migration_steps(version: int) -> tuple[Statement, ...]:
    """Return what changes the tables of the version before to those of this version, in order.

    A step's name begins with its number: 2 comes before 10.
    """
    try:
        return tuple(sorted(statements(f"migrate/to_{version}"), key=_step_number))
    except FileNotFoundError:
        return ()  # only views changed


def _step_number(step: Statement) -> int:
    return int(step.name.rpartition("/")[2].partition("_")[0])


@cache
def _parameters(text: str) -> tuple[str, ...]:
    return tuple(name for piece in PIECE.finditer(text) if (name := piece["parameter"]))
