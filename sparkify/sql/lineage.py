"""Column descriptions and lineage: read from the SQL itself, by sqlglot.

A column is described by the comment before it, which is also its `comment on`. A table's lineage is
that of the statement that fills it, a view's is its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

import sqlglot
from sqlglot import expressions as exp
from sqlglot.lineage import Node, lineage

from sparkify.sql import (
    ANALYSTS_VIEWS,
    FACT,
    SHARED_VIEWS,
    STAGING_TABLES,
    TABLES,
    VIEWS,
    source_fields,
    statement,
)
from sparkify.sql.descriptions import PersonalData, described_columns, split_mark

# The statement that fills a table, and those that make the temporary tables which it reads.
FILLS = {
    FACT: "transform/songplays/insert",
    "users": "transform/users/stage",
    "songs": "transform/songs/stage",
    "artists": "transform/artists/insert",
    "time": "transform/time/insert",
    "batch_timestamps": "transform/time/stage",
    "matched_titles": "transform/songplays/match",
    "titles_to_match": "transform/songplays/stage",
    "repeated_events": "transform/repeated_events/insert",
    "repeated_songs": "transform/repeated_songs/insert",
    "session_totals": "transform/session_totals/insert",
    "batch_sessions": "transform/session_totals/stage",
    "user_agents": "transform/new_user_agents",
}
# Tables that Python fills, and the column from which it makes all of a row.
MADE_FROM = {"user_agents": "user_agent"}
# The star's keys, which no table declares: docs/adr/0030-no-declared-keys.md
PRIMARY_KEYS = {
    FACT: ("songplay_id", "user_id"),
    "users": ("user_id",),
    "songs": ("song_id",),
    "artists": ("artist_id",),
    "time": ("start_time",),
    "user_agents": ("user_agent",),
}
FOREIGN_KEYS = {
    FACT: (
        ("start_time", "time", "start_time"),
        ("user_id", "users", "user_id"),
        ("song_id", "songs", "song_id"),
        ("artist_id", "artists", "artist_id"),
    ),
    "songs": (("artist_id", "artists", "artist_id"),),
}
SOURCE_FILES = {"staging_events": "log", "staging_songs": "song file"}

# A table's name and a column's.
SourceColumn = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Described:
    """A column, with its type if it is a table's, whether it can be null, and its meaning.

    `made_by` is the expression of a view's column, '' for a constant or a plain column; `keys` are
    the keys of the source's records that its value is made from, like `log: userId`; `personal` is
    what it holds of a person, if it does.
    """

    name: str
    kind: str
    nullable: bool
    meaning: str
    made_by: str
    keys: tuple[str, ...]
    personal: PersonalData | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: a column, and the table and column that it points to."""

    column: str
    table: str
    to_column: str


def described(name: str) -> list[Described]:
    """Return the columns of a table or view, in order."""
    return _of_table(name) if name in TABLES else _of_view(name)


def references(table: str) -> list[Reference]:
    """Return the foreign keys of a table, in order."""
    return [Reference(*each) for each in FOREIGN_KEYS.get(table, ())]


def primary_key(table: str) -> tuple[str, ...]:
    """Return the columns of a table's primary key, none if there is none."""
    return PRIMARY_KEYS.get(table, ())


@cache
def expected_values() -> dict[SourceColumn, tuple[str, ...]]:
    """Return the values of the columns of which a check expects a few."""
    found = {}
    for select in _parsed("checks/star/values_are_in_their_domain").find_all(exp.Select):
        for each in select.args["where"].find_all(exp.In) if "where" in select.args else ():
            values = tuple(value.name for value in each.expressions)
            found[select.args["from_"].this.name, each.this.name] = values
    return found


@cache
def sources(name: str, column: str) -> frozenset[SourceColumn]:
    """Return the staging columns that a value of this column is made from."""
    if name in STAGING_TABLES:
        return frozenset({(name, column)})
    if name not in VIEWS and name not in FILLS:
        return frozenset()
    filled_by = f"views/{name}" if name in VIEWS else FILLS[name]
    direct = _direct_sources(filled_by)[MADE_FROM.get(name, column)] - {(name, column)}
    # What a table had before is no source of it: a choice among it and what is new is.
    return frozenset().union(*(sources(*each) for each in direct if each[0] != name))


@cache
def personal_data(name: str, column: str) -> PersonalData | None:
    """Return what a column of a table or view holds of a person, None for nothing.

    A table's comment says it. A view's column has it from those it is made from, if the view has a
    user_id: a row of the other views is about many people.
    """
    if name in TABLES:
        meanings = described_columns(statement(f"schema/{name}").text)
        return split_mark(meanings.get(column, ""))[1]
    if name not in VIEWS or "user_id" not in _query(f"views/{name}").named_selects:
        return None
    made_from = _direct_sources(f"views/{name}")[column]
    marks = {personal_data(*each) for each in made_from} - {None}
    is_same = any(personal_data(*each) == "direct" for each in made_from if each[1] == column)
    return "direct" if is_same else "indirect" if marks else None


