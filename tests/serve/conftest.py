"""Warehouses to be asked: generated data, loaded once."""

import shutil
from pathlib import Path

import pytest

from sparkify.generate import Recipe, generate
from tests.test_doors import call


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
