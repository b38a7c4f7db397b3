"""The source files and the warehouses that are attacked."""

from pathlib import Path

import pytest

from .crash_fixtures import CrashTargets, DuckDbTargets, RedshiftTargets
from .crash_harness import CrashHarness
from .source_files import write_sources


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what the machine does to a load of Redshift, which is expensive, to the slow tests."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.command)
        if item.path.stem == "test_machine" and "redshift" in item.name:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give the history, and all source files."""
    return write_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(
    scope="session", params=["duckdb", pytest.param("redshift", marks=pytest.mark.server)]
)
def harness(
    request: pytest.FixtureRequest,
    sources: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> CrashHarness:
    """Give a load to attack, on each engine, and what it leads to undisturbed."""
    folder, undisturbed = (tmp_path_factory.mktemp(name) for name in ("history", "undisturbed"))
    targets: CrashTargets
    if request.param == "duckdb":
        targets = DuckDbTargets(folder, *sources)
    else:
        standin, s3 = (request.getfixturevalue(name) for name in ("standin", "s3_server"))
        targets = RedshiftTargets(folder, *sources, standin, s3)
    return CrashHarness(request.param, targets, undisturbed)
