"""A run that has to wait for another says for whom, and gives up in time, on every server."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sparkify import pipeline
from sparkify.engines import lock_wait, open_engine
from sparkify.engines.base import Engine
from sparkify.errors import WarehouseBusy, WarehouseError
from sparkify.sql import Statement

from .source_files import event
from .warehouse import Warehouse


class WaitListener(pipeline.NullReporter):
    """Keeps whom the run waited for."""

    def __init__(self) -> None:
        self.holders: list[str] = []

    def waiting(self, holder: str) -> None:
        self.holders.append(holder)


@pytest.fixture
def other(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Give another session, if others can open the warehouse, and notice a wait soon."""
    if warehouse.engine.is_exclusive:
        pytest.skip("nobody else can open the file")
    monkeypatch.setattr(lock_wait, "NOTICE_SECONDS", 0.1)
    opened = open_engine(warehouse.settings)
    yield opened
    opened.close()


def test_it_says_who_holds_the_lock_and_gives_up(warehouse: Warehouse, other: Engine) -> None:
    warehouse.write_events("a.json", event())
    listener = WaitListener()
    settings = replace(warehouse.settings, lock_wait=1)
    warehouse.engine.close()
    warehouse.engine = open_engine(settings)
    with other.transaction():
        other.acquire_write_lock()
        began = time.monotonic()
        with pytest.raises(WarehouseBusy, match="is writing to the warehouse") as gave_up:
            warehouse.load(listener)
        assert time.monotonic() - began < 20
    [holder] = listener.holders
    assert f"{warehouse.settings.db_user} (process " in holder
    assert " UTC)" in holder
    assert holder in str(gave_up.value)
    assert "--wait" in gave_up.value.hint

    assert warehouse.load().files == 3
    assert [row["outcome"] for row in warehouse.table("runs")] == ["done"]


def test_it_waits_as_long_as_it_may(warehouse: Warehouse, other: Engine) -> None:
    warehouse.write_events("a.json", event())
    listener = WaitListener()
    with ThreadPoolExecutor(1) as beside:
        with other.transaction():
            other.acquire_write_lock()
            run = beside.submit(warehouse.load, listener)
            give_up = time.monotonic() + 20
            while not listener.holders and time.monotonic() < give_up:
                time.sleep(0.01)
        assert run.result(timeout=30).files == 3
    assert len(listener.holders) == 1


def test_a_lock_that_is_free_is_nobodys(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    listener = WaitListener()
    warehouse.load(listener)
    assert listener.holders == []


SLOW = {
    "redshift": "select count(*) from pg_attribute as a, pg_attribute as b, pg_attribute as c",
    "postgres": "select pg_sleep(10)",
}


def test_a_statement_that_takes_too_long_is_stopped(warehouse: Warehouse, other: Engine) -> None:
    limited = open_engine(replace(warehouse.settings, statement_timeout=1))
    try:
        with pytest.raises(WarehouseError, match="STATEMENT_TIMEOUT is 1 s") as stopped:
            limited.fetch(Statement("slow", SLOW[warehouse.engine_name], is_portable=True))
        assert "STATEMENT_TIMEOUT" in stopped.value.hint
        assert limited.fetch(Statement("quick", "select 1 as a")).rows == [(1,)]
    finally:
        limited.close()
