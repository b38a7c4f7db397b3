"""The questions of the report, each a statement with a period."""

from sparkify.errors import ConfigError
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
