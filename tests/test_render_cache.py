"""Rendered SQL is read from the package: no sqlglot is needed, and no text is out of date."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sparkify
from tests.command_line import environment
from tests.small_source import write_source

PACKAGE = Path(sparkify.__file__).parent
STATEMENT = "ledger/tables"
ASK = f"""
import sys
from sparkify.sql import statement
print(" ".join(statement("{STATEMENT}").render("duckdb").split()))
print("sqlglot" in sys.modules)
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Copy the package's SQL room."""
    for pattern in ("*.py", "sql/**/*.py", "sql/**/*.sql"):
        for source in PACKAGE.glob(pattern):
            target = tmp_path / source.relative_to(PACKAGE.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    return tmp_path


def ask(house: Path) -> tuple[str, bool]:
    """Return the rendered statement, and whether sqlglot was needed for it."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=house,
        env=os.environ | {"PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    text, needed = done.stdout.splitlines()
    return text, needed == "True"


def test_a_committed_text_needs_no_sqlglot_and_writes_nothing(house: Path) -> None:
    before = set(house.rglob("*"))

    text, needed = ask(house)

    assert "FROM information_schema.tables" in text
    assert not needed
    assert set(house.rglob("*")) == before


def test_a_statement_that_was_edited_is_rendered_when_it_is_needed(house: Path) -> None:
    source = house / f"sparkify/sql/{STATEMENT}.sql"
    source.write_text(source.read_text().replace("current_schema()", "'other'"))

    text, needed = ask(house)

    assert "'other'" in text
    assert needed


LOAD = """
import sys
from sparkify.cli import main
for command in ("create-tables", "etl", "check", "overview"):
    try:
        main([command])
    except SystemExit as ended:
        assert not ended.code, (command, ended.code)
assert "duckdb" in sys.modules
assert "sqlglot" not in sys.modules
"""


def test_a_first_load_into_duckdb_needs_no_sqlglot(tmp_path: Path) -> None:
    folder = write_source(tmp_path)

    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        cwd=folder,
        env=environment(folder),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
