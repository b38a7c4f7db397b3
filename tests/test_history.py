"""The cost of a new day does not grow with the history, except where docs/scale.md says so."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench import scale
from sparkify import pipeline
from sparkify.config import Settings
from sparkify.engines.base import Result
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.generate import Recipe, generate
from sparkify.sql import Parameter, Statement

EVENTS = 400  # a day
NEW_SONGS = 2
# With ten times the history, a statement may process at most a fifth more rows.
FEW_DAYS, MANY_DAYS, GROWTH = 10, 100, 1.2
# These compare with weeks: by what each batch kept of its days, so at most so many rows a day.
OVER_WEEKS = (
    *("matched_share_has_not_fallen", "newest_event_is_no_older_than_usual"),
    "no_day_is_below_its_weekday",
)
MOST_ROWS_A_DAY = 60
# These read the repaired texts, whose number the page names.
OF_REPAIRED_TEXTS = {"garbled_texts", "songplays/stage", "songplays/insert"}
# These read the ledger, whose size the page names.
OF_THE_LEDGER = {"versions", "rejected_versions", "no_file_shrank"}


class RowCountingEngine(DuckDbEngine):
    """Counts the rows that each statement scans, and those that its joins and so on put out."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.rows: dict[str, int] = {}
        self._connection.enable_profiling()
        self._connection.execute("pragma enable_profiling = 'no_output'")

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        super().execute(statement, **parameters)
        self._count(statement)

    def execute_all(self, statements: Iterable[Statement], **parameters: Parameter) -> None:
        for each in statements:
            self.execute(each, **parameters)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        result = super().fetch(statement, **parameters)
        self._count(statement)
        return result

    def _count(self, statement: Statement) -> None:
        profile = json.loads(self._connection.get_profiling_information(format="json"))
        self.rows[statement.name] = sum(map(_rows, profile.get("operator", ())))


def _rows(operator: Mapping[str, Any]) -> int:
    own = int(operator["intermediate_rows"]) + int(operator.get("rows_scanned", 0))
    return own + sum(map(_rows, operator.get("children", ())))


def test_a_new_day_reads_only_the_history_that_the_scale_page_names(tmp_path: Path) -> None:
    few, grown = _compare_histories(tmp_path, NEW_SONGS)

    named = {line.split("`")[1] for line, *_ in scale.BEYOND_THE_BATCH}
    # What reads only the rows that songplays/stage_earlier and songplays/stage_changed found.
    found = {"songplays/stage_earlier_titles", "songplays/stage_changed"}
    found |= {"songplays/span_of_changed", "songplays/match"}
    assert "transform/songplays/stage_earlier" in grown
    assert few["transform/songplays/stage_earlier"] > FEW_DAYS * EVENTS / 2
    for name in found:
        assert grown.get(f"transform/{name}", 0) < 3 * EVENTS
    named |= found
    _require_named(few, grown, named)


def test_a_new_day_without_songs_reads_no_history_at_all(tmp_path: Path) -> None:
    few, grown = _compare_histories(tmp_path, 0)

    assert "checks/star/songplays_have_their_song" in few
    assert "transform/songplays/stage_earlier" not in few
    _require_named(few, grown, set())


def _compare_histories(folder: Path, songs: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return the rows of a day after few days, and of the statements that process more later.

    Requires of what compares with weeks that it reads no plays.
    """
    few, many = (
        _rows_of_a_day_after(days, folder / str(days), songs) for days in (FEW_DAYS, MANY_DAYS)
    )
    for check in OVER_WEEKS:
        assert many[f"checks/ledger/{check}"] < MOST_ROWS_A_DAY * MANY_DAYS
    return few, {name: many[name] for name in few if many[name] > few[name] * GROWTH}


def _require_named(few: Mapping[str, int], grown: Mapping[str, int], named: set[str]) -> None:
    for name, rows in grown.items():
        allowed = named | OF_REPAIRED_TEXTS | OF_THE_LEDGER | set(OVER_WEEKS)
        assert any(name.endswith(f"/{each}") for each in allowed), (name, few[name], rows)


def _rows_of_a_day_after(days: int, folder: Path, songs_then: int) -> dict[str, int]:
    """Return the rows processed, by statement, for a day and new songs after that many days."""
    data, withheld = folder / "data", folder / "withheld"
    generate(
        data,
        Recipe(
            users=40, songs=200, artists=100, days=MANY_DAYS + 2, events=EVENTS * (MANY_DAYS + 2)
        ),
    )
    logs, songs = (sorted((data / each).rglob("*.json")) for each in ("log_data", "song_data"))
    new = [logs[MANY_DAYS], *songs[len(songs) - songs_then :]]
    withheld.mkdir()
    for file in {*new, *logs} - {*logs[MANY_DAYS - days : MANY_DAYS]}:
        file.rename(withheld / file.name)
    settings = Settings(
        log_data=f"{data}/log_data",
        song_data=f"{data}/song_data",
        log_jsonpath=f"{data}/log_json_path.json",
    )
    engine = RowCountingEngine(folder / "warehouse.duckdb")
    try:
        pipeline.create_tables(engine)
        pipeline.load_pending(engine, settings, pipeline.NullReporter())
        for file in new:
            (withheld / file.name).rename(file)
        engine.rows.clear()
        assert pipeline.load_pending(engine, settings, pipeline.NullReporter()).files == len(new)
    finally:
        engine.close()
    return engine.rows
