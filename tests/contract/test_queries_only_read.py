"""A user's text is sent only if it is one statement that reads, on every engine."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from sparkify.engines import open_reader
from sparkify.engines.base import Reader
from sparkify.errors import QueryError
from sparkify.sql.read_only import effect_of
from tests.contract.warehouse import Warehouse

DIALECTS = ("redshift", "postgres", "duckdb")
WRITING = (
    "select * into t from users",
    "select 1 union all (select 2 into t)",
    "with x as (insert into users select * from users returning *) select * from x",
    "with x as (update users set level = 'paid' returning *) select * from x",
    "with x as (delete from users returning 1 as a) select (select max(a) from x)",
    "select (with x as (delete from users returning 1) select 1)",
    "explain analyze delete from users",
    "explain delete from users",
    "EXPLAIN -- why\n ANALYZE VERBOSE delete from users",
    "explain (analyze, costs off) insert into users select * from users",
    "explain analyze with x as (delete from users returning *) select * from x",
    "explain create table t as select 1",
    "explain explain delete from users",
    "unload ('select * from users') to 's3://bucket/stolen' iam_role default",
    "copy users from 's3://bucket/users' iam_role default json 'auto'",
    "copy users to program 'cat'",
    "copy (select * from users) to 'stolen.csv'",
    "select 1; drop table users",
    "select 1;\n-- and\n; delete from users",
    "table users; delete from users",
    "select * from users for update",
    "select * from (select * from users for share) as u",
    "select nextval('s')",
    "select setval('s', 1)",
    "select * from nextval('s')",
    "select pg_catalog.set_config('search_path', 'x', false)",
    'select "pg_terminate_backend"(1)',
    "select PG_Cancel_Backend(1) from users",
    "select pg_advisory_lock(1)",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "select * from dblink('dbname=x', 'delete from users') as t(a int)",
    "select query_to_xml('delete from users', true, true, '')",
    "values (nextval('s'))",
    "call a_procedure()",
    "do $$ begin delete from users; end $$",
    "prepare p as delete from users",
    "execute p",
    "declare c cursor for select 1",
    "set search_path to x",
    "begin",
    "commit",
    "lock table users",
    "vacuum",
    "analyze users",
    "truncate users",
    "merge into users using songs on true when matched then delete",
    "create table t as select * from users",
    "drop view plays",
    "alter table users add column a int",
    "grant select on users to public",
    "comment on table users is 'x'",
    "refresh materialized view v",
    "cancel 123",
    "checkpoint",
    "listen x",
    "attach 'other.duckdb'",
    "pragma database_list",
    "describe delete from users",
    "/* select 1 */ delete from users",
    "select 1 /* /* */ */ ; delete from users",
)
READING = (
    "select 1",
    "select level, count(*) as n from plays group by 1 order by 2 desc limit 3;",
    "select * from users; -- all",
    "with x as (select 1 as a) select * from x union all select 2",
    "(select 1)",
    "select ';' as a, 'delete from users' as b -- ; drop table users",
    "select user_id, row_number() over (partition by level order by user_id) as n from users",
    "explain select 1",
    "explain verbose select * from plays",
    "select pg_typeof(1), pg_backend_pid()",
    "select 'into' as \"update\"",
    "select * from users where level = :level",
    "show search_path",
    "table users",
    "",
    "-- nothing",
)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", WRITING)
def test_a_text_that_does_more_than_read_is_found(text: str, dialect: str) -> None:
    with suppress(QueryError):  # what cannot be read is not sent either
        assert effect_of(text, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", READING)
def test_a_query_is_nothing_but_a_query(text: str, dialect: str) -> None:
    assert effect_of(text, dialect) == ""


@pytest.mark.parametrize("text", ["describe users", "summarize users", "show tables", "from users"])
def test_what_only_duckdb_has_is_a_query_there(text: str) -> None:
    assert effect_of(text, "duckdb") == ""


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("values (1)", "postgres"),
        ("explain (analyze, format json) select 1", "postgres"),
        ("select approximate count(distinct user_id) from users", "redshift"),
        ("select top 3 level from users as u qualify row_number() over () = 1", "redshift"),
        ("pivot users on level using count(*)", "duckdb"),
    ],
)
def test_what_one_dialect_has_is_a_query_there(text: str, dialect: str) -> None:
    assert effect_of(text, dialect) == ""


def test_a_text_nested_too_deep_is_an_error_in_two_lines() -> None:
    with pytest.raises(QueryError, match="nested too deep"):
        effect_of(f"select {'(' * 5000}1{')' * 5000}", "redshift")


@pytest.fixture
def reader(warehouse: Warehouse) -> Iterator[Reader]:
    """Give a reader, which on DuckDB needs the file for itself."""
    warehouse.engine.close()
    opened = open_reader(warehouse.settings)
    yield opened
    opened.close()
    warehouse.open()


def test_a_reader_refuses_and_then_answers(reader: Reader) -> None:
    for text in ("select * into t from users", "select nextval('s')", "select 1; drop table t"):
        with pytest.raises(QueryError, match="only read"):
            reader.query(text)
    with pytest.raises(QueryError, match="2 statements, and one"):
        reader.query("select 1; select 2")
    assert list(reader.query("select 1 as a").rows) == [(1,)]
    with pytest.raises(QueryError, match="there is no query"):
        reader.query("-- nothing")
