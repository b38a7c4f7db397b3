"""Every statement that can reach Redshift is in its grammar, and breaks none of its rules.

Each of the two readers in `grammar.py` rejects what it should, as is tested here.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redshift_standin import Standin
from redshift_standin.client import Client

from sparkify.serve.overview import answers, rows_by_table
from sparkify.sql import Statement
from sparkify.sql.literals import filled, identifier, inserts, literal
from tests.contract.source_files import event, lines, song
from tests.contract.warehouse import Warehouse
from tests.sql_files import NAMES, statement_named

from .conftest import SentStatements
from .documented import without_page
from .grammar import COMMANDS, breaks_a_rule, code, computed_in_decimals, unparsable

REACHING = [name for name in NAMES if not name.startswith("duckdb/")]
# Each would commit what a run has begun.
COMMITTING = ("truncate", "alter table append", "vacuum", "create database", "create external")


def _is_command(name: str) -> bool:
    """Return whether a file is one that sqlglot does not look into, as `breaks_a_rule` says."""
    return code(statement_named(name).text).lower().startswith(COMMANDS)


@pytest.mark.parametrize("name", REACHING)
def test_a_file_breaks_no_rule(name: str) -> None:
    text = filled(statement_named(name), defaultdict(lambda: "2018-11-01"))
    assert breaks_a_rule(text) == ""
    assert not code(text).lower().startswith(COMMITTING)


@pytest.mark.parametrize("name", [name for name in REACHING if not _is_command(name)])
def test_a_file_averages_and_divides_no_decimals(name: str) -> None:
    text = filled(statement_named(name), defaultdict(lambda: "2018-11-01"))
    assert computed_in_decimals(text) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (
            "select avg(case when song_id is null then 0.0e0 else 1.0e0 end) from songplays",
            "select avg(case when song_id is null then 0.0 else 1.0 end) from songplays",
        ),
        (
            "select avg(cast(plays as double precision)) from batch_days",
            "select avg(cast(plays as decimal(9, 1))) from batch_days",
        ),
        (
            "select cast(sum(plays) as double precision) / count(*) from batch_days",
            "select sum(plays) / count(*) from batch_days",
        ),
        (
            "with d as (select sum(plays) as n from batch_days) select n / cast(2 as float) from d",
            "with d as (select sum(plays) as n from batch_days) select n / 2 from d",
        ),
        ("select 7 / 2 as whole", "select 7 / 2.0 as share"),
        ("select avg(plays) as whole from batch_days", "select avg(plays * 1.0) from batch_days"),
    ],
)
def test_an_average_and_a_quotient_of_decimals_are_found(good: str, bad: str) -> None:
    assert computed_in_decimals(good) == []
    assert computed_in_decimals(bad)


@pytest.fixture
def texts_of_a_life(warehouse: Warehouse, read_only: Warehouse, sent: SentStatements) -> set[str]:
    """Give the statements of creating tables, all kinds of loads, rejections and queries."""
    warehouse.create_tables()
    for place in range(70):
        warehouse.write_songs(f"{place}.json", song(song_id=f"SO{place}"))
    warehouse.write_events("day.json", event(song="It's \\ Björk".encode().decode("latin-1")))
    warehouse.write_file(warehouse.logs / "day.json.gz", gzip.compress(lines([event(status="?")])))
    warehouse.load(max_errors=1)
    warehouse.engine.analyze()
    rows_by_table(warehouse.engine)
    answers(warehouse.engine)
    read_only.load(log_jsonpath="")
    texts = {text for text in sent.texts() if not text.lower().startswith(("begin", "commit"))}
    assert len(texts) > 150
    return texts


def test_no_text_that_a_life_sends_breaks_a_rule(texts_of_a_life: set[str]) -> None:
    broken = [(text, breaks_a_rule(text)) for text in texts_of_a_life]
    assert [(text, rule) for text, rule in broken if rule] == []
    undocumented = [(text, without_page(text)) for text in texts_of_a_life]
    assert [(text, kinds) for text, kinds in undocumented if kinds] == []


@pytest.mark.slow  # to parse them takes a quarter of a minute; `make lint` parses what they are of
def test_every_text_that_a_life_sends_is_in_the_grammar(texts_of_a_life: set[str]) -> None:
    violations = [(text, unparsable(text)) for text in texts_of_a_life]
    assert [(text, violation) for text, violation in violations if violation] == []


def test_a_schema_and_statistics_are_in_the_grammar() -> None:
    for text in (f"set search_path to {identifier('a')}", f"analyze {identifier('time')}"):
        assert unparsable(text) == []


BAD = {
    "no SQL": "selec 1",
    "half": "select a from",
    "index": "create index i on t (a) include (b) tablespace x where",
    "conflict": "insert into t values (1) on conflict do nothing",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_the_grammar_rejects_invalid_sql(text: str) -> None:
    assert unparsable(text)


GOOD_MERGE = (
    "merge into t using s on t.a = s.a "
    "when matched then update set b = s.b when not matched then insert (a, b) values (s.a, s.b)"
)
RULES = {
    "merge, alias of the target": (GOOD_MERGE, GOOD_MERGE.replace("into t", "into t as x")),
    "merge, one WHEN": (GOOD_MERGE, GOOD_MERGE[: GOOD_MERGE.index("when not")]),
    "merge, AND": (GOOD_MERGE, GOOD_MERGE.replace("when matched", "when matched and s.b > 0")),
    "merge, WITH": (GOOD_MERGE, f"with s as (select 1 as a, 2 as b) {GOOD_MERGE}"),
    "on conflict": ("insert into t values (1)", "insert into t values (1) on conflict do nothing"),
    "returning": ("delete from t", "delete from t returning a"),
    "create index": ("create table i (a int)", "create index i on t (a)"),
    "create sequence": ("create view i as select 1 as a", "create sequence i"),
    "nextval": ("select max(a) from t", "select nextval('i')"),
    "distinct on": ("select distinct a from t", "select distinct on (a) a, b from t"),
    "filter": (
        "select sum(case when a > 0 then 1 end) from t",
        "select count(*) filter (where a > 0) from t",
    ),
    "lateral": (
        "select 1 from t cross join (select 1 as b) as u",
        "select 1 from t cross join lateral (select t.a as b) as u",
    ),
    "nulls first in a window": (
        "select row_number() over (order by a) from t",
        "select row_number() over (order by a nulls first) from t",
    ),
    "reserved word": ("create table t (a_tag int)", "create table t (tag int)"),
    "varchar size": ("create table t (a varchar(65535))", "create table t (a varchar(65536))"),
    "values as a table": ("select 1 from t", "select a from (values (1)) as v (a)"),
    "qualify, no alias": (
        "select a from t as u qualify row_number() over (order by a) = 1",
        "select a from t qualify row_number() over (order by a) = 1",
    ),
    "with before insert": (
        "insert into t with s as (select 1 as a) select a from s",
        "with s as (select 1 as a) insert into t select a from s",
    ),
    "serial": ("create table t (a integer)", "create table t (a serial)"),
}


@pytest.mark.parametrize(("good", "bad"), RULES.values(), ids=RULES)
def test_a_rule_passes_the_good_and_rejects_the_bad(good: str, bad: str) -> None:
    assert breaks_a_rule(good) == ""
    assert breaks_a_rule(bad)


@pytest.fixture(scope="module")
def shared(standin: Standin) -> Iterator[Client]:
    """Give one client to all examples."""
    client = Client(standin.login())
    yield client
    client.close()


@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_arrives_as_it_is(shared: Client, text: str) -> None:
    assert shared.run(f"select {literal(text)} as a") == [(text,)]


def test_a_parameter_in_a_comment_or_a_text_is_none() -> None:
    made = Statement("x", "-- Of :a it's.\nselect ':a', \":a\", b::int, :a as c")
    text = filled(made, {"a": "x'; drop table t; --"})
    assert text == "-- Of :a it's.\nselect ':a', \":a\", b::int, 'x''; drop table t; --' as c"


def test_a_name_is_quoted_whatever_is_in_it() -> None:
    (text,) = inserts('t"; drop', ("a",), [(None,), (True,), (1.5,)], 1_000)
    assert text == 'insert into "t""; drop" ("a") values\n(NULL),\n(TRUE),\n(1.5)'


ROWS = st.lists(st.tuples(st.text("é'\\a", max_size=40), st.integers(0, 9)), max_size=30)


@given(rows=ROWS, most=st.integers(60, 400))
def test_rows_are_inserted_in_order_by_statements_of_few_bytes(
    shared: Client, rows: list[tuple[str, int]], most: int
) -> None:
    shared.run("create temporary table if not exists cut (a varchar(200), b int)")
    shared.run("delete from cut")
    read = []
    for text in inserts("cut", ("a", "b"), rows, most):
        assert len(text.encode()) <= most or text.count("\n") == 1
        shared.run(text)
        read += shared.run("select a, b from cut")
        shared.run("delete from cut")
    assert sorted(read) == sorted(rows)


def test_a_long_text_is_in_pieces_that_may_stand_in_a_statement(shared: Client) -> None:
    long = "é'\\" * 16_384
    text = literal(long)
    assert max(len(piece.encode()) for piece in text.split(" || ")) < 65_535
    assert shared.run(f"select {text} as a") == [(long,)]
