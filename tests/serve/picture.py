"""Take the picture of the report that the README shows: `make picture`."""

import tempfile
from pathlib import Path

from sparkify.generate import Recipe, generate
from tests.command_line import ROOT, call
from tests.serve.browser import browser, page
from tests.serve.conftest import load

PICTURE = ROOT / "docs" / "report.png"


def take() -> None:
    """Make sixty days of data, load them, and picture the report's first screen."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder / "data", Recipe(users=900, days=60, events=24_000, seed=5))
        load(folder)
        call("report", cwd=folder)
        with browser() as opened, page(opened, folder / "sparkify-report.html") as (shown, _):
            shown.set_viewport_size({"width": 1200, "height": 1400})
            shown.screenshot(path=PICTURE)


if __name__ == "__main__":
    take()
