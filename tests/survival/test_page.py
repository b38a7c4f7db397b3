"""docs/reliability.md names the tests that there are, and its table is what a run of them wrote."""

import re
from pathlib import Path

from bench.page import find_section, replace_section

from .page import FIGURES, PAGE, parsed, table

TEXT = PAGE.read_text(encoding="utf-8")
PLACE = find_section(FIGURES, TEXT)
SHOWN = PLACE[0] if PLACE else ""
ATTACKS = ("test_kills.py", "test_machine.py", "test_cluster.py", "test_s3.py", "test_fuzz.py")


def test_the_page_names_every_attack_and_no_test_that_is_not_there() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("*.py")]
    defined = set(re.findall(r"^def (test_\w+)", "\n".join(sources), re.MULTILINE))
    attacks = "\n".join((Path(__file__).parent / name).read_text("utf-8") for name in ATTACKS)
    named = set(re.findall(r"`(test_\w+)`", TEXT))

    assert named <= defined
    assert named >= set(re.findall(r"^def (test_\w+)", attacks, re.MULTILINE))


def test_the_table_is_as_a_run_writes_it() -> None:
    figures = parsed(SHOWN)

    assert table(figures) == SHOWN
    assert replace_section(TEXT, FIGURES, table(figures)) == TEXT
    assert min(figures.values()) > 0


def test_the_table_tells_of_hundreds_of_kills_and_of_every_kind_of_attack() -> None:
    figures = parsed(SHOWN)

    kills = sum(count for name, count in figures.items() if name.startswith("SIG"))
    assert kills >= 250
    for kind in ("S3: ", "fuzz: files", "fuzz: settings", "fuzz: jsonpaths", "full disk"):
        assert any(name.startswith(kind) for name in figures), kind
