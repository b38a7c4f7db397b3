"""Parts of a page that scripts write, each between `<!-- name -->` and `<!-- end of name -->`."""

import re


def place_of(name: str, page: str) -> re.Match[str] | None:
    """Where the page has the part of that name, without its markers; None if it has none."""
    begin, end = re.escape(f"<!-- {name} -->\n"), re.escape(f"<!-- end of {name} -->")
    return re.search(f"(?<={begin}).*?(?={end})", page, re.DOTALL)


def written(page: str, name: str, text: str) -> str:
    """The page with that text as the part of that name. Raises ValueError if it has none."""
    if not (place := place_of(name, page)):
        raise ValueError(f"the page has no place for {name}")
    return f"{page[: place.start()]}{text}{page[place.end() :]}"
