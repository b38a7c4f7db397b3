"""The report on a period as one self-contained HTML page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from itertools import groupby
from typing import Any, Literal

from sparkify.checks import count_outcomes, describe_outcomes
from sparkify.engines.base import Queryable
from sparkify.errors import ConfigError, WarehouseError
from sparkify.serve import charts
from sparkify.serve.cube import MOST_DAYS, Clock, Cube, as_script_data, read_cube
from sparkify.serve.findings import (
    find_busiest_hour,
    find_opposite_shift,
    find_plan_share,
    find_unusual_day,
    find_upgrades,
)
from sparkify.serve.pages import inline_part, page_templates
from sparkify.serve.period import Period, data_period
from sparkify.serve.questions import question
from sparkify.sql import Statement, statement

# Up to half a year is drawn by day, longer periods by week or month: the page stays readable.
MOST_COLUMNS = MOST_DAYS
CONTENT_POLICY = (
    "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'"
)
WIDE, NARROW = 920, 400

SATURDAY = 5  # of Python's weekdays

# Of each report; besides them it asks for plays over time and by hour, in a unit and by a clock.
QUESTIONS_OF_REPORT = (
    *("key_figures", "paid_and_free", "level_funnel", "upgrades", "retention", "quality"),
    *("top_songs", "top_artists", "top_places", "listeners_by_state"),
)
FigureRow = dict[str, Any]
TimeUnit = Literal["day", "week", "month"]
HOURS_BY_CLOCK = {
    "local": "plays_by_local_hour",
    "utc": "plays_by_weekday_and_hour",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A question of the report with its answer and its SQL."""

    name: str
    sql: str
    columns: tuple[str, ...]
    rows: list[FigureRow]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number of the period, and its change since the period before.

    `change` is relative to the number before; of a share, it is the difference. It is None where
    there is nothing to compare.
    """

    name: str
    value: float
    change: float | None
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that the figures carry, and the figure that has its numbers."""

    sentence: str
    figure: Figure


