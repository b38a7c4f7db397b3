"""The table of docs/reliability.md, from the figures that a run of the tests kept.

python -m tests.survival.page build/figures.json
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.page import replace_section

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
FIGURES = "figures"  # the name of the page's part
_ROW = re.compile(r"\| (.+) \| ([\d,]+) \|")


def table(figures: Mapping[str, int]) -> str:
    """Return a row for each figure, by name."""
    rows = [f"| {name} | {count:,} |" for name, count in sorted(figures.items())]
    return "\n".join(["| what was done | times |", "| --- | ---: |", *rows]) + "\n"


def parsed(shown_table: str) -> dict[str, int]:
    """Return the figures of a table."""
    return {name: int(count.replace(",", "")) for name, count in _ROW.findall(shown_table)}


if __name__ == "__main__":
    kept = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    page = replace_section(PAGE.read_text(encoding="utf-8"), FIGURES, table(kept))
    PAGE.write_text(page, encoding="utf-8")
