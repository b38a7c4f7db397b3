"""`make bench`: one line per performance target, all measured in one run."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import (
    alarms,
    generator,
    history,
    one_day,
    packing,
    publishing,
    small_files,
    stages,
    startup,
    streaming,
)
from bench.__main__ import SIZES, Plan, measure_targets
from bench.page import find_section
from bench.target import TARGETS_HEADING, Target, targets_table

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
TINY: Plan = [
    (stages.targets, (2_000, 200, 1)),
    (small_files.targets, (100, 1)),
    (history.targets, (3, 200, 50, 1)),
    (startup.targets, (1,)),
    (streaming.targets, (2_000, 50, 1)),
    (packing.targets, (100, 500, 1)),
    (generator.targets, (1_000, 50)),
    (one_day.targets, (3, 200, 50, 1)),
    (publishing.targets, (1, 1)),
]


def test_a_median_within_its_limit_is_bold() -> None:
    lines = targets_table(
        [
            Target(6, "help", [0.2, 0.4, 0.3], 0.3, " s"),
            Target(1, "slow", [1.5, 1.25, 2.0], 1.15),
        ]
    )

    assert lines == (
        f"{TARGETS_HEADING}\n"
        "| 1 | slow | 1.50 | 1.25 to 2.00 | 1.15 |\n"
        "| 6 | help | **0.30 s** | 0.20 to 0.40 | 0.3 s |"
    )


def test_all_sizes_measure_the_same_targets() -> None:
    every = {measure for measure, _ in TINY}

    assert {measure for measure, _ in SIZES["quick"]} == every
    assert {measure for measure, _ in SIZES["full"]} == every


def test_the_page_has_a_section_for_the_full_size() -> None:
    assert find_section("targets, full", PAGE)


def test_the_whole_run_is_measured_beside_a_script_with_the_same_rows(
    capfd: pytest.CaptureFixture[str],
) -> None:
    bare, bare_cpu, parsing, memory = measure_targets(TINY[:1])

    printed = capfd.readouterr().out
    times = re.findall(r"(\w+)\.py, process +(\d+\.\d\d) s   CPU +(\d+\.\d\d) s", printed)
    seconds = {name: wall for name, wall, _ in times}
    cpu = {name: float(used) for name, _, used in times}
    etl = float(seconds["etl"])
    assert "check_star" in printed
    assert bare.what == "`etl.py`, relative to the bare script, 2,000 events"
    assert bare_cpu.what == "`etl.py`, CPU relative to the bare script, 2,000 events"
    assert bare_cpu.measured == [pytest.approx(cpu["etl"] / cpu["bare"], rel=0.1)]
    assert parsing.what == "`etl.py`, relative to parsing, 2,000 events"
    # The printed seconds are rounded to hundredths.
    assert bare.measured == [pytest.approx(etl / float(seconds["bare"]), rel=0.1)]
    assert parsing.measured == [pytest.approx(etl / float(seconds["parsing"]), rel=0.1)]
    assert 0.05 < memory.measured[0] < memory.limit


def test_a_bench_can_be_run_alone() -> None:
    command = [sys.executable, "-m", "bench.startup", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    heading, line = done.stdout.rsplit("\n", 2)[:2]
    assert heading == TARGETS_HEADING
    assert re.match(r"\| 6 \| `sparkify --help` \| \**\d+\.\d\d s", line)


@pytest.mark.slow
def test_every_target_has_a_line() -> None:
    lines = measure_targets(TINY)

    # Target 2 is about other tools, which `make bench-peers` installs.
    assert {line.number for line in lines} == {1, 3, 4, 5, 6, 7, 8, 9, 10}
    assert all(value > 0 for line in lines for value in line.measured)


@pytest.mark.slow
def test_the_cost_of_the_bare_script_is_printed_by_statement() -> None:
    sizes = ("--events", "2000", "--songs", "50", "--rounds", "1")
    command = [sys.executable, "-m", "bench.write_cost", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert "create table songplays" in done.stdout
    assert "the whole bare script" in done.stdout
    assert "a number, in a temporary table" in done.stdout


# Alarms of the checks


def test_the_bench_of_alarms_measures_what_is_lost_and_what_is_not() -> None:
    weeks = alarms.generated_days(1, spread=0.2, known=0.5)[:100]
    volume = alarms.measure("volume", alarms.VOLUME, [weeks], first=94, every=5)
    matches = alarms.measure("matches", alarms.MATCHES, [weeks], first=98, every=2)

    for each in (volume, matches):
        assert (each.by_share[1.0], each.by_share[0.9]) == (1, 1)
        assert each.by_share[0.1] < 1
    drawn = ElementTree.fromstring(alarms.draw_alarms([volume, matches]))
    assert len([each for each in drawn if each.tag.endswith("polyline")]) == 2
    assert "| volume |" in alarms.alarms_table([volume, matches])


def test_the_alarms_on_the_page_are_within_their_targets() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = find_section(alarms.SECTION, page)
    assert section
    rows = {
        cells[1]: cells[2:-1]
        for line in section[0].splitlines()
        if len(cells := [cell.strip() for cell in line.split("|")]) == len(alarms.SHARES) + 4
    }
    half = alarms.SHARES.index(0.5)
    steady = rows["plays, days that vary by 0.2"]
    assert int(steady[half].rstrip("%")) >= 90
    assert all(
        float(cells[-1]) <= 1 for name, cells in rows.items() if name not in {"lost:", "---"}
    )