class Report:
    """The data of the page. Each answer is fetched once, on first use."""

    def __init__(
        self, engine: Queryable, period: Period, made_at: datetime, clock: Clock = "local"
    ) -> None:
        self.period = period
        self.made_at = made_at
        self.clock = clock
        self._engine = engine

    def figure(self, name: str) -> Figure:
        """Return a question of the report with its answer for the period."""
        return self._figures[name]

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        """All questions by name, asked together: a server can be far away."""
        names = (
            *QUESTIONS_OF_REPORT,
            *(f"plays_by_{self.unit}", HOURS_BY_CLOCK[self.clock]),
        )
        asked = [question(name) for name in names]
        results = self._engine.fetch_all(asked, **self.period.parameters)
        return {
            name: Figure(
                name,
                each.written_out(self.period.parameters),
                tuple(result.columns) if result.rows else (),
                [dict(zip(result.columns, row, strict=True)) for row in result.rows],
            )
            for name, each, result in zip(names, asked, results, strict=True)
        }

    @cached_property
    def data(self) -> Period | None:
        """The days with data of the whole warehouse."""
        return data_period(self._engine)

    @property
    def plays(self) -> int:
        """Songs started in the period."""
        return int(self.figure("key_figures").rows[0]["plays"])

    @property
    def compares(self) -> bool:
        """True if there is data for all of the period before."""
        return self.data is not None and self.data.first <= self.period.before.first

    @cached_property
    def before(self) -> FigureRow | None:
        """The row of key figures of the period before; None without all of its data."""
        if not self.compares:
            return None
        (row,) = _fetch_rows(self._engine, question("key_figures"), self.period.before)
        return row

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings in the figures, by the rules of findings.py."""
        now = self.figure("key_figures").rows[0]
        plans = self.figure("paid_and_free").rows
        clock = "local time" if self.clock == "local" else "UTC"
        sentences = {
            "paid_and_free": find_plan_share(plans, now["listeners"]),
            "plays_by_day": self.unit == "day"
            and find_unusual_day(self.over_time.rows, self._whole_days),
            "upgrades": find_upgrades(self.figure("upgrades").rows[0]),
            HOURS_BY_CLOCK[self.clock]: find_busiest_hour(self.by_hour.rows, clock),
            "key_figures": self.before and find_opposite_shift(now, self.before),
        }
        return [
            Finding(sentence, self.figure(name)) for name, sentence in sentences.items() if sentence
        ]

    @property
    def _whole_days(self) -> Period:
        """The days of the period without the first and the last of the data, which may be parts."""
        data, day = self.data or self.period, timedelta(days=1)
        return Period(
            max(self.period.first, data.first + day), min(self.period.last, data.last - day)
        )

    @cached_property
    def key_figures(self) -> list[KeyFigure]:
        """The six figures at the top."""
        now = self.figure("key_figures").rows[0]
        then = self.before
        return [
            _compared("Plays", lambda row: row["plays"], now, then),
            _compared("Listeners", lambda row: row["listeners"], now, then),
            _compared("New listeners", lambda row: row["new_listeners"], now, then),
            _compared("Sessions", lambda row: row["sessions"], now, then),
            _compared("Plays per listener", lambda r: share(r["plays"], r["listeners"]), now, then),
            _compared(
                "Plays by paid users", lambda r: share(r["paid_plays"], r["plays"]), now, then, True
            ),
        ]

    @property
    def unit(self) -> TimeUnit:
        """The unit of a column of plays over time: the smallest that keeps the chart readable."""
        days = self.period.days
        if days <= MOST_COLUMNS:
            return "day"
        return "week" if days <= 7 * MOST_COLUMNS else "month"

    @property
    def over_time(self) -> Figure:
        """Plays by that unit."""
        return self.figure(f"plays_by_{self.unit}")

    @property
    def columns(self) -> list[tuple[date, int, int]]:
        """Paid and free plays of each day, week or month of the period, also of those without."""
        found = {row["start_date"]: row for row in self.over_time.rows}
        none = {"paid_plays": 0, "free_plays": 0}
        every = range((self.period.last - self.period.first).days + 1)
        days = (self.period.first + timedelta(days=number) for number in every)
        starts = dict.fromkeys(_first_day(day, self.unit) for day in days)
        rows = ((start, found.get(start, none)) for start in starts)
        return [(start, row["paid_plays"], row["free_plays"]) for start, row in rows]

    @property
    def weekends(self) -> set[date]:
        """The columns that are a Saturday or Sunday."""
        if self.unit != "day":
            return set()
        return {day for day, _, _ in self.columns if day.weekday() >= SATURDAY}

    @property
    def by_hour(self) -> Figure:
        """Plays by weekday and hour of the report's clock."""
        return self.figure(HOURS_BY_CLOCK[self.clock])

    @property
    def hours(self) -> dict[tuple[int, int], int]:
        """These plays by (weekday, hour)."""
        return {(row["weekday"], row["hour"]): row["plays"] for row in self.by_hour.rows}

    @property
    def utc_plays(self) -> int:
        """Plays that the local clock counts in UTC, since their state is unknown."""
        return sum(row.get("utc_plays", 0) for row in self.by_hour.rows)

    @property
    def states(self) -> dict[str, int]:
        """Listeners by state of the USA."""
        rows = self.figure("listeners_by_state").rows
        return {row["state"]: row["listeners"] for row in rows}

    @property
    def cohorts(self) -> list[tuple[date, list[FigureRow]]]:
        """The rows of retention by week of first play, in order."""
        rows = self.figure("retention").rows
        return [(week, list(each)) for week, each in groupby(rows, lambda row: row["cohort_week"])]

    def is_partial(self, cell: FigureRow) -> bool:
        """Return True if the data ends before the week of a cell of retention does."""
        last_day = cell["cohort_week"] + timedelta(weeks=cell["weeks_since"], days=6)
        return self.data is not None and self.data.last < last_day

    @property
    def ladders(self) -> list[tuple[str, list[FigureRow]]]:
        """The steps of the funnel by direction, in order."""
        rows = self.figure("level_funnel").rows
        return [(name, list(each)) for name, each in groupby(rows, lambda row: row["direction"])]

    @cached_property
    def cube(self) -> Cube | None:
        """The plays that the page's script filters; None for a period that is too long."""
        return read_cube(self._engine, self.period, self.clock)

    @cached_property
    def checks(self) -> list[FigureRow]:
        """The results of the latest run's checks, as it recorded them; empty before the first."""
        columns, runs = self._engine.fetch(statement("operate/runs"))
        if not runs:
            return []
        run_id = runs[0][columns.index("run_id")]
        columns, rows = self._engine.fetch(statement("operate/checks_of_run"), run_id=run_id)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    @property
    def outcomes(self) -> str:
        """The number of these results by outcome, in words."""
        return describe_outcomes(count_outcomes(result["outcome"] for result in self.checks))


