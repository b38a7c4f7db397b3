"""A warehouse that is opened to be asked answers, and does nothing else, on every engine."""

import threading
import time
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.engines.base import Reader
from sparkify.errors import QueryError
from sparkify.serve.period import Period
from sparkify.serve.query import explain_query, run_query
from sparkify.serve.questions import question, question_names
from sparkify.serve.report import Report, render_report
from sparkify.serve.schema_commands import schema
from sparkify.sql import ANALYSTS_VIEWS, TABLES

from .source_files import DAY, NOON, event, song, visit
from .warehouse import open_warehouse

LONG = {
    "duckdb": "select count(*) from range(10000000000000) as a, range(1000000) as b",
    "redshift": "select count(*) from pg_class a, pg_class b, pg_class c, pg_class d",
    "postgres": "select count(*) from pg_class a, pg_class b, pg_class c, pg_class d",
}


@pytest.fixture(scope="module")
def loaded(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Give a warehouse of two plays to tests that only read; its own engine is closed meanwhile."""
    with open_warehouse(engine_name) as warehouse:
        warehouse.reset(tmp_path_factory.mktemp("read"))
        warehouse.write_songs("a.json", song())
        warehouse.write_events(
            "a.json",
            event(itemInSession=0),
            visit(itemInSession=1, ts=NOON + 1000),
            event(itemInSession=2, ts=NOON + DAY, level="paid", song="Für"),
        )
        warehouse.load()
        warehouse.engine.close()
        yield warehouse.settings
        warehouse.open()


@pytest.fixture
def reader(loaded: Settings) -> Iterator[Reader]:
    """Open it to be asked."""
    opened = open_reader(loaded)
    yield opened
    opened.close()


def test_a_reader_may_be_closed_twice(reader: Reader) -> None:
    reader.close()


@pytest.mark.parametrize("text", ["", " \n", ";", "-- nothing", "/* nothing */ ;"])
def test_a_text_without_a_query_is_an_error(reader: Reader, text: str) -> None:
    with pytest.raises(QueryError, match="there is no query"):
        reader.query(text)
    with pytest.raises(QueryError):
        explain_query(reader, text)

    assert list(reader.query("select 1").rows) == [(1,)]


def test_a_query_gives_names_types_and_rows(reader: Reader) -> None:
    answer = reader.query("""
        select songplay_id, start_time, start_date, level, duration, song_id from plays order by 1
    """)

    assert answer.columns[:3] == ("songplay_id", "start_time", "start_date")
    assert answer.types == ("BIGINT", "TIMESTAMP", "DATE", "VARCHAR", "DOUBLE", "VARCHAR")
    assert list(answer.rows) == [
        (
            38000000,
            datetime.fromisoformat("2018-11-01T12:00"),
            date(2018, 11, 1),
            "free",
            246.30812,
            "SOGOTTA",
        ),
        (
            38000002,
            datetime.fromisoformat("2018-11-02T12:00"),
            date(2018, 11, 2),
            "paid",
            246.30812,
            None,
        ),
    ]


def test_a_query_of_redshift_is_translated_to_the_engine(reader: Reader) -> None:
    text = """
        -- the days between, a text with a percent sign, and a pattern of it
        select
            datediff(day, min(start_time), max(start_time)) as days,
            nvl(max(song_id), '50%') as song,
            sum(case when level like '%re%' then 1 else 0 end) as free
        from plays
    """
    answer = run_query(reader, text, "redshift")

    assert answer.columns == ("days", "song", "free")
    assert [tuple(map(str, row)) for row in answer.rows] == [("1", "SOGOTTA", "1")]
    assert list(run_query(reader, "select '50%' as a", "redshift").rows) == [("50%",)]
    for text in ("delete from users", "select 1; select 2"):
        with pytest.raises(QueryError):
            run_query(reader, text, "redshift")


@pytest.mark.parametrize(
    "text",
    [
        "insert into songplays select * from songplays",
        "delete from songplays",
        "update users set level = 'paid'",
        "drop view plays",
        "drop table users",
        "create table t (a integer)",
        "truncate users",
    ],
)
def test_nothing_can_be_changed(reader: Reader, text: str) -> None:
    with pytest.raises(QueryError, match="only read"):
        reader.query(text)
    assert list(reader.query("select count(*) from songplays").rows) == [(2,)]


def test_a_transaction_cannot_be_left_to_change_something(reader: Reader) -> None:
    for text in ("commit", "rollback", "begin", "end; drop table users", "commit; drop view plays"):
        try:
            list(reader.query(text).rows)
        except QueryError:
            continue
    with pytest.raises(QueryError, match="only read"):
        reader.query("delete from users")
    assert list(reader.query("select count(*) from users").rows) == [(1,)]


def test_a_wrong_query_is_an_error_and_the_next_one_is_answered(reader: Reader) -> None:
    with pytest.raises(QueryError, match="nosuch"):
        reader.query("select * from nosuch")
    assert list(reader.query("select 42 as a").rows) == [(42,)]


@pytest.mark.parametrize(
    ("query", "values", "rows"),
    [
        ("select count(*) from plays where level = :level", {"level": "paid"}, [(1,)]),
        ("select count(*) from plays where user_id = :a or user_id = :a", {"a": 39}, [(2,)]),
        ("select count(*) from plays where duration > :least", {"least": 246.3}, [(2,)]),
        ("select count(*) from plays where start_date = :day", {"day": date(2018, 11, 2)}, [(1,)]),
        (
            "select count(*) from plays where start_time < :until",
            {"until": datetime.fromisoformat("2018-11-02T12:00")},
            [(1,)],
        ),
        ("select count(*) from user_levels where current = :yes", {"yes": True}, [(1,)]),
        ("select coalesce(cast(:nothing as integer), 7) as a", {"nothing": None}, [(7,)]),
        ("select count(*) from plays where title = :title", {"title": "Für"}, [(1,)]),
        (
            "select ':no', cast(:a as integer) -- :nor\n as \":x\", '1'::integer /* :y */",
            {"a": 5},
            [(":no", 5, 1)],
        ),
    ],
)
def test_values_are_bound(reader: Reader, query: str, values: Any, rows: Any) -> None:
    assert list(reader.query(query, values).rows) == rows


@pytest.mark.parametrize(
    "text", ["' or 1=1 --", "'; drop table users; --", "\\' or 1=1 --", ":level", "$1", "%s", '"']
)
def test_a_value_is_never_read_as_sql(reader: Reader, text: str) -> None:
    query = "select cast(:value as varchar(64)) as a, count(*) from plays where level = :value"

    assert list(reader.query(query, {"value": text}).rows) == [(text, 0)]
    assert list(reader.query("select count(*) from users").rows) == [(1,)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"b": 1}, "no value for :a"),
        ({"a": 1, "b": 1}, "has no :b"),
        ({"a": [1]}, "the value of :a is a list"),
    ],
)
def test_values_that_do_not_fit_are_said(reader: Reader, values: Any, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        reader.query("select :a as a", values)
    assert list(reader.query("select 42 as a").rows) == [(42,)]


def test_a_query_can_be_ended(reader: Reader) -> None:
    timer = threading.Timer(1, reader.interrupt)
    timer.start()
    began = time.monotonic()

    with pytest.raises(QueryError, match="stopped"):
        list(reader.query(LONG[reader.dialect]).rows)
    assert time.monotonic() - began < 30
    timer.join()
    assert list(reader.query("select 42 as a").rows) == [(42,)]


def test_the_schema_and_the_plan_can_be_read(reader: Reader) -> None:
    assert {*TABLES, *ANALYSTS_VIEWS} <= set(schema(reader))
    assert list(schema(reader)["daily_activity"])[:2] == ["activity_date", "plays"]
    assert "users" in explain_query(reader, "select * from users")


@pytest.mark.parametrize("name", question_names())
def test_every_question_is_answered_and_can_be_pasted(reader: Reader, name: str) -> None:
    period = Period(date(2018, 11, 1), date(2018, 11, 2))
    answer = reader.fetch(question(name), **period.parameters)

    assert answer.rows
    assert list(reader.query(question(name).written_out(period.parameters)).rows) == answer.rows


def test_the_report_is_made(reader: Reader) -> None:
    days = Period(date(2018, 11, 1), date(2018, 11, 2))
    made = Report(reader, days, datetime.fromisoformat("2018-11-03"))
    html = render_report(made)

    assert "1 listener started <em>2 songs</em> in 2 days." in html
    assert made.checks
    assert {result["outcome"] for result in made.checks} == {"passed"}
