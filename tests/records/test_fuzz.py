"""The fuzzers find nothing in the scanner, and find the faults that are put into it."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from ctypes import CDLL
from pathlib import Path

import pytest

from sparkify.records import native_scanner
from sparkify.records.native_scanner import SOURCE

from . import fuzz_readers, fuzz_scanner
from .damage import LAYOUTS, measure
from .outcomes import needs_scanner, reader_of

needs_sanitizers = pytest.mark.skipif(not fuzz_scanner.COMPILER, reason="there is no compiler")
# What is in scanner.c, and a fault in its place.
UNSAFE = [
    ("} else if (c < 0x20) {", "} else if (c == 0x1f) {"),  # a text without an end
    ("memset(s->input + s->have, 0, SLACK)", "memset(s->input + s->have, 0, SLACK + 1)"),
    ("s->row == s->most_rows", "s->row > s->most_rows"),
    ("if (p >= end) return is_last ? 1 : -1;", "if (p >= end) return is_last >= 0;"),
    (
        "if (lines) s->indent = indentation(p, q);",
        "if (lines) s->indent = indentation(s->input, p);",
    ),
]
WRONG = [
    ("if (value > INT64_MAX / 10) return 0;", ""),
    ("value > 253402300799999", "value >= 253402300799999"),  # plain, and handed over
    ("c < 0xC2", "c < 0xC0"),
    ("digits + scale <= 15", "digits + scale <= 17"),
    ("s->line += lines;", ""),
    ("if (f->kind == ARRAY && f->seen != s->attempt) return 0;", ";"),
    ("if (code <= 0) return 0;", "if (code < 0) return 0;"),
    ("if (value % 10) return 0;", ""),
    ("if (unlikely(f->seen == s->attempt)) return 0;", ""),
    ("f->objects == 1 && f->open[0] == '{'", "f->objects == 1"),
]


def with_fault(fault: tuple[str, str], folder: Path) -> Path:
    """Write scanner.c with a fault in it."""
    text = SOURCE.read_text(encoding="utf-8")
    assert fault[0] in text
    faulty = folder / "scanner.c"
    faulty.write_text(text.replace(*fault), encoding="utf-8")
    return faulty


@needs_scanner
def test_the_readers_agree_about_some_files() -> None:
    tried = fuzz_readers.fuzz(1, inputs=300)

    assert tried["plain"] > 100
    assert tried["by_python"] > 100


@needs_scanner
@needs_sanitizers
@pytest.mark.slow
def test_the_scanner_is_safe_and_the_same_in_chunks(tmp_path: Path) -> None:
    runs = [
        fuzz_scanner.run(fuzz_scanner.build(tmp_path, name), 1, inputs=20_000)
        for name in fuzz_scanner.BUILDS
    ]

    assert runs[0].inputs == 20_000
    assert len(set(runs)) == 1


@needs_scanner
@pytest.mark.slow
def test_the_readers_agree_about_many_files() -> None:
    fuzz_readers.fuzz(2, seconds=5)


@needs_scanner
@needs_sanitizers
@pytest.mark.slow
@pytest.mark.parametrize("fault", UNSAFE)
def test_an_unsafe_scanner_is_found_out(tmp_path: Path, fault: tuple[str, str]) -> None:
    program = fuzz_scanner.build(tmp_path, scanner=with_fault(fault, tmp_path))

    with pytest.raises(fuzz_scanner.FaultFoundError, match="seed 3, input"):
        fuzz_scanner.run(program, 3, inputs=100_000)


@pytest.fixture
def readers_with_fault(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Give the readers a scanner with a fault."""
    library, source = tmp_path / "faulty.so", with_fault(request.param, tmp_path)
    options = ["-O1", "-shared", "-fPIC", '-DSOURCE_DIGEST=""']
    subprocess.run(
        [str(fuzz_scanner.COMPILER), *options, "-o", str(library), str(source)], check=True
    )
    monkeypatch.setattr(native_scanner, "load_library", lambda _: CDLL(str(library)))
    reader_of.cache_clear()
    yield
    reader_of.cache_clear()


@needs_scanner
@needs_sanitizers
@pytest.mark.slow
@pytest.mark.parametrize("readers_with_fault", WRONG, indirect=True)
def test_a_wrong_scanner_is_found_out(readers_with_fault: None) -> None:
    with pytest.raises(fuzz_readers.FaultFoundError):
        fuzz_readers.fuzz(4, inputs=20_000)


@pytest.mark.parametrize("damage", ["head lost", "a byte lost", "a line lost", "cut short"])
def test_a_broken_flat_record_leaves_no_ghost_and_its_neighbours(damage: str) -> None:
    found = sum((measure(layout, damage, records=40) for layout in LAYOUTS["flat"]), Counter[str]())

    assert found["records"] == 120
    assert not found["ghost"]
    # What is cut behind a colon goes on with the next record.
    assert found["neighbour"] <= (15 if damage == "cut short" else 0)
