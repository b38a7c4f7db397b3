"""The query of metrics by dimensions, in Redshift's dialect, from their definitions.

The rows of a dataset become cells, one row each with its dimensions, and the cells are counted.
Metrics of several datasets are counted apart, and put side by side.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import sqlglot
from sqlglot import expressions as exp

from sparkify.sql import statement
from sparkify.sql.literals import literal

CalendarUnit = Literal["day", "week", "month"]
DimensionType = Literal["date", "integer", "text"]
DimensionValue = str | int | date | None
# The time of a dataset, in the expressions of dimensions.
MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Dataset:
    """The rows that are counted: of a table, or of a statement of the package."""

    name: str
    source: str
    time: str
    description: str


@dataclass(frozen=True, slots=True)
class Relationship:
    """A table that is joined where a dimension needs it, by columns of the same names."""

    to: str
    columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A grouping of numbers: an expression of a row.

    `written` says how a value of another type than text is given.
    """

    name: str
    type: DimensionType
    description: str
    expression: str
    is_time: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Dimensions by which a metric has no meaning, and why."""

    dimensions: Sequence[str]
    because: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A number: an aggregate of the rows of its dataset, or the ratio of two other metrics.

    `per` divides it by the units of time in the cell, `empty` is its value without rows, `decimals`
    to how many digits it is rounded.
    """

    name: str
    description: str
    dataset: str = ""
    expression: str = ""
    ratio: Sequence[str] = ()
    per: CalendarUnit | None = None
    empty: int | None = None
    decimals: int | None = None
    not_by: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class MetricModel:
    """All definitions, by name; `fields` are expressions that dimensions are made of."""

    datasets: Mapping[str, Dataset]
    relationships: Sequence[Relationship]
    fields: Mapping[str, str]
    dimensions: Mapping[str, Dimension]
    metrics: Mapping[str, Metric]

    def dataset_of(self, metric: Metric) -> str:
        """Return the name of the dataset that a metric counts."""
        return self.metrics[metric.ratio[0]].dataset if metric.ratio else metric.dataset


@dataclass(frozen=True, slots=True)
class MetricQuestion:
    """Metrics by dimensions, of the rows with one of these values in each filtered dimension.

    The period is of whole days in UTC, from the first to the last inclusive.
    """

    metrics: Sequence[str]
    by: Sequence[str]
    where: Mapping[str, Sequence[DimensionValue]]
    first: date
    last: date

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.last + timedelta(days=1)


def metric_text(model: MetricModel, asked: MetricQuestion) -> str:
    """Return Redshift's text of a query with a row for each cell that has rows, in order."""
    return _MetricQuery(model, asked).tree().sql("redshift", pretty=True, comments=False)


