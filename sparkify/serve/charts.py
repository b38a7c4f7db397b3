"""Draw charts as inline SVG without style or script; the page's CSS colours them by class.

Each chart has a width in pixels. ElementTree escapes the texts.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WIDEST_COLUMN = 64  # so that the columns of a few days are no blocks
SHADES = 5  # classes q0 (none) to q5 (most)
# The tile of each state of the USA: column and row.
STATES = {
    "AK": (0, 0), "ME": (10, 0), "VT": (9, 1), "NH": (10, 1), "WA": (0, 2), "ID": (1, 2),
    "MT": (2, 2), "ND": (3, 2), "MN": (4, 2), "IL": (5, 2), "WI": (5, 1), "MI": (6, 2),
    "NY": (7, 2), "RI": (8, 2), "MA": (9, 2), "OR": (0, 3), "NV": (1, 3), "WY": (2, 3),
    "SD": (3, 3), "IA": (4, 3), "IN": (5, 3), "OH": (6, 3), "PA": (7, 3), "NJ": (8, 3),
    "CT": (9, 3), "CA": (0, 4), "UT": (1, 4), "CO": (2, 4), "NE": (3, 4), "MO": (4, 4),
    "KY": (5, 4), "WV": (6, 4), "VA": (7, 4), "MD": (8, 4), "DE": (9, 4), "AZ": (1, 5),
    "NM": (2, 5), "KS": (3, 5), "AR": (4, 5), "TN": (5, 5), "NC": (6, 5), "SC": (7, 5),
    "DC": (8, 5), "OK": (3, 6), "LA": (4, 6), "MS": (5, 6), "AL": (6, 6), "GA": (7, 6),
    "HI": (0, 7), "TX": (3, 7), "FL": (8, 7),
}  # fmt: skip


def column_chart(
    days: Sequence[tuple[date, int, int]], width: int, label: str, shaded: Collection[date]
) -> str:
    """Stack paid plays on free plays, in a column for each (day, paid, free); shade some days."""
    height, left, top, bottom = 260, 44, 12, 28
    picture = _picture(width, height, label)
    most = max((paid + free for _, paid, free in days), default=0)
    ceiling, step = _scale(most)
    slot = (width - left) / max(len(days), 1)
    for place, (day, _, _) in enumerate(days):
        if day in shaded:
            spot = {"x": left + slot * place, "y": top}
            _draw(picture, "rect", "shaded", **spot, width=slot, height=height - top - bottom)
    for value in range(0, ceiling + 1, step):
        y = height - bottom - (height - top - bottom) * value / ceiling
        _draw(picture, "line", "grid", x1=left, x2=width, y1=y, y2=y)
        _write(picture, f"{value:,}", "end", x=left - 8, y=y + 4)
    wide = min(slot - min(slot * 0.25, 6), WIDEST_COLUMN)
    every = math.ceil(len(days) / (width / 90)) or 1
    for place, (day, paid, free) in enumerate(days):
        x, y = left + slot * place + (slot - wide) / 2, float(height - bottom)
        column = SubElement(picture, "g", {"class": "column"})
        SubElement(column, "title").text = f"{day:%a %d %b %Y}: {paid:,} paid, {free:,} free"
        for name, value in (("free", free), ("paid", paid)):
            size = (height - top - bottom) * value / ceiling
            y -= size
            _draw(column, "rect", name, x=x, y=y, width=wide, height=size)
        if place % every == 0 and x + 40 < width:
            _write(picture, f"{day:%d %b}".lstrip("0"), "start", x=x, y=height - 8)
    return _text(picture)


def heat_map(plays: Mapping[tuple[int, int], int], width: int, label: str) -> str:
    """Shade a cell for each (weekday from Sunday = 0, hour); the week starts on Monday."""
    left, top, gap = 36, 4, 2
    side = (width - left) / 24
    tall = max(side * 0.72, 20.0)
    picture = _picture(width, top + tall * 7 + 24, label)
    most = max(plays.values(), default=0)
    for row, name in enumerate(WEEKDAYS):
        y = top + tall * row
        _write(picture, name, "start", x=0, y=y + tall / 2 + 4)
        for hour in range(24):
            count = plays.get(((row + 1) % 7, hour), 0)
            x = left + side * hour
            size = {"width": side - gap, "height": tall - gap, "rx": 2}
            cell = _draw(picture, "rect", shade(count, most), x=x, y=y, **size)
            SubElement(cell, "title").text = f"{name} {hour:02}:00: {count:,} plays"
    for hour in range(0, 24, 3):
        _write(picture, f"{hour:02}", "start", x=left + side * hour, y=top + tall * 7 + 16)
    return _text(picture)


def tile_map(listeners: Mapping[str, int], label: str) -> str:
    """Shade a tile for each state of the USA by its listeners."""
    side, gap = 34, 3
    picture = _picture(side * 11, side * 8, label)
    most = max((listeners.get(state, 0) for state in STATES), default=0)
    for state, (column, row) in STATES.items():
        count = listeners.get(state, 0)
        x, y = column * side, row * side
        tile = SubElement(picture, "g", {"class": f"tile {shade(count, most)}"})
        SubElement(tile, "title").text = f"{state}: {count:,} listeners"
        _draw(tile, "rect", "", x=x, y=y, width=side - gap, height=side - gap, rx=4)
        _write(tile, state, "middle", x=x + (side - gap) / 2, y=y + (side - gap) / 2 + 4)
    return _text(picture)


def bar(value: float, most: float, name: str = "paid") -> str:
    """Draw a bar as long as the value's share of the most; the page sets the size of the whole."""
    picture = _picture(100, 6, "")
    picture.attrib |= {"preserveAspectRatio": "none", "class": "bar", "aria-hidden": "true"}
    _draw(picture, "rect", "track", x=0, y=0, width=100, height=6)
    _draw(picture, "rect", name, x=0, y=0, width=100 * value / most if most else 0, height=6)
    return _text(picture)


