"""The parts of self-contained HTML pages: templates, and styles and scripts with their digests."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

PAGE_FOLDER = Path(__file__).parent / "page"


def page_templates() -> "Environment":
    """Return the templates; what is put into them is escaped, and nothing may be missing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(PAGE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def inline_part(name: str) -> "tuple[Markup, str]":
    """Return a style or script to put into a page, and its source for the security policy."""
    from markupsafe import Markup

    text = (PAGE_FOLDER / name).read_text(encoding="utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"  # noqa: S704 - a file of the package
