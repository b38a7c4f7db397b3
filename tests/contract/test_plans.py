"""The plans of a batch's statements: each scan of a large table has the constants of the batch.

DuckDB leaves filters and scans out of a plan where its statistics answer them; what it reads is
counted in tests/test_history.py.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

from sparkify.sql import Parameter, Statement, drop_statement, statement, statements
from sparkify.transform import FIND_REPEATS, SPANS_OF_CHANGED, TRANSFORM_STEPS

from .plans import scans_of
from .source_files import event, song
from .warehouse import Warehouse

LARGE = {"songplays", "staging_events", "time", "session_totals"}
DAY, NEXT_DAY = datetime(2018, 11, 3), datetime(2018, 11, 4)  # noqa: DTZ001 - all times are UTC
OF_BATCH: dict[str, Parameter] = {
    **dict.fromkeys(("loaded_at", "since", "first_start_time", "last_start_time"), DAY),
    **dict.fromkeys(("first_rematched_time", "first_changed_time", "first_replaced_time"), DAY),
    **dict.fromkeys(("last_changed_time", "last_replaced_time"), NEXT_DAY),
    "first_new_time": DAY,
    "end_of_new_time": NEXT_DAY,
    "first_session": 1_000_001,
    "last_session": 1_000_099,
}
CREATES = "create temporary table "
CONSTANTS = ("2018-11-03", "1000001")
STEPS = (
    *(step.statement for step in (*FIND_REPEATS.values(), *TRANSFORM_STEPS)),
    *(step.statement for step in SPANS_OF_CHANGED.values()),
    *(statement(f"transform/played_titles/{name}") for name in ("insert", "first_rematched")),
    *statements("quarantine/contradicting_events"),
)
STAR_CHECKS = statements("checks/star")


@pytest.fixture
def planned(warehouse: Warehouse) -> Iterator[Warehouse]:
    """Give a warehouse whose plans are as written, with the temporary tables of a batch."""
    if warehouse.engine_name == "duckdb":
        pytest.skip("its rows are counted")
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event(), event(itemInSession=1))
    warehouse.load()
    created = {_created_by(each): each for each in STEPS if CREATES in each.text}
    for table, step in created.items():
        warehouse.engine.execute(drop_statement(table))
        warehouse.engine.execute(step, **OF_BATCH)
    yield warehouse
    for table in created:
        warehouse.engine.execute(drop_statement(table))


def _created_by(step: Statement) -> str:
    """Return the name of the temporary table that a statement creates."""
    return step.text.partition(CREATES)[2].split()[0]


def test_each_statement_of_a_batch_reads_large_tables_by_its_constants(planned: Warehouse) -> None:
    unbounded = {
        (each.name, scan.table)
        for each in (*STEPS, *STAR_CHECKS)
        for scan in scans_of(planned, each, OF_BATCH)
        if scan.table in LARGE and not any(constant in scan.filter for constant in CONSTANTS)
    }
    assert unbounded == set()


def test_the_statements_that_once_read_history_read_large_tables_still(planned: Warehouse) -> None:
    """What is asked above of the plans is asked of something."""
    read = {
        each.name: {scan.table for scan in scans_of(planned, each, OF_BATCH)} & LARGE
        for each in (*STEPS, *STAR_CHECKS)
    }
    assert read["transform/repeated_events/stage_keys"] == {"staging_events"}
    assert read["transform/songplays/stage_earlier"] == {"songplays"}
    assert read["transform/session_totals/stage_known"] == {"session_totals"}
    assert read["transform/time/stage_unplayed"] == {"songplays"}
    assert read["quarantine/contradicting_events/stage"] == {"staging_events"}
    assert read["checks/star/songplays_have_their_timestamp"] == {"songplays", "time"}
