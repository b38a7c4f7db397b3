"""The colours of the report's CSS, and how far apart two of them are by WCAG 2."""

import re

from sparkify.serve.pages import PAGE_FOLDER

Palette = dict[str, str]


def palettes(style: str) -> dict[str, Palette]:
    """Return the colours by name: of light, of dark and of paper."""
    text = (PAGE_FOLDER / style).read_text(encoding="utf-8")
    found = [
        dict(re.findall(r"--([\w-]+): (#\w+)", block))
        for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    ]
    return dict(zip(("light", "dark", "paper"), found, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
