"""`make bench`: a line for each aim, of what was measured in one run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import arriving, history, making, many, packing, stages, starting
from bench.__main__ import SIZES, Plan, measured
from bench.page import place_of
from bench.target import HEADING, Target, table

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
TINY: Plan = [
    (stages.targets, (2_000, 200, 1)),
    (many.targets, (100, 1)),
    (history.targets, (3, 200, 50, 1)),
    (starting.targets, (1,)),
    (arriving.targets, (2_000, 50, 1)),
    (packing.targets, (100, 500, 1)),
    (making.targets, (1_000, 50)),
]


def test_a_line_has_the_median_in_bold_where_it_is_no_more_than_it_is_to_be() -> None:
    lines = table(
        [
            Target(6, "help", [0.2, 0.4, 0.3], 0.3, " s"),
            Target(1, "slow", [1.5, 1.25, 2.0], 1.15),
        ]
    )

    assert lines == (
        f"{HEADING}\n"
        "| 1 | slow | 1.50 | 1.25 to 2.00 | 1.15 |\n"
        "| 6 | help | **0.30 s** | 0.20 to 0.40 | 0.3 s |"
    )


def test_a_bench_of_any_size_measures_the_same() -> None:
    every = {measure for measure, _ in TINY}

    assert {measure for measure, _ in SIZES["quick"]} == every
    assert {measure for measure, _ in SIZES["full"]} == every


def test_the_page_has_a_place_for_the_lines_of_the_full_size() -> None:
    assert place_of("aims, full", PAGE)


def test_the_whole_run_is_measured_beside_a_script_that_makes_the_same_rows(
    capfd: pytest.CaptureFixture[str],
) -> None:
    bare, parsing, memory = measured(TINY[:1])

    printed = capfd.readouterr().out
    seconds = dict(re.findall(r"(\w+)\.py, process +(\d+\.\d\d) s", printed))
    etl = float(seconds["etl"])
    assert "check_star" in printed
    assert bare.what == "`etl.py`, times the bare script, 2,000 events"
    assert parsing.what == "`etl.py`, times parsing alone, 2,000 events"
    # Of what is told to the hundredth of a second.
    assert bare.measured == [pytest.approx(etl / float(seconds["bare"]), rel=0.1)]
    assert parsing.measured == [pytest.approx(etl / float(seconds["parsing"]), rel=0.1)]
    assert 0.05 < memory.measured[0] < memory.most


def test_a_bench_can_be_run_alone() -> None:
    command = [sys.executable, "-m", "bench.starting", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    heading, line = done.stdout.rsplit("\n", 2)[:2]
    assert heading == HEADING
    assert re.match(r"\| 6 \| `sparkify --help` \| \**\d+\.\d\d s", line)


@pytest.mark.slow
def test_every_aim_has_a_line() -> None:
    lines = measured(TINY)

    # 2 is other tools, which `make bench-peers` installs.
    assert {line.aim for line in lines} == {1, 3, 4, 5, 6, 7, 8, 9}
    assert all(value > 0 for line in lines for value in line.measured)


@pytest.mark.slow
def test_where_the_bare_script_loses_its_time_is_told_by_statement() -> None:
    sizes = ("--events", "2000", "--songs", "50", "--rounds", "1")
    command = [sys.executable, "-m", "bench.losses", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert "create table songplays" in done.stdout
    assert "all of the bare script" in done.stdout
    assert "a number, in a temporary table" in done.stdout
