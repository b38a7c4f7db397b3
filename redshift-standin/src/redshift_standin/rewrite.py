"""What is changed in the tree of a statement, that PostgreSQL may run it as Redshift would."""

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from . import dialect
from .connect_by import rewrite_connect_by
from .dateparts import part_named
from .errors import RedshiftError, syntax_error
from .physical_design import without_physical_design
from .rejected_sql import reject
from .translation import Condition, Translation
from .typed_rewrite import needs_columns, rewrite_typed
from .windows import rewrite_window

_Rewrite = Callable[[exp.Expr], exp.Expr | None]
_DEFAULT_LENGTH = 256
# what the reader has undone already when a tree is looked at
_ONLY_THE_WRITER_CHANGES = {"APPROXIMATE", "CONVERT", "CREATE", "DECODE", "MINUS", "QUALIFY", "TOP"}


def _transformed(tree: exp.Expr, rewrite: _Rewrite) -> exp.Expr:
    changed = tree.transform(rewrite, copy=False)
    assert changed is not None  # no rewrite takes a whole statement away
    return changed


def _from_inside(tree: exp.Expr, rewrite: _Rewrite) -> exp.Expr:
    """Rewrite expressions, those within others first, which `transform` would not look into."""
    for node in reversed(list(tree.walk(bfs=True))):
        changed = rewrite(node)
        if changed is None:
            node.pop()
        elif changed is not node:
            node.replace(changed)
    return tree


def rewritten(
    sql: str, tokens: Sequence[Token], columns: Mapping[str, Mapping[str, str]] | None
) -> Translation:
    """Check a statement and translate it: the same text, if it means the same."""
    plain = without_physical_design(sql, tokens)
    tree = dialect.parse(dialect.readable(plain, tokens))
    if isinstance(tree, exp.Command):
        raise syntax_error(tree.name or sql[:20])
    reject(tree, tokens)
    before = tree.copy()
    relations, needed = _relations(tree), needs_columns(tree)
    if columns is not None and needed:
        tree = rewrite_typed(tree, columns)
    for rewrite in _REWRITES:
        tree = _transformed(tree, rewrite)
    for rewrite in _OF_EXPRESSIONS:
        tree = _from_inside(tree, rewrite)
    words = {token.text.upper() for token in tokens}
    same = tree == before and not words & _ONLY_THE_WRITER_CHANGES
    return Translation(
        plain if same else dialect.write(tree),
        relations=relations,
        needs_columns=needed and columns is None,
        defines=isinstance(tree, exp.Create | exp.Alter | exp.Drop),
        conditions=_tables_of_view_are_readable(before),
    )


def _tables_of_view_are_readable(tree: exp.Expr) -> tuple[Condition, ...]:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html, usage notes
    if (
        not isinstance(tree, exp.Create)
        or tree.kind != "VIEW"
        or tree.args.get("no_schema_binding")
    ):
        return ()
    return tuple(
        Condition(
            f"SELECT FROM pg_class WHERE oid = to_regclass('{name}')"
            " AND NOT has_table_privilege(oid, 'SELECT')",
            RedshiftError(f"permission denied for relation {name}", "42501"),
        )
        for name in sorted(_relations(tree.expression))
    )


def _relations(tree: exp.Expr) -> frozenset[str]:
    """Return what a query or a change of rows names, as PostgreSQL's to_regclass takes it."""
    common = {table.alias.lower() for table in tree.find_all(exp.CTE)}
    return frozenset(
        ".".join(f'"{part.name.lower()}"' for part in table.parts[-2:])
        for table in tree.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier) and (table.db or table.name.lower() not in common)
    )


def _drop_late_binding(node: exp.Expr) -> exp.Expr:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
    if isinstance(node, exp.Create) and node.args.get("no_schema_binding"):
        node.set("no_schema_binding", False)
    return node


def _enforce_no_key(node: exp.Expr) -> exp.Expr | None:
    """Keys are for the planner; only the NOT NULL of a primary key's columns is enforced.

    https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html
    """
    if isinstance(node, exp.Schema):
        _key_columns_not_null(node)
    if isinstance(node, exp.Constraint | exp.PrimaryKey | exp.ForeignKey):
        return None
    if isinstance(node, exp.UniqueColumnConstraint) and isinstance(node.parent, exp.Schema):
        return None
    if isinstance(node, exp.ColumnConstraint):
        if isinstance(node.kind, exp.PrimaryKeyColumnConstraint):
            node.set("kind", exp.NotNullColumnConstraint())
        elif isinstance(node.kind, exp.UniqueColumnConstraint | exp.Reference):
            return None
    if isinstance(node, exp.Reference) and isinstance(node.parent, exp.ColumnDef):
        return None
    return node


