"""After an erasure no history shows the user again, and all else is as if they had never been."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify.checks import EVERYTHING, configured_checks, run_checks
from sparkify.operate.forget import ErasureRequest, forget_users
from sparkify.operate.reload import ReloadScope, plan_reload, reload_files
from sparkify.operate.repair import rebuild_star, undo_run
from sparkify.serve.person import held_about
from tests.oracle import expected_of_batches

from .generated_records import USERS, File, runs
from .source_files import Record, lines
from .warehouse import SILENCE, Warehouse

# What is done after the last load.
STEPS = st.lists(st.sampled_from(["reload", "rebuild", "undo", "create"]), min_size=1, max_size=3)
FORGOTTEN = 8
# The number of loads before the user is forgotten.
MOMENTS = st.integers(0, 4)


def others_records(files: list[File]) -> tuple[list[Record], list[Record]]:
    """Return the events of a run's files without those of the user, and the song records."""
    theirs = USERS[FORGOTTEN]
    found: dict[str, list[Record]] = {"logs": [], "songs": []}
    for path, records in files:
        found[path.partition("/")[0]] += records
    return [each for each in found["logs"] if each.get("userId") not in theirs], found["songs"]


def forget(warehouse: Warehouse) -> None:
    with warehouse.reached() as given_settings:
        forget_users(warehouse.engine, given_settings, ErasureRequest((FORGOTTEN,)))


def do(warehouse: Warehouse, step: str, last_run: str) -> str:
    """Take a step, and return the last run by then."""
    if step == "rebuild":
        rebuild_star(warehouse.engine)
    elif step == "undo":
        undo_run(warehouse.engine, last_run)
        return warehouse.load().run_id
    elif step == "create":
        warehouse.create_tables()
        return warehouse.load().run_id
    else:
        with warehouse.reached() as given_settings:
            scope = ReloadScope(is_everything=True)
            planned = plan_reload(warehouse.engine, given_settings, scope)
            return reload_files(warehouse.engine, given_settings, SILENCE, planned).run_id
    return last_run


def require_forgotten(
    warehouse: Warehouse, batches: list[tuple[list[Record], list[Record]]]
) -> None:
    assert warehouse.tables() == expected_of_batches(batches)
    held = held_about(warehouse.engine, FORGOTTEN)
    assert not any([*held.rows.values(), *held.quoted.values()])
    results = run_checks(
        warehouse.engine, configured_checks(warehouse.settings), EVERYTHING, "star", "ledger"
    )
    assert [each.check.name for each in results if each.outcome == "failed"] == []


def hold_forgotten(
    warehouse: Warehouse, batches: list[list[File]], moment: int, steps: list[str]
) -> None:
    if warehouse.tried_enough():
        return
    with tempfile.TemporaryDirectory() as folder:
        warehouse.reset(Path(folder))
        loaded: list[tuple[list[Record], list[Record]]] = []
        for number, files in enumerate(batches):
            if number == moment:
                forget(warehouse)
                require_forgotten(warehouse, loaded)
            for path, records in files:
                warehouse.write_file(Path(folder, path), lines(records))
            last_run = warehouse.load().run_id
            loaded.append(others_records(files))
            if number >= moment:
                require_forgotten(warehouse, loaded)
        if moment >= len(batches):
            forget(warehouse)
            require_forgotten(warehouse, loaded)
        everything = [others_records([file for files in batches for file in files])]
        for step in steps:
            if step == "undo" and not batches[-1]:
                continue  # the last run loaded nothing
            last_run = do(warehouse, step, last_run)
            if step in {"reload", "create"} or len(loaded) == 1:
                loaded, batches = everything, [[file for files in batches for file in files]]
            require_forgotten(warehouse, loaded)


@settings(max_examples=10)
@given(batches=runs(), moment=MOMENTS, steps=STEPS)
def test_no_history_shows_a_forgotten_user(
    warehouse: Warehouse, batches: list[list[File]], moment: int, steps: list[str]
) -> None:
    hold_forgotten(warehouse, batches, moment, steps)


@pytest.mark.slow
@settings(max_examples=300)
@given(batches=runs(), moment=MOMENTS, steps=STEPS)
def test_none_of_hundreds_does(
    warehouse: Warehouse, batches: list[list[File]], moment: int, steps: list[str]
) -> None:
    hold_forgotten(warehouse, batches, moment, steps)