@cache
def reads(name: str) -> frozenset[str]:
    """Return the tables and views for analysts that a table is filled from, or that a view reads.

    What is between, temporary tables and the views that views share, is followed to its end.
    """
    found: set[str] = set()
    waiting, seen = [name], {name}
    while waiting:
        for each in _read_directly(waiting.pop()) - seen:
            seen.add(each)
            if each in ANALYSTS_VIEWS or each in STAGING_TABLES or each in PRIMARY_KEYS:
                found.add(each)
            else:
                waiting.append(each)
    return frozenset(found)


def checked_tables(text: str) -> frozenset[str]:
    """Return the tables that a check in Redshift's dialect is about: those of the star it reads.

    Without any it is about what was received, as are those that read the ledger only.
    """
    tree = sqlglot.parse_one(text, read="redshift")
    named = {table.name for table in tree.find_all(exp.Table)}
    found = named.union(*(reads(name) for name in named & set(VIEWS)))
    return frozenset(found & set(PRIMARY_KEYS) or found & set(STAGING_TABLES) or STAGING_TABLES)


def _read_directly(name: str) -> set[str]:
    filled_by = f"views/{name}" if name in VIEWS else FILLS.get(name)
    if filled_by is None:
        return set()
    tree = _parsed(filled_by)
    within = {each.alias for each in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - within - {name}


def examples(name: str, columns: Iterable[str]) -> str:
    """Return Redshift's text of a query with one row: the largest value of each column."""
    largest = [
        exp.Max(this=exp.column(column, quoted=True)).as_(column, quoted=True) for column in columns
    ]
    return exp.select(*largest).from_(exp.table_(name, quoted=True)).sql("redshift")


def _of_table(table: str) -> list[Described]:
    meanings = described_columns(statement(f"schema/{table}").text)
    return [
        Described(
            definition.name,
            cast("exp.DataType", definition.args["kind"]).sql("redshift").lower(),
            definition.find(exp.NotNullColumnConstraint) is None,
            split_mark(meanings.get(definition.name, ""))[0],
            "",
            _keys(table, definition.name),
            personal_data(table, definition.name),
        )
        for definition in _parsed(f"schema/{table}").find_all(exp.ColumnDef)
    ]


def _of_view(view: str) -> list[Described]:
    meanings = described_columns(statement(f"views/{view}").text)
    return [
        Described(
            selected.alias_or_name,
            "",
            # Of a view the meaning says it, as there is nothing else that could.
            "null" in meanings[selected.alias_or_name].split(),
            meanings[selected.alias_or_name],
            _expression(selected.unalias()),
            _keys(view, selected.alias_or_name),
            personal_data(view, selected.alias_or_name),
        )
        for selected in _query(f"views/{view}").selects
    ]


def _expression(selected: exp.Expr) -> str:
    if isinstance(selected, exp.Column | exp.Literal):
        return ""
    return selected.sql("redshift", comments=False, normalize_functions="lower")


def _keys(name: str, column: str) -> tuple[str, ...]:
    found = (_key(*source) for source in sources(name, column))
    return tuple(sorted({key for key in found if key}))


def _key(table: str, column: str) -> str:
    """Return the source's key that a staging column holds; '' for a column of Sparkify's."""
    key = source_fields(table).get(column)
    return f"{SOURCE_FILES[table]}: {key}" if key else ""


@cache
def _direct_sources(name: str) -> dict[str, frozenset[SourceColumn]]:
    """Return the table columns that each column of a statement's query is made from."""
    views = {view: _query(f"views/{view}") for view in SHARED_VIEWS}
    # All columns at once, with no copy for each of what is selected: a quarter of the time.
    trees = lineage(
        None, _query(name), _schema(), sources=views, dialect="redshift", trim_selects=False
    )
    return {column: frozenset(_leaves(tree)) for column, tree in trees.items()}


def _leaves(tree: Node) -> Iterator[SourceColumn]:
    for node in tree.walk():
        if not node.downstream and isinstance(node.source, exp.Table):
            yield node.source.name, node.name.rpartition(".")[2].strip('"')


@cache
def _schema() -> dict[str, dict[str, str]]:
    """Return the columns of the tables, and of the views that views read, for sqlglot."""
    tables = {
        table: {
            definition.name: definition.args["kind"].sql("redshift")
            for definition in _parsed(f"schema/{table}").find_all(exp.ColumnDef)
        }
        for table in TABLES
    }
    views = {
        view: dict.fromkeys(_query(f"views/{view}").named_selects, "unknown")
        for view in VIEWS
        if view not in SHARED_VIEWS
    }
    temporary = {
        name: dict.fromkeys(_query(FILLS[name]).named_selects, "unknown")
        for name in FILLS.keys() - set(TABLES)
    }
    return tables | views | temporary


@cache
def _query(name: str) -> exp.Select:
    """Return the query of a view, an insert, a temporary table, or a query's own."""
    tree = _parsed(name)
    return cast("exp.Select", tree if isinstance(tree, exp.Select) else tree.expression)


@cache
def _parsed(name: str) -> exp.Expr:
    return sqlglot.parse_one(statement(name).text, read="redshift")
