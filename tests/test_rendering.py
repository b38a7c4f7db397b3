"""A statement in each dialect: what sqlglot does not translate alone, and what it cannot."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from sqlglot.errors import UnsupportedError

from sparkify.sql import TABLES, VIEWS, Dialect, Statement, statement
from sparkify.transform import FIND_REPEATS, TRANSFORM_STEPS
from tests.postgres_server import PostgresServer
from tests.sql_files import PORTABLE


def rendered(text: str, dialect: Dialect) -> str:
    return " ".join(Statement("x", f"-- X.\n{text}\n").render(dialect).split())


def test_a_parameter_is_spelled_as_the_dialects_driver_wants_it() -> None:
    text = "select :a as b from t where c = :a"

    assert "$a AS b" in rendered(text, "duckdb")
    assert rendered(text, "postgres").count("%(a)s") == 2


def test_a_percent_that_is_no_parameter_is_doubled_for_psycopg() -> None:
    text = rendered("select a % 3, '%(a)s :a' from t where b like :c", "postgres")

    assert text % {"c": "'5%'"} == "SELECT a % 3, '%(a)s :a' FROM t WHERE b LIKE '5%'"


def test_an_unknown_dialect_is_an_error() -> None:
    with pytest.raises(ValueError, match="oracle"):
        rendered("select 1", cast("Any", "oracle"))


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@pytest.mark.parametrize("text", ["lock table t", "copy t from 's3://b/k' iam_role 'r'"])
def test_what_only_redshift_has_is_an_error_elsewhere(dialect: Dialect, text: str) -> None:
    with pytest.raises(UnsupportedError, match=f"{dialect}.*{text[:4].upper()}"):
        rendered(text, dialect)


def test_a_difference_that_is_not_translated_to_postgresql_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match="month"):
        rendered("select datediff(month, a, b) from t", "postgres")


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_strtol_is_translated_by_base_16_alone(dialect: Dialect) -> None:
    with pytest.raises(UnsupportedError, match="strtol by base 8"):
        rendered("select strtol('17', 8)", dialect)


# --- PostgreSQL


@pytest.fixture(scope="module")
def postgres(postgres_server: PostgresServer) -> Iterator[psycopg.Connection]:
    """Give a connection to a database that has the tables and views, in one transaction."""
    with psycopg.connect(
        host=postgres_server.host,
        port=postgres_server.port,
        user=postgres_server.user,
        password=postgres_server.password,
        dbname=postgres_server.new_database(),
    ) as connection:
        for table in TABLES:
            run(connection, bound(f"schema/{table}"))
        for view in VIEWS:
            run(connection, bound(f"views/{view}"))
        yield connection
        connection.rollback()


def run(connection: psycopg.Connection, text: str) -> list[tuple[Any, ...]]:
    """Run a text as it is, and return its rows."""
    cursor = connection.execute(text.encode())
    return cursor.fetchall() if cursor.description else []


NUMBERS = dict.fromkeys(
    (
        *("peak_memory_bytes", "changed_records", "first_session", "last_session"),
        *("batch_number", "records"),
    ),
    "1",
)


def bound(name: str) -> str:
    """Return PostgreSQL's text with a value for each parameter, as psycopg would write it."""
    values = defaultdict(lambda: "'2018-11-01'", is_all="true", **NUMBERS)
    return statement(name).render("postgres") % values


# What makes the temporary tables that others read, in order.
MADE_BEFORE = [
    *(step.statement.name for step in FIND_REPEATS.values()),
    *(step.statement.name for step in TRANSFORM_STEPS if step.temporary_table),
    "quarantine/contradicting_events/stage",
    "ledger/touched_files/create",
    "ledger/removed_batches/create",
    "forget/create_users",
]
RUN_ALONE = [
    name
    for name in PORTABLE
    if not name.startswith(("schema/", "views/", "migrate/")) and name not in MADE_BEFORE
]


@pytest.fixture
def session(postgres: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Give the session, and take back what was done in it."""
    run(postgres, "savepoint before")
    yield postgres
    run(postgres, "rollback to before")


@pytest.mark.parametrize("name", RUN_ALONE)
def test_postgresql_runs_the_statement(session: psycopg.Connection, name: str) -> None:
    for needed in MADE_BEFORE:
        run(session, bound(needed))
    run(session, bound(name))


# Less than a second apart, but a second begins between them.
EARLIER = "cast('2018-11-01 00:00:00.9' as timestamp)"
LATER = "cast('2018-11-01 00:00:01.1' as timestamp)"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (f"datediff(second, {EARLIER}, {LATER})", "1"),
        ("datediff(day, '2018-11-01 23:00:00', '2018-11-03 01:00:00')", "2"),
        ("octet_length('é')", "2"),
        ("extract(dow from cast('2018-11-04' as timestamp))", "0"),
        ("extract(week from cast('2018-12-31' as timestamp))", "1"),
        ("dateadd(day, -28, cast('2018-11-29' as timestamp))", "2018-11-01 00:00:00"),
        ("least(null, 2, 1)", "1"),
        ("trim(both ' \"' from '\" a \"')", "a"),
    ],
)
def test_postgresql_gives_what_redshift_gives(
    session: psycopg.Connection, text: str, answer: str
) -> None:
    [[found]] = run(session, rendered(f"select {text} as a", "postgres"))

    assert str(found) == answer


def test_sysdate_is_the_transactions_start_in_utc_without_a_zone(
    session: psycopg.Connection,
) -> None:
    run(session, "set local time zone 'Asia/Tokyo'")
    run(session, rendered("create temporary table t (a timestamp default sysdate)", "postgres"))
    run(session, "insert into t default values")

    [[equal]] = run(session, "select a = current_timestamp at time zone 'UTC' from t")
    assert equal
