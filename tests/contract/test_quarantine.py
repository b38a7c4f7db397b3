"""Bad records go to the quarantine, and the good records of their files are loaded."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify import pipeline
from sparkify.operate.repair import rebuild_star

from .source_files import MISSING, NOON, Record, event, lines, logged_out, song, visit
from .warehouse import Warehouse


def errors(warehouse: Warehouse) -> list[dict[str, Any]]:
    return warehouse.table("load_errors")


def staged_items(warehouse: Warehouse) -> list[int]:
    return [row["iteminsession"] for row in warehouse.table("staging_events")]


def ledger(warehouse: Warehouse) -> dict[str, tuple[int, int]]:
    """Return each file's name, with its number of records and of rejected ones."""
    rows = warehouse.table("loaded_files")
    return {
        Path(row["uri"]).name: (row["objects"], row["refused"])
        for row in rows
        if Path(row["uri"]).name != "none.json"
    }


def of_size(size: int) -> bytes:
    frame = json.dumps(event(artist=""))
    return frame.replace('"artist": ""', f'"artist": "{"x" * (size - len(frame))}"').encode()


BAD: dict[str, tuple[bytes, str, str]] = {
    "malformed": (b'{"artist": "A"', "not JSON", ""),
    "no object": (b"[1, 2]", "not an object", ""),
    "a wrong type": (lines([event(status="OK")]), "not a whole number", "status"),
    "a fraction": (lines([event(itemInSession=1.5)]), "not a whole number", "iteminsession"),
    "no number": (lines([event(length="long")]), "not a number", "length"),
    "out of range": (lines([event(userId=2**31)]), "a number out of range", "userid"),
    "too long": (lines([event(level="é" * 9)]), "a text too long", "level"),
    "invalid UTF-8": (b'{"artist": "Bj\xf6rk"}', "not valid UTF-8", "artist"),
    "NUL": (b'{"artist": "\\u0000b"}', "a text with the character NUL", "artist"),
    "too large": (of_size(17 << 20), "an object over 4 MB", ""),
}


@pytest.mark.parametrize(("bad", "reason", "column"), BAD.values(), ids=BAD)
def test_a_bad_record_is_quarantined_and_the_good_ones_of_its_file_load(
    warehouse: Warehouse, bad: bytes, reason: str, column: str
) -> None:
    good = [event(itemInSession=item) for item in range(3)]
    content = lines(good[:1]) + b"\n" + bad.strip() + b"\n" + lines(good[1:])
    path = warehouse.write_file(warehouse.logs / "day.json", content)
    run = warehouse.load(max_errors=1)
    assert staged_items(warehouse) == [0, 1, 2]
    assert len(warehouse.table("songplays")) == 3
    [error] = errors(warehouse)
    assert (error["uri"], error["staging_table"]) == (warehouse.uri(path), "staging_events")
    assert (error["line"], error["column_name"], error["reason"]) == (3, column, reason)
    assert (error["run_id"], run.rejected) == (run.run_id, 1)
    assert ledger(warehouse) == {"day.json": (4, 1)}


def test_the_raw_text_is_kept_as_received(warehouse: Warehouse) -> None:
    bad = json.dumps(event(status="OK", song="Ünïcode\n"), ensure_ascii=False)
    warehouse.write_file(warehouse.logs / "day.json", bad)
    warehouse.load(max_errors=1)
    [error] = errors(warehouse)
    assert error["raw_text"] == bad
    assert error["detail"] == ""


def test_a_rejected_text_says_how_long_it_is(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event(level="x" * 17))
    warehouse.load(max_errors=1)
    assert errors(warehouse)[0]["detail"] == "17 bytes in a column of 16"


