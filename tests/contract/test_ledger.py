"""The ledger: which batch is later, and which version of a file is the latest."""

import pytest

from sparkify import ledger
from sparkify.errors import Interrupted
from sparkify.operate import repair
from sparkify.operate.checking import check_last_batch
from sparkify.operate.migration import migrate
from sparkify.sql import statement

from .former_versions import take_back
from .source_files import event, song
from .warehouse import Warehouse

WITH_A_TIME = ("staging_events", "staging_songs", "batches", "loaded_files", "load_errors")


def batches(warehouse: Warehouse) -> list[tuple[int, str | None]]:
    _, rows = warehouse.query("select batch_number, run_id from batches order by batch_number")
    return [(int(number), run_id) for number, run_id in rows]


def set_the_clock_back(warehouse: Warehouse) -> None:
    """Let all that is loaded be of a later time than the next batch."""
    for table in WITH_A_TIME:
        warehouse.execute(f"update {table} set loaded_at = loaded_at + interval '1 day'")


# Batches


def test_batches_are_numbered_from_one_across_runs(warehouse: Warehouse) -> None:
    ballast = {"ballast": "x" * (1 << 20)}
    warehouse.write_events("1.json", event(itemInSession=1) | ballast)
    warehouse.write_events("2.json", event(itemInSession=2) | ballast)
    first = warehouse.load(batch_mb=1)
    warehouse.write_events("3.json", event(itemInSession=3))
    second = warehouse.load()

    expected = [*[first.run_id] * first.batches, second.run_id]
    assert first.batches > 1
    assert batches(warehouse) == list(enumerate(expected, 1))


def test_a_batch_has_the_time_of_its_rows(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event())
    warehouse.write_songs("1.json", song())
    warehouse.load()
    for table in WITH_A_TIME[:-1]:
        _, rows = warehouse.query(f"select distinct loaded_at from {table}")
        assert rows == warehouse.query("select loaded_at from batches")[1]


def test_a_batch_after_the_clock_was_set_back_is_the_last(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event(itemInSession=1))
    first = warehouse.load()
    set_the_clock_back(warehouse)
    warehouse.write_events("2.json", event(itemInSession=2))
    second = warehouse.load()

    assert batches(warehouse) == [(1, first.run_id), (2, second.run_id)]
    [(_, last)] = warehouse.engine.fetch(statement("runs/last_batch")).rows
    [(of_second,)] = warehouse.query(
        f"select distinct loaded_at from loaded_files where run_id = '{second.run_id}'"
    )[1]
    assert last == of_second
    rows = warehouse.engine.fetch(statement("repair/batches")).rows
    ordered = [loaded_at for _, loaded_at in rows]
    assert ordered[1] == last < ordered[0]
    assert check_last_batch(warehouse.engine)


def test_a_batch_never_has_the_time_of_another(warehouse: Warehouse) -> None:
    with warehouse.taken_back():
        [(now,)] = warehouse.engine.fetch(statement("ledger/batch_time")).rows
        ledger.record_batch(warehouse.engine, "one", now)
        with pytest.raises(Interrupted, match="clock was set back"):
            ledger.record_batch(warehouse.engine, "two", now)


def test_a_failed_batch_has_no_number(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event(status="OK"))
    with pytest.raises(Exception, match="MAX_ERRORS"):
        warehouse.load()
    assert batches(warehouse) == []


def test_the_batches_of_an_undone_run_are_gone(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event(itemInSession=1))
    first = warehouse.load()
    warehouse.write_events("2.json", event(itemInSession=2))
    second = warehouse.load()
    repair.undo_run(warehouse.engine, second.run_id)
    assert batches(warehouse) == [(1, first.run_id)]


def test_new_tables_count_from_one_again(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event())
    warehouse.load()
    warehouse.create_tables()
    assert batches(warehouse) == []
    run = warehouse.load()
    assert batches(warehouse) == [(1, run.run_id)]


def test_a_migration_numbers_the_batches_by_their_time(warehouse: Warehouse) -> None:
    runs = []
    for item in range(3):
        warehouse.write_events(f"{item}.json", event(itemInSession=item))
        runs.append(warehouse.load().run_id)
    take_back(warehouse, 5)
    migrate(warehouse.engine)
    assert batches(warehouse) == list(enumerate(runs, 1))
    warehouse.write_events("3.json", event(itemInSession=3))
    run = warehouse.load()
    assert batches(warehouse)[-1] == (4, run.run_id)
