r"""The commands of a query that show the schema and the report's queries: `\d`, `\dt`, `\n` ..."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from sparkify.engines.base import Answer, Queryable
from sparkify.errors import QueryError
from sparkify.serve.questions import question, question_names
from sparkify.sql import (
    ANALYSTS_VIEWS,
    DIMENSIONS,
    FACT,
    LEDGER_TABLES,
    LOOKUP_TABLES,
    SHARED_VIEWS,
    STAGING_TABLES,
    TABLES,
    VIEWS,
    meanings,
    statement,
)

# In the order of their use to an analyst.
TABLES_IN_ORDER = (
    FACT,
    *DIMENSIONS,
    *LOOKUP_TABLES,
    *ANALYSTS_VIEWS,
    *STAGING_TABLES,
    *SHARED_VIEWS,
    *LEDGER_TABLES,
)
# What loads need and analysts do not.
PLUMBING = frozenset((*SHARED_VIEWS, *LEDGER_TABLES))


class SchemaCommand(NamedTuple):
    """A command: its word, the name that it takes, what it shows, and what answers it."""

    word: str
    takes: str
    shows: str
    answer: Callable[[Queryable, str], Answer]


def schema(engine: Queryable) -> dict[str, dict[str, str]]:
    """Return the columns and types of all tables and views, those for analysts first."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind, _ in engine.fetch(statement("queries/schema_columns")).rows:
        found.setdefault(table, {})[column] = kind
    ours = [name for name in TABLES_IN_ORDER if name in found]
    return {name: found[name] for name in [*ours, *(set(found) - set(ours))]}


def is_schema_command(text: str) -> bool:
    r"""Return whether a text is a command such as `\d`, and no SQL."""
    return text.lstrip().startswith("\\")


def answer_schema_command(reader: Queryable, text: str) -> Answer:
    r"""Answer a command such as `\d` or `\d NAME`.

    Raises QueryError for an unknown command or name.
    """
    word, _, name = text.strip().rstrip(";").rstrip().partition(" ")
    for command in SCHEMA_COMMANDS:
        if command.word == word and bool(command.takes) == bool(name.strip()):
            return command.answer(reader, name.strip().strip('"'))
    raise QueryError(f"there is no command {word}", f"one of: {', '.join(_spelt_commands())}")


def _spelt_commands() -> list[str]:
    return [f"{each.word} {each.takes}".rstrip() for each in SCHEMA_COMMANDS]


def _list_relations(reader: Queryable, _: str) -> Answer:
    return _relations(name for name in schema(reader) if name not in PLUMBING)


def _list_tables(reader: Queryable, _: str) -> Answer:
    return _relations(name for name in schema(reader) if name not in {*PLUMBING, *VIEWS})


def _list_views(reader: Queryable, _: str) -> Answer:
    return _relations(name for name in schema(reader) if name in ANALYSTS_VIEWS)


def _list_everything(reader: Queryable, _: str) -> Answer:
    rows = [(name, _kind(name), relation_grain(name)) for name in schema(reader)]
    return _text_answer(("name", "kind", "description"), rows)


def _relations(names: Iterable[str]) -> Answer:
    return _text_answer(("name", "description"), [(each, relation_grain(each)) for each in names])


def _describe_relation(reader: Queryable, name: str) -> Answer:
    explained = meanings(name)
    columns = _columns(reader, name).items()
    rows = [(each, kind, explained.get(each, "")) for each, kind in columns]
    return _text_answer(("column", "type", "meaning"), rows)


def _describe_lineage(reader: Queryable, name: str) -> Answer:
    from sparkify.sql.lineage import described

    columns = _columns(reader, name)
    known = {each.name: each for each in described(name)} if name in {*TABLES, *VIEWS} else {}
    rows = []
    for each, kind in columns.items():
        found = known.get(each)
        meaning, keys = (found.meaning, found.keys) if found else ("", ())
        rows.append((each, kind, meaning, ", ".join(keys)))
    return _text_answer(("column", "type", "meaning", "source"), rows)


def _columns(reader: Queryable, name: str) -> dict[str, str]:
    try:
        return schema(reader)[name]
    except KeyError:
        raise QueryError(f"there is no table or view {name}", "\\d+ lists all") from None


def _list_questions(_: Queryable, __: str) -> Answer:
    rows = [(name, question(name).grain) for name in question_names()]
    return _text_answer(("name", "description"), rows)


def _kind(name: str) -> str:
    return {**dict.fromkeys(TABLES, "table"), **dict.fromkeys(VIEWS, "view")}.get(name, "")


def relation_grain(name: str) -> str:
    """Return what a row of a table or view is; nothing for one that is not known."""
    for folder in ("schema", "views"):
        with suppress(FileNotFoundError):
            return statement(f"{folder}/{name}").grain
    return ""


def _text_answer(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Answer:
    return Answer(columns, ("VARCHAR",) * len(columns), iter(rows))


SCHEMA_COMMANDS = (
    SchemaCommand("\\d", "", "List tables and views.", _list_relations),
    SchemaCommand("\\d", "NAME", "List the columns of one.", _describe_relation),
    SchemaCommand("\\d+", "", "List all, also those that only loads need.", _list_everything),
    SchemaCommand("\\d+", "NAME", "List its columns with their source keys.", _describe_lineage),
    SchemaCommand("\\dt", "", "List only tables.", _list_tables),
    SchemaCommand("\\dv", "", "List only views.", _list_views),
    SchemaCommand("\\n", "", "List the named queries of the report.", _list_questions),
)
