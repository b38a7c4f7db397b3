"""Records of any kind, split into any files and runs: the tables that plain Python reads."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from sparkify.operate.repair import rebuild_star, undo_run
from tests.oracle import expected_of_batches

from .generated_records import File, runs
from .source_files import Record, lines
from .warehouse import Warehouse


def records_of(files: list[File]) -> tuple[list[Record], list[Record]]:
    """Return the events and the song records of a run's files."""
    events = [record for path, records in files if path.startswith("logs/") for record in records]
    songs = [record for path, records in files if path.startswith("songs/") for record in records]
    return events, songs


def hold_any_order(warehouse: Warehouse, batches: list[list[File]]) -> None:
    if warehouse.tried_enough():
        return
    with tempfile.TemporaryDirectory() as folder:
        warehouse.reset(Path(folder))
        run_ids = []
        for number, files in enumerate(batches):
            for path, records in files:
                warehouse.write_file(Path(folder, path), lines(records))
            run_ids.append(warehouse.load().run_id)
            loaded = [records_of(each) for each in batches[: number + 1]]
            assert warehouse.tables() == expected_of_batches(loaded)
        rebuild_star(warehouse.engine)
        assert warehouse.tables() == expected_of_batches(loaded)
        if batches[-1]:
            undo_run(warehouse.engine, run_ids[-1])
            assert warehouse.tables() == expected_of_batches(loaded[:-1])
        warehouse.create_tables()
        warehouse.load()
        everything = records_of([file for files in batches for file in files])
        assert warehouse.tables() == expected_of_batches([everything])


@settings(max_examples=settings().max_examples // 4)
@given(batches=runs())
def test_loads_a_rebuild_and_an_undo_give_what_plain_python_reads(
    warehouse: Warehouse, batches: list[list[File]]
) -> None:
    hold_any_order(warehouse, batches)


@pytest.mark.slow
@settings(max_examples=1000)
@given(batches=runs())
def test_they_do_so_a_thousand_times(warehouse: Warehouse, batches: list[list[File]]) -> None:
    hold_any_order(warehouse, batches)
