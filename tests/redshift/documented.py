"""The kinds of statements and clauses that a text has, and the page of AWS that allows each.

A kind without a page is one that no page promises: Redshift may run it or not. What is told apart
is where WITH and correlated subqueries stand, what an UPDATE takes from where, and windows.
"""

import re
from collections.abc import Iterator
from typing import cast

import sqlglot
from sqlglot import expressions as exp
from sqlglot.optimizer.scope import Scope, traverse_scope

DG = "https://docs.aws.amazon.com/redshift/latest/dg"
# By kind; the pages were read in November 2026, or in AWS's own repository of them.
PAGES = {
    "select": f"{DG}/r_SELECT_synopsis.html",
    "union": f"{DG}/r_UNION.html",
    "insert values": f"{DG}/r_INSERT_30.html",
    "insert select": f"{DG}/r_INSERT_30.html",
    "update": f"{DG}/r_UPDATE.html",
    "update from table": f"{DG}/r_UPDATE.html",
    "update from subquery": f"{DG}/c_Examples_of_UPDATE_statements.html",
    "delete": f"{DG}/r_DELETE.html",
    "delete using": f"{DG}/r_DELETE.html",
    "merge": f"{DG}/r_MERGE.html",
    "create table": f"{DG}/r_CREATE_TABLE_NEW.html",
    "create table as": f"{DG}/r_CREATE_TABLE_AS.html",
    "create temporary table as": f"{DG}/r_CREATE_TABLE_AS.html",
    "create view": f"{DG}/r_CREATE_VIEW.html",
    "drop table": f"{DG}/r_DROP_TABLE.html",
    "drop view": f"{DG}/r_DROP_VIEW.html",
    "alter table add column": f"{DG}/r_ALTER_TABLE.html",
    "alter table altercolumn": f"{DG}/r_ALTER_TABLE.html",
    "alter table drop constraint": f"{DG}/r_ALTER_TABLE.html",
    "comment": f"{DG}/r_COMMENT.html",
    "copy": f"{DG}/r_COPY.html",
    "unload": f"{DG}/r_UNLOAD.html",
    "lock": f"{DG}/r_LOCK.html",
    "analyze": f"{DG}/r_ANALYZE.html",
    "set": f"{DG}/r_SET.html",
    "begin": f"{DG}/r_BEGIN.html",
    "commit": f"{DG}/r_COMMIT.html",
    "rollback": f"{DG}/r_ROLLBACK.html",
    "grant": f"{DG}/r_GRANT.html",
    "revoke": f"{DG}/r_REVOKE.html",
    "create role": f"{DG}/r_CREATE_ROLE.html",
    # WITH: the page lists where it may stand.
    "with in select": f"{DG}/r_WITH_clause.html",
    "with in create table as": f"{DG}/r_WITH_clause.html",
    "with in create view": f"{DG}/r_WITH_clause.html",
    "with in insert select": f"{DG}/r_WITH_clause.html",
    "with in delete": f"{DG}/r_WITH_clause.html",
    "with in where of update": f"{DG}/r_WITH_clause.html",
    # Correlated subqueries: an example shows it.
    "correlated exists in where": f"{DG}/r_exists_condition.html",
    "correlated aggregate in where": f"{DG}/r_correlated_subqueries.html",
    "correlated in in where": f"{DG}/r_in_condition.html",
    "qualify": f"{DG}/r_QUALIFY_clause.html",
    "window ranking": f"{DG}/r_Window_functions.html",
    "window aggregate": f"{DG}/r_Window_function_synopsis.html",
    "window aggregate with order and frame": f"{DG}/r_Window_function_synopsis.html",
}
# Window functions that take no frame.
_RANKING = (
    *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.Ntile, exp.PercentRank),
    exp.CumeDist,
)
_FIRST_WORDS = (
    *("copy", "unload", "lock", "analyze", "set", "begin", "commit", "rollback", "grant"),
    *("revoke", "create role"),
)


def kinds(text: str) -> set[str]:
    """Return the kinds of a text."""
    code = " ".join(re.sub(r"--.*", "", text).split()).lower()
    for word in _FIRST_WORDS:
        if re.match(rf"{word}\b", code):
            return {word}
    tree = sqlglot.parse_one(text, read="redshift")
    return {_statement(tree), *_clauses(tree)}