def test_bad_songs_are_quarantined_too(warehouse: Warehouse) -> None:
    for number in range(5):
        year = "MMXVIII" if number == 3 else 2018
        warehouse.write_songs(f"{number}.json", song(song_id=f"SO{number}", year=year))
    warehouse.load(max_errors=1)
    assert [row["song_id"] for row in warehouse.table("songs")] == ["SO0", "SO1", "SO2", "SO4"]
    [error] = errors(warehouse)
    assert error["uri"] == warehouse.uri(warehouse.songs / "3.json")
    assert (error["line"], error["column_name"]) == (1, "year")


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_a_file_with_more_bad_rows_than_allowed_is_rejected_whole(
    warehouse: Warehouse, allowed: int
) -> None:
    day = warehouse.write_events("day.json", *(event(status="OK") for _ in range(3)), event())
    warehouse.write_events("good.json", event(itemInSession=1))
    run = warehouse.load(max_errors=allowed)
    [file] = run.rejected_files
    assert (file.uri, file.reason) == (warehouse.uri(day), "too many rejected records")
    assert f"than the {allowed} that [ETL] MAX_ERRORS allows" in file.message
    assert (errors(warehouse), staged_items(warehouse)) == ([], [1])
    warehouse.write_events("day.json", *(event(status="KO") for _ in range(3)), event())
    warehouse.load(max_errors=3)
    assert len(errors(warehouse)) == 3
    assert staged_items(warehouse) == [0, 1]


def test_what_each_file_may_have_does_not_add_up(warehouse: Warehouse) -> None:
    for name in ("a", "b", "c"):
        warehouse.write_events(f"{name}.json", event(itemInSession=ord(name)), event(status="OK"))
    run = warehouse.load(max_errors=1)
    assert (run.rejected, run.rejected_files) == (3, [])


def test_the_message_counts_the_reasons_and_lists_the_first(warehouse: Warehouse) -> None:
    bad = [event(status="OK"), event(level="x" * 17), event(status="KO"), event(status="?")]
    warehouse.write_events("day.json", *bad)
    [file] = warehouse.load(max_errors=3).rejected_files
    assert "not a whole number: 3, a text too long: 1" in file.message
    assert file.message.startswith(warehouse.uri(warehouse.logs / "day.json"))
    for line in (1, 2, 3):
        assert f"line {line}, column" in file.message
    assert "line 4" not in file.message


def test_only_the_piece_around_a_bad_row_is_read_slowly_and_its_line_is_right(
    warehouse: Warehouse,
) -> None:
    """A file of several pieces: the number of a line counts from the file's beginning."""
    records = [event(itemInSession=item, ballast="x" * 10_000) for item in range(600)]
    records[432] |= {"status": "OK"}
    records[17] |= {"status": "OK"}
    warehouse.write_events("day.json", *records)
    warehouse.load(max_errors=2)
    assert sorted(error["line"] for error in errors(warehouse)) == [18, 433]
    assert len(staged_items(warehouse)) == 598
    assert ledger(warehouse) == {"day.json": (600, 2)}


# Events that contradict each other


@pytest.mark.parametrize("make", [event, visit])
def test_events_of_a_batch_that_contradict_each_other_are_all_quarantined(
    warehouse: Warehouse, make: Any
) -> None:
    warehouse.write_events("a.json", event(itemInSession=1), make(itemInSession=5))
    warehouse.write_events("b.json", event(itemInSession=2), make(itemInSession=5, ts=NOON + 1))
    warehouse.load(max_errors=2)
    assert staged_items(warehouse) == [1, 2]
    found = {(Path(row["uri"]).name, row["line"], row["reason"]) for row in errors(warehouse)}
    reason = "contradicts the timestamp of another record of the event"
    assert found == {("a.json", 2, reason), ("b.json", 2, reason)}
    assert ledger(warehouse) == {"a.json": (2, 1), "b.json": (2, 1)}


