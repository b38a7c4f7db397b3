"""Measure what a broken record does to others: a good one, a damaged one, and two good ones.

python -m tests.records.damage [--page docs/reliability.md]

A neighbour may be rejected with it, in one text. A ghost is a row that was read from inside a
broken record: one that differs from the record, beside a rejection or another row.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.page import replace_section

from .odd_files import whole
from .outcomes import outcome, reader_of

SECTION = "damage"
RECORDS = 2000  # damaged in each way, in each layout
_SEED = 5

Record = dict[str, Any]


def _record(number: int) -> Record:
    return {
        "name": f"n{number}",
        "auth": "Logged In",
        "gender": "F",
        "count": number % 90,
        "item": 1541105830796 + number,
        "length": 218.93179,
        "level": "free",
        "location": "New York-Newark-Jersey City, NY-NJ-PA",
        "page": "NextSong",
        "other": None,
        "ts": 1541105830796,
        "note": "Mozilla/5.0",
        "userId": str(number),
    }


def _nested(record: Record) -> Record:
    inner = {"name": "ghost", "count": 5, "note": "free", "length": 100.5}
    listed = [{"name": "ghost", "count": 99}, {"name": "ghost", "count": 99}]
    return record | {"previous": inner, "list": listed}


def _one_line(record: Record) -> str:
    return json.dumps(record, separators=(",", ":"))


def _pretty(record: Record) -> str:
    return json.dumps(record, indent=2)


def _not_indented(record: Record) -> str:
    return json.dumps(record, indent=0)


def _brackets_alone(record: Record) -> str:
    return _not_indented(record).replace(": {", ":\n{").replace(": [", ":\n[")


def _written_nested(write: Callable[[Record], str], record: Record) -> str:
    return write(_nested(record))


# Layouts, by what is in the records.
LAYOUTS: dict[str, tuple[Callable[[Record], str], ...]] = {
    "flat": (_one_line, _pretty, _not_indented),
    "nested": tuple(
        partial(_written_nested, write)
        for write in (_one_line, _pretty, _not_indented, _brackets_alone)
    ),
}


def _cut_short(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(1, len(text))]


def _head_lost(text: str, chance: random.Random) -> str:
    return text[chance.randrange(1, len(text)) :]


def _byte_lost(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _byte_more(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice('"{}[],:\n\\x') + text[at:]


def _line_lost(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    if len(lines) < 3:
        return _byte_lost(text, chance)
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


DAMAGE: dict[str, Callable[[str, random.Random], str]] = {
    "cut short": _cut_short,
    "head lost": _head_lost,
    "a byte lost": _byte_lost,
    "a byte too many": _byte_more,
    "a line lost": _line_lost,
}


def measure(layout: Callable[[Record], str], damage: str, records: int = RECORDS) -> Counter[str]:
    """Damage so many records of a layout; return how often which outcome was seen."""
    chance, found = random.Random(_SEED), Counter[str]()
    reader = reader_of("keys", ignore_case=False, native=False)
    for number in range(0, 4 * records, 4):
        texts = [layout(_record(number + place)) for place in range(4)]
        good = outcome(reader, whole("\n".join(texts).encode()))[0]
        texts[1] = DAMAGE[damage](texts[1], chance)
        rows, rejections, _ = outcome(reader, whole("\n".join([*texts, ""]).encode()))
        changed = len([row for row in rows if row not in good])
        others = len(rows) - changed - (good[1] in rows)
        found["neighbour"] += others < 3
        found["ghost"] += changed > 1 or (changed == 1 and (bool(rejections) or good[1] in rows))
        found["still read"] += len(rows) == 4 and not rejections
        found["records"] += 1
    return found


def table(measured: dict[tuple[str, str], Counter[str]]) -> str:
    """Return a row for each kind of records and of damage."""
    rows = [
        "| records | damage | tried | still read | a neighbour is rejected too | a ghost is left |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for (values, damage), found in measured.items():
        shares = (
            f"{found[key] / found['records']:.2%}" for key in ("still read", "neighbour", "ghost")
        )
        rows.append(f"| {values} | {damage} | {found['records']:,} | {' | '.join(shares)} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Measure all; print the table, or write it into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--records", type=int, default=RECORDS)
    options = parser.parse_args()
    measured = {
        (values, damage): sum(
            (measure(layout, damage, options.records) for layout in layouts), Counter[str]()
        )
        for values, layouts in LAYOUTS.items()
        for damage in DAMAGE
    }
    shown = table(measured)
    if options.page:
        page = replace_section(options.page.read_text(encoding="utf-8"), SECTION, shown)
        options.page.write_text(page, encoding="utf-8")
    else:
        print(shown)  # noqa: T201


if __name__ == "__main__":
    main()
