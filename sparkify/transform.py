"""The staging tables of a batch into the star schema. What a row means is said in sql/transform."""

from datetime import datetime

from sparkify.engines.base import Engine
from sparkify.sql import statement

# An earlier batch's are dropped first: they are needed until a batch's end.
FIND_REPEATED = ("repeated_events/drop", "repeated_events/choose")
# Dimensions before the fact; a table's rows are chosen, brought in, and the choice dropped.
STEPS = (
    "artists/choose",
    "artists/merge",
    "artists/drop",
    "songs/choose",
    "songs/merge",
    "songs/drop",
    "users/choose",
    "users/replace",
    "users/insert",
    "users/drop",
    "time/insert",
    "songplays/choose",
    "songplays/merge",
    "songplays/insert",
    "songplays/heal",
    "songplays/drop",
)


def find_repeated_events(engine: Engine, loaded_at: datetime) -> None:
    """Find which events the batch delivers again, into the temporary table `repeated_events`."""
    for step in FIND_REPEATED:
        engine.execute(statement(f"transform/{step}"), loaded_at=loaded_at)


def transform(engine: Engine, loaded_at: datetime) -> None:
    """Bring the star up to date with the batch that carries `loaded_at`; its repeats are found."""
    repair_texts(engine, loaded_at)
    for step in STEPS:
        engine.execute(statement(f"transform/{step}"), loaded_at=loaded_at)


def repair_texts(engine: Engine, loaded_at: datetime) -> None:
    """Note how the batch's titles and names that were UTF-8 encoded twice should read.

    Some 5 % of the real plays carry such text, and match no song until it is repaired. Staging
    keeps what was delivered.
    """
    suspects = engine.fetch(statement("transform/garbled_texts"), loaded_at=loaded_at).rows
    if not suspects:
        return
    repairs = [(text, decoded(text).strip(" ")) for (text,) in suspects]
    engine.append(
        "text_repairs",
        ("delivered", "repaired"),
        [
            (delivered, repaired)
            for delivered, repaired in repairs
            if delivered.strip(" ") != repaired
        ],
    )


def decoded(text: str) -> str:
    """The text without the UTF-8 encodings that it went through more than once.

    Letters that are all bytes, and as bytes are UTF-8, were text before; others are left alone.
    """
    while not text.isascii():
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            break
    return text
