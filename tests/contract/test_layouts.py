"""Files of any layout have the same records."""

import gzip
import json
import re
from collections import Counter
from typing import Any

import pytest

from sparkify.errors import LoadError

from .source_files import NOON, event, lines, song
from .warehouse import Warehouse

EVENTS = [event(itemInSession=place, ts=1541105830796 + place) for place in range(3)]
ONE_A_LINE = lines(EVENTS).decode()


def joined(separator: str, **layout: Any) -> str:
    return separator.join(json.dumps(record, **layout) for record in EVENTS)


LAYOUTS = {
    "one a line": ONE_A_LINE,
    "no newline at the end": ONE_A_LINE.rstrip("\n"),
    "blank lines": "\n \n\t\n" + ONE_A_LINE.replace("\n", "\n\n \n"),
    "CRLF": ONE_A_LINE.replace("\n", "\r\n"),
    "CR": ONE_A_LINE.replace("\n", "\r"),
    "all on one line": joined(" "),
    "nothing between": joined(""),
    "pretty-printed": joined("\n", indent=4),
    "pretty-printed with tabs": joined("\t", indent="\t"),
    "pretty-printed, CRLF": joined("\n", indent=2).replace("\n", "\r\n"),
    "compact": joined("\n", separators=(",", ":")),
    "escaped": joined("\n", ensure_ascii=True),
    "first a line, then pretty": json.dumps(EVENTS[0])
    + "\n"
    + "\n".join(json.dumps(record, indent=1) for record in EVENTS[1:]),
    "first a line, then two on a line": json.dumps(EVENTS[0])
    + "\n"
    + json.dumps(EVENTS[1])
    + json.dumps(EVENTS[2]),
}
# A file over a megabyte is read in place, not joined to others. No column wants this key.
LARGE = {"ballast": "x" * 1_100_000}
LARGE_FIRST = json.dumps(event(itemInSession=9) | LARGE) + "\n"
LARGE_LAST = "\n" + json.dumps(event(itemInSession=9) | LARGE)


def items(warehouse: Warehouse) -> list[Any]:
    return [play["item_in_session"] for play in warehouse.table("songplays")]


@pytest.mark.parametrize("content", LAYOUTS.values(), ids=LAYOUTS)
def test_small_files_in_any_layout(staging: Warehouse, content: str) -> None:
    assert staging.staged(content) == staging.staged(ONE_A_LINE)


@pytest.mark.parametrize("content", LAYOUTS.values(), ids=LAYOUTS)
def test_large_files_in_any_layout(staging: Warehouse, content: str) -> None:
    expected = staging.staged(ONE_A_LINE + json.dumps(event(itemInSession=9)))
    assert staging.staged(LARGE_FIRST + content) == expected
    assert staging.staged(content + LARGE_LAST) == expected


@pytest.mark.parametrize("content", LAYOUTS.values(), ids=LAYOUTS)
def test_files_beside_each_other_in_any_layout(staging: Warehouse, content: str) -> None:
    """Neighbours are joined, so one that does not end in a newline must not run into the next."""
    expected = staging.staged(ONE_A_LINE * 3)
    assert staging.staged(content, content, ONE_A_LINE) == expected


@pytest.mark.parametrize("ballast", [{}, LARGE], ids=["small", "large"])
def test_gzip_files(warehouse: Warehouse, ballast: dict[str, Any]) -> None:
    records = [record | ballast for record in EVENTS]
    warehouse.write_file(warehouse.logs / "day.json.gz", gzip.compress(lines(records), mtime=0))
    warehouse.write_file(warehouse.logs / "two.json.gz", gzip.compress(b"") + gzip.compress(b"\n"))
    warehouse.load()
    assert items(warehouse) == [0, 1, 2]


def test_a_large_gzip_file_is_read_in_place(warehouse: Warehouse) -> None:
    noise = "".join(chr(0x4E00 + place * 7919 % 20_000) for place in range(700_000))
    packed = gzip.compress(lines([EVENTS[0], EVENTS[1] | {"ballast": noise}, EVENTS[2]]), 1)
    assert len(packed) > 1 << 20
    warehouse.write_file(warehouse.logs / "day.json.gz", packed)
    warehouse.load()
    assert items(warehouse) == [0, 1, 2]


def test_files_at_any_depth(warehouse: Warehouse) -> None:
    for place, name in enumerate(("a.json", "2018/a.json", "2018/11/01/x/y/z/a.json")):
        warehouse.write_events(name, EVENTS[place])
    warehouse.load()
    assert items(warehouse) == [0, 1, 2]