def _key_columns_not_null(schema: exp.Schema) -> None:
    columns = {c.name.lower(): c for c in schema.expressions if isinstance(c, exp.ColumnDef)}
    for key in schema.find_all(exp.PrimaryKey):
        for part in key.expressions:
            column = columns.get(part.name.lower())
            if column is not None:
                column.append(
                    "constraints", exp.ColumnConstraint(kind=exp.NotNullColumnConstraint())
                )


def _identity_from_its_seed(node: exp.Expr) -> exp.Expr:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html#identity-clause
    if isinstance(node, exp.GeneratedAsIdentityColumnConstraint):
        if "on_null" not in node.args:  # IDENTITY(0, 1), without GENERATED BY DEFAULT AS
            node.set("this", True)  # ALWAYS
        start = node.args.get("start")
        if start is not None and not node.args.get("minvalue"):
            node.set(
                "minvalue", start.copy()
            )  # IDENTITY(0, 1) is usual, and PostgreSQL's least is 1
    return node


def _types(node: exp.Expr) -> exp.Expr:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
    if not isinstance(node, exp.DataType):
        return node
    kinds = exp.DType
    if node.this == kinds.SUPER:
        return exp.DataType(this=kinds.JSONB)
    if node.this in {kinds.VARBINARY, kinds.BINARY}:
        return exp.DataType(this=kinds.USERDEFINED, kind="bytea")  # varbyte-functions.html
    if node.this == kinds.BPCHAR:
        return _sized(kinds.CHAR, _DEFAULT_LENGTH)
    return _string_type(node)


def _string_type(node: exp.DataType) -> exp.DataType:
    kinds = exp.DType
    if node.this in {kinds.VARCHAR, kinds.TEXT, kinds.NVARCHAR}:
        size = node.expressions[0].name.upper() if node.expressions else ""
        if size == "MAX":
            return _sized(kinds.VARCHAR, 65_535)
        if not size and isinstance(node.parent, exp.ColumnDef):
            return _sized(kinds.VARCHAR, _DEFAULT_LENGTH)
    return node


def _sized(kind: exp.DType, size: int) -> exp.DataType:
    return exp.DataType(this=kind, expressions=[exp.DataTypeParam(this=exp.Literal.number(size))])


def _time(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.CurrentTimestamp) and node.args.get("sysdate"):
        return _call("redshift_sysdate")
    if isinstance(node, exp.Extract):
        return _call("redshift_extract", _part(node.this), node.expression)
    if isinstance(node, exp.Anonymous):
        name, arguments = node.name.lower(), node.expressions
        if name in {"datediff", "date_diff"} and len(arguments) == 3:
            return _call("redshift_datediff", _part(arguments[0]), *arguments[1:])
        if name in {"dateadd", "date_add"} and len(arguments) == 3:
            return _call("redshift_dateadd", _part(arguments[0]), *arguments[1:])
        if name in {"date_part", "date_trunc"} and len(arguments) == 2:
            node.set("expressions", [_part(arguments[0]), arguments[1]])
    return node


def _part(node: exp.Expr) -> exp.Expr:
    return exp.Literal.string(part_named(node.name))


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _aggregates(node: exp.Expr) -> exp.Expr:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_LISTAGG.html and r_MEDIAN.html
    if isinstance(node, exp.WithinGroup) and node.this.name.lower() == "listagg":
        return _string_agg(node.this, node.expression.expressions)
    alone = not isinstance(node.parent, exp.WithinGroup)
    if alone and isinstance(node, exp.Anonymous) and node.name.lower() == "listagg":
        return _string_agg(node, [])
    if isinstance(node, exp.Anonymous) and node.name.lower() == "median":
        order = exp.Order(expressions=[exp.Ordered(this=node.expressions[0])])
        return exp.WithinGroup(
            this=_call("percentile_cont", exp.Literal.number("0.5")), expression=order
        )
    return node


def _string_agg(call: exp.Expr, order: list[exp.Expr]) -> exp.Expr:
    arguments: list[exp.Expr] = list(call.expressions)
    distinct = isinstance(arguments[0], exp.Distinct)
    if distinct:  # sqlglot takes all of LISTAGG(DISTINCT a, ',') for distinct
        arguments[:1] = arguments[0].expressions
    value, separator = [*arguments, exp.Literal.string("")][:2]
    text = exp.cast(value, "text")
    if distinct:  # PostgreSQL orders distinct values by themselves only
        order = [exp.Ordered(this=text.copy(), desc=each.args.get("desc")) for each in order]
    argument = exp.Distinct(expressions=[text]) if distinct else text
    ordered = exp.Order(this=separator, expressions=order) if order else separator
    return exp.Anonymous(this="string_agg", expressions=[argument, ordered])


