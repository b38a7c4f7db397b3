"""Checks that DuckDB answers by sums: what breaks a check is found as by its own statement."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sparkify import pipeline
from sparkify.checks import CheckedRowsFailed
from sparkify.config import Settings
from sparkify.engines.base import Result
from sparkify.engines.duckdb.engine import (
    PROVEN_BY_PLAYS,
    PROVEN_BY_TIMESTAMPS,
    DuckDbEngine,
)
from sparkify.sql import Parameter, Statement, statements

from .contract.source_files import NOON, SECOND, event, song

PROVEN = PROVEN_BY_PLAYS | PROVEN_BY_TIMESTAMPS
# What a fault of the transform would do to the second play of a batch, and the check that says so.
FAULTS = {
    "delete from songplays where item_in_session = 1": "plays_are_all_there",
    "update songplays set user_id = 7 where item_in_session = 1": "plays_are_all_there",
    "update songplays set songplay_id = songplay_id + 5 where item_in_session = 1": (
        "plays_are_all_there"
    ),
    "insert into songplays select * from songplays where item_in_session = 1": (
        "songplay_ids_are_unique"
    ),
    """insert into songplays by name (
        select * replace (songplay_id + 5 as songplay_id,
            start_time + interval 1 millisecond as start_time)
        from songplays where item_in_session = 1
    )""": "songplays_have_their_timestamp",
    """delete from "time" where start_time = (select max(start_time) from "time")""": (
        "songplays_have_their_timestamp"
    ),
    """update "time" set start_time = start_time - interval 1 millisecond
    where start_time = (select max(start_time) from "time")""": "songplays_have_their_timestamp",
}


class FaultyEngine(DuckDbEngine):
    """Runs a fault behind the last insert of plays, and notes which checks run their statement."""

    fault = ""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.checked: set[str] = set()

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        super().execute(statement, **parameters)
        if statement.name == "transform/songplays/insert" and self.fault:
            self._connection.execute(self.fault)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        if statement.name.startswith("checks/star/"):
            self.checked.add(statement.name.rpartition("/")[2])
        return super().fetch(statement, **parameters)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[FaultyEngine]:
    engine = FaultyEngine(tmp_path / "w.duckdb")
    pipeline.create_tables(engine)
    yield engine
    engine.close()


def test_only_checks_of_the_star_are_proven_by_sums() -> None:
    assert {f"checks/star/{name}" for name in PROVEN} <= {
        each.name for each in statements("checks/star")
    }


def test_checks_that_sums_prove_pass_without_their_own_statement(
    engine: FaultyEngine, tmp_path: Path
) -> None:
    run = load(engine, tmp_path, "first", *plays())

    assert not engine.checked & PROVEN
    assert "timestamps_are_unique" in engine.checked
    assert run.checks["passed"] > len(engine.checked)
    assert run.checks["failed"] == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_transform_fails_the_check_with_its_rows(
    engine: FaultyEngine, tmp_path: Path, fault: str
) -> None:
    engine.fault = fault

    with pytest.raises(CheckedRowsFailed) as failure:
        load(engine, tmp_path, "first", *plays())

    failed = {each.name: each.offending for each in failure.value.failed}
    assert failed[FAULTS[fault]]
    assert engine.fetch(Statement("test", "select count(*) from staging_events")).rows == [(0,)]


@pytest.mark.parametrize(
    "second",
    [
        pytest.param([event(itemInSession=1, ts=NOON + SECOND)], id="an event that was loaded"),
        pytest.param([event(itemInSession=9, ts=NOON + 1)], id="a play among earlier ones"),
    ],
)
def test_what_sums_cannot_prove_is_checked_by_its_own_statement(
    engine: FaultyEngine, tmp_path: Path, second: list[Mapping[str, Any]]
) -> None:
    load(engine, tmp_path, "first", *plays())
    # A play of another batch within the span of the second, so that the sums differ.
    later = event(itemInSession=8, ts=NOON + 2 * SECOND)
    run = load(engine, tmp_path, "second", *second, later)

    assert engine.checked >= PROVEN
    assert run.checks["failed"] == 0


def test_a_batch_without_plays_is_proven_by_sums_of_nothing(
    engine: FaultyEngine, tmp_path: Path
) -> None:
    load(engine, tmp_path, "first", event(page="Home"))

    assert not engine.checked & PROVEN


def test_no_plays_beside_lost_ones_prove_nothing(engine: FaultyEngine, tmp_path: Path) -> None:
    engine.fault = "delete from songplays"

    with pytest.raises(CheckedRowsFailed, match="plays_are_all_there"):
        load(engine, tmp_path, "first", *plays())


def plays() -> list[dict[str, Any]]:
    return [event(itemInSession=item, ts=NOON + item * SECOND) for item in range(4)]


def load(engine: FaultyEngine, folder: Path, name: str, *events: Mapping[str, Any]) -> pipeline.Run:
    logs, songs = folder / "logs", folder / "songs"
    logs.mkdir(exist_ok=True)
    songs.mkdir(exist_ok=True)
    (logs / f"{name}.json").write_text("\n".join(map(json.dumps, events)))
    (songs / "song.json").write_text(json.dumps(song()))
    settings = Settings(log_data=str(logs), song_data=str(songs), log_jsonpath="")
    return pipeline.load_pending(engine, settings, pipeline.NullReporter())
