"""Statements that find the rows about a user, in Redshift's dialect: a table each."""

from collections.abc import Iterable

from sqlglot import expressions as exp

from sparkify.sql import Statement


def rows_of_user(table: str, column: str, user_id: int) -> Statement:
    """Return the query for all columns of the rows with this number."""
    return _rows(table, [_column(column).eq(user_id)])


def rows_with_text(table: str, columns: Iterable[str]) -> Statement:
    """Return the query for the rows in which one of these columns is not empty."""
    return _rows(table, [_column(column).neq("") for column in columns])


def rows_with_word(table: str, columns: Iterable[str], words: Iterable[str]) -> Statement:
    """Return the query for the rows in which one of these columns has one of the words in it."""
    words = list(words)
    places = [
        exp.func("strpos", _column(column), exp.convert(word))
        for column in columns
        for word in words
    ]
    return _rows(table, [exp.GT(this=place, expression=exp.convert(0)) for place in places])


def _rows(table: str, any_of: Iterable[exp.Condition]) -> Statement:
    query = exp.select("*").from_(exp.table_(table, quoted=True)).where(exp.or_(*any_of))
    return Statement(f"person/{table}", query.sql("redshift"))


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
