"""The table of docs/reliability.md, from the figures that a run of the tests kept.

python -m tests.survival.page build/figures.json
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->"
_ROW = re.compile(r"\| (.+) \| ([\d,]+) \|")


def table(figures: Mapping[str, int]) -> str:
    """A row a figure, by name."""
    rows = [f"| {name} | {count:,} |" for name, count in sorted(figures.items())]
    return "\n".join(["| what was done | times |", "| --- | ---: |", *rows]) + "\n"


def shown(page: str) -> str:
    """The table that a page has."""
    return page.partition(BEGIN)[2].partition(END)[0]


def parsed(shown_table: str) -> dict[str, int]:
    """The figures of a table."""
    return {name: int(count.replace(",", "")) for name, count in _ROW.findall(shown_table)}


def written(page: str, figures: Mapping[str, int]) -> str:
    """The page with the table of these figures."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}{table(figures)}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    kept = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), kept), encoding="utf-8")
