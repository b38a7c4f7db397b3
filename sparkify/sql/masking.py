"""Confine a query of others to the star and its views, and mask names and places in it."""

from sqlglot import expressions as exp

from sparkify.errors import QueryError
from sparkify.sql import ANALYSTS_TABLES, ANALYSTS_VIEWS
from sparkify.sql.lineage import described
from sparkify.sql.read_only import parsed_statements

READABLE = (*ANALYSTS_TABLES, *ANALYSTS_VIEWS)
MASK = "masked"
PLACE = "location"
USER_NUMBER = "user_id"  # tells users apart, and not who they are
# What stands beside a table's name in FROM, and applies to whatever is read there.
_OF_THE_PLACE = ("joins", "laterals", "pivots", "sample")


def confined_query(text: str, dialect: str, *, masked: bool) -> str:
    """Return a query that reads only READABLE, with names and places masked if so wanted.

    Each table is replaced by a query of all its columns, so whatever the text does with them, it
    never gets what is masked. Raises QueryError for what is no single query, and for any other
    table, file or function in FROM.
    """
    trees = parsed_statements(text, dialect)
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise QueryError("this is not one query", "ask one query: select ... from ...")
    [tree] = trees
    named = {each.alias_or_name.lower() for each in tree.find_all(exp.CTE)}
    if clash := named.intersection(READABLE):
        raise QueryError(f"WITH names a query {min(clash)}, as a table is", "name it otherwise")
    for table in list(tree.find_all(exp.Table)):
        if not _is_named_query(table, named):
            _replace(table, _readable_name(table), masked=masked)
    return tree.sql(dialect)


def masked_columns(table: str) -> list[str]:
    """Return the columns that are masked: the names of people, and the places where they are."""
    return [
        column.name
        for column in described(table)
        if (column.personal == "direct" and column.name != USER_NUMBER)
        or (column.personal and column.name == PLACE)
    ]


def _is_named_query(table: exp.Table, named: set[str]) -> bool:
    return isinstance(table.this, exp.Identifier) and not table.db and table.name.lower() in named


def _readable_name(table: exp.Table) -> str:
    """Return the name of the table that is read. Raises QueryError for what may not be read."""
    name = table.name.lower()
    if not isinstance(table.this, exp.Identifier) or table.db or name not in READABLE:
        raise QueryError(
            f"{table.sql()} cannot be read here", f"read one of: {', '.join(READABLE)}"
        )
    return name


def _replace(table: exp.Table, name: str, *, masked: bool) -> None:
    hidden = masked_columns(name) if masked else []
    columns = [
        _masked(column.name) if column.name in hidden else exp.column(column.name, quoted=True)
        for column in described(name)
    ]
    query = exp.select(*columns).from_(exp.table_(name, quoted=True))
    alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name))
    kept = {each: table.args[each] for each in _OF_THE_PLACE if table.args.get(each)}
    table.replace(exp.Subquery(this=query, alias=alias, **kept))


def _masked(name: str) -> exp.Expr:
    column = exp.column(name, quoted=True)
    mask = exp.case().when(column.is_(exp.null()).not_(), exp.convert(MASK))
    return mask.as_(name, quoted=True)
