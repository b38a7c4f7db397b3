"""The bytes of a file have the same outcome on every engine."""

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from sparkify.engines.base import FilesRejected, JsonLoad
from sparkify.records.python_reader import Rejection, Rows
from sparkify.sources import S3Access, open_source
from sparkify.sql import source_columns
from tests.records.odd_files import FILES

from .engines import CUTS_TEXTS_AT_NUL
from .warehouse import Warehouse

MARK = b"\xef\xbb\xbf"
EVENTS = source_columns("staging_events")
ONE, TWO = b'{"artist":"a","status":200}', b'{"artist":"b"}'
# The artists that are loaded of a content, and the lines of rejected records.
CONTENTS: dict[str, tuple[bytes, list[str], list[int]]] = {
    "a byte order mark": (MARK + ONE, ["a"], []),
    "a byte order mark before lines": (MARK + ONE + b"\n" + TWO + b"\n", ["a", "b"], []),
    "a byte order mark within": (ONE + b"\n" + MARK + TWO, ["a"], [2]),
    "nothing but a byte order mark": (MARK, [], []),
    "a whole number over 4,300 digits that no column reads": (
        b'{"artist":"a","x":' + b"7" * 5000 + b"}",
        ["a"],
        [],
    ),
    "nested in 511 levels that no column reads": (
        b'{"artist":"a","x":' + b"[" * 511 + b"]" * 511 + b"}",
        ["a"],
        [],
    ),
    "nested in 1,500 levels that no column reads": (
        b'{"artist":"a","x":' + b"[" * 1500 + b"]" * 1500 + b"}\n" + TWO,
        ["b"],
        [1],
    ),
    "a key twice": (b'{"artist":"x","artist":"a"}', ["a"], []),
    "a key twice in what no column reads": (b'{"artist":"a","x":{"y":1,"y":2}}', ["a"], []),
    "something behind the last bracket": (b'{"artist":"x"}"level":"free"}\n' + TWO, ["b"], [1]),
    "two brackets at the end": (b'{"artist":"x"}}\n' + TWO, ["b"], [1]),
    "commas between": (ONE + b",\n" + TWO + b",\n" + TWO + b"\n", ["a", "b", "b"], [1]),
    "a comma at the end": (ONE + b"\n" + TWO + b",\n", ["a", "b"], [2]),
    "a comma before a bracket": (b'{"artist":"x",}\n' + TWO, ["b"], [1]),
    "a lost quote": (b'{"artist":"x,"level":"free"}\n' + TWO, ["b"], [1]),
    "a lost bracket": (b'{"artist":"x"\n' + TWO, ["b"], [1]),
    "a nested record, broken": (
        b'{\n "artist": "x",\n "list": [\n  {"artist": "y"},\n  {"artist": "z"\n ]\n}\n' + TWO,
        ["b"],
        [1],
    ),
    # The play within it is no record of its own.
    "a broken record that holds a play": (
        b'{\n "artist": NaN,\n "sessionId": 1,\n "previous":\n {"page": "NextSong", "artist": "y",'
        b' "userId": "7", "sessionId": 99},\n "userId": "7", "page": "NextSong"\n}\n' + TWO,
        ["b"],
        [1],
    ),
    "a byte order mark after a blank line": (b"\n" + MARK + ONE + b"\n" + TWO, ["b"], [2]),
    "a byte order mark beside a value for the Python reader": (
        MARK + b'{"artist":"a","status":200.0}\n' + TWO,
        ["a", "b"],
        [],
    ),
    "lines of garbage": (b"<html>\n<p>{}</p>\n</html>\n" + TWO, ["b"], [1]),
}


def fate(
    warehouse: Warehouse, *contents: bytes, ending: str = "json"
) -> tuple[list[dict[str, Any]], list[tuple[object, ...]]]:
    """Return the rows of files of these contents, and their rejections without their details."""
    with tempfile.TemporaryDirectory() as folder:
        for place, content in enumerate(contents):
            warehouse.write_file(Path(folder, f"{place}.{ending}"), content)
        with warehouse.place.reachable():
            location = warehouse.place.location(folder)
            source = open_source(location, S3Access.named_by(warehouse.settings))
            load = JsonLoad("staging_events", source, list(source.files()))
            with warehouse.taken_back():
                result = warehouse.engine.load_json([load], max_errors=1000)
                rejected = [
                    (load.files.index(each.file), each.line, each.column, each.reason, each.text)
                    for each in result.rejected
                ]
                rows = warehouse.table("staging_events")
                assert sum(result.records.values()) == len(rows) + len(rejected)
                return rows, sorted(rejected, key=str)
    raise AssertionError


@pytest.mark.parametrize("beside", ["alone", "beside others", "compressed"])
@pytest.mark.parametrize(("content", "artists", "lines"), CONTENTS.values(), ids=CONTENTS)
def test_a_content_has_one_outcome(
    warehouse: Warehouse, content: bytes, artists: list[str], lines: list[int], beside: str
) -> None:
    if beside == "compressed":
        rows, rejected = fate(warehouse, gzip.compress(content), ending="json.gz")
    else:
        others = [b'{"status":"+1"}', b'{"artist":null}'] if beside == "beside others" else []
        rows, rejected = fate(warehouse, content, *others)

    assert sorted(row["artist"] for row in rows if row["artist"]) == sorted(artists)
    assert [each[1] for each in rejected] == lines


def by_plain_python(content: bytes) -> tuple[int, int]:
    """Return how many records of a content fit and do not, by the Python reader."""
    found = list(Rows(EVENTS, None).read([content.removeprefix(MARK)]))
    rejected = sum(isinstance(each, Rejection) for each in found)
    return len(found) - rejected, rejected


def as_events(content: bytes) -> bytes:
    """Return odd bytes with the keys of events."""
    names = {"name": "artist", "count": "status", "item": "sessionid", "note": "location"}
    for name, of_events in names.items():
        content = content.replace(json.dumps(name).encode(), json.dumps(of_events).encode())
    return content


@given(content=FILES)
def test_any_bytes_are_as_many_records_as_the_python_reader_says(
    warehouse: Warehouse, content: bytes
) -> None:
    if warehouse.tried_enough():
        return
    odd = as_events(content)
    if b"\\u0000" in odd and warehouse.engine_name in CUTS_TEXTS_AT_NUL:
        return
    try:
        rows, rejected = fate(warehouse, odd)
    except FilesRejected as failed:
        [file] = failed.files
        assert by_plain_python(odd)[0] == 0
        assert "JSON records" in file.message
    else:
        assert (len(rows), len(rejected)) == by_plain_python(odd)


def test_a_load_writes_no_file_on_this_machine(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full temporary folder is no matter, however large the files are."""
    warehouse.reset(tmp_path)
    lines = b'{"page":"Home"}\n' * 100_000
    warehouse.write_file(warehouse.logs / "large.json.gz", gzip.compress(lines))
    with warehouse.reached():
        pass
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no-such-folder"))

    assert warehouse.load().records == 100_000
