"""The questions of the report, each a statement with a period."""

from datetime import UTC, date, datetime

from sparkify.engines.base import Queryable
from sparkify.errors import ConfigError
from sparkify.serve.period import chosen_period, data_period
from sparkify.sql import Statement, statement, statements
from sparkify.warehouse import require_star

QUESTIONS_FOLDER = "queries/period"


def question_names() -> list[str]:
    """Return the names of all questions."""
    return [each.name.removeprefix(f"{QUESTIONS_FOLDER}/") for each in statements(QUESTIONS_FOLDER)]


def question(name: str) -> Statement:
    """Return a question's statement. Raises ConfigError, with all names, for an unknown one."""
    if name not in question_names():
        raise ConfigError(
            f"there is no question {name}", f"name one of: {', '.join(question_names())}"
        )
    return statement(f"{QUESTIONS_FOLDER}/{name}")


def question_text(
    reader: Queryable, name: str, first: date | None = None, last: date | None = None
) -> str:
    """Return a question's SQL with the days written out, by default the last thirty with data.

    Raises ConfigError for an unknown question or days that are none, WarehouseError without a star.
    """
    require_star(reader)
    asked = question(name)
    today = datetime.now(UTC).date()
    days = chosen_period(data_period(reader), first, last, today)
    return asked.written_out(days.parameters)
