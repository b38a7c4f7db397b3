"""Redshift's SQL in other dialects, by sqlglot and by own translations where it is not enough.

A dialect is one function that translates what sqlglot does not, and one entry in DIALECTS.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError, UnsupportedError

from sparkify.sql import added_column, source_columns
from sparkify.sql.formulas import FORMULA_BEGINNINGS

# Where rows lie on a cluster; and keys, which the steps of earlier versions declare.
PHYSICAL = (exp.Property, exp.PrimaryKey, exp.ForeignKey)

# Where PostgreSQL needs an index in the place of a sort key: to load a day or to check it would
# otherwise read the whole history.
INDEXED = ("staging_events", "staging_songs", "songplays", "time")

# What a query that only reads has nowhere in it; a WITH may hold a statement that writes.
WRITING = (
    exp.DML,
    exp.DDL,
    exp.Command,
    exp.Into,
    exp.Lock,
    exp.Drop,
    exp.Alter,
    exp.TruncateTable,
)
# PostgreSQL's functions that change something, run a text, or stop somebody.
ACTING_FUNCTION = re.compile("(?i)(nextval|setval|set_config|lo_|pg_|dblink|query_to_xml)")

# It would print each text that it reads as a command; what becomes of one is said here.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

# Around a parameter's name until all else is written; no text has it.
_MARK = "\0"
_MARKED = re.compile(f"{_MARK}(\\w+){_MARK}")


def render(dialect: str, text: str) -> str:
    """Return Redshift's text in another dialect.

    Raises UnsupportedError for what the dialect has no words for.
    """
    tree = sqlglot.parse_one(text, read="redshift")
    if isinstance(tree, exp.Command | exp.Copy):
        command = tree.this if isinstance(tree, exp.Command) else tree.key
        raise UnsupportedError(f"{dialect} has no words for Redshift's {command.upper()}")
    sort_key = tree.find(exp.SortKeyProperty)
    for node in list(tree.find_all(*PHYSICAL)):
        if not isinstance(node, exp.TemporaryProperty):
            node.pop()
    written = DIALECTS[dialect](tree)
    if dialect == "postgres" and sort_key is not None:
        return "".join([written, *_indexes(tree.this.this.name, sort_key)])
    return written


def render_to_run(dialect: str, text: str) -> str:
    """Return Redshift's text in any dialect, to be run without parameters.

    Raises UnsupportedError for what the dialect has no words for.
    """
    if dialect == "redshift":
        return text
    written = render(dialect, text)
    return written.replace("%%", "%") if dialect == "postgres" else written


def _indexes(table: str, sort_key: exp.SortKeyProperty) -> Iterator[str]:
    """Yield PostgreSQL's statements that index a table of INDEXED by its sort key."""
    if table in INDEXED:
        columns = ", ".join(_quoted(column.name) for column in sort_key.this)
        yield f";\nCREATE INDEX ON {_quoted(table)} ({columns})"


def _in_duckdb(tree: exp.Expr) -> str:
    return _written(tree.transform(_for_duckdb), "duckdb")


def _in_postgres(tree: exp.Expr) -> str:
    """Return PostgreSQL's text, with psycopg's parameters: `%(name)s`, and any other % doubled."""
    # The innermost first: what is put in the place of a node holds a copy of its parts.
    for node in reversed(list(tree.bfs())):
        node.replace(_for_postgres(node))
    text = _written(tree, "postgres")
    return _MARKED.sub(r"%(\1)s", text.replace("%", "%%"))


DIALECTS: dict[str, Callable[[exp.Expr], str]] = {
    "duckdb": _in_duckdb,
    "postgres": _in_postgres,
}


def _written(tree: exp.Expr, dialect: str) -> str:
    level = sqlglot.ErrorLevel.RAISE
    return tree.sql(dialect, unsupported_level=level, comments=False, pretty=True)


