"""Statements that remove the users of the table `forgotten_users`, in Redshift's dialect.

The users, and the words and texts that tell them, are in temporary tables: a server keeps the text
of each statement.
"""

from sqlglot import expressions as exp

from sparkify.sql import Statement


def count_of_users(table: str, column: str) -> Statement:
    """Return the query for the number of their rows in a table."""
    return _statement(table, exp.select(exp.Count(this=exp.Star())).from_(_table(table)), column)


def removal_of_users(table: str, column: str) -> Statement:
    """Return the statement that deletes their rows from a table."""
    return _statement(table, exp.delete(_table(table)), column)


def texts(table: str, column: str) -> Statement:
    """Return the query for the different texts of a column, each with its hash."""
    return Statement(f"forget/{table}", _texts(table, column).sql("redshift"))


def texts_with_word(table: str, column: str) -> Statement:
    """Return the same query, for the texts that have one of the words in them."""
    place = exp.func("strpos", _column(column, table), exp.column("word", "quoting_words"))
    has_word = exp.GT(this=place, expression=exp.Literal.number(0))
    query = _texts(table, column).join("quoting_words", on=has_word)
    return Statement(f"forget/{table}", query.sql("redshift"))


def blanking(table: str, column: str) -> Statement:
    """Return the statement that writes :said in the place of each of these texts."""
    update = exp.update(
        _table(table),
        {exp.to_identifier(column, quoted=True).sql(): exp.Placeholder(this="said")},
        where=_hash(column).isin(query="select quoting_texts.text_hash from quoting_texts"),
    )
    return Statement(f"forget/{table}", update.sql())  # Redshift's words for it, with :said


def _texts(table: str, column: str) -> exp.Select:
    text = _column(column, table)
    query = exp.select(_hash(column, table).as_("text_hash"), text.as_("quoted_text")).distinct()
    return query.from_(_table(table)).where(text.copy().neq(exp.Literal.string("")))


def _statement(table: str, part: exp.Select | exp.Delete, column: str) -> Statement:
    users = _column(column).isin(query="select forgotten_users.user_id from forgotten_users")
    return Statement(f"forget/{table}", part.where(users).sql("redshift"))


def _hash(column: str, table: str | None = None) -> exp.Expr:
    return exp.func("md5", _column(column, table))


def _table(name: str) -> exp.Table:
    return exp.table_(name, quoted=True)


def _column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table, quoted=True)
