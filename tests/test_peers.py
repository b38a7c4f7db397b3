"""`python -m bench.peers`: all peers build the same rows, and their costs get into the page."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import duckdb
import pytest

from bench.page import find_section, replace_section
from bench.peers.lineup import PEERS
from bench.peers.page import (
    Cost,
    Line,
    draw_bars,
    peers_section,
    peers_table,
    section_name,
)
from bench.peers.rows import BRIEF_COLUMNS, table_digests

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
INSTALLED = ROOT / ".venv-peers" / "bin" / "python"
SPARKIFY = [Cost(2.0, 3.0, 2**30), Cost(4.0, 5.0, 2**30), Cost(3.0, 4.0, 2**30)]
OTHER = [Cost(5.0, 9.0, 2**31), Cost(4.0, 8.0, 2**31), Cost(6.0, 9.0, 2**31)]
LINES = [
    Line("Sparkify 1", "a file", SPARKIFY, SPARKIFY),
    Line("Other 2", "files", OTHER, SPARKIFY),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", [peer.name for peer in PEERS])
def test_a_peer_builds_the_same_rows(name: str) -> None:
    python = str(INSTALLED) if INSTALLED.exists() else sys.executable
    size = ("--events", "3000", "--songs", "300", "--rounds", "1")
    command = [python, "-m", "bench.peers", *size, "--only", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    if "is skipped" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    assert name in done.stdout


def _database(folder: Path, *users: tuple[int, str]) -> Path:
    folder.mkdir()
    with duckdb.connect(folder / "peer.duckdb") as connection:
        for name, columns in BRIEF_COLUMNS.items():
            connection.execute(f'create table "{name}" ({", ".join(columns)})')
        for user in users:
            connection.execute("insert into users (user_id, level) values (?, ?)", user)
    return folder


def test_digests_are_the_same_in_any_order_and_any_kind_of_file(tmp_path: Path) -> None:
    one = _database(tmp_path / "1", (1, "free"), (2, "paid"))
    other = _database(tmp_path / "2", (2, "paid"), (1, "free"))
    (tmp_path / "3").mkdir()
    with duckdb.connect(one / "peer.duckdb") as connection:
        for name in BRIEF_COLUMNS:
            connection.execute(f"copy \"{name}\" to '{tmp_path}/3/{name}.parquet'")

    assert table_digests(one) == table_digests(other) == table_digests(tmp_path / "3")
    assert table_digests(one)["users"][0] == 2


@pytest.mark.parametrize(
    "users",
    [
        [(1, "free"), (2, "free")],
        [(1, "paid"), (2, "free")],
        [(1, "free"), (1, "free"), (2, "paid"), (2, "paid")],
    ],
)
def test_other_rows_have_another_digest(tmp_path: Path, users: list[tuple[int, str]]) -> None:
    one, other = (
        _database(tmp_path / "1", (1, "free"), (2, "paid")),
        _database(tmp_path / "2", *users),
    )

    assert table_digests(one)["users"] != table_digests(other)["users"]
    assert table_digests(one)["songs"] == table_digests(other)["songs"]


def test_orphans_of_a_command_are_counted_too() -> None:
    orphan = "x = bytearray(10**8)\nfor _ in range(5_000_000): pass"
    program = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {orphan!r}])"
    command = [sys.executable, "-m", "bench.peers.measure", sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    cost = json.loads(done.stdout)
    assert cost["peak"] > 10**8
    assert cost["cpu"] > 0.05


def test_a_row_has_medians_and_ratios_by_round() -> None:
    _, _, sparkify, other = peers_table(LINES).splitlines()

    assert (
        sparkify == "| Sparkify 1 | a file | 3.0 s | 4.0 s | 1,024 MiB | **1.00** (1.00 to 1.00) |"
    )
    assert other == "| Other 2 | files | 5.0 s | 9.0 s | 2,048 MiB | **2.00** (1.00 to 2.50) |"


def test_only_the_named_section_is_replaced() -> None:
    page = PAGE.read_text(encoding="utf-8")
    text = peers_section(LINES, 10_000_000, 14_896, "peers-10000000.svg")
    name, another = section_name(10_000_000), section_name(1_000_000)
    once = replace_section(page, name, text)
    after, before = find_section(another, once), find_section(another, page)

    assert text in once
    assert replace_section(once, name, text) == once
    assert after
    assert before
    assert after[0] == before[0]
    assert peers_table(LINES) in text
    assert "(peers-10000000.svg)" in text


def test_a_size_without_a_section_is_an_error() -> None:
    with pytest.raises(ValueError, match="no section peers at 5 events"):
        replace_section(PAGE.read_text(encoding="utf-8"), section_name(5), "")


def test_a_bar_is_as_long_as_the_ratio() -> None:
    picture = fromstring(draw_bars(LINES))
    widths = [float(bar.attrib["width"]) for bar in picture if bar.tag.endswith("rect")]
    texts = [label.text for label in picture if label.tag.endswith("text")]

    assert widths[1] == pytest.approx(2 * widths[0], rel=0.01)
    assert texts == ["Sparkify 1", "1.00", "Other 2", "2.00"]