class _MetricQuery:
    """Builds the query of a question."""

    def __init__(self, model: MetricModel, asked: MetricQuestion) -> None:
        self._model = model
        self._asked = asked
        self._metrics = [model.metrics[name] for name in asked.metrics]

    def tree(self) -> exp.Select:
        """Return the query as a syntax tree."""
        datasets = list(dict.fromkeys(map(self._model.dataset_of, self._metrics)))
        steps = {name: made for name in datasets if (made := self._statement(name)) is not None}
        steps |= {f"{name}_cells": self._cells(name) for name in datasets}
        if len(datasets) == 1:
            query = self._numbers(datasets[0], self._number)
        else:
            parts = [self._numbers(name, self._number_of(name)) for name in datasets]
            steps["numbers"] = exp.union(*parts, distinct=False)
            query = self._side_by_side()
        for name, step in steps.items():
            query = query.with_(name, as_=step)
        return query.order_by(*self._by()) if self._asked.by else query

    def _statement(self, dataset: str) -> exp.Expr | None:
        """Return the statement that gives a dataset's rows; None if a table does."""
        source = self._model.datasets[dataset].source
        return _parsed(statement(source).text) if "/" in source else None

    def _cells(self, name: str) -> exp.Select:
        """Return the query of a dataset's rows in the period, each with its dimensions."""
        dataset = self._model.datasets[name]
        values = {each: self._value(each, dataset) for each in self._asked.by}
        moment = exp.column(dataset.time, table=name)
        start, end = (_timestamp(day) for day in (self._asked.first, self._asked.end))
        kept = [moment >= start, moment.copy() < end, *self._filters(dataset)]
        columns = (exp.column(each, table=name, quoted=True) for each in self._columns(name))
        source = exp.to_table(dataset.source).as_(name)
        query = (
            exp.select(*(value.as_(each, quoted=True) for each, value in values.items()), *columns)
            .from_(name if "/" in dataset.source else source)
            .where(*kept)
        )
        if not query.selects:
            query = query.select(exp.Literal.number(1).as_("cell"))
        return self._joined(query, name)

    def _joined(self, query: exp.Select, name: str) -> exp.Select:
        """Return the query with the tables that it names a column of."""
        named = {column.table for column in query.find_all(exp.Column)}
        for each in self._model.relationships:
            if each.to in named:
                keys = [
                    exp.column(key, table=name).eq(exp.column(key, table=each.to))
                    for key in each.columns
                ]
                query = query.join(each.to, on=exp.and_(*keys), join_type="left")
        return query

    def _columns(self, dataset: str) -> list[str]:
        """Return the columns that the metrics of a dataset count."""
        wanted = [each for each in self._metrics if self._model.dataset_of(each) == dataset]
        parts = [self._model.metrics[name] for each in wanted for name in each.ratio]
        return sorted(
            {
                column.name
                for each in (*wanted, *parts)
                if each.expression
                for column in _parsed(each.expression).find_all(exp.Column)
            }
        )

    def _value(self, name: str, dataset: Dataset) -> exp.Expr:
        """Return a dimension or field as an expression of the columns of a dataset."""
        if name == MOMENT:
            return exp.column(dataset.time, table=dataset.name)
        fields, dimensions = self._model.fields, self._model.dimensions
        text = fields[name] if name in fields else dimensions[name].expression
        known = {MOMENT, *fields, *dimensions} - {name}

        def resolved(node: exp.Expr) -> exp.Expr:
            if not isinstance(node, exp.Column) or node.table:
                return node
            if node.name in known:
                return exp.paren(self._value(node.name, dataset))
            return exp.column(node.name, table=dataset.name)

        return _parsed(text).transform(resolved)

    def _filters(self, dataset: Dataset) -> Iterator[exp.Expr]:
        """Yield a condition for each dimension of which only some values are asked for."""
        for name, values in self._asked.where.items():
            listed = [_literal(value) for value in values if value is not None]
            conditions: list[exp.Expr] = []
            if listed:
                conditions.append(exp.paren(self._value(name, dataset)).isin(*listed))
            if None in values:
                conditions.append(exp.paren(self._value(name, dataset)).is_(exp.null()))
            yield exp.or_(*conditions)

    def _numbers(self, dataset: str, number_of: Callable[[Metric], exp.Expr]) -> exp.Select:
        """Return the query of the metrics for each cell of a dataset."""
        numbers = (number_of(each).as_(each.name, quoted=True) for each in self._metrics)
        query = exp.select(*self._by(), *numbers).from_(f"{dataset}_cells")
        return query.group_by(*self._by()) if self._asked.by else query

    def _number_of(self, dataset: str) -> Callable[[Metric], exp.Expr]:
        """Return what gives the number of a metric, null for those of another dataset."""

        def number(metric: Metric) -> exp.Expr:
            if self._model.dataset_of(metric) == dataset:
                return self._number(metric)
            kind = "bigint" if metric.decimals is None else "double precision"
            return _parsed(f"cast(null as {kind})")

        return number

    def _side_by_side(self) -> exp.Select:
        """Return the numbers of all datasets, a row for each cell that one of them has."""
        numbers = (self._only_number(each).as_(each.name, quoted=True) for each in self._metrics)
        query = exp.select(*self._by(), *numbers).from_("numbers")
        return query.group_by(*self._by()) if self._asked.by else query

    @staticmethod
    def _only_number(metric: Metric) -> exp.Expr:
        """Return the number of the one dataset that has it for a cell."""
        largest = exp.Max(this=exp.column(metric.name, quoted=True))
        if metric.empty is None:
            return largest
        return exp.func("coalesce", largest, exp.Literal.number(metric.empty))

    def _by(self) -> list[exp.Column]:
        return [exp.column(name, quoted=True) for name in self._asked.by]

    def _number(self, metric: Metric) -> exp.Expr:
        exact = self._exact(metric)
        return exact if metric.decimals is None else _rounded(exact, metric.decimals)

    def _exact(self, metric: Metric) -> exp.Expr:
        """Return a metric before it is rounded."""
        if metric.ratio:
            part, whole = (self._exact(self._model.metrics[name]) for name in metric.ratio)
            return exp.paren(part) / exp.func("nullif", whole, exp.Literal.number(0))
        counted = _parsed(metric.expression)
        return exp.paren(counted) / self._units(metric.per) if metric.per else counted

    def _units(self, unit: CalendarUnit) -> exp.Expr:
        """Return how many days, weeks or months of a cell are in the period."""
        if unit in self._asked.by:
            return exp.Literal.number(1)
        if unit == "day" and {"week", "month"}.intersection(self._asked.by):
            return self._days_of_cell()
        days = (self._asked.end - self._asked.first).days
        every = (self._asked.first + timedelta(days=number) for number in range(days))
        return exp.Literal.number(len({_beginning(unit, day) for day in every}))

    def _days_of_cell(self) -> exp.Expr:
        """Return how many days of the period lie in the week and month of a cell."""
        starts, ends = [_literal(self._asked.first)], [_literal(self._asked.end)]
        if "week" in self._asked.by:
            starts.append(_parsed('"week"'))
            ends.append(_parsed('"week" + 7'))
        if "month" in self._asked.by:
            starts.append(_parsed('"month"'))
            ends.append(_parsed("""cast(dateadd(month, 1, "month") as date)"""))
        start, end = exp.func("greatest", *starts), exp.func("least", *ends)
        return _parsed(f"datediff(day, {start.sql('redshift')}, {end.sql('redshift')})")


def _beginning(unit: CalendarUnit, day: date) -> date:
    """Return the first day of the day's week or month."""
    if unit == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday() if unit == "week" else 0)


def _rounded(number: exp.Expr, decimals: int) -> exp.Expr:
    """Return a number rounded half up: round() differs, by engine and type."""
    factor = exp.Literal.number(10**decimals)
    half = exp.Literal.number("0.5")
    return exp.func("floor", exp.paren(number) * factor + half) / factor.copy()


def _timestamp(day: date) -> exp.Expr:
    return _parsed(literal(datetime.combine(day, time())))


def _literal(value: str | int | date) -> exp.Expr:
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    # As it stands: the generator would write a quote in a text as Redshift's \', not doubled.
    return exp.var(literal(value))


def _parsed(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, read="redshift")
