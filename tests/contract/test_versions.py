"""A warehouse of another version is migrated, or refused with what to do; never half used."""

import re
from pathlib import Path
from typing import Any

import pytest

from sparkify import warehouse as state
from sparkify.errors import WarehouseError
from sparkify.operate.history import past_runs
from sparkify.sql import ANALYSTS_VIEWS, TABLES, VIEWS, WAREHOUSE_VERSION, Statement

from .deliveries import event, song
from .warehouse import LOG, Warehouse

# The tables and views as version 1 made them, in the order in which it did.
VERSION_1 = Path(__file__).parent.parent / "version_1"
MADE = (
    *("staging_events", "staging_songs", "artists", "songs", "users", "time", "songplays"),
    *("loaded_files", "text_repairs", "staged_plays", "catalogue", "titled_plays", "matches"),
)
# What takes back from a warehouse what a version added to it.
TAKEN_BACK = {
    3: [f"drop view {view}" for view in reversed(ANALYSTS_VIEWS)],
    4: [f"drop table {table}" for table in ("source_keys", "source_findings", "added_columns")],
    5: ["alter table runs drop column peak_memory_bytes"],
}


@pytest.fixture
def of_version_1(warehouse: Warehouse) -> Warehouse:
    """Give a warehouse as version 1 left it, with a file loaded."""
    warehouse.deliver_events("a.json", event())
    warehouse.deliver_songs("a.json", song())
    warehouse.load()
    rows = warehouse.tables()
    with warehouse.engine.transaction():
        for view in reversed(VIEWS):
            warehouse.execute(f"drop view {view}")
        for table in set(TABLES) - set(MADE):
            warehouse.execute(f"drop table {table}")
        for table in reversed([name for name in MADE if name in TABLES]):
            warehouse.execute(f'alter table "{table}" rename to old_{table}')
        for name in MADE:
            text = (VERSION_1 / f"{name}.sql").read_text(encoding="utf-8")
            warehouse.engine.execute(Statement(f"version_1/{name}", text))
            if name in TABLES:
                columns = ", ".join(re.findall(r"^    (\w+) \w+", text, re.MULTILINE))
                columns = columns.replace(", primary", "").replace(", foreign", "")
                warehouse.execute(
                    f'insert into "{name}" ({columns}) select {columns} from old_{name}'
                )
        for table in (name for name in MADE if name in TABLES):
            warehouse.execute(f"drop table old_{table} cascade")
    assert warehouse.tables() == rows
    return warehouse


def columns(warehouse: Warehouse) -> dict[str, set[str]]:
    return {name: set(warehouse.query(f'select * from "{name}"')[0]) for name in (*TABLES, *VIEWS)}


def test_a_warehouse_of_version_1_is_refused_until_it_is_migrated(of_version_1: Warehouse) -> None:
    before = of_version_1.tables()
    with pytest.raises(WarehouseError, match=r"earlier Sparkify.*version 1") as refused:
        of_version_1.load()
    assert refused.value.hint == "run: sparkify migrate"
    assert of_version_1.tables() == before


@pytest.mark.expensive
def test_a_migrated_warehouse_is_like_a_new_one_and_has_its_rows(of_version_1: Warehouse) -> None:
    before = of_version_1.tables()
    assert state.migrate(of_version_1.engine) == 1
    assert of_version_1.tables() == before
    of_version_1.deliver_events("b.json", event(itemInSession=1))
    run = of_version_1.load()
    assert (run.files, run.records) == (1, 1)
    assert [row["song_id"] for row in of_version_1.table("songplays")] == ["SOGOTTA"] * 2
    migrated = columns(of_version_1)
    of_version_1.create_tables()
    assert columns(of_version_1) == migrated


@pytest.mark.parametrize("version", [2, 3, 4])
def test_a_warehouse_of_a_later_version_than_1_is_migrated(
    warehouse: Warehouse, version: int
) -> None:
    warehouse.deliver_events("a.json", event())
    early = warehouse.load()
    before, of_now = warehouse.tables(), columns(warehouse)
    for later in range(WAREHOUSE_VERSION, version, -1):
        for text in TAKEN_BACK[later]:
            warehouse.execute(text)
    warehouse.execute(f"update warehouse_version set version = {version}")
    with pytest.raises(WarehouseError, match=f"version {version}"):
        warehouse.load()
    assert state.migrate(warehouse.engine) == version
    assert (warehouse.tables(), columns(warehouse)) == (before, of_now)
    warehouse.deliver_events("b.json", event(itemInSession=1, device="phone"))
    late = warehouse.load()
    assert [each.field for each in late.schema_changes] == ["device"]
    peaks = [(run.run_id, run.peak_memory_bytes) for run in past_runs(warehouse.engine)]
    assert peaks == [(late.run_id, late.peak_memory_bytes), (early.run_id, None)]


def test_a_migration_that_fails_leaves_the_warehouse_as_it_was(
    of_version_1: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (*state.MIGRATIONS[2], "schema/runs")  # which exists by then
    monkeypatch.setitem(state.MIGRATIONS, 2, steps)
    with pytest.raises(WarehouseError):
        state.migrate(of_version_1.engine)
    assert state.version(of_version_1.engine) == 1
    monkeypatch.undo()
    assert state.migrate(of_version_1.engine) == 1
    assert state.version(of_version_1.engine) == WAREHOUSE_VERSION


def test_what_a_load_makes_for_its_session_alone_is_no_table_of_the_warehouse(
    warehouse: Warehouse,
) -> None:
    warehouse.deliver_events("a.json", event())
    warehouse.load()
    assert state.tables(warehouse.engine) == {*TABLES, *VIEWS}


def test_there_is_a_way_from_every_version_to_this_one() -> None:
    assert set(state.MIGRATIONS) == set(range(2, WAREHOUSE_VERSION + 1))


def test_a_current_warehouse_needs_no_migration(warehouse: Warehouse) -> None:
    before = warehouse.everything()
    assert state.migrate(warehouse.engine) == WAREHOUSE_VERSION
    assert warehouse.everything() == before


@pytest.mark.parametrize("act", [Warehouse.load, lambda each: state.migrate(each.engine)])
def test_a_warehouse_of_a_later_version_is_refused(warehouse: Warehouse, act: Any) -> None:
    warehouse.execute(f"update warehouse_version set version = {WAREHOUSE_VERSION + 1}")
    warehouse.deliver_events("a.json", event())
    before = warehouse.everything()
    with pytest.raises(WarehouseError, match="later Sparkify") as refused:
        act(warehouse)
    assert "upgrade" in refused.value.hint
    assert warehouse.everything() == before


@pytest.mark.parametrize("lost", ["time", *LOG])
def test_a_warehouse_without_one_of_its_tables_is_refused(warehouse: Warehouse, lost: str) -> None:
    for view in reversed(VIEWS):
        warehouse.execute(f"drop view {view}")
    if lost == "time":
        warehouse.execute("drop table songplays")
    warehouse.execute(f'drop table "{lost}"')
    with pytest.raises(WarehouseError, match=lost):
        warehouse.load()
