"""A file that cannot be loaded is rejected whole and by name, and the others of its batch load."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from sparkify import pipeline
from sparkify.engines.base import FilesRejected, LoadResult
from sparkify.operate.history import past_runs, run_details
from sparkify.operate.reconcile import find_differences
from sparkify.operate.rejected import RejectedFilter, rejected_rows
from sparkify.operate.status import find_pending, read_status

from .source_files import event, lines, song
from .warehouse import Warehouse

EVENTS = [event(itemInSession=item) for item in range(500)]
PAGE = b"<!doctype html>\n<html>\n<body>Not found</body>\n</html>\n"

# The content of a file, its ending, what it is, and a part of what to do.
BAD: dict[str, tuple[bytes, str, str, str]] = {
    "an array": (json.dumps(EVENTS).encode(), "json", "a JSON array", "jq -c '.[]'"),
    "a pretty array": (json.dumps(EVENTS, indent=1).encode(), "json", "a JSON array", "jq"),
    "an empty array": (b"[]", "json", "a JSON array", "jq"),
    "a broken array": (json.dumps(EVENTS).encode()[:-9], "json", "a JSON array", "jq"),
    "gzip": (gzip.compress(lines(EVENTS)), "json", "gzip under another name", ".json.gz"),
    "UTF-16": (lines(EVENTS).decode().encode("utf-16"), "json", "UTF-16", "iconv"),
    "UTF-16 without a mark": (
        lines(EVENTS).decode().encode("utf-16-le"),
        "json",
        "UTF-16",
        "iconv",
    ),
    "a page": (PAGE, "json", "an HTML or XML page", "fetch the file again"),
    "an S3 error": (b"<Error><Code>AccessDenied</Code></Error>", "json", "an HTML or XML page", ""),
    "a table": (b"artist,song\nA,B\n", "json", "no JSON records", "write JSON objects"),
    "a word": (b"null\n", "json", "no JSON records", "write JSON objects"),
    "a zip file": (b"PK\x03\x04" + bytes(range(256)), "json", "a zip file", "decompress"),
    "Parquet": (b"PAR1" + bytes(range(256)), "json", "Parquet", "write it as JSON"),
    "a damaged gzip": (gzip.compress(lines(EVENTS))[:-9], "json.gz", "a damaged gzip", "copy"),
    "not gzip": (lines(EVENTS), "json.gz", "not gzip", "rename"),
    "an array in gzip": (gzip.compress(json.dumps(EVENTS).encode()), "json.gz", "a JSON array", ""),
    "many bad lines": (
        lines([event(status="OK")] * 101 + EVENTS),
        "json",
        "too many rejected records",
        "correct the file",
    ),
}


def items(warehouse: Warehouse) -> list[int]:
    return [row["iteminsession"] for row in warehouse.table("staging_events")]


@pytest.mark.parametrize(("content", "ending", "reason", "hint"), BAD.values(), ids=BAD)
def test_a_bad_file_is_rejected_and_the_good_ones_load(
    warehouse: Warehouse, content: bytes, ending: str, reason: str, hint: str
) -> None:
    bad = warehouse.write_file(warehouse.logs / f"b.{ending}", content)
    warehouse.write_events("a.json", event(itemInSession=1))
    warehouse.write_events("c.json", event(itemInSession=3))
    warehouse.write_songs("song.json", song())
    run = warehouse.load(max_errors=100)

    assert (run.files, run.rejected) == (5, 0)
    assert items(warehouse) == [1, 3]
    assert len(warehouse.table("songs")) == 1
    [file] = run.rejected_files
    assert (file.uri, file.reason, file.table) == (
        *(warehouse.uri(bad), reason),
        "staging_events",
    )
    assert file.message.startswith(warehouse.uri(bad))
    assert hint in file.hint
    [row] = warehouse.table("rejected_files")
    assert (row["uri"], row["reason"], row["run_id"]) == (file.uri, reason, run.run_id)
    assert (row["message"], row["hint"]) == (file.message, file.hint)
    assert warehouse.table("load_errors") == []
    assert file.uri not in {each["uri"] for each in warehouse.table("loaded_files")}


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t\n"], ids=["empty", "newline", "blanks"])
def test_a_file_without_anything_is_not_rejected(warehouse: Warehouse, content: bytes) -> None:
    warehouse.write_file(warehouse.logs / "quiet.json", content)
    assert warehouse.load().rejected_files == []


def test_a_bad_song_file_is_rejected_too(warehouse: Warehouse) -> None:
    warehouse.write_file(warehouse.songs / "b.json", json.dumps([song()]))
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event())
    [file] = warehouse.load().rejected_files
    assert (file.table, file.reason) == ("staging_songs", "a JSON array")
    assert len(warehouse.table("songs")) == 1


def test_all_bad_files_of_a_batch_are_rejected_at_once(warehouse: Warehouse) -> None:
    for number, (content, ending, _, _) in enumerate(BAD.values()):
        warehouse.write_file(warehouse.logs / f"{number:02}.{ending}", content)
    for number in range(3):
        warehouse.write_events(f"good-{number}.json", event(itemInSession=number))
    run = warehouse.load(max_errors=100)
    assert sorted(each.reason for each in run.rejected_files) == sorted(
        reason for _, _, reason, _ in BAD.values()
    )
    assert (items(warehouse), run.batches) == ([0, 1, 2], 1)


def test_a_batch_of_bad_files_only_loads_nothing_and_ends(warehouse: Warehouse) -> None:
    warehouse.load()
    warehouse.write_file(warehouse.logs / "a.json", PAGE)
    run = warehouse.load()
    assert (run.files, run.batches, len(run.rejected_files)) == (0, 0, 1)
    assert past_runs(warehouse.engine)[0].outcome == "done"


def test_a_rejected_file_is_tried_again_once_it_changes(warehouse: Warehouse) -> None:
    warehouse.write_file(warehouse.logs / "a.json", json.dumps([event()]))
    warehouse.load()
    again = warehouse.load()
    assert (again.files, again.left_out, again.rejected_files) == (0, 1, [])
    warehouse.write_events("a.json", event())
    corrected = warehouse.load()
    assert (corrected.files, corrected.left_out) == (1, 0)
    assert items(warehouse) == [0]
    assert warehouse.load().left_out == 0


def test_a_rejected_file_is_tried_again_by_a_retry(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), event(itemInSession=1, status="OK"))
    warehouse.load(max_errors=0)
    assert items(warehouse) == []
    with warehouse.reached(max_errors=0) as settings:
        again = pipeline.load_corrected(warehouse.engine, settings, pipeline.NullReporter())
    assert len(again.rejected_files) == 1
    with warehouse.reached(max_errors=1) as settings:
        run = pipeline.load_corrected(warehouse.engine, settings, pipeline.NullReporter())
    assert (run.files, run.rejected, run.rejected_files) == (1, 1, [])
    assert items(warehouse) == [0]
    open_files = [
        each for each in rejected_rows(warehouse.engine, RejectedFilter()) if not each["line"]
    ]
    assert open_files == []


def test_undo_forgets_what_the_run_rejected(warehouse: Warehouse) -> None:
    from sparkify.operate import repair

    warehouse.write_file(warehouse.logs / "a.json", PAGE)
    warehouse.write_events("b.json", event())
    run = warehouse.load()
    repair.undo_run(warehouse.engine, run.run_id)
    assert warehouse.table("rejected_files") == []
    assert len(warehouse.load().rejected_files) == 1


def test_every_command_that_shows_rejected_records_shows_the_files(warehouse: Warehouse) -> None:
    bad = warehouse.write_file(warehouse.logs / "a.json", PAGE)
    warehouse.write_events("b.json", event())
    run = warehouse.load()
    uri = warehouse.uri(bad)

    [row] = rejected_rows(warehouse.engine, RejectedFilter(run_id=run.run_id, file="a.json"))
    assert (row["uri"], row["line"], row["raw_text"], row["is_open"]) == (uri, None, None, True)
    assert row["reason"] == "an HTML or XML page"
    assert "Try: fetch the file again" in row["detail"]
    assert read_status(warehouse.engine).rejected_files == 1
    [past] = past_runs(warehouse.engine)
    assert (past.rejected_files, past.rejected) == (1, 0)
    assert [each["uri"] for each in run_details(warehouse.engine, run.run_id).rejected] == [uri]
    with warehouse.reached() as settings:
        assert find_pending(warehouse.engine, settings).files == 0
        kinds = {each.kind: each.name for each in find_differences(warehouse.engine, settings)}
    assert kinds.get("rejected_file") == uri


def test_the_endings_that_are_no_data_are_counted(warehouse: Warehouse) -> None:
    for name in ("b.JSON", "c.jsonl", "d.NDJSON"):
        warehouse.write_events(name, event(itemInSession=ord(name[0])))
    packed = gzip.compress(lines([event(itemInSession=ord("e"))]))
    warehouse.write_file(warehouse.logs / "e.json.GZ", packed)
    for name in ("f.log", "part-0000", "g.json.bz2", "_SUCCESS", ".hidden"):
        warehouse.write_file(warehouse.logs / name, b"x")
    run = warehouse.load()
    assert items(warehouse) == [ord(letter) for letter in "bcde"]
    [logs] = [each for each in run.passed_over if each.count]
    assert (logs.count, logs.examples) == (3, ["f.log", "g.json.bz2", "part-0000"])


def test_the_jsonpaths_file_among_the_data_is_none(warehouse: Warehouse) -> None:
    paths = warehouse.logs.parent / "log_json_path.json"
    among = warehouse.write_file(warehouse.logs / "paths.json", paths.read_bytes())
    warehouse.write_events("a.json", event())
    warehouse.load(log_jsonpath=str(among))
    assert items(warehouse) == [0]
    assert "paths.json" not in {Path(each["uri"]).name for each in warehouse.table("loaded_files")}


def test_so_many_rejected_records_fail_a_batch(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sparkify.engines import base
    from sparkify.engines.redshift import copy_errors, loader
    from sparkify.errors import LoadError

    for module in (base, loader, copy_errors):
        monkeypatch.setattr(module, "MOST_REJECTED_RECORDS", 10)
    for number in range(4):
        bad: list[Any] = [event(status="OK")] * 3
        warehouse.write_events(f"{number}.json", *bad, event(itemInSession=number))
    with pytest.raises(LoadError):
        warehouse.load(max_errors=3)
    assert warehouse.table("rejected_files") == []
    run = warehouse.load(max_errors=2)
    assert len(run.rejected_files) == 4


def test_files_that_are_named_one_at_a_time_are_found_by_halves(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As COPY names them; a batch is tried only so often as a whole."""
    load_json = warehouse.engine.load_json

    def naming_one(*arguments: Any) -> LoadResult:
        try:
            return load_json(*arguments)
        except FilesRejected as found:
            raise FilesRejected(found.files[:1]) from None

    monkeypatch.setattr(warehouse.engine, "load_json", naming_one)
    monkeypatch.setattr(pipeline, "MOST_ATTEMPTS", 3)
    for number in range(20):
        if number % 3:
            warehouse.write_events(f"{number:02}.json", event(itemInSession=number))
        else:
            warehouse.write_file(warehouse.logs / f"{number:02}.json", PAGE)
    run = warehouse.load()
    assert items(warehouse) == [number for number in range(20) if number % 3]
    assert len(run.rejected_files) == len(warehouse.table("rejected_files")) == 7
    assert run.batches > 1
    assert warehouse.load().left_out == 7
