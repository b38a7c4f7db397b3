"""Queries, and what changes rows, that PostgreSQL runs and Redshift rejects."""

from collections.abc import Callable

from sqlglot import exp

from .correlation import reject_correlations
from .errors import RedshiftError, not_supported, syntax_error
from .rejected_windows import reject_windows


def _returning(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
    if tree.find(exp.Returning):
        raise syntax_error("RETURNING")


def _select_lists(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
    for distinct in tree.find_all(exp.Distinct):
        if distinct.args.get("on"):
            raise not_supported("SELECT DISTINCT ON")
    if tree.find(exp.Filter):
        raise syntax_error("(")
    if tree.find(exp.NullSafeEQ, exp.NullSafeNEQ):
        raise not_supported("IS DISTINCT FROM")
    if tree.find(exp.Array):
        raise syntax_error("[")
    if any(between.args.get("symmetric") for between in tree.find_all(exp.Between)):
        raise syntax_error("SYMMETRIC")


def _clauses(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_synopsis.html has none of these
    if tree.find(exp.Lock):
        raise not_supported("SELECT FOR UPDATE or SHARE")
    if tree.find(exp.TableSample):
        raise syntax_error("TABLESAMPLE")
    if tree.find(exp.Fetch):
        raise syntax_error("FETCH")


def _sources(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause30.html
    if tree.find(exp.Lateral):
        raise syntax_error("LATERAL")
    for values in tree.find_all(exp.Values):
        if isinstance(values.parent, exp.From | exp.Join | exp.Subquery | exp.CTE):
            raise syntax_error("VALUES")


def _set_operations(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_UNION.html: only UNION takes ALL
    for operation in tree.find_all(exp.Except, exp.Intersect):
        if not operation.args.get("distinct", True):
            raise not_supported(f"{operation.key.upper()} ALL")


def _common_tables(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html
    for table in tree.find_all(exp.CTE):
        if not isinstance(table.this, exp.Query):
            raise syntax_error(table.this.key.upper())  # a CTE which changes data
        if table.args.get("materialized") is not None:
            raise syntax_error("MATERIALIZED")
        recursive = table.parent is not None and table.parent.args.get("recursive")
        if recursive and isinstance(table.this, exp.Union) and table.this.args.get("distinct"):
            raise not_supported("UNION in a recursive common table expression, without ALL,")


def _qualify(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_QUALIFY_clause.html
    for select in tree.find_all(exp.Select):
        follows_from = not any(select.args.get(name) for name in ("where", "group", "having"))
        if select.args.get("qualify") and follows_from:
            source = (select.args.get("joins") or [select.args["from_"].this])[-1]
            table = source.this if isinstance(source, exp.Join) else source
            if not table.args.get("alias"):
                raise syntax_error("QUALIFY")


def _sorted_aggregates(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_PERCENTILE_CONT.html: all by one order
    for select in tree.find_all(exp.Select):
        sorted_by = {
            order
            for node in select.find_all(exp.WithinGroup, exp.Anonymous)
            if node.parent_select is select and not isinstance(node.parent, exp.Window)
            if (order := _order(node))
        }
        if len(sorted_by) > 1:
            raise RedshiftError(
                "within group ORDER BY clauses for aggregate functions must be the same", "0A000"
            )


def _order(aggregate: exp.Expr) -> tuple[str, ...]:
    """Return what an aggregate sorts its rows by: MEDIAN by its argument."""
    if isinstance(aggregate, exp.WithinGroup):
        return tuple(each.this.sql().lower() for each in aggregate.expression.expressions)
    is_median = aggregate.name.lower() == "median"
    return tuple(each.sql().lower() for each in aggregate.expressions) if is_median else ()


def _late_bound(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
    if isinstance(tree, exp.Create) and tree.args.get("no_schema_binding"):
        common = {table.alias.lower() for table in tree.find_all(exp.CTE)}
        if any(
            not t.db and t.name.lower() not in common for t in tree.expression.find_all(exp.Table)
        ):
            raise RedshiftError(
                "All the relation names inside should be qualified when creating VIEW WITH NO "
                "SCHEMA BINDING",
                "42601",
            )


def _changes(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_UPDATE.html and r_DELETE.html
    for change in tree.find_all(exp.Update, exp.Delete):
        if change.args.get("order") or change.args.get("limit"):
            raise syntax_error("ORDER" if change.args.get("order") else "LIMIT")
    for update in tree.find_all(exp.Update):
        if any(isinstance(each.this, exp.Tuple) for each in update.expressions):
            raise syntax_error("(")
        if any(join.side for join in _joins_of(update)):
            raise RedshiftError("Target table must be part of an equijoin predicate", "0A000")


def _joins_of(update: exp.Update) -> list[exp.Join]:
    source = update.args.get("from_")
    tables = [] if source is None else [source.this, *(source.args.get("joins") or [])]
    return [
        join
        for table in tables
        for join in [*([table] if isinstance(table, exp.Join) else table.args.get("joins") or [])]
    ]


# https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions_leader_node_only.html: those
# that are, and those that are no longer supported either
_WORDS_OF_LEADER_ONLY = """
    current_schema current_schemas has_database_privilege has_schema_privilege
    has_table_privilege substr factorial age current_time current_timestamp localtime
    localtimestamp isfinite now get_byte set_bit set_byte to_ascii
"""
_LEADER_ONLY = frozenset(_WORDS_OF_LEADER_ONLY.split())
_COMPUTE_NODE_ONLY = {"listagg", "median", "percentile_cont", "percentile_disc"}
_CATALOGS = {"information_schema", "pg_catalog"}


def _leader_node(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_sql-functions-leader-node.html
    for node in tree.find_all(exp.Anonymous, exp.Column, exp.CurrentTimestamp):
        if _leader_function(node) and _runs_on_compute_nodes(tree):
            raise RedshiftError(
                "Specified types or functions (one per INFO message) not supported on "
                "Redshift tables.",
                "0A000",
            )


def _leader_function(node: exp.Expr) -> bool:
    if isinstance(node, exp.Column):
        bare = not node.table and not node.this.args.get("quoted")
        name = node.name.lower()
        return bare and name in _LEADER_ONLY and name.startswith(("current_", "local"))
    if isinstance(node, exp.CurrentTimestamp):
        return not node.args.get("sysdate")
    return node.name.lower() in _LEADER_ONLY


def _runs_on_compute_nodes(tree: exp.Expr) -> bool:
    """Return whether a table is named that is neither a CTE nor in the leader's catalog."""
    common = {table.alias.lower() for table in tree.find_all(exp.CTE)}
    return any(
        table.db.lower() not in _CATALOGS
        and not table.name.lower().startswith("pg_")
        and (table.db or table.name.lower() not in common)
        for table in tree.find_all(exp.Table)
    )


def _compute_nodes(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions_compute_node_only.html
    called = {call.name.lower() for call in tree.find_all(exp.Anonymous)}
    if called & _COMPUTE_NODE_ONLY and not _runs_on_compute_nodes(tree):
        raise RedshiftError(
            "One or more of the used functions must be applied on at least one user created table.",
            "0A000",
        )


QUERY_RULES: tuple[Callable[[exp.Expr], None], ...] = (
    *(_returning, _select_lists, _clauses, _sources, _set_operations, _common_tables, _qualify),
    *(
        _sorted_aggregates,
        _late_bound,
        _changes,
        _leader_node,
        _compute_nodes,
        reject_windows,
        reject_correlations,
    ),
)