@pytest.mark.expensive
def test_a_thousand_files_of_one_record(warehouse: Warehouse) -> None:
    for place in range(1000):
        path = f"{place % 26:02}/{place % 7}/{place}.json"
        warehouse.write_file(warehouse.songs / path, json.dumps(song(song_id=f"SO{place:04}")))
    assert warehouse.load().files == 1002
    found = [row["song_id"] for row in warehouse.table("songs")]
    assert found == [f"SO{place:04}" for place in range(1000)]


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t\n"], ids=["empty", "newline", "blanks"])
def test_a_file_without_records_is_loaded_as_nothing(warehouse: Warehouse, content: bytes) -> None:
    warehouse.load()
    warehouse.write_file(warehouse.logs / "quiet.json", content)
    assert warehouse.load().files == 1
    assert warehouse.load().files == 0
    assert warehouse.table("staging_events") == []


FOLDERS = (
    *("logs [2018]", "logs 2"),
    *("day*", "day 1"),
    *("d?", "d1"),
    *("{a,b}", "a"),
    *("**", "x"),
    *("level=paid/artist=Nobody", "level=free/artist=Somebody"),
    *("ts=1/userid=7", "ts=2/userid=8"),
    *("ö 東京 'quoted' \"twice\"; --", "%20"),
    ".",
)


@pytest.mark.parametrize("ballast", [{}, LARGE], ids=["small", "large"])
def test_what_a_folder_is_called_means_nothing(
    warehouse: Warehouse, ballast: dict[str, Any]
) -> None:
    """It is not a pattern of names, which others fit, nor a column and its value."""
    for item, folder in enumerate(FOLDERS):
        record = event(itemInSession=item)
        warehouse.write_events(f"{folder}/day.json", record, record | ballast)
    warehouse.load()
    rows = warehouse.table("staging_events")
    items = [row["iteminsession"] for row in rows]
    assert items == [item for item in range(len(FOLDERS)) for _ in range(2)]
    assert [row | {"iteminsession": 0} for row in rows] == [rows[0]] * len(rows)


@pytest.mark.parametrize(
    ("first", "second"),
    [('{"artist":"a"', ',"level":"free"}'), ('{"artist":', '"a"}'), ('{"artist":"a"', "}")],
)
def test_a_record_does_not_go_on_in_the_next_file(
    staging: Warehouse, first: str, second: str
) -> None:
    with pytest.raises(LoadError, match=r"0\.json.*line 1"):
        staging.staged(first, second)


