"""The deliveries and the warehouses that are attacked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .deliveries import deliver
from .grounds import GROUNDS
from .siege import Siege


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give the history, and all that is delivered in the end."""
    return deliver(tmp_path_factory.mktemp("deliveries"))


@pytest.fixture(scope="session", params=sorted(GROUNDS))
def siege(
    request: pytest.FixtureRequest,
    deliveries: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Siege]:
    """Give a load to attack, on each engine, and what it leads to undisturbed."""
    history, whole = deliveries
    with GROUNDS[request.param](tmp_path_factory.mktemp("history"), history) as grounds:
        yield Siege(request.param, grounds, whole, tmp_path_factory.mktemp("undisturbed"))
