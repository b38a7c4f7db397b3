"""Correlated subqueries that Redshift cannot take apart.

https://docs.aws.amazon.com/redshift/latest/dg/r_correlated_subqueries.html

A reference is known for correlated by its qualifier: of a bare column name nothing here knows whose
it is. Beyond what the page lists, a subquery that stands for a value is rejected where it refers to
the outer query otherwise than by equalities, which AWS promises nowhere.
"""

from collections.abc import Iterator

from sqlglot import exp

from .errors import RedshiftError
from .expression_types import Block, block_of, sources_of

_SYSTEM = ("pg_", "stl_", "stv_", "svl_", "svv_", "sys_")


def reject_correlations(tree: exp.Expr) -> None:
    correlated: set[int] = set()
    for block, column in _references(tree):
        outer = block_of(block)
        if outer is None or not _defined_outside(block, column):
            continue
        if column.table.lower() not in sources_of(outer):
            raise _unsupported("skip-level correlated references")
        _subquery(block, outer, column)
        correlated.add(id(block))
    for select in tree.find_all(exp.Select):
        _grouped(select, correlated)


def _unsupported(what: str) -> RedshiftError:
    return RedshiftError(
        "This type of correlated subquery pattern is not supported due to internal error",
        "0A000",
        f"{what} are not supported",
    )


def _references(tree: exp.Expr) -> Iterator[tuple[Block, exp.Column]]:
    """Yield each qualified column with the query block it stands in."""
    for column in tree.find_all(exp.Column):
        block = block_of(column)
        if column.table and block is not None:
            yield block, column


def _defined_outside(block: Block, column: exp.Column) -> bool:
    """Return whether an outer block names the column's table, and its own does not."""
    name = column.table.lower()
    if name in sources_of(block):
        return False
    outer = block_of(block)
    while outer is not None:
        if name in sources_of(outer):
            return True
        outer = block_of(outer)
    return False


def _subquery(block: Block, outer: Block, column: exp.Column) -> None:
    if _within_on(block, outer):
        raise _unsupported("correlated references in the ON clause of a join")
    if any(block_of(window) is block for window in block.find_all(exp.Window)):
        raise _unsupported("correlated references from a subquery with a window function")
    membership = block.find_ancestor(exp.Exists, exp.In)
    if membership is None or block_of(membership) is not outer:
        _value(block, column)
    elif isinstance(membership, exp.In):
        _membership(block, outer, negated=isinstance(membership.parent, exp.Not))


def _within_on(block: Block, outer: Block) -> bool:
    join = block.find_ancestor(exp.Join)
    if join is None or block_of(join) is not outer:
        return False
    on = join.args.get("on")
    return on is not None and any(node is block for node in on.walk())


def _value(block: Block, column: exp.Column) -> None:
    """Check a subquery that stands for one value."""
    if block.args.get("limit") or block.args.get("offset"):
        raise _unsupported("correlated references from a subquery with LIMIT")
    where = block.args.get("where")
    equal = where is not None and any(
        isinstance(each, exp.EQ) and any(node is column for node in each.walk())
        for each in _conjuncts(where.this)
    )
    if not equal:
        raise _unsupported("correlated references other than equalities")


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.Paren):
        yield from _conjuncts(condition.this)
    elif isinstance(condition, exp.And):
        yield from _conjuncts(condition.this)
        yield from _conjuncts(condition.expression)
    else:
        yield condition


def _membership(block: Block, outer: Block, *, negated: bool) -> None:
    functions = {call.name.lower() for call in block.find_all(exp.Anonymous)}
    if block.args.get("group") and functions & {"avg", "count", "sum"}:
        raise _unsupported("correlated references from a grouped subquery of IN")
    if negated and any(name.startswith(_SYSTEM) for name in _table_names(outer)):
        raise _unsupported("null-sensitive correlated references to system tables")


def _table_names(block: Block) -> set[str]:
    return {table.name.lower() for table in block.find_all(exp.Table)}


def _grouped(select: exp.Select, correlated: set[int]) -> None:
    """Reject a GROUP BY of what a correlated subquery gave."""
    group = select.args.get("group")
    if group is None:
        return
    given = {
        name
        for place, chosen in enumerate(select.expressions, 1)
        if any(id(inner) in correlated for inner in chosen.find_all(exp.Select))
        for name in (chosen.alias_or_name.lower(), str(place))
    }
    for key in group.expressions:
        if key.name.lower() in given or any(id(n) in correlated for n in key.find_all(exp.Select)):
            raise _unsupported("GROUP BY of correlated subqueries")
