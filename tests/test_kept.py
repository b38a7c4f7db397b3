"""Rendered SQL is kept between runs: never wrong, and never in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sparkify

PACKAGE = Path(sparkify.__file__).parent
STATEMENT = "ledger/tables"
ASK = f"""
import sys
from sparkify.sql import statement
print(statement("{STATEMENT}").render("duckdb"))
print("sqlglot" in sys.modules)
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package's SQL room of its own, with nothing kept."""
    for source in [*PACKAGE.glob("*.py"), *(PACKAGE / "sql").rglob("*.py")]:
        _copy(source, tmp_path)
    for source in (PACKAGE / "sql").rglob("*.sql"):
        _copy(source, tmp_path)
    return tmp_path


def _copy(source: Path, to: Path) -> None:
    target = to / source.relative_to(PACKAGE.parent)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def ask(house: Path, **environment: str) -> tuple[str, bool]:
    """The rendered statement, and whether sqlglot was needed for it."""
    usual = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=house,
        env=usual | {"PYTHONPATH": str(house)} | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    text, needed = done.stdout.splitlines()
    return text, needed == "True"


def kept_files(house: Path) -> list[Path]:
    return list((house / "sparkify/sql/__pycache__").glob("rendered-*"))


def test_the_second_run_needs_no_sqlglot_and_gives_the_same(house: Path) -> None:
    first, rendered = ask(house)
    second, rendered_again = ask(house)

    assert first == second
    assert rendered
    assert not rendered_again


def test_a_changed_statement_is_rendered_anew(house: Path) -> None:
    ask(house)
    source = house / f"sparkify/sql/{STATEMENT}.sql"
    source.write_text(source.read_text().replace("current_schema()", "'other'"))

    text, rendered = ask(house)

    assert "'other'" in text
    assert rendered
    assert len(kept_files(house)) == 1


@pytest.mark.parametrize(
    "damage", ['{"half', *(pytest.param(each, marks=pytest.mark.slow) for each in ("", "[1, 2]"))]
)
def test_a_damaged_file_is_replaced(house: Path, damage: str) -> None:
    first, _ = ask(house)
    kept_files(house)[0].write_text(damage)

    assert ask(house) == (first, True)
    assert ask(house) == (first, False)


def test_nothing_is_kept_where_python_keeps_nothing(house: Path) -> None:
    ask(house, PYTHONDONTWRITEBYTECODE="1")

    assert kept_files(house) == []


def test_a_place_that_cannot_be_written_is_no_fault(house: Path) -> None:
    (house / "sparkify/sql/__pycache__").write_text("not a folder")

    text, rendered = ask(house)

    assert "information_schema" in text.lower()
    assert rendered