def _names(node: exp.Expr) -> exp.Expr:
    """Fold names, quoted ones too; `#name` is a temporary table.

    https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
    """
    if isinstance(node, exp.Identifier):
        if node.name.startswith("#"):
            return exp.to_identifier(node.name.lower(), quoted=True)
        if node.args.get("quoted") and node.name != node.name.lower():
            return exp.to_identifier(node.name.lower(), quoted=True)
    if isinstance(node, exp.Create) and node.kind == "TABLE" and _is_temporary_name(node):
        properties = node.args.get("properties") or exp.Properties(expressions=[])
        properties.append("expressions", exp.TemporaryProperty())
        node.set("properties", properties)
    return node


def _is_temporary_name(create: exp.Create) -> bool:
    table = create.find(exp.Table)
    temporary = create.find(exp.TemporaryProperty)
    return table is not None and table.name.startswith("#") and temporary is None


_RENAMED = {"array": "redshift_array", "grouping_id": "grouping", "object": "redshift_object"}


def _calls(node: exp.Expr) -> exp.Expr | None:
    """Call by another name what PostgreSQL has as syntax."""
    if isinstance(node, exp.Anonymous) and node.name.lower() in _RENAMED:
        node.set("this", _RENAMED[node.name.lower()])
    if isinstance(node, exp.Anonymous) and node.name.lower() == "hll":
        # https://docs.aws.amazon.com/redshift/latest/dg/r_HLL_function.html: here, exactly
        distinct = exp.Distinct(expressions=[each.copy() for each in node.expressions])
        return exp.Anonymous(this="count", expressions=[distinct])
    if isinstance(node, exp.Anonymous) and node.name.lower() == "json_extract_path_text":
        return _path_of_json(node)
    if isinstance(node, exp.TryCast):
        # https://docs.aws.amazon.com/redshift/latest/dg/r_TRY_CAST.html
        name = exp.Literal.string(dialect.write(node.to))
        valid = _call("redshift_valid", exp.cast(node.this, "text"), name)
        return exp.Cast(this=valid, to=node.to.copy())
    if isinstance(node, exp.Column) and not node.table and node.name.lower() == "current_user_id":
        return _call("current_user_id")
    if isinstance(node, exp.ColumnConstraint) and isinstance(
        node.kind, exp.CollateColumnConstraint
    ):
        return _collation(node)
    return node


def _path_of_json(node: exp.Anonymous) -> exp.Expr:
    """See https://docs.aws.amazon.com/redshift/latest/dg/JSON_EXTRACT_PATH_TEXT.html."""
    *arguments, last = node.expressions
    if not isinstance(last, exp.Boolean):
        return node
    document: exp.Expr = exp.cast(arguments[0], "text")
    if last.this:  # null_if_invalid
        document = _call("redshift_valid", document, exp.Literal.string("json"))
    text = exp.cast(document, "varchar")
    return exp.Anonymous(this=node.name, expressions=[text, *arguments[1:]])


def _collation(node: exp.ColumnConstraint) -> exp.Expr | None:
    """Check a collation and forget it: PostgreSQL is built without those that fold case.

    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
    """
    name = node.kind.this.name
    if name.lower() not in {"case_sensitive", "cs", "case_insensitive", "ci"}:
        raise syntax_error(name)
    return None


def _group_by_all(node: exp.Expr) -> exp.Expr:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_GROUP_BY_clause.html
    if isinstance(node, exp.Select) and (group := node.args.get("group")) and group.args.get("all"):
        places = [
            place
            for place, chosen in enumerate(node.expressions, 1)
            if not any(_aggregates_rows(call) for call in chosen.find_all(exp.Anonymous))
        ]
        keys = [exp.Literal.number(place) for place in places]
        node.set("group", exp.Group(expressions=keys) if keys else None)
    return node


# https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html
_WORDS_OF_AGGREGATES = """
    any_value avg bit_and bit_or bool_and bool_or count listagg max median min percentile_cont
    percentile_disc stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance
"""
_AGGREGATES = frozenset(_WORDS_OF_AGGREGATES.split())


def _aggregates_rows(call: exp.Expr) -> bool:
    return call.name.lower() in _AGGREGATES and not isinstance(call.parent, exp.Window)


_REWRITES: tuple[_Rewrite, ...] = (
    *(_names, _drop_late_binding, _enforce_no_key, _identity_from_its_seed),
    *(_types, _group_by_all),
)
_OF_EXPRESSIONS: tuple[_Rewrite, ...] = (
    rewrite_connect_by,
    rewrite_window,
    _time,
    _aggregates,
    _calls,
)
