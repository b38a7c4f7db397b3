"""The types of expressions, as far as a statement and the columns of its tables tell them.

The precision and scale of what is computed with decimals is Redshift's:
https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from sqlglot import exp

# by table, quoted, each column's type as PostgreSQL's format_type writes it
Columns = Mapping[str, Mapping[str, str]]

_MOST_DIGITS = 38
_LEAST_SCALE = 4  # of a division
_WHOLE_NUMBERS = {"smallint": 5, "integer": 10, "bigint": 19}  # digits as decimals
_INTEGERS = {
    exp.DType.SMALLINT: "smallint",
    exp.DType.INT: "integer",
    exp.DType.BIGINT: "bigint",
}
_FLOATS = {exp.DType.FLOAT, exp.DType.DOUBLE}


class Kind(NamedTuple):
    """A type: its name, and the digits of a number."""

    name: str
    precision: int = 0
    scale: int = 0

    @property
    def is_exact(self) -> bool:
        return self.name == "numeric" or self.name in _WHOLE_NUMBERS


FLOAT, SUPER = Kind("double precision"), Kind("jsonb")
Block = exp.Select | exp.Update | exp.Delete | exp.Merge


def named(type_name: str) -> Kind:
    """Read a type as PostgreSQL's format_type writes it."""
    if (sized := re.fullmatch(r"numeric\((\d+),(\d+)\)", type_name)) is not None:
        return Kind("numeric", int(sized[1]), int(sized[2]))
    if type_name in _WHOLE_NUMBERS:
        return Kind(type_name, _WHOLE_NUMBERS[type_name])
    return FLOAT if type_name in {"real", "double precision"} else Kind(type_name)


def computed(operator: exp.Expr, left: Kind, right: Kind) -> Kind | None:
    """Return the type of a sum, difference, product or quotient."""
    if FLOAT in (left, right):
        return FLOAT
    if not left.is_exact or not right.is_exact:
        return None
    if "numeric" not in {left.name, right.name}:
        return max(left, right, key=lambda kind: kind.precision)
    if isinstance(operator, exp.Div):
        return _quotient(left, right)
    if isinstance(operator, exp.Mul):
        scale, precision = left.scale + right.scale, left.precision + right.precision + 1
        return _limited(precision, scale, 0)
    scale = max(left.scale, right.scale)
    whole = max(left.precision - left.scale, right.precision - right.scale)
    return _limited(whole + 1 + scale, scale, 0)


def _quotient(left: Kind, right: Kind) -> Kind:
    scale = max(_LEAST_SCALE, left.scale + right.precision - right.scale + 1)
    return _limited(left.precision - left.scale + right.scale + scale, scale, _LEAST_SCALE)


def _limited(precision: int, scale: int, least: int) -> Kind:
    """Take digits off behind the point where there are more than fit."""
    excess = max(0, precision - _MOST_DIGITS)
    return Kind("numeric", precision - excess, max(min(scale, least), scale - excess))


def wider(kinds: Iterable[Kind | None]) -> Kind | None:
    """Return the type that holds them all; none if one is not known."""
    chosen: Kind | None = None
    for kind in kinds:
        if kind is None or chosen is None:
            chosen = kind if chosen is None and kind is not None else None
        elif FLOAT in (kind, chosen):
            chosen = FLOAT
        elif kind.is_exact and chosen.is_exact:
            scale = max(kind.scale, chosen.scale)
            whole = max(kind.precision - kind.scale, chosen.precision - chosen.scale)
            name = "numeric" if "numeric" in {kind.name, chosen.name} else _widest(kind, chosen)
            chosen = Kind(name, min(_MOST_DIGITS, whole + scale), scale)
        elif kind.name != chosen.name:
            return None
        if chosen is None:
            return None
    return chosen


def _widest(first: Kind, second: Kind) -> str:
    return max(first, second, key=lambda kind: kind.precision).name


