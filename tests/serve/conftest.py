"""Warehouses to be asked: generated data, loaded once; the report of one, and a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sparkify.generate import Recipe, generate
from tests.command_line import call
from tests.oracle import Rows
from tests.oracle_views import expected_views

from .browser import browser


def load(folder: Path) -> Path:
    """Make a warehouse of the data that lies in the folder."""
    for command in (["create-tables", "--yes"], ["etl"]):
        done = call(*command, cwd=folder)
        assert done.code == 0, done.err
    return folder


@pytest.fixture(scope="session")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a warehouse of sixty days, to be read only."""
    folder = tmp_path_factory.mktemp("asked")
    recipe = Recipe(users=60, songs=300, artists=150, days=60, events=6_000, seed=3)
    generate(folder / "data", recipe)
    return load(folder)


@pytest.fixture
def asked(loaded_once: Path, tmp_path: Path) -> Path:
    """Give a folder of one's own with that warehouse."""
    shutil.copy(loaded_once / "sparkify.duckdb", tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def made(loaded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of the last thirty of sixty days."""
    out = tmp_path_factory.mktemp("report") / "report.html"
    done = call("report", "--out", str(out), cwd=loaded_once)
    assert done.code == 0, done.err
    assert "2018-12-01 to 2018-12-30" in done.err
    return out


@pytest.fixture(scope="module")
def plays(loaded_once: Path) -> Rows:
    """Give all plays, by plain Python."""
    return expected_views(loaded_once / "data/log_data", loaded_once / "data/song_data")["plays"]
