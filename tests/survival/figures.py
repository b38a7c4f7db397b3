"""How often each attack was made: counted by the tests, told by pytest at its end.

`--figures FILE` keeps them as JSON, from which `page.py` makes the table of docs/reliability.md.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

PROPERTY = "survival"


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Count what this test did, by the name that docs/reliability.md has for it."""
    counted: Counter[str] = Counter()
    yield counted
    # A test's properties are what pytest-xdist brings from its workers.
    request.node.user_properties.append((PROPERTY, dict(counted)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", type=Path, metavar="FILE", help="keep the figures of survival")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            # each phase of a test brings them; the last has what its fixtures added
            if getattr(report, "when", "") == "teardown":
                for name, counted in report.user_properties:
                    found.update(counted if name == PROPERTY else {})
    if not found:
        return
    terminalreporter.section("survived")
    for name, count in sorted(found.items()):
        terminalreporter.line(f"{count:>8,}  {name}")
    file = terminalreporter.config.getoption("--figures")
    if file:
        file.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n", encoding="utf-8")