class Typing:
    """Types of a statement's expressions, given the columns of its tables."""

    def __init__(self, tree: exp.Expr, columns: Columns) -> None:
        self._columns = columns
        self._common = {table.alias.lower(): table.this for table in tree.find_all(exp.CTE)}
        self._open: set[str] = set()  # CTEs being looked into, which may refer to themselves

    def of(self, node: exp.Expr) -> Kind | None:
        """Return the type of an expression; none if it is not known."""
        for classes, told in _KINDS:
            if isinstance(node, classes):
                return told(self, node)
        return None

    def of_column(self, column: exp.Column) -> Kind | None:
        block = block_of(column)
        if block is None:
            return None
        for alias, source in sources_of(block).items():
            if column.table and column.table.lower() != alias:
                continue
            kinds = self.columns_of(source) or {}
            if column.name.lower() in kinds:
                return kinds[column.name.lower()]
        return None

    def columns_of(self, source: exp.Expr) -> dict[str, Kind | None] | None:
        """Return what a table or subquery has, in order; none if that is not known."""
        if isinstance(source, exp.Subquery):
            return self._columns_of_query(source.this)
        if not isinstance(source, exp.Table):
            return None
        name = source.name.lower()
        if not source.db and name in self._common:
            return self._columns_of_common(name)
        known = self._columns.get(".".join(f'"{part.name.lower()}"' for part in source.parts[-2:]))
        return None if known is None else {each: named(kind) for each, kind in known.items()}

    def _columns_of_common(self, name: str) -> dict[str, Kind | None] | None:
        if name in self._open:
            return None
        self._open.add(name)
        try:
            return self._columns_of_query(self._common[name])
        finally:
            self._open.discard(name)

    def _columns_of_query(self, query: exp.Expr) -> dict[str, Kind | None] | None:
        while isinstance(query, exp.Subquery | exp.SetOperation):
            query = query.this
        if not isinstance(query, exp.Select):
            return None
        found: dict[str, Kind | None] = {}
        for chosen in query.expressions:
            if chosen.find(exp.Star) and not isinstance(chosen, exp.Alias | exp.Anonymous):
                every = self._columns_of_star(query, chosen)
                if every is None:
                    return None
                found.update(every)
            else:
                found[chosen.alias_or_name.lower()] = self.of(chosen)
        return found

    def _columns_of_star(self, query: exp.Select, star: exp.Expr) -> dict[str, Kind | None] | None:
        table = star.table.lower() if isinstance(star, exp.Column) else ""
        found: dict[str, Kind | None] = {}
        for alias, source in sources_of(query).items():
            if table not in {"", alias}:
                continue
            columns = self.columns_of(source)
            if columns is None:
                return None
            found.update(columns)
        return found

    def of_literal(self, literal: exp.Literal) -> Kind | None:
        if literal.is_string:
            return Kind("unknown")
        digits = literal.name
        if "e" in digits.lower():
            return FLOAT
        whole, _, fraction = digits.partition(".")
        if "." in digits:
            return Kind("numeric", max(1, len(whole.lstrip("0")) + len(fraction)), len(fraction))
        return named("integer" if int(digits) < 2**31 else "bigint")

    def of_cast(self, cast: exp.Cast) -> Kind | None:
        kind = cast.to.this
        if kind in _INTEGERS:
            return named(_INTEGERS[kind])
        if kind in _FLOATS:
            return FLOAT
        if kind == exp.DType.DECIMAL:
            sizes = [int(size.name) for size in cast.to.expressions]
            return Kind("numeric", *(sizes or [18, 0]))
        return SUPER if kind == exp.DType.SUPER else Kind(str(kind.value).lower())

    def of_operation(self, node: exp.Binary) -> Kind | None:
        left, right = self.of(node.this), self.of(node.expression)
        return None if left is None or right is None else computed(node, left, right)

    def of_case(self, node: exp.Case) -> Kind | None:
        values = [branch.args["true"] for branch in node.args["ifs"]]
        default = node.args.get("default")
        values += [] if default is None else [default]
        return wider(self.of(value) for value in values if not isinstance(value, exp.Null))

    def of_call(self, call: exp.Anonymous) -> Kind | None:
        name, arguments = call.name.lower(), call.expressions
        if name == "count" or not arguments:
            return named("bigint") if name == "count" else None
        if name in {"coalesce", "nvl", "greatest", "least"}:
            return wider(self.of(each) for each in arguments if not isinstance(each, exp.Null))
        of_first = self.of(arguments[0])
        known = of_first is not None and name in _LIKE_THEIR_ARGUMENT | {"sum", "avg"}
        return _of_aggregate(name, of_first) if known and of_first is not None else None

    def of_query(self, node: exp.Subquery) -> Kind | None:
        kinds = self._columns_of_query(node) or {}
        return next(iter(kinds.values()), None)


