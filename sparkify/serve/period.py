"""The days that a question is about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sparkify.engines.base import Queryable
from sparkify.errors import ConfigError
from sparkify.sql import statement

DAYS = 30
MOST_DAYS = 7_305


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in UTC, from the first to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """As many days, up to the one before the first."""
        day = timedelta(days=1)
        return Period(self.first - self.days * day, self.first - day)

    @property
    def parameters(self) -> dict[str, datetime]:
        """The moments that a statement about a period asks for: its start, and its end after it."""
        end = self.last + timedelta(days=1)
        return {
            "period_start": datetime.combine(self.first, time()),
            "period_end": datetime.combine(end, time()),
        }


def data_period(engine: Queryable) -> Period | None:
    """The days from the first event of a user to the last; None where there is none."""
    ((first, last),) = engine.fetch(statement("queries/first_and_last_event")).rows
    return Period(first.date(), last.date()) if first else None


def chosen_period(
    data: Period | None, first: date | None, last: date | None, today: date
) -> Period:
    """The days asked for, else the last thirty with data, or, without any, to today.

    Raises ConfigError for no day at all.
    """
    end = last or (data.last if data else first or today)
    start = first or end - timedelta(days=DAYS - 1)
    if not first and data and data.first <= end:
        start = max(start, data.first)
    if start > end:
        raise ConfigError(
            f"the period from {start} to {end} has no day", "give --from a day before --to"
        )
    if (end - start).days >= MOST_DAYS:
        raise ConfigError(
            f"the period from {start} to {end} is longer than twenty years",
            "give --from and --to closer to each other",
        )
    return Period(start, end)
