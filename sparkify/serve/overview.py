"""The rows of each table, and the answers to an analyst's first questions."""

from sparkify.engines.base import Queryable, Result
from sparkify.sql import statement

OVERVIEW_QUESTIONS = {
    "Most played songs": "queries/most_played_songs",
    "Plays by hour of the day (UTC)": "queries/plays_by_hour",
    "Paid and free": "queries/paid_and_free",
}


def rows_by_table(engine: Queryable) -> dict[str, int]:
    """Return the number of rows of each table, staging first."""
    return {name: count for _, name, count in engine.fetch(statement("queries/rows_by_table")).rows}


def answers(engine: Queryable) -> dict[str, Result]:
    """Return the answer to each question."""
    return {
        question: engine.fetch(statement(name)) for question, name in OVERVIEW_QUESTIONS.items()
    }
