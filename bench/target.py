"""What is aimed at: something measured beside something else in one run, and its most."""

import statistics
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


def table(targets: list[Target]) -> str:
    """A line for each; in bold where the median is no more than it is to be."""
    return "\n".join([HEADING, *map(_row, sorted(targets, key=_aim))])


def _row(target: Target) -> str:
    median = statistics.median(target.measured)
    shown = f"{median:.2f}{target.unit}"
    if median <= target.most:
        shown = f"**{shown}**"
    spread = f"{min(target.measured):.2f} to {max(target.measured):.2f}"
    return f"| {target.aim} | {target.what} | {shown} | {spread} | {target.most:g}{target.unit} |"


def _aim(target: Target) -> int:
    return target.aim
