"""The comparison in docs/performance.md: a table and a picture."""

from dataclasses import dataclass
from statistics import median
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

HEADING = (
    "| | leaves | wall | CPU | peak memory | wall, times ours |\n"
    "| --- | --- | ---: | ---: | ---: | ---: |"
)


class Cost(NamedTuple):
    """What a run took: seconds, seconds of CPU, bytes of the largest process at its peak."""

    seconds: float
    cpu: float
    peak: int


@dataclass(frozen=True, slots=True)
class Line:
    """A peer: its name and version, what it leaves on disk, its runs and ours, round by round."""

    title: str
    leaves: str
    costs: list[Cost]
    ours: list[Cost]

    @property
    def ratios(self) -> list[float]:
        """Its seconds by ours of the same round, in ascending order."""
        pairs = zip(self.costs, self.ours, strict=True)
        return sorted(theirs.seconds / ours.seconds for theirs, ours in pairs)


def table(lines: list[Line]) -> str:
    """Medians of each peer, and its ratios to ours."""
    return "\n".join([HEADING, *map(_row, lines)])


def _row(line: Line) -> str:
    seconds, cpu, peak = (median(values) for values in zip(*line.costs, strict=True))
    ratios = line.ratios
    spread = f"**{median(ratios):.2f}** ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    return (
        f"| {line.title} | {line.leaves} | {seconds:.1f} s | {cpu:.1f} s"
        f" | {peak / 2**20:,.0f} MiB | {spread} |"
    )


def section(lines: list[Line], events: int, songs: int, picture: str) -> str:
    """The text of one size of data."""
    rounds = len(lines[0].costs)
    return (
        f"{events:,} events and {songs:,} one-object song files, median of"
        f" {rounds} round{'s' * (rounds > 1)}:\n\n{table(lines)}\n\n"
        f"![Wall time as multiples of Sparkify's at {events:,} events]({picture})\n"
    )


def place_name(events: int) -> str:
    """The name of the page's part that has the section of that size."""
    return f"peers at {events:,} events"


def bars(lines: list[Line]) -> str:
    """A picture (SVG): a bar a peer, as long as its median ratio to ours."""
    left, tall, width = 200, 28, 760
    ratios = [median(line.ratios) for line in lines]
    unit = (width - left - 60) / max(ratios)
    picture = Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {tall * len(lines) + 16}",
        role="img",
        style="font: 14px sans-serif; background: white",
    )
    SubElement(picture, "title").text = "Wall time, as multiples of Sparkify's"
    for place, (line, ratio) in enumerate(zip(lines, ratios, strict=True)):
        y = 8 + tall * place
        colour = "#1b7f4d" if line.costs is line.ours else "#8a94a6"
        bar = {"x": left, "y": y, "width": round(unit * ratio, 1), "height": tall - 8}
        SubElement(picture, "rect", {key: str(value) for key, value in bar.items()}, fill=colour)
        _write(picture, line.title, x=left - 10, y=y + 15, anchor="end")
        _write(picture, f"{ratio:.2f}", x=left + 8 + unit * ratio, y=y + 15, anchor="start")
    return tostring(picture, encoding="unicode") + "\n"


def _write(picture: Element, text: str, x: float, y: float, anchor: str) -> None:
    label = SubElement(picture, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor})
    label.text = text
