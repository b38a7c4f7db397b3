"""CONNECT BY, as a recursive query.

https://docs.aws.amazon.com/redshift/latest/dg/r_CONNECT_BY_clause.html
"""

from sqlglot import exp

from .errors import not_supported


def rewrite_connect_by(node: exp.Expr) -> exp.Expr:
    """Read from the rows reached, each with its level, instead of from the table."""
    if not isinstance(node, exp.Select) or not node.args.get("connect"):
        return node
    connect, source = node.args["connect"], node.args["from_"].this
    if node.args.get("joins") or not isinstance(source, exp.Table):
        raise not_supported("CONNECT BY over a join, by the stand-in,")
    name = source.alias_or_name
    node.set("connect", None)
    node.args["from_"].set("this", _reached(source, connect, name))
    return node


def _reached(source: exp.Table, connect: exp.Expr, name: str) -> exp.Subquery:
    first = exp.select(exp.column(exp.Star(), table=name), "1 as level").from_(source.copy())
    if connect.args.get("start") is not None:
        first = first.where(connect.args["start"].copy())
    step = (
        exp.select(exp.column(exp.Star(), table=name), "reached.level + 1")
        .from_(source.copy())
        .join("reached", on=_condition(connect.args["connect"], name))
    )
    query = exp.select("*").from_("reached")
    query = query.with_("reached", as_=exp.union(first, step, distinct=False), recursive=True)
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(name)))


def _condition(condition: exp.Expr, name: str) -> exp.Expr:
    """Return the condition of a step: what is PRIOR is of the rows reached before."""
    changed = condition.copy()
    for column in list(changed.find_all(exp.Column)):
        is_prior = column.find_ancestor(exp.Prior) is not None
        column.set("table", exp.to_identifier("reached" if is_prior else name))
    for prior in list(changed.find_all(exp.Prior)):
        prior.replace(prior.this)
    return changed
