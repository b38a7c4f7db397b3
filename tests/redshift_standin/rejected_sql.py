"""SQL that PostgreSQL runs and Redshift rejects.

A rule looks at a statement's tree, or its tokens, and raises what Redshift would say. sqlglot reads
all of this without a word, and so does sqlfluff's grammar for much of it.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from .errors import RedshiftError, not_supported, syntax_error

Rule = Callable[[exp.Expr], None]

_LONGEST_VARCHAR, _LONGEST_CHAR = 65_535, 4_096


def reject(tree: exp.Expr, tokens: Sequence[Token]) -> None:
    """Raise if Redshift would not run the statement."""
    for rule in RULES:
        rule(tree)
    _nulls_in_windows(tokens)


def _merge(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
    for merge in tree.find_all(exp.Merge):
        target = merge.this
        if target.args.get("alias"):
            raise syntax_error(target.alias)
        if merge.args.get("with_") or merge.args.get("with"):
            raise syntax_error("MERGE")
        _merge_source(merge, target)
        _merge_branches(merge.args["whens"].expressions)


def _merge_source(merge: exp.Merge, target: exp.Expr) -> None:
    source = merge.args["using"]
    if source.find(exp.Values):
        raise syntax_error("VALUES")
    if any(table.name.lower() == target.name.lower() for table in source.find_all(exp.Table)):
        raise RedshiftError(
            "Source view/subquery in Merge statement cannot reference target table", "0A000"
        )


def _merge_branches(whens: list[exp.When]) -> None:
    for when in whens:
        if when.args.get("condition"):
            raise syntax_error("AND")
        if when.args.get("source"):
            raise syntax_error("BY")
    matched = sorted(bool(when.args.get("matched")) for when in whens)
    if len(whens) == 1:
        raise RedshiftError("MERGE statement with a single WHEN clause is not enabled", "0A000")
    if matched != [False, True]:
        raise syntax_error("WHEN")


def _insert(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_INSERT_30.html
    for insert in tree.find_all(exp.Insert):
        if insert.args.get("conflict"):
            raise syntax_error("ON")
        if insert.args.get("with_") or insert.args.get("with"):
            raise syntax_error("INSERT")  # the WITH stands after the column list


def _returning(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
    if tree.find(exp.Returning):
        raise syntax_error("RETURNING")


def _queries(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
    for distinct in tree.find_all(exp.Distinct):
        if distinct.args.get("on"):
            raise not_supported("SELECT DISTINCT ON")
    if tree.find(exp.Filter):
        raise syntax_error("(")
    if tree.find(exp.Lateral):
        raise syntax_error("LATERAL")
    for values in tree.find_all(exp.Values):
        if isinstance(values.parent, exp.From | exp.Join | exp.Subquery):
            raise syntax_error("VALUES")
    if tree.find(exp.NullSafeEQ, exp.NullSafeNEQ):
        raise not_supported("IS DISTINCT FROM")


def _common_tables(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html
    for table in tree.find_all(exp.CTE):
        if not isinstance(table.this, exp.Query):
            raise syntax_error(table.this.key.upper())  # a CTE which changes data


def _qualify(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_QUALIFY_clause.html
    for select in tree.find_all(exp.Select):
        follows_from = not any(select.args.get(name) for name in ("where", "group", "having"))
        if select.args.get("qualify") and follows_from:
            source = (select.args.get("joins") or [select.args["from_"].this])[-1]
            table = source.this if isinstance(source, exp.Join) else source
            if not table.args.get("alias"):
                raise syntax_error("QUALIFY")


# https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-functions.html, and some
# that came to PostgreSQL after Redshift had left it
_NO_SUCH_FUNCTIONS = """
    array_agg bit_length clock_timestamp convert_from convert_to corr covar_pop covar_samp currval
    div encode every format generate_series generate_subscripts justify_days justify_hours
    justify_interval lastval nextval overlay pg_sleep quote_nullable regexp_matches
    regexp_split_to_array regexp_split_to_table setseed setval string_agg transaction_timestamp
    width_bucket xml_agg
    concat_ws date_bin gen_random_uuid json_agg json_array_elements json_build_object jsonb_agg
    jsonb_array_elements jsonb_build_object jsonb_each make_date make_interval make_timestamp mode
    num_nonnulls num_nulls row_to_json statement_timestamp to_json to_jsonb
