"""The comparison in docs/performance.md: a table and a picture."""

from dataclasses import dataclass
from statistics import median
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from bench.page import open_picture

PEERS_HEADING = (
    "| | leaves | wall | CPU | peak memory | wall, relative to Sparkify |\n"
    "| --- | --- | ---: | ---: | ---: | ---: |"
)


class Cost(NamedTuple):
    """The cost of a run: seconds, CPU seconds, and the peak bytes of its largest process."""

    seconds: float
    cpu: float
    peak: int


@dataclass(frozen=True, slots=True)
class Line:
    """A peer: name and version, what it leaves on disk, and the rounds of it and of Sparkify."""

    title: str
    leaves: str
    costs: list[Cost]
    sparkify: list[Cost]

    @property
    def ratios(self) -> list[float]:
        """Its seconds relative to Sparkify's of the same round, in ascending order."""
        pairs = zip(self.costs, self.sparkify, strict=True)
        return sorted(cost.seconds / baseline.seconds for cost, baseline in pairs)


def peers_table(lines: list[Line]) -> str:
    """Return the medians of each peer and its ratios to Sparkify as a table."""
    return "\n".join([PEERS_HEADING, *map(_row, lines)])


def _row(line: Line) -> str:
    seconds, cpu, peak = (median(values) for values in zip(*line.costs, strict=True))
    ratios = line.ratios
    spread = f"**{median(ratios):.2f}** ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    return (
        f"| {line.title} | {line.leaves} | {seconds:.1f} s | {cpu:.1f} s"
        f" | {peak / 2**20:,.0f} MiB | {spread} |"
    )


def peers_section(lines: list[Line], events: int, songs: int, picture: str) -> str:
    """Return the page's text for one size of data."""
    rounds = len(lines[0].costs)
    return (
        f"{events:,} events and {songs:,} song files of one record each, median of"
        f" {rounds} round{'s' * (rounds > 1)}:\n\n{peers_table(lines)}\n\n"
        f"![Wall time as multiples of Sparkify's at {events:,} events]({picture})\n"
    )


def section_name(events: int) -> str:
    """Return the name of the page's section for that size."""
    return f"peers at {events:,} events"


def draw_bars(lines: list[Line]) -> str:
    """Return an SVG with one bar per peer, as long as its median ratio to Sparkify."""
    left, tall, width = 200, 28, 760
    ratios = [median(line.ratios) for line in lines]
    unit = (width - left - 60) / max(ratios)
    title = "Wall time, as multiples of Sparkify's"
    picture = open_picture(title, width, tall * len(lines) + 16, letters=14)
    for number, (line, ratio) in enumerate(zip(lines, ratios, strict=True)):
        y = 8 + tall * number
        colour = "#1b7f4d" if line.costs is line.sparkify else "#8a94a6"
        bar = {"x": left, "y": y, "width": round(unit * ratio, 1), "height": tall - 8}
        SubElement(picture, "rect", {key: str(value) for key, value in bar.items()}, fill=colour)
        _write_label(picture, line.title, x=left - 10, y=y + 15, anchor="end")
        _write_label(picture, f"{ratio:.2f}", x=left + 8 + unit * ratio, y=y + 15, anchor="start")
    return tostring(picture, encoding="unicode") + "\n"


def _write_label(picture: Element, text: str, x: float, y: float, anchor: str) -> None:
    label = SubElement(picture, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor})
    label.text = text
