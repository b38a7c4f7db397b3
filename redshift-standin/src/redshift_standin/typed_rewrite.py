"""What of a statement can be put in PostgreSQL's words only by the columns of its tables."""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from .errors import RedshiftError, syntax_error
from .expression_types import (
    SUPER,
    Block,
    Columns,
    Typing,
    block_of,
    sources_of,
)


def needs_columns(tree: exp.Expr) -> bool:
    """Return whether a translation needs to know the columns of the statement's tables."""
    return any(_depends(node) for node in tree.walk())


def _depends(node: exp.Expr) -> bool:
    if isinstance(node, exp.Column):
        return bool(node.db)
    if isinstance(node, exp.Star):
        return bool(node.args.get("except_"))
    kinds = (exp.Div, exp.Bracket, exp.Dot, exp.Unnest, exp.AtIndex, exp.Pivot)
    return isinstance(node, kinds)


def rewrite_typed(tree: exp.Expr, columns: Columns) -> exp.Expr:
    """Change a statement whose tables have these columns."""
    _unnested(tree)
    _super_paths(tree, columns)
    _pivots(tree, columns)
    _stars(tree, columns)
    _divisions(tree, columns)
    return tree


def _all(tree: exp.Expr, *kinds: type[exp.Expr]) -> list[exp.Expr]:
    """Return the nodes of these kinds, inner ones first, so that they may be replaced."""
    return list(reversed(list(tree.find_all(*kinds, bfs=True))))


# Division -------------------------------------------------------------------------------------


def _divisions(tree: exp.Expr, columns: Columns) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
    typing = Typing(tree, columns)
    kinds = [(node, typing.of(node)) for node in _all(tree, exp.Div)]
    for division, kind in kinds:
        if kind is not None and kind.name == "numeric":
            scale = exp.Literal.number(kind.scale)
            arguments = [division.this, division.expression, scale]
            quotient = exp.Anonymous(this="redshift_divide", expressions=arguments)
            division.replace(exp.cast(quotient, f"decimal({kind.precision}, {kind.scale})"))


# SUPER ----------------------------------------------------------------------------------------


def _unnested(tree: exp.Expr) -> None:
    """`FROM t, t.items AS item`: https://docs.aws.amazon.com/redshift/latest/dg/query-super.html."""
    for node in _all(tree, exp.Unnest):
        alias = node.args.get("alias")
        if alias is None or not alias.columns:
            raise syntax_error("UNNEST")
        _replace_unnest(node, node.expressions[0], alias.columns[0].name, "")
    for node in _all(tree, exp.AtIndex):
        inner = node.this
        _replace_unnest(node, inner.this, inner.alias_or_name, node.expression.name)


def _replace_unnest(node: exp.Expr, items: exp.Expr, name: str, place: str) -> None:
    chosen = f'value as "{name}"' + (f', ordinality - 1 as "{place}"' if place else "")
    query = sqlglot.parse_one(
        f"select {chosen} from jsonb_array_elements(items_of) with ordinality", read="postgres"
    )
    for column in list(query.find_all(exp.Column)):
        if column.name == "items_of":
            column.replace(items.copy())
    table = exp.TableAlias(this=exp.to_identifier(name))
    node.replace(exp.Lateral(this=exp.Subquery(this=query), alias=table))


def _super_paths(tree: exp.Expr, columns: Columns) -> None:
    """Follow paths into SUPER values: `c.address.city`, `c.phones[0]`."""
    for node in _all(tree, exp.Dot, exp.Bracket, exp.Column):
        if isinstance(node.parent, exp.Dot | exp.Bracket) and node is node.parent.this:
            continue  # the longest path is what counts
        block = block_of(node)
        steps = list(_steps(node))
        if block is None or len(steps) < 2 or None in steps:
            continue
        based = _base(tree, columns, block, [str(step) for step in steps])
        if based is not None:
            _replace_path(node, *based)


def _steps(node: exp.Expr) -> Iterator[str | None]:
    if isinstance(node, exp.Dot):
        yield from _steps(node.this)
        yield node.expression.name
    elif isinstance(node, exp.Bracket):
        yield from _steps(node.this)
        [index] = node.expressions
        yield index.name if isinstance(index, exp.Literal) else None
    elif isinstance(node, exp.Column):
        yield from (part.name for part in node.parts)
    else:
        yield None


def _base(
    tree: exp.Expr, columns: Columns, block: Block, steps: list[str]
) -> tuple[exp.Column, list[str]] | None:
    """Return the column that a path begins with, and the rest; none where it is no path."""
    typing, first = Typing(tree, columns), steps[0].lower()
    for alias, source in sources_of(block).items():
        if isinstance(source, exp.Lateral) and alias == first:
            return exp.column(first), steps[1:]
        known = typing.columns_of(source) or {}
        if alias == first and known.get(steps[1].lower()) == SUPER:
            return exp.column(steps[1].lower(), table=alias), steps[2:]
    for alias, source in sources_of(block).items():
        if (typing.columns_of(source) or {}).get(first) == SUPER:
            return exp.column(first, table=alias), steps[1:]
    return None


