"""The staging tables of a batch into the star schema. What a row means is said in sql/transform."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sparkify.engines.base import Engine
from sparkify.sql import Parameter, Statement, drop_statement, statement
from sparkify.user_agents import AGENT_COLUMNS, described_agents

# Parts of a batch: a step of the transform is needed where the batch has one of its parts.
BatchPart = Literal[
    "songs", "events", "repeated_songs", "repeated_events", "replaced_plays", "rematched_plays"
]


@dataclass(frozen=True, slots=True)
class TransformStep:
    """A step of the transform: its name is `table/verb`, `parts` are those that it is needed for.

    `temporary_table` is one that it creates, to be dropped after the batch.
    """

    name: str
    parts: frozenset[BatchPart]
    temporary_table: str = ""

    @property
    def table(self) -> str:
        """The table that it loads, for which it may create a temporary one."""
        return self.name.partition("/")[0]

    @property
    def statement(self) -> Statement:
        """The statement of the step."""
        return statement(f"transform/{self.name}")


def _step(name: str, *parts: BatchPart, temporary_table: str = "") -> TransformStep:
    return TransformStep(name, frozenset(parts), temporary_table)


# What was received before, by the parts of the batch that can repeat it.
FIND_REPEATS: dict[BatchPart, TransformStep] = {
    "repeated_songs": _step(
        "repeated_songs/stage_keys", "songs", temporary_table="batch_repeated_songs"
    ),
    "repeated_events": _step(
        "repeated_events/stage_keys", "events", temporary_table="batch_repeated_events"
    ),
}

# Current versions first, then dimensions, and the titles of the batch's plays.
DIMENSION_STEPS = (
    _step("repeated_songs/stage_previous", "repeated_songs", temporary_table="previous_songs"),
    _step("repeated_songs/delete", "repeated_songs"),
    _step("repeated_songs/insert", "repeated_songs"),
    _step("repeated_events/stage_previous", "repeated_events", temporary_table="previous_events"),
    _step("repeated_events/delete", "repeated_events"),
    _step("repeated_events/insert", "repeated_events"),
    _step("songs/stage", "songs", temporary_table="batch_songs"),
    _step("artists/stage_ids", "songs", temporary_table="batch_artist_ids"),
    _step("artists/stage_before", "songs", temporary_table="artists_before"),
    _step("artists/delete", "songs"),
    _step("artists/insert", "songs"),
    _step("songs/stage_before", "songs", temporary_table="songs_before"),
    _step("songs/delete", "songs"),
    _step("songs/insert", "songs"),
    _step("users/stage", "events", temporary_table="batch_users"),
    _step("users/stage_before", "events", temporary_table="users_before"),
    _step("users/delete", "events"),
    _step("users/insert", "events"),
    _step("time/stage", "events", temporary_table="batch_timestamps"),
    _step("time/insert", "events"),
    _step("songplays/stage_before", "repeated_events", temporary_table="plays_before"),
    _step("songplays/delete", "repeated_events"),
    _step("songplays/stage", "events", "songs", temporary_table="titles_to_match"),
)
# Then the songs of plays, earlier ones too.
MATCH_STEPS = (
    _step("songplays/stage_earlier", "songs", temporary_table="earlier_plays"),
    _step("songplays/stage_former", "repeated_songs"),
    _step("songplays/stage_earlier_titles", "songs"),
    _step("songplays/match", "events", "songs", temporary_table="matched_titles"),
    _step("songplays/stage_changed", "songs", temporary_table="changed_matches"),
)
# Then the fact, and what is counted of it.
FACT_STEPS = (
    _step("songplays/update_matches", "rematched_plays"),
    _step("songplays/insert", "events"),
    _step("batch_days/insert_new", "events"),
    _step("batch_days/insert_replaced", "repeated_events"),
    _step("batch_days/insert_rematched", "rematched_plays"),
    _step("session_totals/stage", "events", temporary_table="batch_sessions"),
    _step("session_totals/stage_known", "events"),
    _step("session_totals/stage_replaced", "repeated_events"),
    _step("session_totals/delete", "events"),
    _step("session_totals/insert", "events"),
    _step("time/stage_unplayed", "replaced_plays", temporary_table="unplayed_timestamps"),
    _step("time/delete_unplayed", "replaced_plays"),
)
# Queries of the earlier plays that a batch changes, by the part that it has if there are any.
SPANS_OF_CHANGED: dict[BatchPart, TransformStep] = {
    "replaced_plays": _step("songplays/span_of_before", "repeated_events"),
    "rematched_plays": _step("songplays/span_of_changed", "songs"),
}
TRANSFORM_STEPS = (*DIMENSION_STEPS, *MATCH_STEPS, *FACT_STEPS)
REPAIR_COLUMNS = ("delivered", "repaired")
# Queries of the rows that a batch added, changed and removed; those of a table add up.
COUNT_ROWS = (
    _step("songplays/count_inserted", "events"),
    _step("songplays/count_changed", "repeated_events"),
    _step("songplays/count_removed", "repeated_events"),
    _step("songplays/count_rematched", "rematched_plays"),
    _step("users/count_changed", "events"),
    _step("songs/count_changed", "songs"),
    _step("artists/count_changed", "songs"),
    _step("artists/count_removed", "songs"),
    _step("time/count_inserted", "events"),
    _step("time/count_deleted", "replaced_plays"),
)
# Queries of the records of earlier batches that have another version since the batch.
COUNT_CORRECTED = (
    _step("repeated_songs/count_changed", "repeated_songs"),
    _step("repeated_events/count_changed", "repeated_events"),
)


@dataclass(frozen=True, slots=True)
class RowChanges:
    """The number of rows of a table that were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "RowChanges") -> "RowChanges":
        return RowChanges(
            self.added + other.added, self.changed + other.changed, self.removed + other.removed
        )