def _of_aggregate(name: str, argument: Kind) -> Kind:
    if name == "sum" and argument.is_exact:
        # https://docs.aws.amazon.com/redshift/latest/dg/r_SUM.html
        small = argument.name in {"smallint", "integer"}
        return named("bigint") if small else Kind("numeric", _MOST_DIGITS, argument.scale)
    if name == "avg" and argument.name in _WHOLE_NUMBERS:
        return named("bigint")  # https://docs.aws.amazon.com/redshift/latest/dg/r_AVG.html
    return argument


_LIKE_THEIR_ARGUMENT = {
    *("abs", "max", "min", "nullif", "round", "trunc", "first_value", "last_value", "nth_value"),
    *("lag", "lead", "any_value", "redshift_divide"),
}
_Told = Callable[[Typing, exp.Expr], Kind | None]
_KINDS: tuple[tuple[type | tuple[type, ...], _Told], ...] = (
    (exp.Literal, lambda typing, node: typing.of_literal(node)),  # type: ignore[arg-type]
    (exp.Cast, lambda typing, node: typing.of_cast(node)),  # type: ignore[arg-type]
    (exp.Column, lambda typing, node: typing.of_column(node)),  # type: ignore[arg-type]
    (exp.Add | exp.Sub | exp.Mul | exp.Div, lambda t, n: t.of_operation(n)),  # type: ignore
    (exp.Case, lambda typing, node: typing.of_case(node)),  # type: ignore[arg-type]
    (exp.Anonymous, lambda typing, node: typing.of_call(node)),  # type: ignore[arg-type]
    (exp.Subquery, lambda typing, node: typing.of_query(node)),  # type: ignore[arg-type]
    ((exp.Paren, exp.Neg, exp.Window, exp.Alias, exp.Distinct), lambda t, n: t.of(n.this)),
)


def block_of(node: exp.Expr) -> Block | None:
    """Return the query block that a node stands in; of a block, the next outer one."""
    block = node.find_ancestor(exp.Select, exp.Update, exp.Delete, exp.Merge)
    if block is not None and isinstance(block.parent, exp.When):  # a MERGE's UPDATE
        block = block.find_ancestor(exp.Merge)
    assert block is None or isinstance(block, Block)
    return block


def sources_of(block: Block) -> dict[str, exp.Expr]:
    """Return a block's tables and subqueries by the names they have in it."""
    sources = [block.this] if isinstance(block.this, exp.Expr) else []
    from_ = block.args.get("from_")
    sources += [from_.this] if from_ is not None else []
    using = block.args.get("using")
    sources += using if isinstance(using, list) else [using] if using else []
    joined = [join for source in sources for join in source.args.get("joins") or []]
    sources += [join.this for join in [*(block.args.get("joins") or []), *joined]]
    return {_name_of(source): source for source in sources}


def _name_of(source: exp.Expr) -> str:
    if isinstance(source, exp.AtIndex):  # FROM t, t.items AS item AT place
        source = source.this
    if isinstance(source, exp.Unnest):
        return source.args["alias"].columns[0].name.lower() if source.args.get("alias") else ""
    return source.alias_or_name.lower()
