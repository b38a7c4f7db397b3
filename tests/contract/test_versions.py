"""A warehouse of another version is migrated, or an error with a hint; never half used."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sparkify import sql
from sparkify import warehouse as state
from sparkify.errors import WarehouseError
from sparkify.operate import migration
from sparkify.operate.history import past_runs
from sparkify.operate.migration import migrate
from sparkify.sql import TABLES, VIEWS, WAREHOUSE_VERSION, Statement

from .former_versions import VERSION_1, take_back, with_columns_since
from .source_files import event, song
from .warehouse import LOG, Warehouse


@pytest.fixture
def of_version_1(warehouse: Warehouse) -> Warehouse:
    """Give a warehouse as version 1 left it, with a file loaded."""
    warehouse.write_events("a.json", event())
    warehouse.write_songs("a.json", song())
    warehouse.load()
    rows = warehouse.tables()
    with warehouse.engine.transaction():
        for view in reversed(VIEWS):
            warehouse.execute(f"drop view {view}")
        for table in set(TABLES) - set(VERSION_1):
            warehouse.execute(f"drop table {table}")
        for table in reversed([name for name in VERSION_1 if name in TABLES]):
            warehouse.execute(f'alter table "{table}" rename to old_{table}')
        for name, text in VERSION_1.items():
            warehouse.engine.execute(Statement(f"version_1/{name}", text))
            if name in TABLES:
                columns = ", ".join(re.findall(r"^    (\w+) \w+", text, re.MULTILINE))
                columns = columns.replace(", primary", "").replace(", foreign", "")
                warehouse.execute(
                    f'insert into "{name}" ({columns}) select {columns} from old_{name}'
                )
        for table in (name for name in VERSION_1 if name in TABLES):
            warehouse.execute(f"drop table old_{table} cascade")
    assert with_columns_since(1, warehouse.tables()) == with_columns_since(1, rows)
    return warehouse


def columns(warehouse: Warehouse) -> dict[str, set[str]]:
    return {name: set(warehouse.query(f'select * from "{name}"')[0]) for name in (*TABLES, *VIEWS)}


def test_a_warehouse_of_version_1_is_rejected_until_it_is_migrated(of_version_1: Warehouse) -> None:
    before = of_version_1.tables()
    with pytest.raises(WarehouseError, match=r"earlier Sparkify.*version 1") as rejected:
        of_version_1.load()
    assert rejected.value.hint == "run: sparkify migrate"
    assert of_version_1.tables() == before


@pytest.mark.expensive
def test_a_migrated_warehouse_is_like_a_new_one_and_has_its_rows(of_version_1: Warehouse) -> None:
    before = of_version_1.tables()
    assert migrate(of_version_1.engine) == 1
    assert with_columns_since(1, of_version_1.tables()) == with_columns_since(1, before)
    assert [row["title"] for row in of_version_1.table("songplays")] == ["You Gotta Be"]
    of_version_1.write_events("b.json", event(itemInSession=1))
    run = of_version_1.load()
    assert (run.files, run.records) == (1, 1)
    assert [row["song_id"] for row in of_version_1.table("songplays")] == ["SOGOTTA"] * 2
    migrated = columns(of_version_1)
    of_version_1.create_tables()
    assert columns(of_version_1) == migrated


@pytest.mark.parametrize("version", range(2, WAREHOUSE_VERSION))
def test_a_warehouse_of_a_later_version_than_1_is_migrated(
    warehouse: Warehouse, version: int
) -> None:
    warehouse.write_events("a.json", event())
    early = warehouse.load()
    before, of_now = warehouse.tables(), columns(warehouse)
    take_back(warehouse, version)
    with pytest.raises(WarehouseError, match=f"version {version}"):
        warehouse.load()
    assert migrate(warehouse.engine) == version
    assert columns(warehouse) == of_now
    assert with_columns_since(version, warehouse.tables()) == with_columns_since(version, before)
    assert [row["title"] for row in warehouse.table("songplays")] == ["You Gotta Be"]
    assert state.tables(warehouse.engine) == {*TABLES, *VIEWS}
    warehouse.write_events("b.json", event(itemInSession=1, device="phone"))
    late = warehouse.load()
    assert [each.field for each in late.schema_changes] == ["device"]
    expected = early.peak_memory_bytes if version >= 5 else None
    peaks = [(run.run_id, run.peak_memory_bytes) for run in past_runs(warehouse.engine)]
    assert peaks == [(late.run_id, late.peak_memory_bytes), (early.run_id, expected)]


def next_version(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    """Let there be a version after this one, whose tables are changed by these texts."""
    steps = sql.migration_steps
    later = tuple(Statement(f"migrate/to_next/{text}", text) for text in texts)
    for module in (state, migration):
        monkeypatch.setattr(module, "WAREHOUSE_VERSION", WAREHOUSE_VERSION + 1)
    monkeypatch.setattr(
        migration,
        "migration_steps",
        lambda version: later if version > WAREHOUSE_VERSION else steps(version),
    )


@pytest.mark.expensive
def test_a_column_that_the_next_version_adds_to_the_fact_is_no_part_of_history(
    of_version_1: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(monkeypatch, "alter table songplays add column device varchar(64)")
    assert migrate(of_version_1.engine) == 1
    assert state.version(of_version_1.engine) == WAREHOUSE_VERSION + 1
    of_version_1.write_events("b.json", event(itemInSession=1))
    assert of_version_1.load().records == 1
    assert [row["device"] for row in of_version_1.table("songplays")] == [None, None]
    assert len(of_version_1.table("plays")) == 2


def test_a_migration_that_fails_leaves_the_warehouse_as_it_was(
    of_version_1: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(monkeypatch, "alter table nosuch add column device varchar(64)")
    before = state.tables(of_version_1.engine)
    with pytest.raises(WarehouseError):
        migrate(of_version_1.engine)
    assert state.version(of_version_1.engine) == 1
    assert state.tables(of_version_1.engine) == before
    monkeypatch.undo()
    assert migrate(of_version_1.engine) == 1
    assert state.version(of_version_1.engine) == WAREHOUSE_VERSION


# --- what is not Sparkify's


@pytest.fixture
def view_of_others(warehouse: Warehouse) -> Iterator[Warehouse]:
    """Give a warehouse of version 5 with a view of somebody else over one of its views."""
    warehouse.write_events("a.json", event())
    warehouse.load()
    take_back(warehouse, 5)
    warehouse.execute("create view monthly as select count(*) as plays from titled_plays")
    yield warehouse
    warehouse.execute("drop view if exists monthly")


@pytest.mark.parametrize("act", [Warehouse.create_tables, lambda each: migrate(each.engine)])
def test_a_view_of_others_over_ours_is_named_before_anything_is_dropped(
    view_of_others: Warehouse, act: Any
) -> None:
    before = view_of_others.everything()
    there = state.tables(view_of_others.engine)
    with pytest.raises(WarehouseError, match=r"monthly \(reads titled_plays\)") as rejected:
        act(view_of_others)
    assert "drop them" in rejected.value.hint
    assert view_of_others.everything() == before
    assert state.tables(view_of_others.engine) == there

    view_of_others.execute("drop view monthly")
    act(view_of_others)
    assert state.version(view_of_others.engine) == WAREHOUSE_VERSION


def test_a_view_of_others_over_a_table_is_in_the_way_of_new_tables_only(
    view_of_others: Warehouse,
) -> None:
    view_of_others.execute("drop view monthly")
    view_of_others.execute('create view monthly as select max(start_time) as latest from "time"')
    migrate(view_of_others.engine)
    with pytest.raises(WarehouseError, match=r"monthly \(reads time\)"):
        view_of_others.create_tables()
    assert len(view_of_others.query("select * from monthly")[1]) == 1


def test_a_table_of_others_under_the_name_of_a_new_view_is_left(view_of_others: Warehouse) -> None:
    view_of_others.execute("drop view monthly")
    view_of_others.execute("create table current_songs (a integer)")
    with pytest.raises(WarehouseError, match="did not make: current_songs"):
        migrate(view_of_others.engine)
    assert state.version(view_of_others.engine) == 5
    view_of_others.execute("drop table current_songs")


def test_what_a_load_makes_for_its_session_alone_is_no_table_of_the_warehouse(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    assert state.tables(warehouse.engine) == {*TABLES, *VIEWS}


def test_a_current_warehouse_needs_no_migration(warehouse: Warehouse) -> None:
    before = warehouse.everything()
    assert migrate(warehouse.engine) == WAREHOUSE_VERSION
    assert warehouse.everything() == before


@pytest.mark.parametrize("act", [Warehouse.load, lambda each: migrate(each.engine)])
def test_a_warehouse_of_a_later_version_is_rejected(warehouse: Warehouse, act: Any) -> None:
    warehouse.execute(f"update warehouse_version set version = {WAREHOUSE_VERSION + 1}")
    warehouse.write_events("a.json", event())
    before = warehouse.everything()
    with pytest.raises(WarehouseError, match="later Sparkify") as rejected:
        act(warehouse)
    assert "use that Sparkify" in rejected.value.hint
    assert warehouse.everything() == before


@pytest.mark.parametrize("lost", ["time", *LOG])
def test_a_warehouse_without_one_of_its_tables_is_rejected(warehouse: Warehouse, lost: str) -> None:
    for view in reversed(VIEWS):
        warehouse.execute(f"drop view {view}")
    if lost == "time":
        warehouse.execute("drop table songplays")
    warehouse.execute(f'drop table "{lost}"')
    with pytest.raises(WarehouseError, match=lost):
        warehouse.load()
