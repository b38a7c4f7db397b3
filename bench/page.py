"""Sections of a page that scripts write, between `<!-- name -->` and `<!-- end of name -->`."""

import re


def find_section(name: str, page: str) -> re.Match[str] | None:
    """Return where the page has that section, without its markers; None if it has none."""
    begin, end = re.escape(f"<!-- {name} -->\n"), re.escape(f"<!-- end of {name} -->")
    return re.search(f"(?<={begin}).*?(?={end})", page, re.DOTALL)


def replace_section(page: str, name: str, text: str) -> str:
    """Return the page with that text as the section. Raises ValueError if it has none."""
    if not (found := find_section(name, page)):
        raise ValueError(f"the page has no section {name}")
    return f"{page[: found.start()]}{text}{page[found.end() :]}"
