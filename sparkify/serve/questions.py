"""The report's questions, each a statement about a period."""

from sparkify.engines.base import Queryable, Result
from sparkify.errors import ConfigError
from sparkify.serve.period import Period
from sparkify.sql import Statement, statement, statements

FOLDER = "queries/period"


def names() -> list[str]:
    """What can be asked by name."""
    return [each.name.removeprefix(f"{FOLDER}/") for each in statements(FOLDER)]


def question(name: str) -> Statement:
    """The statement of that name. Raises ConfigError, with the names there are."""
    if name not in names():
        raise ConfigError(f"there is no question {name}", f"name one of: {', '.join(names())}")
    return statement(f"{FOLDER}/{name}")


def ask(engine: Queryable, name: str, period: Period) -> Result:
    """The answer for the period."""
    return engine.fetch(question(name), **period.parameters)