def without_page(text: str) -> set[str]:
    """Return the kinds of a text that no page allows."""
    return kinds(text) - set(PAGES)


def _statement(tree: exp.Expr) -> str:
    match tree:
        case exp.SetOperation():
            return "union"
        case exp.Insert():
            return f"insert {'values' if isinstance(tree.expression, exp.Values) else 'select'}"
        case exp.Create(kind="TABLE") if tree.expression is not None:
            temporary = " temporary" if tree.find(exp.TemporaryProperty) else ""
            return f"create{temporary} table as"
        case exp.Create() | exp.Drop():
            return f"{tree.key} {str(tree.kind).lower()}"
        case exp.Alter():
            return _alteration(tree)
        case _:
            return tree.key


def _alteration(tree: exp.Alter) -> str:
    (action,) = tree.args["actions"]
    if isinstance(action, exp.ColumnDef):
        return "alter table add column"
    return f"alter table {action.key} {action.args.get('kind', '')}".strip().lower()


def _clauses(tree: exp.Expr) -> Iterator[str]:
    for with_ in tree.find_all(exp.With):
        yield f"with {_place_of_with(with_, tree)}"
    if isinstance(tree, exp.Update) and (source := tree.args.get("from_")):
        tables = [source.this, *(join.this for join in source.this.args.get("joins") or [])]
        yield from {
            f"update from {'table' if isinstance(t, exp.Table) else 'subquery'}" for t in tables
        }
    if isinstance(tree, exp.Delete) and tree.args.get("using"):
        yield "delete using"
    if tree.find(exp.Qualify):
        yield "qualify"
    yield from map(_window, tree.find_all(exp.Window))
    yield from _correlations(tree)


def _place_of_with(with_: exp.With, tree: exp.Expr) -> str:
    if with_.parent is not None and with_.parent.find_ancestor(exp.CTE):
        return "inside with"
    if isinstance(tree, exp.Update):
        return "in where of update" if with_.find_ancestor(exp.Where) else "in from of update"
    return f"in {_statement(tree).replace('temporary ', '').replace('union', 'select')}"


def _window(window: exp.Window) -> str:
    function = window.this
    if isinstance(function, exp.IgnoreNulls | exp.RespectNulls):
        function = function.this
    if isinstance(function, _RANKING):
        return "window ranking"
    if not window.args.get("order"):
        return "window aggregate"
    return f"window aggregate with order and {'frame' if window.args.get('spec') else 'no frame'}"


def _correlations(tree: exp.Expr) -> Iterator[str]:
    """Yield the correlated subqueries by what joins them to the query around, and where.

    Scopes are those of queries; an UPDATE or a DELETE is read as a query of its target.
    """
    for query in _queries(tree):
        for scope in traverse_scope(query):
            if scope.is_subquery and _outer_tables(scope):
                yield _correlation(scope)


def _queries(tree: exp.Expr) -> Iterator[exp.Query]:
    if isinstance(tree, exp.Query):
        yield tree.copy()
    elif isinstance(tree, exp.Update | exp.Delete):
        target = exp.select("*").from_(tree.this.copy())
        if source := tree.args.get("from_"):
            target = target.join(source.this.copy(), join_type="cross")
        where = tree.args.get("where")
        yield target.where(where.this.copy()) if where else target
    else:
        inner = (
            tree.expression if isinstance(tree, exp.Create | exp.Insert) else tree.find(exp.Query)
        )
        if isinstance(inner, exp.Query):
            yield inner.copy()


def _outer_tables(scope: Scope) -> set[str]:
    """Return the tables around that a subquery names; a column without a table is its own."""
    return {column.table for column in scope.external_columns if column.table}


def _correlation(scope: Scope) -> str:
    if scope.parent and not _outer_tables(scope) <= set(scope.parent.sources):
        return "correlated over a level"
    around = cast("exp.Expr", scope.expression.parent)
    joined = around.parent if isinstance(around, exp.Subquery) else around
    if isinstance(joined, exp.Exists):
        how = "exists"
    elif isinstance(joined, exp.In):
        how = "in"
    else:
        how = "aggregate" if scope.find(exp.AggFunc) else "scalar"
    found = around.find_ancestor(exp.Where, exp.Join, exp.Select)
    place = {"where": "where", "join": "on"}.get(found.key if found else "", "select list")
    return f"correlated {how} in {place}"
