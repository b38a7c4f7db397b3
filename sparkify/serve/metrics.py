"""Metrics by dimensions: their definitions, and the query of a question in a person's words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sparkify.engines.base import Queryable
from sparkify.errors import ConfigError
from sparkify.serve.period import data_period
from sparkify.warehouse import require_star

if TYPE_CHECKING:
    from sparkify.sql.metric_query import (
        Dimension,
        DimensionValue,
        Metric,
        MetricModel,
        MetricQuestion,
    )

# Between the values of a filter; one before a blank is part of a place or a name.
SEPARATOR = re.compile(r"(?<!\\),(?! )")


@cache
def metric_model() -> "MetricModel":
    """Return the definitions of all metrics and dimensions."""
    import yaml

    from sparkify.sql.metric_query import (
        Dataset,
        Dimension,
        Metric,
        MetricModel,
        Refusal,
        Relationship,
    )

    written = yaml.safe_load((files("sparkify") / "metrics.yaml").read_text(encoding="utf-8"))

    def metric(facts: Mapping[str, Any]) -> Metric:
        refusals = [Refusal(**each) for each in facts.get("not_by", ())]
        return Metric(**{**facts, "not_by": refusals})

    return MetricModel(
        datasets={each["name"]: Dataset(**each) for each in written["datasets"]},
        relationships=[Relationship(**each) for each in written["relationships"]],
        fields={each["name"]: each["expression"] for each in written["fields"]},
        dimensions={each["name"]: Dimension(**each) for each in written["dimensions"]},
        metrics={each["name"]: metric(each) for each in written["metrics"]},
    )


def metric_query(  # noqa: PLR0913, PLR0917 - the parts of a question
    reader: Queryable,
    metrics: str | Iterable[str],
    by: str | Iterable[str] = (),
    where: Mapping[str, Any] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> str:
    """Return the query of metrics by dimensions, in the reader's dialect.

    The period is by default from the first to the last day with events of users. Raises ConfigError
    for a name that there is not, and for a metric without meaning by a dimension; WarehouseError.
    """
    from sparkify.sql.metric_query import metric_text
    from sparkify.sql.rendering import render_to_run

    require_star(reader)
    asked = _question(reader, _names(metrics), _names(by), where or {}, first, last)
    return render_to_run(reader.dialect, metric_text(metric_model(), asked))


def parse_filters(texts: Iterable[str]) -> dict[str, list[str]]:
    r"""Return the values by dimension of filters like `state=TX,CA`. Raises ConfigError.

    A comma before a blank is part of a value, as in `city=San Jose, CA`, and so is `\,`.
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals:
            raise ConfigError(
                f"--where {text} has no value", "write a dimension and its values: state=TX,CA"
            )
        listed = (value.replace("\\,", ",") for value in SEPARATOR.split(values))
        found.setdefault(name.strip(), []).extend(listed)
    return found


def _names(given: str | Iterable[str]) -> list[str]:
    names = given.split(",") if isinstance(given, str) else given
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def _question(  # noqa: PLR0913, PLR0917 - the parts of a question
    reader: Queryable,
    metrics: Sequence[str],
    by: Sequence[str],
    where: Mapping[str, Any],
    first: date | None,
    last: date | None,
) -> "MetricQuestion":
    """Return a question that has a meaning. Raises ConfigError."""
    from sparkify.sql.metric_query import MetricQuestion

    model = metric_model()
    found = [_metric(model, name) for name in metrics]
    dimensions = [_dimension(model, name) for name in dict.fromkeys((*by, *where))]
    if not found:
        raise ConfigError("no metric is named", f"name one of: {', '.join(model.metrics)}")
    for metric in found:
        for dimension in dimensions:
            _require_meaning(metric, dimension)
        _require_whole_cells(model, metric, by, where)
    values = {name: _values(model.dimensions[name], given) for name, given in where.items()}
    start, end = _days(reader, first, last)
    return MetricQuestion(metrics, by, values, start, end)


def _metric(model: "MetricModel", name: str) -> "Metric":
    if name not in model.metrics:
        raise ConfigError(f"there is no metric {name}", f"name one of: {', '.join(model.metrics)}")
    return model.metrics[name]


def _dimension(model: "MetricModel", name: str) -> "Dimension":
    if name not in model.dimensions:
        raise ConfigError(
            f"there is no dimension {name}", f"name one of: {', '.join(model.dimensions)}"
        )
    return model.dimensions[name]


def metric_dimensions(metric: "Metric") -> list[str]:
    """Return the dimensions by which a metric has a meaning."""
    refused = {name for each in metric.not_by for name in each.dimensions}
    return [name for name in metric_model().dimensions if name not in refused]


def _require_meaning(metric: "Metric", dimension: "Dimension") -> None:
    for refusal in metric.not_by:
        if dimension.name in refusal.dimensions:
            raise ConfigError(
                f"{metric.name} has no meaning by {dimension.name}: {refusal.because}",
                f"ask for it by: {', '.join(metric_dimensions(metric))}",
            )


def _require_whole_cells(
    model: "MetricModel", metric: "Metric", by: Sequence[str], where: Iterable[str]
) -> None:
    """Raise ConfigError where a filter would leave a part of the days of an average."""
    parts = [model.metrics[name] for name in metric.ratio] or [metric]
    for name in where:
        if model.dimensions[name].is_time and name not in by and any(each.per for each in parts):
            raise ConfigError(
                f"{metric.name} is an average over the period, and cannot be filtered by {name}",
                f"choose the days by --from and --to, or ask for it by {name} too",
            )


def _values(dimension: "Dimension", given: Any) -> list["DimensionValue"]:
    """Return the values of a filter, in the dimension's type; an empty text is null."""
    several = [given] if isinstance(given, (str, int, date)) or given is None else list(given)
    if not several:
        raise ConfigError(f"{dimension.name} has no value", "give one, or leave the filter out")
    return [_value(dimension, value) for value in several]


def _value(dimension: "Dimension", given: Any) -> "DimensionValue":
    if given is None or given == "":
        return None
    try:
        if dimension.type == "integer":
            return int(given)
        return _day(dimension.name, given) if dimension.type == "date" else str(given)
    except ValueError:
        raise ConfigError(
            f"{given} is no {dimension.name}", f"write a {dimension.name} as {dimension.written}"
        ) from None


def _day(name: str, given: Any) -> date:
    """Return the day that stands for a day, a week or a month. Raises ValueError for no such."""
    text = str(given.date() if isinstance(given, datetime) else given)
    day = date.fromisoformat(f"{text}-01" if re.fullmatch(r"\d{4}-\d\d", text) else text)
    if (name == "week" and day.weekday()) or (name == "month" and day.day != 1):
        raise ValueError(text)
    return day


def _days(reader: Queryable, first: date | None, last: date | None) -> tuple[date, date]:
    """Return the first and last day of the period. Raises ConfigError for one without days."""
    today = datetime.now(UTC).date()
    data = data_period(reader) if not (first and last) else None
    start = first or (data.first if data else last or today)
    end = last or (data.last if data else first or today)
    if start > end:
        raise ConfigError(
            f"the period from {start} to {end} has no days", "give --from a day before --to"
        )
    if end == date.max:
        raise ConfigError(f"no day comes after {end}", "give --to an earlier day")
    return start, end
