"""`python -m bench.peers`: the peers make our rows, and what they took gets into the page."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import duckdb
import pytest

from bench.page import place_of, written
from bench.peers.lineup import PEERS
from bench.peers.page import Cost, Line, bars, place_name, section, table
from bench.peers.rows import COLUMNS, rows

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
INSTALLED = ROOT / ".venv-peers" / "bin" / "python"
OURS = [Cost(2.0, 3.0, 2**30), Cost(4.0, 5.0, 2**30), Cost(3.0, 4.0, 2**30)]
THEIRS = [Cost(5.0, 9.0, 2**31), Cost(4.0, 8.0, 2**31), Cost(6.0, 9.0, 2**31)]
LINES = [Line("Ours 1", "a file", OURS, OURS), Line("Theirs 2", "files", THEIRS, OURS)]


@pytest.mark.slow
@pytest.mark.parametrize("name", [peer.name for peer in PEERS])
def test_a_peer_makes_our_rows(name: str) -> None:
    python = str(INSTALLED) if INSTALLED.exists() else sys.executable
    size = ("--events", "3000", "--songs", "300", "--rounds", "1")
    command = [python, "-m", "bench.peers", *size, "--only", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    if "is left out" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    assert name in done.stdout


def _left(folder: Path, *users: tuple[int, str]) -> Path:
    folder.mkdir()
    with duckdb.connect(folder / "made.duckdb") as connection:
        for name, columns in COLUMNS.items():
            connection.execute(f'create table "{name}" ({", ".join(columns)})')
        for user in users:
            connection.execute("insert into users (user_id, level) values (?, ?)", user)
    return folder


def test_rows_are_the_same_in_any_order_and_in_any_kind_of_file(tmp_path: Path) -> None:
    one = _left(tmp_path / "1", (1, "free"), (2, "paid"))
    other = _left(tmp_path / "2", (2, "paid"), (1, "free"))
    (tmp_path / "3").mkdir()
    with duckdb.connect(one / "made.duckdb") as connection:
        for name in COLUMNS:
            connection.execute(f"copy \"{name}\" to '{tmp_path}/3/{name}.parquet'")

    assert rows(one) == rows(other) == rows(tmp_path / "3")
    assert rows(one)["users"][0] == 2


@pytest.mark.parametrize(
    "users",
    [
        [(1, "free"), (2, "free")],
        [(1, "paid"), (2, "free")],
        [(1, "free"), (1, "free"), (2, "paid"), (2, "paid")],
    ],
)
def test_other_rows_are_told_apart(tmp_path: Path, users: list[tuple[int, str]]) -> None:
    one, other = _left(tmp_path / "1", (1, "free"), (2, "paid")), _left(tmp_path / "2", *users)

    assert rows(one)["users"] != rows(other)["users"]
    assert rows(one)["songs"] == rows(other)["songs"]


def test_what_a_command_leaves_behind_is_counted_too() -> None:
    left = "x = bytearray(10**8)\nfor _ in range(5_000_000): pass"
    program = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {left!r}])"
    command = [sys.executable, "-m", "bench.peers.measured", sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    took = json.loads(done.stdout)
    assert took["peak"] > 10**8
    assert took["cpu"] > 0.05


def test_a_row_has_medians_and_ratios_round_by_round() -> None:
    _, _, ours, theirs = table(LINES).splitlines()

    assert ours == "| Ours 1 | a file | 3.0 s | 4.0 s | 1,024 MiB | **1.00** (1.00 to 1.00) |"
    assert theirs == "| Theirs 2 | files | 5.0 s | 9.0 s | 2,048 MiB | **2.00** (1.00 to 2.50) |"


def test_a_section_is_written_in_its_place_and_nowhere_else() -> None:
    page = PAGE.read_text(encoding="utf-8")
    text = section(LINES, 10_000_000, 14_896, "peers-10000000.svg")
    name, another = place_name(10_000_000), place_name(1_000_000)
    once = written(page, name, text)
    other, place = place_of(another, once), place_of(another, page)

    assert text in once
    assert written(once, name, text) == once
    assert other
    assert place
    assert other[0] == place[0]
    assert table(LINES) in text
    assert "(peers-10000000.svg)" in text


def test_a_size_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for peers at 5 events"):
        written(PAGE.read_text(encoding="utf-8"), place_name(5), "")


def test_a_bar_is_as_long_as_the_ratio() -> None:
    picture = fromstring(bars(LINES))
    widths = [float(bar.attrib["width"]) for bar in picture if bar.tag.endswith("rect")]
    texts = [label.text for label in picture if label.tag.endswith("text")]

    assert widths[1] == pytest.approx(2 * widths[0], rel=0.01)
    assert texts == ["Ours 1", "1.00", "Theirs 2", "2.00"]
