"""Every kind of statement that is sent to Redshift is one that a page of AWS allows."""

import re
from collections import defaultdict

import pytest

from sparkify.sql import (
    ANALYSTS_VIEWS,
    TABLES,
    comments,
    drop_statement,
    empty_statement,
    export_statement,
    grant_statement,
    undo_statement,
)
from sparkify.sql.literals import filled, inserts
from sparkify.sql.rendering import add_column
from tests.sql_files import NAMES, statement_named

from .documented import PAGES, kinds, without_page

REACHING = [name for name in NAMES if not name.startswith(("duckdb/", "postgres/"))]
MADE = {
    **{f"drop {table}": drop_statement(table).text for table in TABLES},
    **{f"drop {view}": drop_statement(view).text for view in ANALYSTS_VIEWS},
    **{f"empty {table}": empty_statement(table).text for table in TABLES},
    "comment": next(comments()).statement.text,
    "export": export_statement("songplays").text,
    "grant": grant_statement("plays", "user", "ana").text,
    "undo": undo_statement("loaded_files").text,
    "undo staging": undo_statement("staging_events").text,
    "insert": next(inserts("runs", ("a",), [("x",)], 1000)),
    "add column": add_column("staging_events", "referrer", "referrer", "64")[0],
    "widen column": 'alter table "t" alter column "a" type varchar(9)',
    "drop key": 'alter table "users" drop constraint "users_pkey"',
    **{word: word for word in ("begin transaction", "begin read only", "commit", "rollback")},
    "schema": 'set search_path to "a"',
    "analyze": 'analyze "users"',
}


@pytest.mark.parametrize("name", REACHING)
def test_a_file_has_only_kinds_that_a_page_allows(name: str) -> None:
    text = filled(statement_named(name), defaultdict(lambda: "2018-11-01"))
    assert kinds(text)
    assert without_page(text) == set()


@pytest.mark.parametrize("text", MADE.values(), ids=MADE)
def test_a_text_that_is_made_has_only_kinds_that_a_page_allows(text: str) -> None:
    assert without_page(text) == set()


def test_each_page_is_one_of_the_developers_guide() -> None:
    for page in PAGES.values():
        assert re.fullmatch(r"https://docs\.aws\.amazon\.com/redshift/latest/dg/\w+\.html", page)


UNDOCUMENTED = {
    "update t set a = b.a from (with x as (select 1 as a) select a from x) as b where t.a = b.a": (
        "with in from of update"
    ),
    "merge into t using (with x as (select 1 as a) select a from x) as s on t.a = s.a "
    "when matched then update set a = s.a when not matched then insert (a) values (s.a)": (
        "with in merge"
    ),
    "with x as (with y as (select 1 as a) select a from y) select a from x": "with inside with",
    "select t.a, (select max(u.b) from u where u.a = t.a) as b from t": (
        "correlated aggregate in select list"
    ),
    "select t.a from t where not exists (select 1 from u where not exists "
    "(select 1 from v where v.a = t.a))": "correlated over a level",
    "select t.a from t left join u on t.a = u.a and u.b = "
    "(select max(v.b) from v where v.a = u.a)": "correlated aggregate in on",
    "delete from t where t.b > (select u.b from u where u.a = t.a)": "correlated scalar in where",
    "update t set a = 1 where exists (select 1 from u where not exists "
    "(select 1 from v where v.a = t.a))": "correlated over a level",
    "select sum(a) over (partition by b order by c) as d from t": (
        "window aggregate with order and no frame"
    ),
    "alter table t rename column a to b": "alter table renamecolumn",
    "truncate t": "truncatetable",
    "create index i on t (a)": "create index",
}


@pytest.mark.parametrize(("text", "kind"), UNDOCUMENTED.items(), ids=UNDOCUMENTED.values())
def test_a_kind_that_no_page_allows_is_found(text: str, kind: str) -> None:
    assert without_page(text) == {kind}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("delete from t where exists (select 1 from u where u.a = t.a)", {"delete", "exists"}),
        ("insert into t with x as (select 1 as a) select a from x", {"insert select", "with"}),
        ("update t set a = s.a from s where s.b = t.b", {"update", "update from table"}),
        ("select a from t where a = (select max(b) from u where u.c = t.c)", {"aggregate"}),
    ],
)
def test_a_kind_that_a_page_allows_is_told_apart(text: str, expected: set[str]) -> None:
    found = kinds(text)
    assert without_page(text) == set()
    assert all(any(part in kind for kind in found) for part in expected)
