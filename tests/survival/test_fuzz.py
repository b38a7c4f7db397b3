"""Anything at all as a file, as settings, as JSONPaths: no traceback, no hang, no wrong count."""

import gzip
import json
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify.config import KEYS, load_settings
from sparkify.errors import ConfigError, SparkifyError
from sparkify.records.jsonpaths import parse_jsonpaths
from tests.command_line import PASSWORD, call
from tests.contract.source_files import EVENT_KEYS, JSONPATHS, event, song
from tests.contract.warehouse import Warehouse, open_warehouse

PATIENCE = 20  # seconds for one example, of which most take some hundredths


@contextmanager
def in_time() -> Iterator[None]:
    """Fail what hangs."""

    def hangs(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"this took more than {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    with open_warehouse("duckdb") as opened:
        yield opened


def require_clean(error: SparkifyError) -> None:
    """Require that an error tells something to somebody."""
    assert str(error)
    assert error.hint


# --- files

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**65), 2**65),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["", " ", "1", "é" * 300, "\x00", "\ud800", "NaN", "1e999", "12.0", "\uff12"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
)
EVENTS = st.dictionaries(st.sampled_from(EVENT_KEYS), VALUES, max_size=3).map(
    lambda changes: event(**changes)
)
GOOD = st.integers(0, 10**6).map(lambda item: event(itemInSession=item))
SONGS = st.dictionaries(st.sampled_from(sorted(song())), VALUES, max_size=2).map(
    lambda changes: song(**changes)
)
JUNK = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"{", b"}", b"[", b"{}", b"[]", b"null", b"{{}", b'"', b"\xef\xbb\xbf", b"\\"]
    ),
    st.integers(1, 3000).map(lambda depth: b'{"a":' + b"[" * depth),
)
BETWEEN = st.sampled_from([b"\n", b"\r\n", b" ", b"", b"\n\n", b",", b"\x00"])


def spelt(record: dict[str, Any]) -> bytes:
    return json.dumps(record).encode("utf-8", "surrogatepass")


@st.composite
def files(draw: st.DrawFn, records: st.SearchStrategy[dict[str, Any]]) -> bytes:
    """Draw a file's bytes: objects, what is none, and what happens to bytes on their way."""
    pieces = draw(st.lists(st.one_of(records.map(spelt), records.map(spelt), JUNK), max_size=6))
    data = b"".join(piece + draw(BETWEEN) for piece in pieces)
    for _ in range(draw(st.integers(0, 2))):
        data = draw(mutated(data))
    return data


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """Draw what becomes of bytes that are cut, overwritten, or doubled."""
    at, end = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
    return draw(
        st.sampled_from(
            [
                data[:at],
                data[at:],
                data[:at] + data[end:],
                data[:end] + data[at:],
                data[:at] + draw(st.binary(max_size=4)) + data[at:],
            ]
        )
    )


@st.composite
def named(draw: st.DrawFn, content: bytes) -> tuple[str, bytes]:
    """Draw the kind of a file: plain, compressed, or only named so."""
    return draw(
        st.sampled_from(
            [
                (".json", content),
                (".json", content),
                (".json.gz", gzip.compress(content)),
                (".json.gz", gzip.compress(content)[:-3]),
                (".json.gz", content),
            ]
        )
    )


SOURCES = st.tuples(
    st.lists(files(EVENTS | GOOD).flatmap(named), max_size=4),
    st.lists(files(SONGS).flatmap(named), max_size=2),
)
SourceFiles = tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]


def load_anything(warehouse: Warehouse, folder: Path, sources: SourceFiles) -> None:
    """Load the files, and require of the warehouse what must be so whatever is in them."""
    warehouse.reset(folder)
    contents = {}
    for kind, files in zip((warehouse.logs, warehouse.songs), sources, strict=True):
        for place, (ending, data) in enumerate(files):
            contents[str(warehouse.write_file(kind / f"{place}{ending}", data).resolve())] = data
    before = warehouse.everything()
    try:
        with in_time():
            warehouse.load(max_errors=99_999)
    except SparkifyError as error:
        require_clean(error)
        assert warehouse.everything() == before
        return
    require_counted(warehouse)
    for row in warehouse.table("load_errors"):
        require_located(contents[row["uri"]], row)