def shade(value: float, most: float) -> str:
    """Return the class of a value's shade: q0 for 0, then q1 to q5."""
    return f"q{math.ceil(SHADES * value / most)}" if most and value > 0 else "q0"


def shade_legend(values: Iterable[int]) -> list[tuple[str, str]]:
    """Return the class of each shade that whole numbers can have, and the numbers it stands for."""
    most = max(values, default=0)
    legend = [("q0", "0")]
    for number in range(1, SHADES + 1):
        least, last = most * (number - 1) // SHADES + 1, most * number // SHADES
        if least <= last:
            said = f"{least:,}" if least == last else f"{least:,}–{last:,}"  # noqa: RUF001 - a range
            legend.append((f"q{number}", said))
    return legend


def _scale(most: int) -> tuple[int, int]:
    """Return the end and step of an axis: about four steps of 1, 2 or 5 times a power of ten."""
    rough = max(most, 1) / 4
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next(int(power * factor) for factor in (1, 2, 5, 10) if power * factor >= rough)
    return math.ceil(max(most, 1) / step) * step, step


def _picture(width: float, height: float, label: str) -> Element:
    size = f"0 0 {_number(width)} {_number(height)}"
    # In HTML an svg element needs no namespace, and so no prefix.
    return Element("svg", {"viewBox": size, "role": "img", "aria-label": label})


def _draw(parent: Element, tag: str, name: str, **geometry: float) -> Element:
    drawn = SubElement(parent, tag, {key: _number(value) for key, value in geometry.items()})
    if name:
        drawn.set("class", name)
    return drawn


def _write(parent: Element, text: str, anchor: str, *, x: float, y: float) -> None:
    written = SubElement(parent, "text", {"x": _number(x), "y": _number(y), "text-anchor": anchor})
    written.text = text


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(picture: Element) -> str:
    return tostring(picture, encoding="unicode", short_empty_elements=False)
