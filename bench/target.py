"""What is aimed at: something measured beside something else in one run, and its most."""

import argparse
import statistics
from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

HEADING = (
    "| aim | what is measured | median | least to most | at most |\n"
    "| ---: | --- | ---: | ---: | ---: |"
)


class Target(NamedTuple):
    """What is measured, round by round, and what its median is to be at the most.

    `aim` is the number of the aim in docs/performance.md. Ratios have no unit.
    """

    aim: int
    what: str
    measured: list[float]
    most: float
    unit: str = ""


def amounts(doc: str | None, **usual: int) -> dict[str, int]:
    """The amounts that a command is called with, each an option; `doc` begins with what it does."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    for name, amount in usual.items():
        parser.add_argument(f"--{name}", type=int, default=amount)
    return dict(vars(parser.parse_args()))


def measure_alone(measure: Callable[..., list[Target]], doc: str | None, **usual: int) -> None:
    """Measure as a command does, with the amounts that it is called with, and print the lines."""
    print(table(measure(**amounts(doc, **usual))))


def table(targets: list[Target]) -> str:
    """A line for each; in bold where the median is no more than it is to be."""
    return "\n".join([HEADING, *map(_row, sorted(targets, key=attrgetter("aim")))])


def _row(target: Target) -> str:
    median = statistics.median(target.measured)
    shown = f"{median:.2f}{target.unit}"
    if median <= target.most:
        shown = f"**{shown}**"
    spread = f"{min(target.measured):.2f} to {max(target.measured):.2f}"
    return f"| {target.aim} | {target.what} | {shown} | {spread} | {target.most:g}{target.unit} |"