def require_counted(warehouse: Warehouse) -> None:
    """Require that each record is in exactly one place."""
    ledger = warehouse.table("loaded_files")
    for table in ("staging_events", "staging_songs"):
        of_table = [row for row in ledger if row["staging_table"] == table]
        staged = sum(row["objects"] - row["refused"] for row in of_table)
        assert staged == len(warehouse.table(table))
    refused = Counter(row["uri"] for row in warehouse.table("load_errors"))
    assert refused == {row["uri"]: row["refused"] for row in ledger if row["refused"]}


def require_located(data: bytes, row: dict[str, Any]) -> None:
    """Require that each rejected record is at its line."""
    plain = gzip.decompress(data) if row["uri"].endswith(".gz") else data
    line = plain.split(b"\n")[row["line"] - 1]
    shown = line.decode("utf-8", "surrogateescape").encode("utf-8", "backslashreplace").decode()
    first = row["raw_text"].split("\n")[0]
    assert first.replace("\\x00", "\x00")[:20] in shown.replace("\\x00", "\x00")
    assert row["reason"]


def test_any_file_is_loaded_or_rejected_and_counted(
    warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory, figures: Counter[str]
) -> None:
    @settings(max_examples=10)
    @given(sources=SOURCES)
    def holds(sources: SourceFiles) -> None:
        load_anything(warehouse, tmp_path_factory.mktemp("fuzz"), sources)
        figures["fuzz: files"] += 1

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("share", range(4))
def test_any_file_at_all_is_loaded_or_rejected_and_counted(
    warehouse: Warehouse,
    tmp_path_factory: pytest.TempPathFactory,
    figures: Counter[str],
    share: int,
) -> None:
    @settings(max_examples=500, derandomize=False)
    @given(sources=SOURCES)
    def holds(sources: SourceFiles) -> None:
        load_anything(warehouse, tmp_path_factory.mktemp("fuzz"), sources)
        figures["fuzz: files"] += 1

    holds()


def test_records_beside_a_bad_one_are_not_lost(warehouse: Warehouse, tmp_path: Path) -> None:
    """An unreadable line is one record less, whatever is wrong with it."""
    bad = [
        b'{"a":' + b"[" * 100_000 + b"]",
        b"{",
        b'{"ts":' + b"9" * 5000 + b"}",
        b"\xff",
        b"\x00",
        b"]",
    ]
    good = [spelt(event(itemInSession=place)) for place in range(len(bad) + 1)]
    warehouse.reset(tmp_path)
    data = b"\n".join(line for pair in zip(good, [*bad, b""], strict=True) for line in pair)
    warehouse.write_file(warehouse.logs / "day.json", data)

    warehouse.load(max_errors=99)

    assert len(warehouse.table("staging_events")) == len(good)
    assert [row["line"] for row in warehouse.table("load_errors")] == [2, 4, 6, 8, 10, 12]


# --- settings

LINES = st.one_of(
    st.sampled_from(
        ["[CLUSTER]", "[IAM_ROLE]", "[S3]", "[ETL]", "[DEFAULT]", "[", "]", "[X]", "%"]
    ),
    st.tuples(
        st.sampled_from([key for _, key in KEYS] + ["HOSST", "", " "]),
        st.sampled_from(["=", ":", " = ", "", "=="]),
        st.text(max_size=12)
        | st.sampled_from(["''", "'", '"x"', "0", "-1", "9" * 30, "${A}", "%("]),
    ).map("".join),
    st.text(max_size=20),
)
FILES = st.one_of(
    st.lists(LINES, max_size=12).map(lambda texts: "\n".join(texts).encode("utf-8", "replace")),
    st.binary(max_size=80),
)
SECTIONS = b"[CLUSTER]\nDB_PASSWORD=" + PASSWORD.encode() + b"\n[IAM_ROLE]\n[S3]\n"


def read_settings(folder: Path, data: bytes) -> str:
    """Read any settings; what is shown of them, or of what is wrong with them."""
    file = folder / "any.cfg"
    file.write_bytes(data)
    try:
        with in_time():
            return repr(load_settings(file, environment={}))
    except ConfigError as error:
        require_clean(error)
        return f"{error} {error.hint}"


