"""SQL that PostgreSQL runs and Redshift rejects.

A rule looks at a statement's tree, or its tokens, and raises what Redshift would say. sqlglot reads
all of this without a word, and so does sqlfluff's grammar for much of it.
"""

from collections.abc import Callable, Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from .errors import RedshiftError, not_supported, syntax_error
from .rejected_queries import QUERY_RULES
from .rejected_tables import TABLE_RULES
from .rejected_windows import nulls_in_windows

Rule = Callable[[exp.Expr], None]


def reject(tree: exp.Expr, tokens: Sequence[Token]) -> None:
    """Raise if Redshift would not run the statement."""
    for rule in RULES:
        rule(tree)
    nulls_in_windows(tokens)


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
        if isinstance(when.args["then"], exp.Var) and when.args["then"].name.upper() != "DELETE":
            raise syntax_error(when.args["then"].name)  # DO NOTHING
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
        if isinstance(insert.expression, exp.Values) and insert.expression.find(exp.Query):
            raise not_supported("a subquery in VALUES")


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
    num_nonnulls num_nulls row row_to_json statement_timestamp to_json to_jsonb
"""
_NO_SUCH_FUNCTION_NAMES = frozenset(_NO_SUCH_FUNCTIONS.split())
# Families of which Redshift has some; the others came to PostgreSQL later, or were left out.
_FAMILIES = (
    *("array_", "inet_", "json_", "jsonb_", "lo_", "make_", "phraseto_", "plainto_", "range_"),
    *("regexp_", "regr_", "string_to_", "to_json", "to_ts", "ts_", "txid_", "uuid", "websearch_"),
    *("xml", "host", "network", "masklen"),
)
_WORDS_OF_OF_FAMILIES = """
    array_concat array_contains array_dims array_distinct array_except array_flatten
    array_intersection array_lower array_position array_positions array_sort array_to_string
    array_union array_upper json_array_length json_extract_array_element_text
    json_extract_path_text json_parse json_serialize json_serialize_to_varbyte json_size
    json_typeof regexp_count regexp_instr regexp_replace regexp_substr
"""
_OF_FAMILIES = frozenset(_WORDS_OF_OF_FAMILIES.split())


def _functions(tree: exp.Expr) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-functions.html
    for function in tree.find_all(exp.Anonymous):
        name = function.name.lower()
        unknown = name.startswith(_FAMILIES) and name not in _OF_FAMILIES
        if name in _NO_SUCH_FUNCTION_NAMES or unknown:
            raise RedshiftError(f"function {name}() does not exist", "42883")
        # https://docs.aws.amazon.com/redshift/latest/dg/r_CONCAT.html: two arguments, no more
        if name == "concat" and len(function.expressions) != 2:
            raise RedshiftError("function concat() takes two arguments", "42883")


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


RULES: tuple[Rule, ...] = (_merge, _insert, _functions, _reserved_words, *QUERY_RULES, *TABLE_RULES)
