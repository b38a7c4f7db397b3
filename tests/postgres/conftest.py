"""A warehouse on a PostgreSQL server, empty at the start of each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify import pipeline
from tests.contract.engines import start_servers
from tests.contract.source_files import event, song
from tests.contract.warehouse import Warehouse, open_warehouse
from tests.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def _opened(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> Iterator[Warehouse]:
    start_servers("postgres", request)
    with open_warehouse("postgres") as opened:
        yield opened


@pytest.fixture
def warehouse(_opened: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Give an empty warehouse; what failed is tried again at once."""
    monkeypatch.setattr(pipeline, "RETRY_PAUSES", (0.0, 0.0))
    _opened.reset(tmp_path)
    return _opened


@pytest.fixture
def loaded(warehouse: Warehouse) -> Warehouse:
    """Give a warehouse of one play."""
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event())
    warehouse.load()
    return warehouse
