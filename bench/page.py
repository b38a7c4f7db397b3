"""Parts of a page that scripts write: pictures, and sections between `<!-- name -->` markers."""

import re
from xml.etree.ElementTree import Element, SubElement


def find_section(name: str, page: str) -> re.Match[str] | None:
    """Return where the page has that section, without its markers; None if it has none."""
    begin, end = re.escape(f"<!-- {name} -->\n"), re.escape(f"<!-- end of {name} -->")
    return re.search(f"(?<={begin}).*?(?={end})", page, re.DOTALL)


def replace_section(page: str, name: str, text: str) -> str:
    """Return the page with that text as the section. Raises ValueError if it has none."""
    if not (found := find_section(name, page)):
        raise ValueError(f"the page has no section {name}")
    return f"{page[: found.start()]}{text}{page[found.end() :]}"


def open_picture(title: str, width: int, height: int, letters: int) -> Element:
    """Return an empty SVG of that size, with its title, and text of so many pixels."""
    picture = Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        role="img",
        style=f"font: {letters}px sans-serif; background: white",
    )
    SubElement(picture, "title").text = title
    return picture
