"""All that is aimed at, each a line: what was measured in this run, and what it is to be at most.

    make bench              in some eight minutes: a million events, 20,000 small files
    make bench SIZE=full    in most of an hour: ten million events, 385,000 small files

Each is measured in turns with what it is compared to, by a module of this folder that can be run
alone. Other tools are not among them, since they have to be installed: `make bench-peers`.
"""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench import arriving, history, making, many, packing, stages, starting
from bench.page import place_of, written
from bench.target import Target, table

# What measures, and how much of it: as its own command says it.
Plan = list[tuple[Callable[..., list[Target]], tuple[int, ...]]]

SIZES: dict[str, Plan] = {
    "quick": [
        (stages.targets, (1_000_000, 14_896, 5)),
        (many.targets, (20_000, 3)),
        (history.targets, (100, 1_000, 1_000, 5)),
        (starting.targets, (9,)),
        (arriving.targets, (300_000, 3_000, 3)),
        (packing.targets, (3_000, 10_000, 3)),
        (making.targets, (1_000_000, 14_896)),
    ],
    "full": [
        (stages.targets, (1_000_000, 14_896, 9)),
        (stages.targets, (10_000_000, 14_896, 3)),
        (many.targets, (385_000, 1)),
        (history.targets, (100, 10_000, 1_000, 9)),
        (history.targets, (100, 100_000, 14_896, 5)),
        (starting.targets, (21,)),
        (arriving.targets, (1_000_000, 14_896, 5)),
        (packing.targets, (14_896, 100_000, 3)),
        (making.targets, (10_000_000, 14_896)),
    ],
}


def main() -> None:
    """Measure and print, and write the lines into the page if one is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", choices=SIZES, default="quick")
    parser.add_argument("--page", type=Path, help="the page to write the lines to")
    arguments = parser.parse_args()
    page = arguments.page and arguments.page.read_text(encoding="utf-8")
    name = f"aims, {arguments.size}"
    if page and not place_of(name, page):
        sys.exit(f"{arguments.page} has no place for the {name}")
    lines = table(measured(SIZES[arguments.size]))
    print(f"\n{lines}")
    if page:
        arguments.page.write_text(written(page, name, f"{lines}\n"), encoding="utf-8")


def measured(plan: Plan) -> list[Target]:
    """The lines of the plan, one after the other; each prints what else it finds."""
    found: list[Target] = []
    # Each in a process of its own: they set their environment, and memory has one peak a process.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as apart:
        for measure, amounts in plan:
            found += apart.submit(measure, *amounts).result()
    return found


if __name__ == "__main__":
    main()
