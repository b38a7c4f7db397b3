"""Performance targets: a measurement beside what it is compared to, and its limit."""

import argparse
import statistics
from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

TARGETS_HEADING = (
    "| target | what is measured | median | min to max | limit |\n"
    "| ---: | --- | ---: | ---: | ---: |"
)


class Target(NamedTuple):
    """A measurement, one value per round, and the limit for its median.

    `number` is that of the target in docs/performance.md. Ratios have no unit.
    """

    number: int
    what: str
    measured: list[float]
    limit: float
    unit: str = ""


def parse_amounts(doc: str | None, **defaults: int) -> dict[str, int]:
    """Parse a command's options, one for each amount. The help is the first line of `doc`."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    for name, amount in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=amount)
    return dict(vars(parser.parse_args()))


def run_bench(measure: Callable[..., list[Target]], doc: str | None, **defaults: int) -> None:
    """Run one bench with the amounts of the command line, and print its targets."""
    print(targets_table(measure(**parse_amounts(doc, **defaults))))


def targets_table(targets: list[Target]) -> str:
    """Return a table with one row per target; a median within its limit is bold."""
    return "\n".join([TARGETS_HEADING, *map(_row, sorted(targets, key=attrgetter("number")))])


def _row(target: Target) -> str:
    median = statistics.median(target.measured)
    shown = f"{median:.2f}{target.unit}"
    if median <= target.limit:
        shown = f"**{shown}**"
    spread = f"{min(target.measured):.2f} to {max(target.measured):.2f}"
    limit = f"{target.limit:g}{target.unit}"
    return f"| {target.number} | {target.what} | {shown} | {spread} | {limit} |"