def _replace_path(node: exp.Expr, column: exp.Column, path: list[str]) -> None:
    if not path:
        return
    parent = node.parent
    as_text = isinstance(parent, exp.Cast) and not parent.to.is_type(exp.DType.SUPER)
    function = "jsonb_extract_path_text" if as_text else "jsonb_extract_path"
    steps = [exp.Literal.string(step) for step in path]
    node.replace(exp.Anonymous(this=function, expressions=[column, *steps]))


# Lists of columns -----------------------------------------------------------------------------


def _known(tree: exp.Expr, columns: Columns, source: exp.Expr) -> list[str]:
    known = Typing(tree, columns).columns_of(source)
    if known is None:
        raise RedshiftError("the stand-in does not know the columns of this source", "0A000")
    return list(known)


def _stars(tree: exp.Expr, columns: Columns) -> None:
    """`* EXCLUDE a`: https://docs.aws.amazon.com/redshift/latest/dg/r_EXCLUDE_list.html."""
    for star in _all(tree, exp.Star):
        excluded = {each.name.lower() for each in star.args.get("except_") or []}
        block = block_of(star)
        if not excluded or not isinstance(block, exp.Select):
            continue
        qualified = isinstance(star.parent, exp.Column)
        chosen = star.parent if qualified and star.parent is not None else star
        wanted = chosen.table.lower() if isinstance(chosen, exp.Column) else ""
        kept = [
            exp.column(name, table=alias)
            for alias, source in sources_of(block).items()
            if wanted in {"", alias}
            for name in _known(tree, columns, source)
            if name not in excluded
        ]
        if not kept:
            raise RedshiftError("EXCLUDE leaves no column", "42601")
        place = [each is chosen for each in block.expressions].index(True)
        block.set(
            "expressions", [*block.expressions[:place], *kept, *block.expressions[place + 1 :]]
        )


def _pivots(tree: exp.Expr, columns: Columns) -> None:
    """See https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause-pivot-unpivot-examples.html."""
    for pivot in _all(tree, exp.Pivot):
        source = pivot.parent
        assert isinstance(pivot, exp.Pivot)
        assert isinstance(source, exp.Table | exp.Subquery)
        alias = pivot.args.get("alias") or exp.TableAlias(this=exp.to_identifier("pivoted"))
        inner = source.copy()
        inner.set("pivots", None)
        if not inner.alias_or_name:
            inner.set("alias", exp.TableAlias(this=exp.to_identifier("unpivoted")))
        names = _known(tree, columns, inner)
        make = _unpivoted if pivot.args.get("unpivot") else _pivoted
        source.replace(exp.Subquery(this=make(pivot, inner, names), alias=alias.copy()))


def _choice(value: exp.Expr) -> tuple[exp.Expr, str]:
    """Return a value of a list, and the name it goes by."""
    if isinstance(value, exp.Alias | exp.PivotAlias):
        return value.this, value.args["alias"].name
    return value, value.name


def _pivoted(pivot: exp.Pivot, source: exp.Expr, names: list[str]) -> exp.Select:
    [of] = pivot.args["fields"]
    used = {
        column.name.lower() for call in pivot.expressions for column in call.find_all(exp.Column)
    }
    grouped = [name for name in names if name not in used | {of.this.name.lower()}]
    chosen: list[exp.Expr] = [exp.column(name) for name in grouped]
    for value, label in map(_choice, of.expressions):
        for call in pivot.expressions:
            name = f"{label}_{call.alias}" if call.alias else label
            chosen.append(
                exp.alias_(_only_where(call.unalias(), of.this, value), name.lower(), quoted=True)
            )
    query = exp.select(*chosen).from_(source)
    return query.group_by(*[exp.column(name) for name in grouped]) if grouped else query


def _only_where(call: exp.Expr, column: exp.Expr, value: exp.Expr) -> exp.Expr:
    """Return an aggregate over the rows of one value."""
    changed = call.copy()
    argument = changed.expressions[0]
    counted = exp.Literal.number(1) if isinstance(argument, exp.Star) else argument.copy()
    condition = exp.EQ(this=column.copy(), expression=value.copy())
    changed.set("expressions", [exp.Case().when(condition, counted), *changed.expressions[1:]])
    return changed


def _unpivoted(pivot: exp.Pivot, source: exp.Expr, names: list[str]) -> exp.Query:
    [of], [value] = pivot.args["fields"], pivot.expressions
    choices = [_choice(each) for each in of.expressions]
    folded = {column.name.lower() for column, _ in choices}
    kept = [exp.column(name) for name in names if name not in folded]
    parts = []
    for column, label in choices:
        query = exp.select(
            *[each.copy() for each in kept],
            exp.alias_(exp.cast(exp.Literal.string(label.lower()), "varchar"), of.this.name),
            exp.alias_(column.copy(), value.name),
        ).from_(source.copy())
        kept_nulls = pivot.args.get("include_nulls")
        parts.append(query if kept_nulls else query.where(column.copy().is_(exp.null()).not_()))
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)
