"""Tables, views and types that PostgreSQL makes and Redshift rejects."""

from collections.abc import Callable

from sqlglot import exp

from .errors import RedshiftError, not_supported, syntax_error

_LONGEST_VARCHAR, _LONGEST_CHAR, _LONGEST_NAME = 65_535, 4_096, 127
_MOST_DIGITS = 38
_MOST_COLUMNS = 1_600


def _created_things(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
    if not isinstance(tree, exp.Create):
        return
    if tree.kind in {"INDEX", "SEQUENCE", "TRIGGER", "DOMAIN", "TYPE", "RULE", "EXTENSION"}:
        raise not_supported(f'SQL command "CREATE {tree.kind}"')
    if tree.kind == "TABLE" and tree.args.get("replace"):
        raise syntax_error("TABLE")
    if tree.kind == "VIEW" and tree.find(exp.TemporaryProperty):
        raise syntax_error("VIEW")  # r_CREATE_VIEW.html
    if tree.find(exp.PartitionedByProperty, exp.PartitionedOfProperty, exp.InheritsProperty):
        raise syntax_error("PARTITION")
    if tree.find(exp.UnloggedProperty):
        raise syntax_error("UNLOGGED")
    if tree.find(exp.OnCommitProperty):
        raise syntax_error("ON")
    if tree.kind == "TABLE" and tree.expression and isinstance(tree.this, exp.Schema):
        _names_only(tree.this)


def _names_only(schema: exp.Schema) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_AS.html: no types, no keys
    for column in schema.expressions:
        if not isinstance(column, exp.Identifier | exp.Column):
            raise syntax_error(column.name or column.key.upper())


def _columns(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_usage.html
    if isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema):
        columns = [each for each in tree.this.expressions if isinstance(each, exp.ColumnDef)]
        if len(columns) > _MOST_COLUMNS:
            raise RedshiftError(f"tables can have at most {_MOST_COLUMNS} columns", "54011")
        for column in columns:
            _column_name(column)


# https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
_WORDS_OF_SYSTEM_COLUMNS = """
    oid tableoid xmin cmin xmax cmax ctid
"""
_SYSTEM_COLUMNS = frozenset(_WORDS_OF_SYSTEM_COLUMNS.split())


def _column_name(column: exp.ColumnDef) -> None:
    if column.name.lower() in _SYSTEM_COLUMNS:
        raise RedshiftError(
            f'column name "{column.name}" conflicts with a system column name', "42701"
        )


def _constraints(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
    if tree.find(exp.CheckColumnConstraint, exp.ExcludeColumnConstraint):
        raise syntax_error("CHECK")
    if tree.find(exp.ComputedColumnConstraint):
        raise syntax_error("GENERATED")


# https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-datatypes.html
_NO_SUCH_TYPES = {
    *(exp.DType.ARRAY, exp.DType.BIT, exp.DType.ENUM, exp.DType.INET, exp.DType.JSON),
    *(exp.DType.JSONB, exp.DType.HSTORE, exp.DType.MAP, exp.DType.STRUCT, exp.DType.OBJECT),
    *(exp.DType.BIGSERIAL, exp.DType.SERIAL, exp.DType.SMALLSERIAL),
    *(exp.DType.MONEY, exp.DType.UUID, exp.DType.XML, exp.DType.TINYINT, exp.DType.LONGBLOB),
    *(exp.DType.INT4RANGE, exp.DType.INT8RANGE, exp.DType.NUMRANGE, exp.DType.TSRANGE),
    *(exp.DType.TSTZRANGE, exp.DType.DATERANGE, exp.DType.UINT, exp.DType.UBIGINT),
}


# those of the catalog, and what the stand-in's PostgreSQL says itself that it has not
_WORDS_OF_OTHER_TYPES = """
    char cstring geography geometry hllsketch name oid regclass regproc
"""
_OTHER_TYPES = frozenset(_WORDS_OF_OTHER_TYPES.split())


def _own_name(column_type: exp.DataType) -> str:
    name = column_type.args.get("kind")
    return str(name.name if isinstance(name, exp.Expr) else name or "").lower()


def _types(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
    for column_type in tree.find_all(exp.DataType):
        if column_type.this in _NO_SUCH_TYPES:
            raise not_supported(f'type "{column_type.this.value.lower()}"')
        if column_type.this == exp.DType.USERDEFINED and _own_name(column_type) not in _OTHER_TYPES:
            raise RedshiftError(f'type "{_own_name(column_type)}" does not exist', "42704")
        if column_type.this == exp.DType.VARCHAR:
            _length(column_type, _LONGEST_VARCHAR, "varchar")
        elif column_type.this == exp.DType.CHAR:
            _length(column_type, _LONGEST_CHAR, "char")
        elif column_type.this == exp.DType.DECIMAL:
            _digits(column_type)


def _length(column_type: exp.DataType, longest: int, name: str) -> None:
    size = column_type.expressions[0].name if column_type.expressions else ""
    if size.isdigit() and int(size) > longest:
        raise RedshiftError(f"length for type {name} cannot exceed {longest}", "22023")


def _digits(column_type: exp.DataType) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html
    sizes = [int(size.name) for size in column_type.expressions if size.name.isdigit()]
    if any(size > _MOST_DIGITS for size in sizes):
        raise RedshiftError(
            f"NUMERIC precision {sizes[0]} must be between 1 and {_MOST_DIGITS}", "22023"
        )


def _names(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
    for identifier in tree.find_all(exp.Identifier):
        if len(identifier.name.encode()) > _LONGEST_NAME:
            raise RedshiftError(
                f'identifier "{identifier.name}" is longer than {_LONGEST_NAME} bytes', "42622"
            )


_CHANGES = (
    *(exp.AlterColumn, exp.AlterRename, exp.AlterDistStyle, exp.AlterSortKey, exp.RenameColumn),
    *(exp.AddConstraint, exp.ColumnDef, exp.Drop),
)


def _alter_table(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
    if not isinstance(tree, exp.Alter) or tree.kind != "TABLE":
        return
    actions = tree.args.get("actions") or []
    if len(actions) > 1:
        raise syntax_error(",")  # one change an ALTER TABLE
    for action in actions:
        if not isinstance(action, _CHANGES):
            raise syntax_error(action.key.upper())
        if action.args.get("exists"):
            raise syntax_error("IF")
        if isinstance(action, exp.ColumnDef):
            _added_column(action)
        elif isinstance(action, exp.AlterColumn):
            _altered_column(action)


def _added_column(column: exp.ColumnDef) -> None:
    _column_name(column)
    kinds = {type(each.kind) for each in column.find_all(exp.ColumnConstraint)}
    kept_out = {exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint, exp.Reference}
    if kinds & {*kept_out, exp.GeneratedAsIdentityColumnConstraint} or column.find(exp.Reference):
        raise not_supported("ADD COLUMN with UNIQUE, PRIMARY KEY, REFERENCES or IDENTITY")
    required = exp.NotNullColumnConstraint in kinds and not _may_be_null(column)
    if required and exp.DefaultColumnConstraint not in kinds:
        raise RedshiftError(
            "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression",
            "0A000",
        )


def _may_be_null(column: exp.ColumnDef) -> bool:
    return any(each.args.get("allow_null") for each in column.find_all(exp.NotNullColumnConstraint))


def _altered_column(action: exp.AlterColumn) -> None:
    """Only the length of a VARCHAR changes; that its column is one is seen when it is run."""
    new = action.args.get("dtype")
    if new is None:
        raise syntax_error("SET" if not action.args.get("drop") else "DROP")
    if action.args.get("using"):
        raise syntax_error("USING")
    if new.this not in {exp.DType.VARCHAR, exp.DType.NVARCHAR}:
        raise not_varchar(action.name)


def not_varchar(column: str) -> RedshiftError:
    return RedshiftError(
        f'column "{column}" cannot be altered to another type: only the size of a VARCHAR may be',
        "0A000",
    )


TABLE_RULES: tuple[Callable[[exp.Expr], None], ...] = (
    *(_created_things, _columns, _constraints, _types, _names, _alter_table),
)
