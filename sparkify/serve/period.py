"""The period of a report or query, in days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sparkify.engines.base import Queryable
from sparkify.errors import ConfigError
from sparkify.sql import statement

DEFAULT_DAYS = 30
MAX_DAYS = 7_305


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in UTC, from the first to the last inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends on the day before."""
        day = timedelta(days=1)
        return Period(self.first - self.days * day, self.first - day)

    @property
    def parameters(self) -> dict[str, datetime]:
        """The parameters of a statement about a period: its start, and its exclusive end."""
        end = self.last + timedelta(days=1)
        return {
            "period_start": datetime.combine(self.first, time()),
            "period_end": datetime.combine(end, time()),
        }


def data_period(engine: Queryable) -> Period | None:
    """Return the days from the first event of a user to the last; None without events."""
    ((first, last),) = engine.fetch(statement("queries/first_and_last_event")).rows
    return Period(first.date(), last.date()) if first else None


def chosen_period(
    data: Period | None, first: date | None, last: date | None, today: date
) -> Period:
    """Return the given days, else the last thirty with data or, without data, to today.

    Raises ConfigError for an empty period, or one of more than twenty years.
    """
    end = last or (data.last if data else first or today)
    start = first or end - timedelta(days=DEFAULT_DAYS - 1)
    if not first and data and data.first <= end:
        start = max(start, data.first)
    if start > end:
        raise ConfigError(
            f"the period from {start} to {end} has no days", "give --from a day before --to"
        )
    if (end - start).days >= MAX_DAYS:
        raise ConfigError(
            f"the period from {start} to {end} is longer than twenty years",
            "give --from and --to closer to each other",
        )
    return Period(start, end)