def require_plays(report: Report) -> None:
    """Raise ConfigError, with the days that have data, if nothing was played in the period."""
    if report.plays:
        return
    if report.data is None:
        raise WarehouseError("the warehouse has no plays yet", "load some: sparkify etl")
    raise ConfigError(
        f"nothing was played from {report.period.first} to {report.period.last}",
        f"choose days from {report.data.first} to {report.data.last}, which have data",
    )


def render_report(report: Report) -> str:
    """Render the page as HTML. It fetches nothing, and all data in it is escaped."""
    from markupsafe import Markup

    pages = page_templates()
    pages.filters |= {"percent": percent, "change": describe_change, "value": cell_text}
    pages.filters |= {"long_date": long_date, "short_date": short_date}

    def drawn(chart: Callable[..., str]) -> Callable[..., Markup]:
        return lambda *arguments: Markup(chart(*arguments))  # noqa: S704 - ElementTree escaped it

    style, style_source = inline_part("report.css")
    script, script_source = inline_part("report.js")
    return pages.get_template("report.html").render(
        report=report,
        style=style,
        script=script,
        policy=CONTENT_POLICY.format(style_source, script_source),
        cube=Markup(as_script_data(report.cube)),  # noqa: S704 - no text in it ends the script
        column_chart=drawn(partial(charts.column_chart, shaded=report.weekends)),
        heat_map=drawn(charts.heat_map),
        tile_map=drawn(charts.tile_map),
        bar=drawn(charts.bar),
        shade=charts.shade,
        shade_legend=charts.shade_legend,
        share=share,
        widths={"wide": WIDE, "narrow": NARROW},
    )


def _first_day(day: date, unit: TimeUnit) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def share(part: float, whole: float) -> float:
    """Return the part's share of the whole; 0 if the whole is 0."""
    return part / whole if whole else 0.0


def percent(value: float) -> str:
    """Format a share: `82%`, or with a decimal below ten percent."""
    return f"{100 * value:.1f}%" if 0 < abs(value) < 0.1 else f"{100 * value:.0f}%"


def describe_change(figure: KeyFigure) -> str:
    """Format the change of a key figure: `+12%`, `−3.4 points` or `0 before`."""  # noqa: RUF002 - a minus
    if figure.change is None:
        return "0 before"
    points = round(100 * figure.change, 1)
    unit = " points" if figure.is_share else "%"
    sign = "+" if points > 0 else "−" if points < 0 else "±"  # noqa: RUF001 - a minus
    return f"{sign}{abs(points):g}{unit}"


def long_date(day: date) -> str:
    """Format a day: `1 November 2018`."""
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """Format a day where there is little room: `1 Nov 2018`."""
    return f"{day.day} {day:%b %Y}"


def cell_text(cell: Any) -> str:
    """Format a value of a table."""
    match cell:
        case None:
            return "–"  # noqa: RUF001 - nothing
        case bool():
            return "yes" if cell else "no"
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.2f}"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M} UTC"
        case _:
            return str(cell)


def _fetch_rows(engine: Queryable, query: Statement, period: Period) -> list[FigureRow]:
    columns, rows = engine.fetch(query, **period.parameters)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _compared(
    name: str,
    measure: Callable[[FigureRow], float],
    now: FigureRow,
    then: FigureRow | None,
    is_share: bool = False,
) -> KeyFigure:
    value = measure(now)
    if then is None:
        return KeyFigure(name, value, None, is_share)
    before = measure(then)
    if is_share:
        return KeyFigure(name, value, value - before, is_share)
    return KeyFigure(name, value, (value - before) / before if before else None)
