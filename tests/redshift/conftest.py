"""A warehouse on the stand-in for Redshift, empty at the start of each test."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redshift_standin import CopyReport, Standin

from sparkify import pipeline
from tests.contract.engines import start_servers
from tests.contract.warehouse import Warehouse, open_warehouse


@pytest.fixture(scope="session")
def _opened(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    start_servers("redshift", request)
    with open_warehouse("redshift") as opened:
        yield opened


@pytest.fixture
def warehouse(
    _opened: Warehouse, standin: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Warehouse]:
    """Give a warehouse with a work folder; what failed is tried again at once."""
    monkeypatch.setattr(pipeline, "RETRY_PAUSES", (0.0, 0.0))
    _opened.reset(tmp_path)
    standin.statements.clear()
    yield _opened
    standin.faults.clear()


@pytest.fixture
def read_only(warehouse: Warehouse) -> Iterator[Warehouse]:
    """Give one without a work folder: of the bucket we only read."""
    settings = replace(warehouse.settings, work_data="")
    another = Warehouse("redshift", settings, warehouse.place)
    another.logs, another.songs = warehouse.logs, warehouse.songs
    yield another
    another.engine.close()


class SentStatements:
    """The statements that one warehouse sent to the stand-in."""

    def __init__(self, standin: Standin, warehouse: Warehouse) -> None:
        self._log, self._database = standin.statements, warehouse.settings.db_name

    def copies(self) -> list[CopyReport]:
        return self._log.copies(self._database)

    def texts(self) -> list[str]:
        return self._log.texts(self._database)

    def clear(self) -> None:
        self._log.clear()


@pytest.fixture
def sent(standin: Standin, warehouse: Warehouse) -> SentStatements:
    """Give the statements that the warehouse was sent."""
    return SentStatements(standin, warehouse)
