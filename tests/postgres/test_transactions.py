"""One run writes at a time; what PostgreSQL gives up is done again or left as it was."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from sparkify.engines.postgres.engine import PostgresEngine
from sparkify.engines.postgres.session import PostgresSession
from sparkify.errors import Interrupted, WarehouseError
from sparkify.sql import Statement
from tests.contract.source_files import event, song
from tests.contract.warehouse import Warehouse
from tests.postgres_server import PostgresServer


@pytest.fixture
def another(warehouse: Warehouse) -> Iterator[Warehouse]:
    """Give a second session with the same warehouse."""
    second = Warehouse("postgres", warehouse.settings, warehouse.place)
    second.settings, second.logs, second.songs = warehouse.settings, warehouse.logs, warehouse.songs
    yield second
    second.engine.close()


def items(warehouse: Warehouse) -> list[Any]:
    return [play["item_in_session"] for play in warehouse.table("songplays")]


def process_of(warehouse: Warehouse) -> int:
    [(process,)] = warehouse.query("select pg_backend_pid()")[1]
    assert isinstance(process, int)
    return process


def test_a_run_waits_for_the_one_before_and_loads_nothing_twice(
    warehouse: Warehouse, another: Warehouse
) -> None:
    warehouse.write_events("a.json", event(itemInSession=1))
    with ThreadPoolExecutor(1) as beside:
        with another.engine.transaction():
            another.engine.acquire_write_lock()
            run = beside.submit(warehouse.load)
            waiting = "select count(*) from pg_locks where not granted and mode = 'ExclusiveLock'"
            give_up = time.monotonic() + 20
            while time.monotonic() < give_up and not another.query(waiting)[1][0][0]:
                time.sleep(0.01)
            assert not run.done()
        assert run.result(timeout=30).files == 3
    assert another.load().files == 0
    assert items(warehouse) == [1]


def test_readers_need_not_wait_for_a_load(warehouse: Warehouse, another: Warehouse) -> None:
    warehouse.write_events("a.json", event(itemInSession=1))
    with warehouse.engine.transaction():
        warehouse.engine.acquire_write_lock()
        warehouse.execute("delete from songplays")
        assert items(another) == []


def test_a_connection_that_is_lost_in_a_batch_is_opened_and_the_batch_done_again(
    warehouse: Warehouse, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event(itemInSession=1))
    load_json = PostgresEngine.load_json
    lost: list[int] = []

    def lose_it_once(engine: PostgresEngine, *arguments: Any) -> Any:
        result = load_json(engine, *arguments)
        if not lost:
            lost.append(process_of(warehouse))
            postgres_server.execute(f"select pg_terminate_backend({lost[0]}, 5000)")
        return result

    monkeypatch.setattr(PostgresEngine, "load_json", lose_it_once)

    assert warehouse.load().files == 4
    assert lost
    assert items(warehouse) == [1]
    assert len(warehouse.table("staging_songs")) == 1


def test_a_commit_without_an_answer_is_looked_up_not_repeated(
    warehouse: Warehouse, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.write_events("a.json", event(itemInSession=1))
    commit = psycopg.Connection.commit
    lost: list[int] = []

    def commit_and_lose_it(connection: psycopg.Connection[Any]) -> None:
        commit(connection)
        lost.append(connection.info.backend_pid)
        if len(lost) == 2:  # the first is that of the run's entry in the log
            postgres_server.execute(f"select pg_terminate_backend({lost[-1]}, 5000)")
            connection.execute("select 1")

    monkeypatch.setattr(psycopg.Connection, "commit", commit_and_lose_it)
    run = warehouse.load()
    monkeypatch.undo()

    assert len(set(lost)) == 2
    assert items(warehouse) == [1]
    assert len(warehouse.table("loaded_files")) == 3
    assert run.batches in (0, 1)


def test_of_two_changes_of_one_row_the_later_one_may_be_tried_again(
    warehouse: Warehouse, another: Warehouse
) -> None:
    change = "update warehouse_version set version = version"
    with warehouse.taken_back():
        warehouse.query("select * from warehouse_version")
        another.execute(change)
        with pytest.raises(Interrupted, match="gave up the transaction: could not serialize"):
            warehouse.execute(change)


def test_a_statement_that_fails_is_said_in_two_lines(warehouse: Warehouse) -> None:
    with pytest.raises(
        WarehouseError, match=r"127\.0\.0\.1 rejected a statement: .*nosuch"
    ) as failed:
        warehouse.query("select nosuch from users")
    assert "\n" not in f"{failed.value}{failed.value.hint}"
    assert warehouse.query("select 1 as a")[1] == [(1,)]


def test_what_a_user_may_not_do_is_said(warehouse: Warehouse) -> None:
    session = PostgresSession(warehouse.settings)
    with pytest.raises(WarehouseError, match="permission denied") as failed:
        session.run("select * from pg_authid")
    session.close()
    assert "DB_SCHEMA" in failed.value.hint


def test_a_schema_that_is_not_there_is_said(warehouse: Warehouse) -> None:
    session = PostgresSession(warehouse.settings)
    session.run("set search_path to nosuch")
    with pytest.raises(WarehouseError, match="no schema") as failed:
        session.run("create table t (a integer)")
    session.close()
    assert "DB_SCHEMA" in failed.value.hint


def test_ctrl_c_ends_the_statement_and_leaves_a_connection_that_works(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> Iterator[Any]:
        yield (1,)
        raise KeyboardInterrupt

    with warehouse.taken_back():
        session = warehouse.engine._session  # type: ignore[attr-defined]
        with pytest.raises(KeyboardInterrupt):
            session.copy_in("copy warehouse_version (version) from stdin", interrupt())
    assert warehouse.query("select count(*) as a from warehouse_version")[1] == [(1,)]


# What the statements rely on


def test_texts_are_compared_by_their_bytes_whatever_the_database_does(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each column that holds text says so, those of temporary tables in a load too."""
    text = (
        "select relname || '.' || attname from pg_attribute"
        " join pg_class on attrelid = pg_class.oid and relkind = 'r'"
        " join pg_collation on attcollation = pg_collation.oid"
        " where pg_class.oid >= 16384 and collname <> 'C'"
    )
    found: set[str] = set()
    execute = PostgresEngine.execute

    def watched(engine: PostgresEngine, each: Statement, **parameters: Any) -> None:
        execute(engine, each, **parameters)
        if engine._in_transaction:
            found.update(name for (name,) in engine.fetch_own(text).rows)

    monkeypatch.setattr(PostgresEngine, "execute", watched)
    warehouse.create_tables()
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event())
    warehouse.load(source_schema="evolve")

    assert found == set()


def test_only_what_grows_has_an_index_and_none_of_them_is_a_key(warehouse: Warehouse) -> None:
    _, rows = warehouse.query(
        "select tablename, indexdef from pg_indexes where schemaname = 'public'"
    )

    assert {table for table, _ in rows} == {"staging_events", "staging_songs", "songplays", "time"}
    assert not [made for _, made in rows if "UNIQUE" in made]


def test_a_load_compares_no_row_with_each_of_another_table(warehouse: Warehouse) -> None:
    assert warehouse.query("select current_setting('enable_nestloop') as a")[1] == [("off",)]


def test_the_time_of_a_batch_is_in_utc(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    [(age,)] = warehouse.query(
        "select abs(datediff(second, loaded_at, sysdate)) as age from staging_events"
    )[1]
    assert age < 60