class StarChanges(NamedTuple):
    """The changes of a batch: rows by table, and the number of records of earlier batches.

    `proven` are the checks that it is known to have passed. No play before `first_rematched_time`
    has another song since; None for a batch without songs.
    """

    rows: dict[str, RowChanges]
    corrected: int
    proven: frozenset[str] = frozenset()
    first_rematched_time: datetime | None = None


def parts_of_batch(
    engine: Engine, tables: Iterable[str], of_batch: Mapping[str, Parameter]
) -> set[BatchPart]:
    """Return the parts of the batch that was staged into these tables.

    Finds which songs and events it repeats, into temporary tables. `of_batch` is its `loaded_at`,
    and the first and last of its sessions and start times.
    """
    parts: set[BatchPart] = {"songs" if table == "staging_songs" else "events" for table in tables}
    needed = {repeated: step for repeated, step in FIND_REPEATS.items() if step.parts & parts}
    for step in needed.values():
        staged = (drop_statement(step.temporary_table), step.statement)
        engine.execute_all(staged, **of_batch)
    counted = engine.fetch_all(statement(f"transform/{repeated}/count") for repeated in needed)
    found = zip(needed, counted, strict=True)
    return parts | {repeated for repeated, result in found if result.rows[0][0]}


def transform(
    engine: Engine, parts: Set[BatchPart], of_batch: Mapping[str, Parameter]
) -> StarChanges:
    """Bring the star up to date with a batch that has these parts; return what that changed."""
    if "events" in parts:
        record_new_values(engine, of_batch)
    engine.execute_all([step.statement for step in _needed(DIMENSION_STEPS, parts)], **of_batch)
    first_rematched = _first_rematched_time(engine, of_batch) if "songs" in parts else None
    of_batch = {**of_batch, "first_rematched_time": first_rematched}
    engine.execute_all([step.statement for step in _needed(MATCH_STEPS, parts)], **of_batch)
    spans, changed = _spans_of_changed_plays(engine, parts)
    parts = {*parts, *changed}
    fact_steps = _needed(FACT_STEPS, parts)
    engine.execute_all([step.statement for step in fact_steps], **of_batch, **spans)
    changes = _count_changes(engine, parts)._replace(first_rematched_time=first_rematched)
    steps = _needed(TRANSFORM_STEPS, parts)
    if "events" in parts and "repeated_events" not in parts:
        changes = changes._replace(proven=engine.proven_checks(of_batch))
    engine.execute_all(
        [drop_statement(step.temporary_table) for step in steps if step.temporary_table]
    )
    return changes


