"""Queries on PostgreSQL: they only read, and their rows arrive as they are read."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, time
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from sparkify.engines import open_reader
from sparkify.engines.answers import to_arrow
from sparkify.engines.postgres.reader import PostgresReader, in_percents, is_blank
from sparkify.engines.postgres.session import ROWS_PER_CHUNK
from sparkify.errors import Interrupted, QueryError
from tests.contract.warehouse import Warehouse
from tests.postgres_server import PostgresServer

ESCAPES = [
    "set transaction read write",
    "set session characteristics as transaction read write",
    "set default_transaction_read_only to off",
    "select set_config('default_transaction_read_only', 'off', false)",
    "do $$ begin execute 'set transaction_read_only to off'; delete from users; end $$",
    "do $$ begin commit; delete from users; end $$",
    "prepare gone as delete from users",
    "execute gone",
    "select 1; delete from users",
    "with gone as (delete from users returning 1) select * from gone",
    "explain analyze delete from users",
    "select * into copy_of_users from users",
    "copy users from stdin",
    "copy users to stdout",
    "reset all",
    "discard all",
    "begin read write",
]


@pytest.fixture
def reader(loaded: Warehouse) -> Iterator[PostgresReader]:
    opened = open_reader(loaded.settings)
    assert isinstance(opened, PostgresReader)
    yield opened
    opened.close()


def rows(reader: PostgresReader, text: str) -> list[tuple[Any, ...]]:
    return list(reader.query(text).rows)


def test_no_way_leads_out_of_reading(reader: PostgresReader) -> None:
    for text in ESCAPES:
        with suppress(QueryError):
            rows(reader, text)
        with pytest.raises(QueryError, match="only read"):
            rows(reader, "delete from users")
        assert rows(reader, "select count(*) from users") == [(1,)], text


def test_rows_come_as_they_are_read(reader: PostgresReader) -> None:
    many = 5 * ROWS_PER_CHUNK
    answer = reader.query(f"select n from generate_series(1, {many}) as n")
    assert list(islice(answer.rows, 3)) == [(1,), (2,), (3,)]
    assert len(rows(reader, f"select n from generate_series(1, {many}) as n")) == many

    # In its from clause, the server would compute all of the rows first.
    endless = reader.query("select generate_series(1, 1000000000000) as n")
    assert next(endless.rows) == (1,)
    assert rows(reader, "select 42") == [(42,)]


def test_an_error_among_the_rows_is_that_of_the_query(reader: PostgresReader) -> None:
    answer = reader.query("select 1 / (5000 - n) from generate_series(1, 10000) as n")

    with pytest.raises(QueryError, match="division by zero"):
        list(answer.rows)
    assert rows(reader, "select 42") == [(42,)]


def test_an_answer_without_rows_has_its_columns(reader: PostgresReader) -> None:
    answer = reader.query("select user_id, level from users where level = :level", {"level": "%"})

    assert (answer.columns, answer.types) == (("user_id", "level"), ("INTEGER", "VARCHAR"))
    assert list(answer.rows) == []


def test_no_transaction_stays_open_behind_the_rows(
    reader: PostgresReader, loaded: Warehouse
) -> None:
    rows(reader, "select * from users")
    loaded.create_tables()  # would wait for it

    assert rows(reader, "select * from users") == []


@pytest.mark.parametrize(
    ("expression", "kind", "value"),
    [
        ("cast(1 as smallint)", "SMALLINT", 1),
        ("cast(1 as bigint)", "BIGINT", 1),
        ("cast(0.5 as real)", "FLOAT", 0.5),
        ("true", "BOOLEAN", True),
        ("date '2018-11-01'", "DATE", date(2018, 11, 1)),
        ("time '12:30'", "TIME", time(12, 30)),
        ("cast(1.5 as numeric(4, 2))", "DECIMAL(4, 2)", Decimal("1.50")),
        ("sum(cast(1 as bigint))", "DECIMAL(38, 9)", Decimal(1)),
        ("cast('a' as name)", "VARCHAR", "a"),
        ("json_build_object('a', 1)", "VARCHAR", '{"a" : 1}'),
        ("array[1, 2]", "VARCHAR", "{1,2}"),
        ("cast('10.0.0.1' as inet)", "VARCHAR", "10.0.0.1"),
        ("cast(null as text)", "VARCHAR", None),
    ],
)
def test_types_have_the_names_that_duckdb_gives_them(
    reader: PostgresReader, expression: str, kind: str, value: object
) -> None:
    answer = reader.query(f"select {expression} as a")

    assert answer.types == (kind,)
    assert list(answer.rows) == [(value,)]
    again = reader.query(f"select {expression} as a")
    assert to_arrow(again).to_pylist() == [{"a": value}]


def test_a_connection_that_was_lost_is_opened_for_the_next_query(
    reader: PostgresReader, loaded: Warehouse, postgres_server: PostgresServer
) -> None:
    [(process,)] = rows(reader, "select pg_backend_pid()")
    postgres_server.execute(f"select pg_terminate_backend({process}, 5000)")

    with pytest.raises(Interrupted, match="was lost"):
        rows(reader, "select 1")
    assert rows(reader, "select 1") == [(1,)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (":a", "%(a)s"),
        ("x % :a", "x %% %(a)s"),
        ("':a %' \":b\" -- :c %\n/* :d */ a::text", "':a %%' \":b\" -- :c %%\n/* :d */ a::text"),
    ],
)
def test_parameters_are_spelled_as_the_driver_wants_them(text: str, written: str) -> None:
    assert in_percents(text) == written


@pytest.mark.parametrize("text", ["--", "/* a */ ;; -- b", "\t"])
def test_a_text_without_a_statement_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["'--'", '"/* a */"', "1 -- a"])
def test_a_text_with_a_statement_is_not(text: str) -> None:
    assert not is_blank(text)
