"""The warehouses of the contract, one an engine."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test

from .engines import ENGINES, expected_failure, start_servers
from .warehouse import Warehouse, open_warehouse


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, and as slow most of what is tried on an engine that limits it.

    These are the further cases of a test, properties, and what is marked as expensive. Any data in
    any order, a month of it, and the sample are tried on each engine by test_equivalence.py.
    """
    met: Counter[tuple[str, str]] = Counter()
    for item in items:
        engine_name = _engine_of(item)
        if engine_name and ENGINES[engine_name].fixtures:
            item.add_marker(pytest.mark.server)
        cases = ENGINES[engine_name].cases if engine_name else None
        if isinstance(item, pytest.Function) and cases is not None:
            test = (engine_name, item.nodeid.partition("[")[0])
            met[test] += 1
            is_expensive = item.get_closest_marker("expensive") or is_hypothesis_test(item.obj)
            if met[test] > cases or is_expensive:
                item.add_marker(pytest.mark.slow)


def _engine_of(item: pytest.Item) -> str:
    case = getattr(item, "callspec", None)
    return case.params.get("engine_name", "") if case else ""


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Name each engine in turn."""
    name: str = request.param
    start_servers(name, request)
    return name


@pytest.fixture(scope="session")
def _opened(engine_name: str) -> Iterator[Warehouse]:
    """Open a warehouse once for all tests: to empty it is quicker than to open another."""
    with open_warehouse(engine_name) as opened:
        yield opened


@pytest.fixture
def warehouse(_opened: Warehouse, tmp_path: Path) -> Warehouse:
    """Give an empty warehouse."""
    _opened.reset(tmp_path)
    _opened.examples = 0
    return _opened


@pytest.fixture(scope="session")
def staging(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Give an empty warehouse to tests that only stage, and leave nothing behind."""
    with open_warehouse(engine_name) as opened:
        opened.reset(tmp_path_factory.mktemp("staging"))
        yield opened


@pytest.fixture(autouse=True)
def _what_the_engine_cannot(request: pytest.FixtureRequest) -> None:
    """Let a test fail, and nothing else, where it is said that the engine cannot do it."""
    for mark in request.node.iter_markers("cannot"):
        failure = expected_failure(mark, request.getfixturevalue("engine_name"))
        if failure:
            request.applymarker(failure)