def test_what_was_loaded_stands_against_a_later_contradiction(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    before = {name: warehouse.table(name) for name in ("songplays", "users", "time")}
    again = (event(), event(ts=NOON + 1))
    warehouse.write_events("b.json", *again)
    warehouse.load(max_errors=1)
    assert {name: warehouse.table(name) for name in before} == before
    [error] = errors(warehouse)
    assert (Path(error["uri"]).name, error["line"]) == ("b.json", 2)
    assert ledger(warehouse) == {"a.json": (1, 0), "b.json": (2, 1)}


def test_a_contradiction_received_twice_is_rejected_twice(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(ts=NOON + 1), event(), event(ts=NOON + 1))
    warehouse.load(max_errors=4)
    assert [row["line"] for row in errors(warehouse)] == [1, 2, 3, 4]
    assert warehouse.table("staging_events") == []


def test_contradictions_and_misfits_count_together(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(ts=NOON + 1), event(status="OK"))
    [file] = warehouse.load(max_errors=2).rejected_files
    assert "contradicts the timestamp of another record of the event: 2" in file.message
    with warehouse.reached(max_errors=3) as settings:
        pipeline.load_corrected(warehouse.engine, settings, pipeline.NullReporter())
    assert len(errors(warehouse)) == 3


def test_retry_loads_what_a_former_rule_rejected_from_an_unchanged_file(
    warehouse: Warehouse,
) -> None:
    shared = (event(userId="7"), event(userId="8", ts=NOON + 1))
    warehouse.write_events("a.json", *shared, event(userId="7", itemInSession=1))
    warehouse.load()
    # As the former rule left it: two users could not share a number of a session.
    warehouse.execute("delete from staging_events where iteminsession = 0")
    warehouse.execute("update loaded_files set refused = 2 where uri like '%a.json'")
    warehouse.execute("""
        insert into load_errors
        (uri, etag, staging_table, line, column_name, reason, detail, raw_text, run_id, loaded_at)
        select uri, etag, staging_table, 1, '', 'contradicts another record of the event', '', '',
            run_id, loaded_at
        from loaded_files where uri like '%a.json'
    """)
    rebuild_star(warehouse.engine)
    assert [play["item_in_session"] for play in warehouse.table("songplays")] == [1]
    for loaded in (1, 0):
        with warehouse.reached() as settings:
            run = pipeline.load_corrected(warehouse.engine, settings, pipeline.NullReporter())
        assert (run.files, run.rejected) == (loaded, 0)
    plays = [(play["user_id"], play["item_in_session"]) for play in warehouse.table("songplays")]
    assert plays == [(7, 0), (8, 0), (7, 1)]


# Records that lack what identifies them

FIELDS = {"sessionid": "sessionId", "iteminsession": "itemInSession", "ts": "ts"}
WITHOUT = {
    "no session": ({"sessionId": None}, "sessionid"),
    "no field of a session": ({"sessionId": MISSING}, "sessionid"),
    "a large session": ({"sessionId": 9_000_000_000_001}, "sessionid"),
    "a negative session": ({"sessionId": -1}, "sessionid"),
    "no place": ({"itemInSession": ""}, "iteminsession"),
    "a large place": ({"itemInSession": 1_000_000}, "iteminsession"),
    "no timestamp": ({"ts": None}, "ts"),
    "a blank timestamp": ({"ts": " "}, "ts"),
    "nothing": ({"sessionId": None, "itemInSession": None, "ts": None}, "sessionid"),
}


@pytest.mark.parametrize("make", [event, visit])
@pytest.mark.parametrize(("changes", "column"), WITHOUT.values(), ids=WITHOUT)
def test_an_event_of_a_user_that_lacks_what_identifies_it_is_quarantined(
    warehouse: Warehouse, make: Any, changes: dict[str, Any], column: str
) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1))
    warehouse.write_events(
        "b.json", event(itemInSession=2), make(**changes), event(itemInSession=3)
    )
    run = warehouse.load(max_errors=1)
    [error] = errors(warehouse)
    assert (Path(error["uri"]).name, error["line"]) == ("b.json", 2)
    has_value = isinstance(changes.get(FIELDS[column]), int)
    reason = "a number out of range" if has_value else "lacks what identifies it"
    assert (error["column_name"], error["reason"]) == (column, reason)
    assert json.loads(error["raw_text"]) == make(**changes)
    assert staged_items(warehouse) == [0, 1, 2, 3]
    assert (run.rejected, ledger(warehouse)["b.json"]) == (1, (3, 1))


@pytest.mark.parametrize(
    "changes",
    [{"sessionId": None, "ts": None}, {"itemInSession": None}],
    ids=["a session", "an item"],
)
def test_an_event_of_nobody_needs_nothing_that_identifies_it(
    warehouse: Warehouse, changes: dict[str, Any]
) -> None:
    warehouse.write_events("a.json", event(), logged_out(**{"itemInSession": 1, **changes}))
    assert warehouse.load().rejected == 0
    assert len(warehouse.table("staging_events")) == 2


