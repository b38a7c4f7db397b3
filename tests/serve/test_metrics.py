"""Metrics on the command line and from Python: refusals, filters, and the forms of an answer."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sparkify import Connection, connect
from sparkify.cli import app
from sparkify.engines.base import require_reading
from sparkify.errors import ConfigError
from sparkify.serve.metrics import metric_dimensions, metric_model, parse_filters
from sparkify.sql.metric_query import MetricQuestion, metric_text
from tests.command_line import call

MODEL = metric_model()
REFUSED = [
    (metric.name, dimension, refusal.because)
    for metric in MODEL.metrics.values()
    for refusal in metric.not_by
    for dimension in refusal.dimensions
]


@pytest.fixture
def connection(asked: Path) -> Iterator[Connection]:
    with connect(settings={"CLUSTER.DB_NAME": str(asked / "sparkify")}) as opened:
        yield opened


def test_what_has_no_meaning_is_what_the_issue_names() -> None:
    pairs = {(metric, dimension) for metric, dimension, _ in REFUSED}
    assert len(pairs) == len(REFUSED) == 26
    assert {
        *(("churn", "hour"), ("match_rate", "song"), ("paid_share", "plan")),
        *(("conversion", name) for name in ("hour", "weekday", "plan", "artist", "song")),
    } <= pairs


@pytest.mark.parametrize(("metric", "dimension", "because"), REFUSED)
def test_a_metric_without_meaning_by_a_dimension_is_refused(
    connection: Connection, metric: str, dimension: str, because: str
) -> None:
    value = {"date": "2018-11-01", "integer": 0, "text": "x"}[MODEL.dimensions[dimension].type]
    for more in ({"by": dimension}, {"where": {dimension: value}}):
        with pytest.raises(ConfigError) as refused:
            connection.metric(f"plays,{metric}", **more)
        assert str(refused.value) == f"{metric} has no meaning by {dimension}: {because}"
        assert refused.value.hint == f"ask for it by: {', '.join(_allowed(metric))}"


def _allowed(metric: str) -> list[str]:
    refused = {dimension for name, dimension, _ in REFUSED if name == metric}
    return [name for name in MODEL.dimensions if name not in refused]


def test_the_refusals_are_those_that_are_left_out_of_the_allowed() -> None:
    for metric in MODEL.metrics.values():
        assert metric_dimensions(metric) == _allowed(metric.name)


@pytest.mark.parametrize("metric", ["dau", "wau", "mau", "stickiness"])
@pytest.mark.parametrize("dimension", ["day", "week", "month"])
def test_an_average_is_filtered_by_a_time_only_if_it_is_by_it(
    connection: Connection, metric: str, dimension: str
) -> None:
    if dimension not in _allowed(metric):
        return
    value = {"day": "2018-11-05", "week": "2018-11-05", "month": "2018-11"}[dimension]
    with pytest.raises(ConfigError, match=f"{metric} is an average over the period"):
        connection.metric(metric, where={dimension: value})

    [row] = connection.metric(metric, by=dimension, where={dimension: value}).rows
    assert row in connection.metric(metric, by=dimension).rows


WRONG = {
    ("--metric", "nosuch"): "there is no metric nosuch",
    ("--metric", ","): "no metric is named",
    ("--metric", "plays", "--by", "planet"): "there is no dimension planet",
    ("--metric", "plays", "--where", "planet=x"): "there is no dimension planet",
    ("--metric", "plays", "--where", "state"): "--where state has no value",
    ("--metric", "plays", "--where", "hour=noon"): "noon is no hour",
    ("--metric", "plays", "--where", "day=2018-11-31"): "2018-11-31 is no day",
    ("--metric", "plays", "--where", "week=2018-11-06"): "2018-11-06 is no week",
    ("--metric", "plays", "--where", "month=2018-11-06"): "2018-11-06 is no month",
    ("--metric", "plays", "--from", "2018-11-06", "--to", "2018-11-05"): "has no days",
    ("--metric", "plays", "--to", "9999-12-31"): "no day comes after",
    ("--metric", "plays", "--named", "quality"): "give one of a query",
    ("--by", "plan"): "--by and --where are for --metric",
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.items(), ids=map(" ".join, WRONG))
def test_what_is_wrong_is_said_in_two_lines(
    asked: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = call("query", *arguments, cwd=asked)

    assert (done.code, done.out) == (2, "")
    error, hint = done.err.splitlines()
    assert error.startswith("Error: ")
    assert said in error
    assert hint.startswith("Try: ")


# --- filters


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["state=TX"], {"state": ["TX"]}),
        (["state=TX,CA", "plan=paid"], {"state": ["TX", "CA"], "plan": ["paid"]}),
        (["state=TX", "state=CA"], {"state": ["TX", "CA"]}),
        (["city=San Jose, CA,Chicago, IL"], {"city": ["San Jose, CA", "Chicago, IL"]}),
        (["artist=Earth\\,Wind,a=b"], {"artist": ["Earth,Wind", "a=b"]}),
        (["state="], {"state": [""]}),
    ],
)
def test_filters_are_written_as_a_dimension_and_its_values(
    texts: list[str], expected: dict[str, list[str]]
) -> None:
    assert parse_filters(texts) == expected


@given(values=st.lists(st.text(), min_size=1, max_size=3))
def test_whatever_a_value_is_it_is_a_value(values: list[str]) -> None:
    where = {"song": values, "city": values}
    days = date(2018, 11, 1), date(2018, 11, 30)
    text = metric_text(MODEL, MetricQuestion(["plays", "churn"], ["week"], where, *days))
    require_reading(text, "redshift")


def test_a_value_that_is_sql_finds_nothing_and_does_nothing(connection: Connection) -> None:
    for value in ("x' or 'a' = 'a", "\\' or 1 = 1 --", "'; drop table users; --", ":a %s $1 ?"):
        assert connection.metric("plays", where={"song": value}).rows == [(0,)]
    assert connection.metric("plays").rows > [(0,)]


def test_a_filter_from_python_has_a_value_or_several(connection: Connection) -> None:
    weeks = {"week": [date(2018, 11, 5), "2018-11-12"], "plan": ["paid", None]}
    assert len(connection.metric("plays", by="week", where=weeks).rows) == 2
    assert connection.metric("plays", where={"hour": 5}).rows == (
        connection.metric("plays", where={"hour": "5"}).rows
    )
    with pytest.raises(ConfigError, match="state has no value"):
        connection.metric("plays", where={"state": []})


# --- the command


def test_all_forms_of_an_answer_are_those_of_a_query(asked: Path, connection: Connection) -> None:
    options = ("query", "--metric", "plays,listeners", "--by", "plan,week", "--where", "plan=paid")
    rows = connection.metric(["plays", "listeners"], by=["plan", "week"], where={"plan": "paid"})
    found = json.loads(call(*options, "--format", "json", cwd=asked).out)
    assert [tuple(row.values()) for row in found] == [
        (plan, week.isoformat(), *numbers) for plan, week, *numbers in rows.rows
    ]
    assert len(found) > 1

    csv = call(*options, "--out", "a.csv", "--format", "csv", cwd=asked)
    assert (csv.code, csv.out) == (0, "")
    assert (asked / "a.csv").read_text().startswith("plan,week,plays,listeners\n")
    assert "paid" in call(*options, "--limit", "1", cwd=asked).out
    explained = call(*options, "--explain", cwd=asked)
    assert explained.code == 0
    assert "songplays" in explained.out.lower()


@pytest.mark.parametrize(
    ("option", "begun", "expected"),
    [
        ("--metric", "ch", ["churn"]),
        ("--metric", "plays,st", ["plays,stickiness"]),
        ("--by", "plan,wee", ["plan,week", "plan,weekday"]),
        ("--where", "sta", ["state"]),
    ],
)
def test_names_are_completed(option: str, begun: str, expected: list[str]) -> None:
    env = {"_SPARKIFY_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
    env["COMP_WORDS"] = f"sparkify query {option} {begun}"
    done = CliRunner(env=env).invoke(app, [], prog_name="sparkify")

    assert [line.rpartition("plain,")[2] for line in done.output.splitlines()] == expected


def test_the_definitions_are_told_in_words() -> None:
    texts = [
        *(metric.description for metric in MODEL.metrics.values()),
        *(dimension.description for dimension in MODEL.dimensions.values()),
        *(dataset.description for dataset in MODEL.datasets.values()),
    ]
    assert [text for text in texts if not (text[0].isupper() and text.endswith("."))] == []
    assert [each.name for each in MODEL.dimensions.values() if each.type != "text"] == [
        each.name for each in MODEL.dimensions.values() if each.written
    ]