BROKEN = {
    "an array": '[{"artist":"a"}]',
    "an empty array": "[]",
    "a number": "12",
    "a text": '"artist"',
    "true": "true",
    "null": "null",
    "cut off": '{"artist":"a"',
    "a brace too many": '{"artist":"a"}}',
    "commas between": '{"artist":"a"},\n{"artist":"b"}',
    "single quotes": "{'artist':'a'}",
    "a comment": '/* a */ {"artist":"a"}',
    "no quotes": '{artist:"a"}',
    "a control character": '{"artist":"a\tb"}',
    "a hard space between": '{"artist":"a"}\u00a0{"artist":"b"}',
    "a number with a zero first": '{"length":012}',
    "NaN in a number": '{"length":NaN}',
    "Infinity": '{"length":-Infinity}',
    "an escape that is none": '{"artist":"\\x41"}',
    "half a surrogate pair": '{"artist":"\\ud83d"}',
    "no JSON": "Not found",
    "XML": "<Error><Code>AccessDenied</Code></Error>",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("size", ["small", "large"])
def test_an_invalid_record_is_rejected_naming_file_and_line(
    staging: Warehouse, content: str, size: str
) -> None:
    first = LARGE_FIRST if size == "large" else json.dumps(event()) + "\n"
    with pytest.raises(LoadError, match=r"0\.json.*line 2"):
        staging.staged(first + content + "\n" + json.dumps(event()))


ALMOST = {
    "a form feed between": '\f{"artist":"a"}',
    "a vertical tab between": '{"artist":"a"}\v{"artist":"b"}',
    "NaN in a text": '{"artist":NaN}',
    "Infinity in a text": '{"artist":Infinity}',
    "-Infinity in a text": '{"artist":-Infinity}',
    "nan in a text": '{"artist":nan}',
    "-inf in a text": '{"artist":-inf}',
    "a comma at the end": '{"artist":"a",}',
    "NaN where no column looks": '{"x":NaN}',
}


@pytest.mark.parametrize("content", ALMOST.values(), ids=ALMOST)
@pytest.mark.parametrize("size", ["small", "large"])
def test_what_is_almost_json_is_rejected(staging: Warehouse, content: str, size: str) -> None:
    last = LARGE_LAST if size == "large" else "\n" + json.dumps(event())
    with pytest.raises(LoadError, match=r"0\.json.*line 1"):
        staging.staged(content + last)


@pytest.mark.parametrize("content", ALMOST.values(), ids=ALMOST)
def test_what_is_almost_json_is_rejected_beside_an_unusual_number(
    staging: Warehouse, content: str
) -> None:
    with pytest.raises(LoadError, match=r"0\.json.*line 2"):
        staging.staged('{"status":200.0}\n' + content)


def test_texts_like_what_json_has_not_are_kept(staging: Warehouse) -> None:
    numbers = ["NaN", "Infinity", "-Infinity", "nan", "INF", "1e999", "1e3"]
    texts = [*numbers, ",}", "[a, ]", "{,", "x,\\n}", "\\f \\v"]
    for ballast in ({}, LARGE):
        records = [event(artist=text) | ballast for text in texts]
        assert {row["artist"] for row in staging.staged(lines(records))} == set(texts)


@pytest.mark.parametrize("place", [0, 1])
def test_invalid_utf_8_is_rejected_naming_file_and_line(staging: Warehouse, place: int) -> None:
    contents: list[bytes | str] = [ONE_A_LINE, ONE_A_LINE]
    contents[place] = b'{"level":"free"}\n{"artist":"Bj\xf6rk"}\n'
    with pytest.raises(LoadError, match=rf"{place}\.json.*line 2.*UTF-8"):
        staging.staged(*contents)


@pytest.mark.parametrize("excess", [-1, 0])
def test_a_record_of_4_megabytes_is_read(staging: Warehouse, excess: int) -> None:
    assert len(staging.staged(object_of((4 << 20) + excess))) == 1


@pytest.mark.parametrize("excess", [1, 4 << 20, 12 << 20, 60 << 20])
def test_a_record_over_4_megabytes_is_rejected(staging: Warehouse, excess: int) -> None:
    with pytest.raises(LoadError, match=r"0\.json.*line 2.*4 MB"):
        staging.staged('{"artist":"b"}\n' + object_of((4 << 20) + excess))


def test_a_large_file_that_begins_nested_too_deep_is_rejected_there(staging: Warehouse) -> None:
    nested = '{"x":' + "[" * 60_000
    with pytest.raises(LoadError, match=r"0\.json.*line 1.*not JSON"):
        staging.staged(nested + "\n" + LARGE_FIRST)


@pytest.mark.parametrize("ballast", ["}{", "} {", "},{", "[{"])
@pytest.mark.parametrize("spread", [",", ",\n"], ids=["in a line", "over lines"])
def test_braces_in_a_text_hide_no_record_over_4_megabytes(
    staging: Warehouse, ballast: str, spread: str
) -> None:
    large = object_of(5 << 20, ballast).replace(",", spread, 1)
    with pytest.raises(LoadError, match=r"0\.json.*line 2.*4 MB"):
        staging.staged('{"artist":"b"}\n' + large + '\n{"artist":"c"}')


def test_a_record_over_4_megabytes_is_rejected_in_a_small_gzip_file(warehouse: Warehouse) -> None:
    content = '{"artist":"b"}\n' + object_of((4 << 20) + 1)
    warehouse.write_file(warehouse.logs / "day.json.gz", gzip.compress(content.encode()))
    [file] = warehouse.load().rejected_files
    assert re.search(r"day\.json\.gz.*line 2.*4 MB", file.message)


def object_of(size: int, ballast: str = "x") -> str:
    frame = '{"artist":"a","ballast":""}'
    filling = ballast * (1 + (size - len(frame)) // len(ballast))
    return f'{frame[:-2]}{filling[: size - len(frame)]}"}}'


def test_a_byte_order_mark_means_the_same_in_every_file(staging: Warehouse) -> None:
    """COPY's documentation is silent on it, so a file must only not depend on its neighbours."""
    marked = '\ufeff{"artist":"a"}'
    outcomes = [fate(staging, *contents) for contents in ((marked,), (marked, ""), ("", marked))]
    assert outcomes[0] == outcomes[1] == outcomes[2]


def fate(staging: Warehouse, *contents: str) -> int:
    """Count the rows of these files, -1 if they are rejected."""
    try:
        return len(staging.staged(*contents))
    except LoadError:
        return -1


# Files of one name in two folders, as in any `year=/month=/day=` layout


def test_large_files_of_one_name_in_two_folders_keep_their_own_records(
    warehouse: Warehouse,
) -> None:
    """Each is over a megabyte, and one value in each is for the Python reader."""
    for user in ("1", "2"):
        events = [
            event(userId=user, sessionId=int(user), itemInSession=item, ts=NOON + item)
            for item in range(2500)
        ]
        odd = json.dumps(event(userId=user, sessionId=int(user), itemInSession=2500, status="+200"))
        path = warehouse.write_file(
            warehouse.logs / f"day={user}" / "events.json", lines(events) + odd.encode()
        )
        assert path.stat().st_size > 1 << 20

    warehouse.load()

    plays = Counter((play["user_id"], play["session_id"]) for play in warehouse.table("songplays"))
    assert plays == {(1, 1): 2501, (2, 2): 2501}
    ledger = warehouse.table("loaded_files")
    assert [row["objects"] for row in ledger if row["uri"].endswith("events.json")] == [2501] * 2
