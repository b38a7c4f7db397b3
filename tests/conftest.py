"""Fixtures of all tests: Hypothesis's profiles, the S3 server, the marks."""

import gc
import os
import shutil
import signal
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from sparkify.engines.duckdb.engine import CONNECTION_CONFIG
from tests.command_line import run
from tests.postgres_server import postgres_server
from tests.redshift_fixtures import client, login, redshift_account, redshift_s3, standin
from tests.s3_server import s3_server
from tests.small_source import write_source

__all__ = [
    "client",
    "login",
    "postgres_server",
    "redshift_account",
    "redshift_s3",
    "s3_server",
    "standin",
]

pytest_plugins = ["tests.random_order", "tests.survival.figures"]

# The same examples every time, so that `make test` does not waver; the slow profile looks further.
settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "thorough", settings.get_profile("steady"), derandomize=False, max_examples=1000
)
# The fixtures of PostgreSQL and of the stand-in for Redshift.
SERVERS = {"postgres_server", "redshift_standin"}
PROFILE = os.environ.get("SPARKIFY_HYPOTHESIS", "steady")
settings.load_profile(PROFILE)


def pytest_configure(config: pytest.Config) -> None:
    # A shell that starts the tests with & has Ctrl-C ignored, and what they start would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if PROFILE == "steady":
        # A few rows need no second thread in this process; the processes of the tests use all.
        CONNECTION_CONFIG["threads"] = 1
    config.addinivalue_line(
        "markers", "cannot(*engines, reason): a promise that these engines do not keep"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-servers` and `make test-commands` what their marks say."""
    for item in items:
        if isinstance(item, pytest.Function):
            if not SERVERS.isdisjoint(item.fixturenames):
                item.add_marker(pytest.mark.server)
            if _calls_commands(item.module):
                item.add_marker(pytest.mark.command)


def _calls_commands(module: ModuleType) -> bool:
    return any(
        getattr(each, "__module__", "") == "tests.command_line" for each in vars(module).values()
    )


def pytest_collection_finish() -> None:
    # What thousands of tests have imported stays, and need not be looked through for garbage; what
    # they leave is looked for a hundred times more seldom.
    gc.freeze()
    gc.set_threshold(70_000)


def pytest_sessionfinish() -> None:
    # At its end Python must be able to take it all apart: DuckDB's module tells of what is left.
    gc.unfreeze()


@pytest.fixture(scope="session")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_source(tmp_path_factory.mktemp("loaded"))
    assert run("create_tables.py", cwd=folder).code == 0
    assert run("etl.py", cwd=folder).code == 0
    return folder


@pytest.fixture
def loaded(loaded_once: Path, tmp_path: Path) -> Path:
    """Give a folder with a warehouse that holds data and no dwh.cfg, to be spoilt at will."""
    for name in ("sparkify.duckdb", "sparkify.read.duckdb"):
        shutil.copy2(loaded_once / name, tmp_path)
    return tmp_path