@pytest.mark.parametrize("column", ["song_id", "artist_id"])
@pytest.mark.parametrize("nothing", [None, "", "  ", MISSING])
def test_a_song_without_an_id_is_quarantined(
    warehouse: Warehouse, column: str, nothing: Any
) -> None:
    bad = song(**{column: nothing})
    warehouse.write_songs("songs.json", song(song_id="SO1"), bad, bad, song(song_id="SO2"))
    warehouse.load(max_errors=2)
    assert [(each["line"], each["column_name"]) for each in errors(warehouse)] == [
        (2, column),
        (3, column),
    ]
    assert {each["reason"] for each in errors(warehouse)} == {"lacks what identifies it"}
    assert [row["song_id"] for row in warehouse.table("songs")] == ["SO1", "SO2"]


def test_a_file_with_too_many_records_without_identity_is_rejected_whole(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", *(event(sessionId=None, ts=NOON + n) for n in range(5)))
    warehouse.write_events("b.json", event())
    run = warehouse.load(max_errors=4)
    assert [Path(each.uri).name for each in run.rejected_files] == ["a.json"]
    assert (len(errors(warehouse)), staged_items(warehouse)) == (0, [0])


# Everything is in one place


COUNTED = {
    "braces in texts": (lines([event(song="{"), event(song="}\n{"), event()]), 3),
    "blank lines": (b"\n\r\n".join([lines([event()])] * 4) + b"\n\n", 4),
    "pretty": (json.dumps(event(), indent=4).encode() + json.dumps(event()).encode(), 2),
    "objects inside": (lines([event(artist={"name": {"first": "A"}}), event()]).strip(), 2),
    "empty": (b"", 0),
    "blank": (b" \n \n", 0),
}


@pytest.mark.parametrize(("content", "objects"), COUNTED.values(), ids=COUNTED)
@pytest.mark.parametrize("large", [False, True])
def test_every_record_of_a_file_is_counted(
    warehouse: Warehouse, content: bytes, objects: int, large: bool
) -> None:
    if large:
        content += b"\n" * (1 << 20)
    warehouse.write_file(warehouse.logs / "day.json", content)
    warehouse.load()
    assert ledger(warehouse) == {"day.json": (objects, 0)}
    assert len(warehouse.table("staging_events")) == objects


@st.composite
def files_with_bad_records(draw: st.DrawFn) -> list[list[tuple[Record, bool]]]:
    """Files of events, each with whether it is good."""
    spoil: st.SearchStrategy[Record] = st.sampled_from(
        [{"status": "OK"}, {"ts": "noon"}, {"level": "x" * 17}, {"length": "?"}, {"userId": 0.5}]
    )
    files: list[list[tuple[Record, bool]]] = []
    item = 0
    for _ in range(draw(st.integers(1, 4))):
        rows = []
        for bad in draw(st.lists(st.booleans(), max_size=6)):
            item += 1
            record = event(itemInSession=item, ts=NOON + item)
            rows.append((record | draw(spoil), False) if bad else (record, True))
        files.append(rows)
    return files


@settings(max_examples=settings().max_examples // 2)
@given(files=files_with_bad_records())
def test_every_record_is_staged_or_rejected(warehouse: Warehouse, files: Any) -> None:
    if warehouse.tried_enough():
        return
    warehouse.reset(warehouse.logs.parent)
    for path in warehouse.logs.glob("*.json"):
        path.write_bytes(b"")
    for number, rows in enumerate(files):
        warehouse.write_events(f"{number}.json", *(record for record, _ in rows))
    warehouse.load(max_errors=99)
    good = [row["itemInSession"] for rows in files for row, is_good in rows if is_good]
    bad = {
        (warehouse.uri(warehouse.logs / f"{number}.json"), line)
        for number, rows in enumerate(files)
        for line, (_, is_good) in enumerate(rows, 1)
        if not is_good
    }
    assert staged_items(warehouse) == good
    assert {(row["uri"], row["line"]) for row in errors(warehouse)} == bad
    for number, rows in enumerate(files):
        spoilt = sum(not is_good for _, is_good in rows)
        assert ledger(warehouse)[f"{number}.json"] == (len(rows), spoilt)
