"""`--seed NUMBER` runs the tests in the random order of that number, as `make test-random` does."""

import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, metavar="NUMBER", help="shuffle the tests by this seed")


def pytest_report_header(config: pytest.Config) -> str | None:
    seed = config.getoption("--seed")
    return None if seed is None else f"random order: --seed {seed}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle the files and the tests of each, so that what a file's tests share is made once."""
    seed = config.getoption("--seed")
    if seed is None:
        return
    random.Random(seed).shuffle(items)
    first = {item.path: place for place, item in reversed(list(enumerate(items)))}
    items.sort(key=lambda item: first[item.path])
