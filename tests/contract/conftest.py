"""The warehouses of the contract, one an engine."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test

from tests import live

from .engines import ENGINES, expected_failure, run_on
from .warehouse import Warehouse, open_warehouse

# Cases of a test that the stand-in for Redshift meets in `make test`, if Hypothesis has no part in
# it, nor is it marked as expensive; `make test-slow` has all. Any data in any order, a month of it,
# and the sample: tests/redshift/test_equivalence.py.
FEW = 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most cases on the stand-in, which are expensive, to the slow tests."""
    met: Counter[str] = Counter()
    for item in items if not live.asked_for() else ():
        if isinstance(item, pytest.Function) and _engine_of(item) == "redshift":
            name = item.nodeid.partition("[")[0]
            met[name] += 1
            is_expensive = item.get_closest_marker("expensive") or is_hypothesis_test(item.obj)
            if met[name] > FEW or is_expensive:
                item.add_marker(pytest.mark.slow)


def _engine_of(item: pytest.Function) -> str:
    case = getattr(item, "callspec", None)
    return case.params.get("engine_name", "") if case else ""


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Name each engine in turn."""
    name: str = request.param
    if name == "redshift" and not live.asked_for():
        run_on(request.getfixturevalue("standin"), request.getfixturevalue("s3_server"))
    return name


@pytest.fixture(scope="session")
def _opened(engine_name: str) -> Iterator[Warehouse]:
    """Open a warehouse once for all tests: to empty it is quicker than to open another."""
    with open_warehouse(engine_name) as opened:
        yield opened


@pytest.fixture
def warehouse(_opened: Warehouse, tmp_path: Path) -> Warehouse:
    """Give an empty warehouse."""
    _opened.start_anew(tmp_path)
    _opened.examples = 0
    return _opened


@pytest.fixture(scope="session")
def staging(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Give an empty warehouse to tests that only stage, and leave nothing behind."""
    with open_warehouse(engine_name) as opened:
        opened.start_anew(tmp_path_factory.mktemp("staging"))
        yield opened


@pytest.fixture(autouse=True)
def _what_the_engine_cannot(request: pytest.FixtureRequest) -> None:
    """Let a test fail, and nothing else, where it is said that the engine cannot do it."""
    for mark in request.node.iter_markers("cannot"):
        failure = expected_failure(mark, request.getfixturevalue("engine_name"))
        if failure:
            request.applymarker(failure)
