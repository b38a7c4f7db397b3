"""The statements of metrics are of Redshift's documented SQL, and in its grammar."""

from datetime import date

import pytest

from sparkify.serve.metrics import metric_dimensions, metric_model
from sparkify.sql.metric_query import DimensionValue, MetricQuestion, metric_text

from .documented import kinds, without_page
from .grammar import breaks_a_rule, unparsable

MODEL = metric_model()
DAYS = date(2018, 11, 1), date(2018, 12, 15)
VALUES: dict[str, DimensionValue] = {
    "date": date(2018, 11, 5),
    "integer": 5,
    "text": "O'Neill \\ 5% :x",
}


def text_of(metrics: list[str], by: list[str]) -> str:
    where = {name: [VALUES[MODEL.dimensions[name].type], None] for name in by}
    return metric_text(MODEL, MetricQuestion(metrics, by, where, *DAYS))


TEXTS = {
    "all": text_of(list(MODEL.metrics), []),
    **{f"all by {name}": text_of(list(MODEL.metrics), [name]) for name in MODEL.dimensions},
    **{name: text_of([name], metric_dimensions(metric)) for name, metric in MODEL.metrics.items()},
    "dau by week and month": text_of(["dau", "churn"], ["week", "month"]),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_statement_of_metrics_has_only_kinds_that_a_page_allows(text: str) -> None:
    assert kinds(text)
    assert without_page(text) == set()
    assert breaks_a_rule(text) == ""


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_statement_of_metrics_is_in_the_grammar(text: str) -> None:
    assert unparsable(text) == []