def _for_duckdb(node: exp.Expr) -> exp.Expr:
    # DuckDB's octet_length takes a blob; strlen counts a text's bytes.
    if isinstance(node, exp.Anonymous) and node.name.lower() == "octet_length":
        return exp.Anonymous(this="strlen", expressions=node.expressions)
    # DuckDB keeps a filter that may fail, like one on a cast, above all others. A timestamp's day
    # does not fail: as a try_cast, a filter on it reaches the scan, which skips the other days.
    if type(node) is exp.Cast and node.is_type("date") and isinstance(node.this, exp.Column):
        return exp.TryCast(this=node.this, to=node.args["to"])
    if isinstance(node, exp.FromBase):
        digits = _hexadecimal(node)
        return exp.cast(exp.DPipe(this=exp.Literal.string("0x"), expression=digits), "bigint")
    return node


def _hexadecimal(node: exp.FromBase) -> exp.Expr:
    """Return the digits of a STRTOL, of which only that by base 16 is translated."""
    if node.expression != exp.Literal.number(16):
        raise UnsupportedError(f"strtol by base {node.expression.sql()} is not translated")
    return cast("exp.Expr", node.this)


def _for_postgres(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Placeholder():
            return exp.Var(this=f"{_MARK}{node.name}{_MARK}")
        case exp.CurrentTimestamp():
            # In brackets, since a column's default takes nothing else.
            zone = exp.Literal.string("UTC")
            return exp.paren(exp.AtTimeZone(this=node.copy(), zone=zone), copy=False)
        case exp.Extract():
            # A numeric; Redshift's is a whole number.
            return exp.cast(node, "int")
        case exp.TsOrDsDiff():
            return _in_units(node)
        case exp.FromBase():
            # A bit string is filled up at its right end.
            padding = (exp.Literal.number(16), exp.Literal.string("0"))
            digits = exp.func("lpad", _hexadecimal(node), *padding)
            bits = exp.DPipe(this=exp.Literal.string("x"), expression=digits, safe=True)
            return exp.cast(exp.cast(bits, "bit(64)"), "bigint")
        case exp.ColumnDef() if cast("exp.DataType", node.args["kind"]).is_type("varchar"):
            # Compared by their bytes, as everywhere else, whatever the database's own order is.
            by_bytes = exp.CollateColumnConstraint(this=exp.to_identifier("C", quoted=True))
            node.append("constraints", exp.ColumnConstraint(kind=by_bytes))
    return node


# How many of a unit are in a second.
_IN_A_SECOND = {"second": 1, "millisecond": 1000}


def _in_units(difference: exp.TsOrDsDiff) -> exp.Expr:
    """Return how many days, seconds or milliseconds begin between two times, as Redshift counts."""
    unit = difference.text("unit").lower()
    ends = [exp.cast(end, "timestamp") for end in (difference.this, difference.expression)]
    if unit == "day":
        until_day, since_day = (exp.cast(end, "date") for end in ends)
        return exp.paren(until_day - since_day)
    if unit in _IN_A_SECOND:
        until, since = (exp.func("date_trunc", exp.Literal.string(unit), end) for end in ends)
        seconds = exp.Extract(this=exp.var("epoch"), expression=exp.paren(until - since))
        return exp.cast(exp.paren(seconds * _IN_A_SECOND[unit]), "bigint")
    raise UnsupportedError(f"datediff by {unit} is not translated to PostgreSQL")


def drop_text(kind: str, name: str) -> str:
    """Return the text that drops a table or a view, if it is there."""
    return f"drop {kind} if exists {_quoted(name)}"


def empty_text(table: str) -> str:
    """Return the text that deletes all rows of a table."""
    return exp.delete(exp.table_(table, quoted=True)).sql()


def undo_text(table: str) -> str:
    """Return Redshift's text that deletes the rows of the run :run_id from a table."""
    return exp.delete(exp.table_(table, quoted=True), where="run_id = :run_id").sql()


def undo_staging_text(table: str) -> str:
    """Return the same for a staging table, whose rows carry the time of their batch."""
    batches = "select loaded_files.loaded_at from loaded_files where loaded_files.run_id = :run_id"
    of_run = exp.column("loaded_at").isin(query=batches)
    return exp.delete(exp.table_(table, quoted=True), where=of_run).sql()


def removal_text(table: str) -> str:
    """Return Redshift's text that deletes the rows of the removed batches from a table."""
    batches = (
        "select batches.loaded_at from batches inner join removed_batches "
        "on batches.batch_number = removed_batches.batch_number"
    )
    removed = exp.column("loaded_at").isin(query=batches)
    return exp.delete(exp.table_(table, quoted=True), where=removed).sql()


def move_text(table: str) -> str:
    """Return Redshift's text that gives the rows of :loaded_at in a table the time :moved_to."""
    moved = exp.update(
        exp.table_(table, quoted=True),
        {"loaded_at": exp.Placeholder(this="moved_to")},
        where="loaded_at = :loaded_at",
    )
    return moved.sql()


def export_text(table: str, parts: str, *columns: str) -> str:
    """Return the query of these columns of a table, then of `parts` of its start_time, as a/b."""
    return _export(table, parts, [exp.column(column, quoted=True) for column in columns])


def safe_export_text(table: str, parts: str, texts: str, *columns: str) -> str:
    """Return the same query; in the columns `texts`, as a/b, no value begins as a formula does."""
    safe = texts.split("/")
    values = [
        _without_formula(column) if column in safe else exp.column(column, quoted=True)
        for column in columns
    ]
    return _export(table, parts, values)


def _without_formula(name: str) -> exp.Expr:
    column = exp.column(name, quoted=True)
    first = exp.func("left", column.copy(), exp.Literal.number(1))
    beginnings = [
        exp.Literal.string(each) if each.isprintable() else exp.func("chr", str(ord(each)))
        for each in FORMULA_BEGINNINGS
    ]
    # By its number: UNLOAD has the query in quotes.
    apostrophe = exp.func("chr", str(ord("'")))
    marked = exp.DPipe(this=apostrophe, expression=column.copy(), safe=True)
    value = exp.case().when(first.isin(*beginnings), marked).else_(column)
    return value.as_(name, quoted=True)


def _export(table: str, parts: str, names: Sequence[exp.Expr]) -> str:
    start = exp.column("start_time", quoted=True)
    extracted = [
        exp.Extract(this=exp.var(part), expression=start).as_(part, quoted=True)
        for part in parts.split("/")
        if part
    ]
    return exp.select(*names, *extracted).from_(exp.table_(table, quoted=True)).sql("redshift")


def copy_target(table: str, *columns: str) -> str:
    """Return the beginning of Redshift's COPY into these columns of a table, in this order."""
    listed = ",\n".join(f"    {_quoted(column)}" for column in columns)
    return f"copy {table} (\n{listed}\n)"


def grant_text(view: str, kind: str, name: str) -> str:
    """Return the text that lets a `user`, `group` or `role`, or the `public`, read a view."""
    grantees = {"public": "public", "user": _quoted(name)}
    return f"grant select on {_quoted(view)} to {grantees.get(kind, f'{kind} {_quoted(name)}')}"


def comment_text(kind: str, name: str, column: str, said: str) -> str:
    """Return the `comment on` of a table or view, or of the column that is named."""
    what = f"{_quoted(name)}.{_quoted(column)}" if column else _quoted(name)
    return f"comment on {kind} {what} is {exp.Literal.string(said).sql('postgres')}"


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("redshift")


def insert_batches(table: str, *added: str) -> str:
    """Return DuckDB's text that inserts the rows of the stream `batches` into a staging table.

    `added` are the names of columns that were added to the table. Its parameter is `$loaded_at`.
    """
    fields = (*source_columns(table), *map(added_column, added))
    columns = [exp.to_identifier(field.name, quoted=True) for field in fields]
    # As a constant: the column's own default would be computed again for each row.
    loaded_at = exp.Placeholder(this="loaded_at")
    rows = exp.select(*map(exp.column, columns), loaded_at).from_("batches")
    return exp.insert(rows, table, columns=[*columns, "loaded_at"]).sql("duckdb", pretty=True)


def add_column(table: str, column: str, key: str, width: str) -> list[str]:
    """Return Redshift's texts that add a column for a new field, and describe it.

    `width` is in bytes.
    """
    kind = exp.DataType.build(f"varchar({width})", "redshift")
    definition = exp.ColumnDef(this=exp.to_identifier(column, quoted=True), kind=kind)
    alter = exp.Alter(this=exp.table_(table, quoted=True), kind="TABLE", actions=[definition])
    said = f"Key {key} as received, as text; added when files had it and no column did."
    return [alter.sql("redshift"), comment_text("column", table, column, said)]


def append(table: str, *names: str) -> str:
    """Return DuckDB's text that inserts rows, given as a JSON array for each column.

    Its parameters are the columns' names. The values are texts, cast to the columns' types.
    """
    texts = exp.Literal.string('["VARCHAR"]')
    arrays = (exp.func("from_json", exp.Placeholder(this=name), texts) for name in names)
    return _insert_lists(table, arrays, list(names))


def answer_table(columns: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return DuckDB's texts that create a table `answer` of these columns, and insert into it.

    The parameters of the second are `c0`, `c1`, ..., a list for each column.
    """
    definitions = [
        exp.ColumnDef(
            this=exp.to_identifier(name, quoted=True), kind=exp.DataType.build(kind, "duckdb")
        )
        for name, kind in columns
    ]
    made = exp.Create(
        this=exp.Schema(this=exp.to_table("answer"), expressions=definitions), kind="TABLE"
    )
    lists = (exp.Placeholder(this=f"c{place}") for place in range(len(columns)))
    return made.sql("duckdb"), _insert_lists("answer", lists, [])


def fault_of_query(text: str) -> str:
    """Return why a text is not one query that only reads, empty if it is."""
    try:
        trees = [tree for tree in sqlglot.parse(text, read="redshift") if tree is not None]
    except SqlglotError as error:
        return f"it is not SQL: {_plain_message(error)}"
    if len(trees) != 1:
        return f"it has {len(trees)} statements, and a check is one"
    for node in trees[0].walk():
        if isinstance(node, WRITING):
            return f"it has {_spelt(node)}, and a check only reads"
        if isinstance(node, exp.Anonymous) and ACTING_FUNCTION.match(node.name):
            return f"it calls {node.name.lower()}, which does more than read"
    if not isinstance(trees[0], exp.Select | exp.SetOperation | exp.Subquery):
        return f"it is {_spelt(trees[0])}, and a check is a query"
    return ""


def _spelt(node: exp.Expr) -> str:
    return str(node.this if isinstance(node, exp.Command) else node.key).upper()


def _plain_message(error: SqlglotError) -> str:
    """Return sqlglot's message without the codes that underline a part of the text."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error).partition("\n")[0])


def plain(query: str) -> str:
    """Return Redshift's text of a query without its comments."""
    return sqlglot.parse_one(query, read="redshift").sql("redshift", comments=False)


def count_query(query: str) -> str:
    """Return Redshift's text that counts the rows of a query."""
    return _of(query).select("count(*)").sql("redshift", comments=False)


def empty(query: str) -> str:
    """Return Redshift's text that gives the columns of a query, and no row."""
    return _of(query).select("*").where(exp.false()).sql("redshift", comments=False)


def _of(query: str) -> exp.Select:
    inner = cast("exp.Query", sqlglot.parse_one(query, read="redshift"))
    return exp.select().from_(inner.subquery("inquired"))


def _insert_lists(table: str, lists: Iterable[exp.Expr], columns: list[str]) -> str:
    source = exp.select(*(exp.Explode(this=each) for each in lists))
    return exp.insert(source, table, columns=columns or None).sql("duckdb")


def append_to_redshift(table: str, *names: str) -> str:
    """Return Redshift's text that inserts a row; its parameters are the names."""
    row = exp.Tuple(expressions=[exp.Placeholder(this=name) for name in names])
    source = exp.Values(expressions=[row])
    return exp.insert(source, table, columns=list(names)).sql("redshift")
