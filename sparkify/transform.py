"""The staging tables of a batch into the star schema. What a row means is said in sql/transform."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sparkify.engines.base import Engine
from sparkify.sql import Statement, drop_statement, statement


@dataclass(frozen=True, slots=True)
class TableTransform:
    """The steps that load a batch into a table, in order, and the temporary tables to drop."""

    table: str
    steps: tuple[str, ...]
    temporary_tables: tuple[str, ...] = ()

    def statements(self) -> Iterator[Statement]:
        """Yield the statements in order."""
        for step in self.steps:
            yield statement(f"transform/{self.table}/{step}")
        yield from map(drop_statement, self.temporary_tables)


# Dimensions before the fact.
TRANSFORMS = (
    TableTransform("artists", ("stage", "merge"), ("batch_artists",)),
    TableTransform("songs", ("stage", "merge"), ("batch_songs",)),
    TableTransform("users", ("stage", "delete", "insert"), ("batch_users",)),
    TableTransform("time", ("insert",)),
    TableTransform(
        "songplays",
        ("stage", "merge", "insert", "stage_song_ids", "backfill_song_ids"),
        ("repeated_plays", "found_songs"),
    ),
)


def repeated_events_statements() -> tuple[Statement, ...]:
    """Return the statements that find which events of a batch were received before.

    An earlier batch's table is dropped here, since the batch needs it until its end.
    """
    return (drop_statement("repeated_events"), statement("transform/repeated_events/stage"))


def find_repeated_events(engine: Engine, loaded_at: datetime) -> None:
    """Find which events the batch repeats, into the temporary table `repeated_events`."""
    for step in repeated_events_statements():
        engine.execute(step, loaded_at=loaded_at)


def transform(engine: Engine, loaded_at: datetime) -> None:
    """Bring the star up to date with the batch that carries `loaded_at`; its repeats are found."""
    repair_texts(engine, loaded_at)
    for table in TRANSFORMS:
        for step in table.statements():
            engine.execute(step, loaded_at=loaded_at)


def repair_texts(engine: Engine, loaded_at: datetime) -> None:
    """Record how the batch's titles and names that were UTF-8 encoded twice should read.

    Some 5 % of the real plays have such a text, and match no song until it is repaired. Staging
    keeps the text as received.
    """
    suspects = engine.fetch(statement("transform/garbled_texts"), loaded_at=loaded_at).rows
    if not suspects:
        return
    repairs = [(text, decoded(text).strip(" ")) for (text,) in suspects]
    engine.append(
        "text_repairs",
        ("delivered", "repaired"),
        [(received, repaired) for received, repaired in repairs if received.strip(" ") != repaired],
    )


def decoded(text: str) -> str:
    """Undo the UTF-8 encodings that a text went through more than once.

    Letters that are all bytes, and as bytes are UTF-8, were text before; others stay as they are.
    """
    while not text.isascii():
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            break
    return text
