"""Window functions that PostgreSQL has not, in those it has."""

from sqlglot import exp

_WHOLE = {
    "kind": "ROWS",
    "start": "UNBOUNDED",
    "start_side": "PRECEDING",
    "end": "UNBOUNDED",
    "end_side": "FOLLOWING",
}


def rewrite_window(node: exp.Expr) -> exp.Expr:
    """Change a window function; each has its page, such as r_WF_RATIO_TO_REPORT.html."""
    if not isinstance(node, exp.Window):
        return node
    called, keeps_nulls = _called(node)
    name = called.name.lower()
    if name == "ratio_to_report":
        return _ratio(node, called)
    if name == "listagg":
        return _list(node, called)
    if name in {"median", "percentile_cont", "percentile_disc"}:
        return _percentile(node, called, name)
    if not keeps_nulls and name in _OF_KEPT:
        return _OF_KEPT[name](node, called)
    return node


def _called(window: exp.Window) -> tuple[exp.Expr, bool]:
    """Return the function, without its IGNORE NULLS, and whether it keeps nulls."""
    called, keeps = window.this, True
    if isinstance(called, exp.IgnoreNulls | exp.RespectNulls):
        keeps = isinstance(called, exp.RespectNulls)
        called = called.this
    if isinstance(called, exp.WithinGroup):
        return called.this, keeps
    first = called.expressions[0] if called.expressions else None
    if isinstance(first, exp.IgnoreNulls | exp.RespectNulls):
        called = called.copy()
        called.set("expressions", [first.this, *called.expressions[1:]])
        keeps = isinstance(first, exp.RespectNulls)
    return called, keeps


def _over(window: exp.Window, call: exp.Expr, **changed: object) -> exp.Window:
    moved = window.copy()
    moved.set("this", call)
    for name, value in changed.items():
        moved.set(name, value)
    return moved


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _ratio(window: exp.Window, called: exp.Expr) -> exp.Expr:
    [part] = called.expressions
    return _call("redshift_ratio", exp.cast(part, "double"), _over(window, _call("sum", part)))


def _order_within(window: exp.Window) -> exp.Order | None:
    within = window.this
    order = within.expression if isinstance(within, exp.WithinGroup) else None
    return order.copy() if isinstance(order, exp.Order) else None


def _list(window: exp.Window, called: exp.Expr) -> exp.Expr:
    value, delimiter = [*called.expressions, exp.Literal.string("")][:2]
    values = _call("array_agg", exp.cast(value, "text"))
    listed = _over(window, values, order=_order_within(window), spec=exp.WindowSpec(**_WHOLE))
    return _call("array_to_string", listed, delimiter)


def _percentile(window: exp.Window, called: exp.Expr, name: str) -> exp.Expr:
    order = _order_within(window)
    if order is None:
        value, place = called.expressions[0], exp.Literal.number("0.5")
        descending = exp.false()
    else:
        [ordered], [place] = order.expressions, called.expressions
        value, descending = ordered.this, exp.true() if ordered.args.get("desc") else exp.false()
    values = _over(window, _call("array_agg", value))
    function = "redshift_disc" if name == "percentile_disc" else "redshift_cont"
    return _call(function, values, place, descending)


def _kept(window: exp.Window, value: exp.Expr, spec: exp.Expr | None = None) -> exp.Window:
    call = _call("redshift_not_null", value)
    return _over(window, call) if spec is None else _over(window, call, spec=spec)


def _first(window: exp.Window, called: exp.Expr) -> exp.Expr:
    return _call("redshift_item", _kept(window, called.expressions[0]), exp.Literal.number(1))


def _last(window: exp.Window, called: exp.Expr) -> exp.Expr:
    return _call("redshift_item", _kept(window, called.expressions[0]), exp.Literal.number(-1))


def _nth(window: exp.Window, called: exp.Expr) -> exp.Expr:
    return _call("redshift_item", _kept(window, called.expressions[0]), called.expressions[1])


def _lag(window: exp.Window, called: exp.Expr) -> exp.Expr:
    offset = [*called.expressions, exp.Literal.number(1)][1]
    before = exp.WindowSpec(**{**_WHOLE, "end": exp.Literal.number(1), "end_side": "PRECEDING"})
    kept = _kept(window, called.expressions[0], before)
    return _call("redshift_item", kept, exp.Neg(this=offset.copy()))


def _lead(window: exp.Window, called: exp.Expr) -> exp.Expr:
    offset = [*called.expressions, exp.Literal.number(1)][1]
    after = exp.WindowSpec(**{**_WHOLE, "start": exp.Literal.number(1), "start_side": "FOLLOWING"})
    return _call("redshift_item", _kept(window, called.expressions[0], after), offset)


_OF_KEPT = {
    "first_value": _first,
    "lag": _lag,
    "last_value": _last,
    "lead": _lead,
    "nth_value": _nth,
}
