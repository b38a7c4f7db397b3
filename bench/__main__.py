"""Measure all performance targets, and print one line for each with its limit.

    make bench              about eight minutes: a million events, 20,000 small files
    make bench SIZE=full    most of an hour: ten million events, 385,000 small files

Each module of this folder measures one or more targets, in turns with what they are compared to,
and can be run alone. Other tools have to be installed, so they are apart: `make bench-peers`.
"""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench import (
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
from bench.page import find_section, replace_section
from bench.target import Target, targets_table

# Each bench with the amounts that its own command takes as options.
Plan = list[tuple[Callable[..., list[Target]], tuple[int, ...]]]

SIZES: dict[str, Plan] = {
    "quick": [
        (stages.targets, (1_000_000, 14_896, 5)),
        (small_files.targets, (20_000, 3)),
        (history.targets, (100, 1_000, 1_000, 5)),
        (startup.targets, (9,)),
        (streaming.targets, (300_000, 3_000, 3)),
        (packing.targets, (3_000, 10_000, 3)),
        (generator.targets, (1_000_000, 14_896)),
        (one_day.targets, (100, 1_000, 1_000, 21)),
        (publishing.targets, (50, 9)),
    ],
    "full": [
        (stages.targets, (1_000_000, 14_896, 9)),
        (stages.targets, (10_000_000, 14_896, 3)),
        (small_files.targets, (385_000, 1)),
        (history.targets, (100, 10_000, 1_000, 9)),
        (history.targets, (100, 100_000, 14_896, 5)),
        (startup.targets, (21,)),
        (streaming.targets, (1_000_000, 14_896, 5)),
        (packing.targets, (14_896, 100_000, 3)),
        (generator.targets, (10_000_000, 14_896)),
        (one_day.targets, (100, 10_000, 1_000, 51)),
        (publishing.targets, (500, 9)),
    ],
}


def main() -> None:
    """Measure and print, and write the table into a page if one is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", choices=SIZES, default="quick")
    parser.add_argument("--page", type=Path, help="the page to write the table into")
    arguments = parser.parse_args()
    page = arguments.page and arguments.page.read_text(encoding="utf-8")
    name = f"targets, {arguments.size}"
    if page and not find_section(name, page):
        sys.exit(f"{arguments.page} has no section {name}")
    table = targets_table(measure_targets(SIZES[arguments.size]))
    print(f"\n{table}")
    if page:
        text = replace_section(page, name, f"{table}\n")
        arguments.page.write_text(text, encoding="utf-8")


def measure_targets(plan: Plan) -> list[Target]:
    """Run the benches of the plan one after the other; each also prints its details."""
    found: list[Target] = []
    # A process for each bench: they set environment variables, and peak memory is per process.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for measure, amounts in plan:
            found += pool.submit(measure, *amounts).result()
    return found


if __name__ == "__main__":
    main()