def settings_property(folder: Path, figures: Counter[str], examples: int, steady: bool) -> None:
    @settings(max_examples=examples, derandomize=steady)
    @given(data=FILES, whole=st.booleans())
    def holds(data: bytes, whole: bool) -> None:
        assert PASSWORD not in read_settings(folder, SECTIONS + data if whole else data)
        figures["fuzz: settings"] += 1

    holds()


def test_any_settings_are_read_or_rejected(tmp_path: Path, figures: Counter[str]) -> None:
    settings_property(tmp_path, figures, 150, steady=True)


@pytest.mark.slow
def test_any_settings_at_all_are_read_or_rejected(tmp_path: Path, figures: Counter[str]) -> None:
    settings_property(tmp_path, figures, 10_000, steady=False)


@pytest.mark.parametrize("data", [b"", b"[", b"\xff\xfe", b"\x00" * 10, SECTIONS + b"[ETL]\nX"])
def test_invalid_settings_are_an_error_of_two_lines(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any.cfg").write_bytes(data)

    outcome = call("etl", "--config", "any.cfg", cwd=tmp_path)

    assert outcome.code in {1, 2}
    assert [line.partition(":")[0] for line in outcome.err.strip().splitlines()][-2:] == [
        "Error",
        "Try",
    ]


# --- JSONPaths

EXPRESSIONS = st.one_of(
    st.sampled_from([*JSONPATHS["jsonpaths"], "$", "$.", "$..a", "$[*]", "$['a'][0]", "$.a[0].b"]),
    st.from_regex(r"\$(\[('[^']{0,3}'|[0-9]{1,30})\]|\.[a-z]{1,3}){1,4}", fullmatch=True),
    st.text(max_size=8),
    SCALARS,
)
COLUMNS = len(EVENT_KEYS)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Draw a JSONPaths document, right or nearly so, or anything."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=60) | JUNK)
    paths: list[Any] = list(JSONPATHS["jsonpaths"])
    for _ in range(draw(st.integers(0, 3))):
        paths[draw(st.integers(0, COLUMNS - 1))] = draw(EXPRESSIONS)
    del paths[draw(st.integers(COLUMNS - 1, COLUMNS)) :]
    document = spelt({draw(st.sampled_from(["jsonpaths", "jsonpaths", "x"])): paths})
    return draw(mutated(document)) if draw(st.booleans()) else document


def use_jsonpaths(warehouse: Warehouse, document: bytes) -> None:
    """Read the document, and load a record by it if it is valid."""
    try:
        with in_time():
            paths = parse_jsonpaths(document, "paths.json", COLUMNS)
            warehouse.staged(spelt(event()), paths=paths)
    except SparkifyError as error:
        require_clean(error)


def jsonpaths_property(
    warehouse: Warehouse, figures: Counter[str], examples: int, steady: bool
) -> None:
    @settings(max_examples=examples, derandomize=steady)
    @given(document=documents())
    def holds(document: bytes) -> None:
        use_jsonpaths(warehouse, document)
        figures["fuzz: jsonpaths"] += 1

    holds()


@pytest.fixture
def made(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    warehouse.reset(tmp_path)
    return warehouse


def test_any_jsonpaths_are_used_or_rejected(made: Warehouse, figures: Counter[str]) -> None:
    jsonpaths_property(made, figures, 60, steady=True)


@pytest.mark.slow
def test_any_jsonpaths_at_all_are_used_or_rejected(made: Warehouse, figures: Counter[str]) -> None:
    jsonpaths_property(made, figures, 4_000, steady=False)


@pytest.mark.parametrize(
    "document",
    [
        b'{"jsonpaths":' + b"[" * 100_000,
        spelt({"jsonpaths": ["$[" + "9" * 5000 + "]"] * COLUMNS}),
        spelt({"jsonpaths": 9 * 10**4000}),
        b'{"jsonpaths": [' + b"9" * 5000 + b"]}",
    ],
    ids=["deep", "a place of many digits", "a number", "a long number"],
)
def test_jsonpaths_without_bounds_are_rejected(document: bytes) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_jsonpaths(document, "paths.json", COLUMNS)
    require_clean(refused.value)
