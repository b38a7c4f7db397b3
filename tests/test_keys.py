"""A play's key is songplay_id and user_id: sessions of several users share their numbers."""

from collections.abc import Iterator

import pytest
import sqlglot
from sqlglot import expressions as exp

from tests.sql_files import PORTABLE, statement_named


def columns_of(*parts: exp.Expr | None) -> set[str]:
    return {column.name for part in parts if part for column in part.find_all(exp.Column)}


def lone_numbers(tree: exp.Expr) -> Iterator[str]:
    """Yield what tells plays apart by songplay_id without user_id."""
    for part, columns in telling_apart(tree):
        if "songplay_id" in columns and "user_id" not in columns:
            yield part.sql()


def telling_apart(tree: exp.Expr) -> Iterator[tuple[exp.Expr, set[str]]]:
    """Yield the parts of a statement that tell rows apart, each with the columns that it uses."""
    for join in tree.find_all(exp.Join):
        yield join, columns_of(join.args.get("on"))
    for window in tree.find_all(exp.Window):
        yield window, columns_of(*(window.args.get("partition_by") or []))
    for distinct in tree.find_all(exp.Distinct):
        yield distinct, columns_of(distinct)
    for changed in tree.find_all(exp.Update, exp.Delete):
        yield changed, columns_of(changed.args.get("where"))
    for select in tree.find_all(exp.Select):
        if group := select.args.get("group"):
            yield select, grouped_by(select, group)


def grouped_by(select: exp.Select, group: exp.Group) -> set[str]:
    """Return the columns of a `group by`, which can name them by their place."""
    parts = [
        select.selects[int(part.name) - 1] if isinstance(part, exp.Literal) else part
        for part in group.expressions
    ]
    return {part.alias_or_name for part in parts}


@pytest.mark.parametrize(
    "text",
    [
        "select 1 from a inner join b on a.songplay_id = b.songplay_id",
        "select row_number() over (partition by songplay_id order by b) from a",
        "select count(distinct songplay_id) from a",
        "select songplay_id, count(*) from a group by 1",
        "update a set b = 1 from c where a.songplay_id = c.songplay_id",
        "delete from a using c where a.songplay_id = c.songplay_id",
    ],
)
def test_a_statement_that_tells_plays_apart_by_their_number_alone_is_found(text: str) -> None:
    assert list(lone_numbers(sqlglot.parse_one(text, read="redshift")))
    with_user = text.replace("a.songplay_id = ", "a.user_id = c.user_id and a.songplay_id = ")
    with_user = with_user.replace("distinct songplay_id", "distinct (songplay_id, user_id)")
    with_user = with_user.replace("by songplay_id", "by songplay_id, user_id")
    with_user = with_user.replace(
        "select songplay_id, count(*) from a group by 1",
        "select songplay_id, user_id from a group by 1, 2",
    )
    assert not list(lone_numbers(sqlglot.parse_one(with_user, read="redshift")))


def test_no_statement_tells_plays_apart_by_their_number_alone() -> None:
    found = {
        name: lone
        for name in PORTABLE
        if (
            lone := list(
                lone_numbers(sqlglot.parse_one(statement_named(name).text, read="redshift"))
            )
        )
    }
    assert found == {}