def _first_rematched_time(engine: Engine, of_batch: Mapping[str, Parameter]) -> datetime:
    """Return when the first play begins that can have another song by those of the batch.

    It is the end of time if none can. Adds the titles that were played since the last songs.
    """
    found = engine.fetch(statement("transform/played_titles/span_of_new"))
    span = dict(zip(found.columns, found.rows[0], strict=True))
    if all(span.values()):
        engine.execute(statement("transform/played_titles/insert"), **of_batch, **span)
    first: datetime
    [(first,)] = engine.fetch(statement("transform/played_titles/first_rematched")).rows
    return first


def _spans_of_changed_plays(
    engine: Engine, parts: Set[BatchPart]
) -> tuple[dict[str, Parameter], set[BatchPart]]:
    """Return when the first and last earlier plays that the batch changes began, and its new parts.

    As constants in a statement they let an engine skip the plays before and after.
    """
    needed = {part: step for part, step in SPANS_OF_CHANGED.items() if step.parts & parts}
    found = engine.fetch_all(step.statement for step in needed.values()) if needed else []
    spans: dict[str, Parameter] = {}
    changed: set[BatchPart] = set()
    for part, result in zip(needed, found, strict=True):
        [(plays, *times)] = result.rows
        if plays:
            spans |= dict(zip(result.columns[1:], times, strict=True))
            changed.add(part)
    return spans, changed


def _needed(steps: Sequence[TransformStep], parts: Set[BatchPart]) -> list[TransformStep]:
    return [step for step in steps if step.parts & parts]


def _count_changes(engine: Engine, parts: Set[BatchPart]) -> StarChanges:
    """Count what the batch changed, by the temporary tables of its transform, in one message."""
    of_rows, of_records = _needed(COUNT_ROWS, parts), _needed(COUNT_CORRECTED, parts)
    counted = engine.fetch_all(step.statement for step in [*of_rows, *of_records])
    rows: dict[str, RowChanges] = {}
    for step, result in zip(of_rows, counted, strict=False):
        [counts] = result.rows
        rows[step.table] = rows.get(step.table, RowChanges()) + RowChanges(*map(int, counts))
    return StarChanges(rows, sum(int(each.rows[0][0]) for each in counted[len(of_rows) :]))


def record_new_values(engine: Engine, of_batch: Mapping[str, Parameter]) -> None:
    """Record how the batch's garbled texts should read, and what its new user agents name.

    Some 5 % of the real plays have a title or name that was UTF-8 encoded twice, and match no song
    until it is repaired. Staging keeps the texts as received.
    """
    asked = (statement("transform/garbled_texts"), statement("transform/new_user_agents"))
    texts, agents = engine.fetch_all(asked, **of_batch)
    if texts.rows:
        repairs = repairs_of(text for (text,) in texts.rows)
        engine.append("text_repairs", REPAIR_COLUMNS, repairs)
    if agents.rows:
        described = described_agents(agent for (agent,) in agents.rows)
        engine.append("user_agents", AGENT_COLUMNS, described)


def repairs_of(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return the texts that were UTF-8 encoded twice, each with how it should read."""
    repairs = ((text, decoded(text).strip(" ")) for text in texts)
    return [
        (received, repaired) for received, repaired in repairs if received.strip(" ") != repaired
    ]


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
