"""The parts of docs/reliability.md about the readers are what `make fuzz` wrote."""

import re
from collections import Counter

from bench.page import find_section
from tests.survival.page import PAGE

from . import damage, fuzz

TEXT = PAGE.read_text(encoding="utf-8")
TRIED = re.compile(r"The last run took (\d+) minutes in (one|\d+) process(?:es)?, from seed (\d+)")


def test_the_page_says_what_the_fuzzers_tried() -> None:
    shown = find_section(fuzz.SECTION, TEXT)
    assert shown
    ran = TRIED.match(shown[0])
    assert ran
    minutes, jobs, seed = (int(each.replace("one", "1")) for each in ran.groups())
    numbers = re.findall(r"\| ([\d,]+) \|", shown[0])
    keys = ("inputs", "inputs_plain", "files", "records", "plain", "by_python")
    tried = Counter({key: int(n.replace(",", "")) for key, n in zip(keys, numbers, strict=True)})

    assert fuzz.section(tried, seed=seed, jobs=jobs, minutes=minutes) == shown[0]
    assert min(tried.values()) > 100_000


def test_the_page_says_what_damage_does() -> None:
    shown = find_section(damage.SECTION, TEXT)
    assert shown

    for values, layouts in damage.LAYOUTS.items():
        for kind in damage.DAMAGE:
            assert f"| {values} | {kind} | {damage.RECORDS * len(layouts):,} |" in shown[0]
