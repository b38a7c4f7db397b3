"""Records of any kind, split into any files, in any order: the tables that plain Python reads."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.oracle import expected_tables

from .generated_records import File, runs
from .source_files import lines
from .warehouse import Warehouse


def hold_any_order(warehouse: Warehouse, batches: list[list[File]]) -> None:
    if warehouse.tried_enough():
        return
    with tempfile.TemporaryDirectory() as folder:
        warehouse.reset(Path(folder))
        for files in batches:
            for path, records in files:
                warehouse.write_file(Path(folder, path), lines(records))
            warehouse.load()
        expected = expected_tables(warehouse.logs, warehouse.songs)
        assert warehouse.tables() == expected
        warehouse.create_tables()
        warehouse.load()
        assert warehouse.tables() == expected


@settings(max_examples=settings().max_examples // 4)
@given(batches=runs())
def test_one_load_many_loads_and_a_rebuild_give_what_plain_python_reads(
    warehouse: Warehouse, batches: list[list[File]]
) -> None:
    hold_any_order(warehouse, batches)


@pytest.mark.slow
@settings(max_examples=1000)
@given(batches=runs())
def test_so_they_do_a_thousand_times(warehouse: Warehouse, batches: list[list[File]]) -> None:
    hold_any_order(warehouse, batches)
