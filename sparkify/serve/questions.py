"""The questions of the report, each a statement with a period."""

from sparkify.engines.base import Queryable, Result
from sparkify.errors import ConfigError
from sparkify.serve.period import Period
from sparkify.sql import Statement, statement, statements

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


def answer_question(engine: Queryable, name: str, period: Period) -> Result:
    """Answer a question for a period. Raises ConfigError, WarehouseError."""
    return engine.fetch(question(name), **period.parameters)