"""
_NO_SUCH_FUNCTION_NAMES = frozenset(_NO_SUCH_FUNCTIONS.split())


def _functions(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-functions.html
    for function in tree.find_all(exp.Anonymous):
        name = function.name.lower()
        if name in _NO_SUCH_FUNCTION_NAMES:
            raise RedshiftError(f"function {name}() does not exist", "42883")
        # https://docs.aws.amazon.com/redshift/latest/dg/r_CONCAT.html: two arguments, no more
        if name == "concat" and len(function.expressions) != 2:
            raise RedshiftError("function concat() takes two arguments", "42883")


def _created_things(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
    if not isinstance(tree, exp.Create):
        return
    if tree.kind in {"INDEX", "SEQUENCE", "TRIGGER", "DOMAIN", "TYPE", "RULE", "EXTENSION"}:
        raise not_supported(f'SQL command "CREATE {tree.kind}"')
    if tree.kind == "TABLE" and tree.args.get("replace"):
        raise syntax_error("TABLE")
    if tree.find(exp.PartitionedByProperty, exp.PartitionedOfProperty, exp.InheritsProperty):
        raise syntax_error("PARTITION")


def _constraints(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
    if tree.find(exp.CheckColumnConstraint, exp.ExcludeColumnConstraint):
        raise syntax_error("CHECK")
    if tree.find(exp.ComputedColumnConstraint):
        raise syntax_error("GENERATED")


# https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-datatypes.html
_NO_SUCH_TYPES = {
    *(
        exp.DType.ARRAY,
        exp.DType.BIT,
        exp.DType.ENUM,
        exp.DType.INET,
        exp.DType.JSON,
        exp.DType.JSONB,
    ),
    *(exp.DType.BIGSERIAL, exp.DType.SERIAL, exp.DType.SMALLSERIAL),
    *(exp.DType.MONEY, exp.DType.UUID, exp.DType.XML),
}


def _types(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
    for column_type in tree.find_all(exp.DataType):
        if column_type.this in _NO_SUCH_TYPES:
            raise not_supported(f'type "{column_type.this.value.lower()}"')
        if column_type.this == exp.DType.VARCHAR:
            _length(column_type, _LONGEST_VARCHAR, "varchar")
        elif column_type.this == exp.DType.CHAR:
            _length(column_type, _LONGEST_CHAR, "char")


def _length(column_type: exp.DataType, longest: int, name: str) -> None:
    size = column_type.expressions[0].name if column_type.expressions else ""
    if size.isdigit() and int(size) > longest:
        raise RedshiftError(f"length for type {name} cannot exceed {longest}", "22023")


def _alter_table(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
    if not isinstance(tree, exp.Alter):
        return
    actions = tree.args.get("actions") or []
    if len(actions) > 1:
        raise syntax_error(",")  # one change an ALTER TABLE
    for column in tree.find_all(exp.ColumnDef):
        if column.args.get("exists"):
            raise syntax_error("IF")


# https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html
_RESERVED = """
    aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64
    backup between binary blanksasnull both bytedict bzip2 case cast check collate column
    constraint create credentials cross current_date current_time current_timestamp current_user
    current_user_id default deferrable deflate defrag delta delta32k desc disable distinct do
    else emptyasnull enable encode encrypt encryption end except explicit false for foreign
    freeze from full globaldict256 globaldict64k grant group gzip having identity ignore ilike
    in initially inner intersect interval into is isnull join leading left like limit localtime
    localtimestamp lun luns lzo lzop minus mostly16 mostly32 mostly8 natural new not notnull
    null nulls off offline offset oid old on only open or order outer overlaps parallel
    partition percent permissions pivot placing primary raw readratio recover references
    rejectlog resort respect restore right select session_user similar snapshot some sysdate
    system table tag tdes text255 text32k then timestamp to top trailing true truncatecolumns
    union unique unnest unpivot user using verbose wallet when where with without
"""
_RESERVED_WORDS = frozenset(_RESERVED.split())
# they are also what a column reference may look like
_NAMES_OF_VALUES = """
    current_date current_time current_timestamp current_user current_user_id default localtime
    localtimestamp oid session_user sysdate user
"""
_CALLED_BY_NAME_ALONE = frozenset(_NAMES_OF_VALUES.split())


def _reserved_words(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html
    for identifier in tree.find_all(exp.Identifier):
        word = identifier.name.lower()
        if identifier.args.get("quoted") or word not in _RESERVED_WORDS:
            continue
        if isinstance(identifier.parent, exp.Column) and word in _CALLED_BY_NAME_ALONE:
            continue
        if isinstance(identifier.parent, exp.Alias):
            continue  # after AS any word may name a column
        raise syntax_error(identifier.name)


RULES: tuple[Rule, ...] = (
    *(_merge, _insert, _returning, _queries, _common_tables, _qualify, _functions),
    *(_created_things, _constraints, _types, _alter_table, _reserved_words),
)


def _nulls_in_windows(tokens: Sequence[Token]) -> None:
    """Refuse NULLS FIRST and NULLS LAST within OVER ( ... ).

    https://docs.aws.amazon.com/redshift/latest/dg/r_Window_function_synopsis.html has none.
    """
    for before, token in _within_windows(tokens):
        if token.text.upper() in {"FIRST", "LAST"} and before.text.upper() == "NULLS":
            raise syntax_error("NULLS")


def _within_windows(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    depth, opened = 0, 0  # of parentheses now; at the window's own
    for before, token in itertools.pairwise(tokens):
        if token.token_type == TokenType.L_PAREN:
            depth += 1
            if before.text.upper() == "OVER" and not opened:
                opened = depth
        elif token.token_type == TokenType.R_PAREN:
            opened = 0 if depth == opened else opened
            depth -= 1
        elif opened:
            yield before, token
