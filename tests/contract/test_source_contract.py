"""What the source delivers otherwise than it is read is found, told, and, if asked, refused."""

import gzip
import json
import tempfile
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify import pipeline
from sparkify.contract import ContractBroken
from sparkify.contract.looking import HEAD, MOST_UNREAD, SAMPLE, Seen, look
from sparkify.engines import JsonLoad
from sparkify.errors import SourceError
from sparkify.operate import mending
from sparkify.operate.history import details, past_runs
from sparkify.pipeline import Run
from sparkify.sources import S3Access, open_source

from .deliveries import (
    EVENT_KEYS,
    MISSING,
    NOON,
    Record,
    event,
    lines,
    logged_out,
    song,
    visit,
)
from .engines import cannot
from .test_sample import load_sample
from .warehouse import Warehouse

CHECK = "files_keep_the_contract"
HOSTILE = '"; drop table staging_events; --'
NAMES = [
    *(
        "größe",
        "日本語",
        "😀",
        "Ärger",
        "a b",
        " ",
        "a.b",
        ":a",
        "$a",
        "%s",
        "select",
        "user",
        "oid",
    ),
    *('a"b', "a'b", "a'\"b", "a\\b", "a\nb", "a\0b", "x" * 130, "", "loaded_at", "ARTIST"),
    *(
        HOSTILE,
        "'); drop table staging_events; --",
        "${a}",
        "{{a}}",
        "-- a",
        "/* a",
        "(other keys)",
    ),
]
# JSON's types, as the findings call them, and a value of each.
VALUES = {
    "text": "x",
    "number": 1,
    "boolean": True,
    "object": {"artist": "x"},
    "array": ["x"],
    "null": None,
}


def found(run: Run) -> list[tuple[str, str, str, int, str]]:
    """Return key, finding, detail, number of objects and the file's name of what a run found."""
    return [
        (each.key_name, each.finding, each.detail, each.objects, Path(each.first_file).name)
        for each in run.findings
    ]


def in_pieces(rest: Record, number: int) -> list[Record]:
    return [event(itemInSession=item, **rest) for item in range(number)]


# Nothing is found where nothing is wrong


@pytest.mark.dear
def test_the_real_sample_breaks_nothing(warehouse: Warehouse) -> None:
    load_sample(warehouse)
    assert warehouse.query("select * from source_findings")[1] == []
    [account] = [
        check["offending"]
        for check in details(warehouse.engine, past_runs(warehouse.engine)[0].run_id).checks
        if check["check_name"] == CHECK
    ]
    assert account == 0
    seen = {(row["key_name"], row["json_type"]) for row in warehouse.table("source_keys")}
    assert seen >= {("userId", "text"), ("ts", "number"), ("duration", "number")}
    # no key of a column was passed over
    assert len(seen) == len(EVENT_KEYS) + 10


def test_what_is_null_or_empty_or_logged_out_is_no_finding(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event(), visit(itemInSession=1), logged_out(itemInSession=2))
    warehouse.deliver_events("b.json", logged_out(itemInSession=3))
    warehouse.deliver_events("c.json", dict.fromkeys(EVENT_KEYS))
    warehouse.deliver_events("d.json")
    warehouse.deliver_songs("a.json", song(year=0, artist_latitude=None, artist_location=""))
    run = warehouse.load()
    assert (run.findings, run.warnings) == ([], [])


def test_a_number_may_come_as_a_text_or_whole(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event(userId=39, length=246, ts=str(NOON)))
    assert warehouse.load().findings == []


# What is found


def test_an_unknown_key_is_told_with_its_count_and_its_first_file(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event())
    warehouse.deliver_events("b.json", *in_pieces({}, 3), event(sessionId=2, device="phone"))
    warehouse.deliver_events("c.json", event(sessionId=3, device=None), event(sessionId=4))
    warehouse.deliver_songs("s.json", song(genre=["pop"]))
    run = warehouse.load()
    assert sorted(found(run)) == [
        ("device", "unknown key", "null, text", 2, "b.json"),
        ("genre", "unknown key", "array", 1, "s.json"),
    ]
    [warning] = run.warnings
    assert CHECK in warning
    assert "key_name=device, finding=unknown key, detail=null, text, objects=2" in warning
    assert warehouse.uri(warehouse.logs / "b.json") in warning


def test_what_was_found_is_kept_with_the_run(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event(device="phone"))
    run = warehouse.load()
    told = details(warehouse.engine, run.run_id)
    [kept] = told.findings
    [expected] = run.findings
    assert {name: kept[name] for name in asdict(expected)} == asdict(expected)
    [check] = [check for check in told.checks if check["check_name"] == CHECK]
    assert (check["severity"], check["offending"]) == ("warn", 1)
    assert "device" in check["account"]


def test_an_unknown_key_is_told_by_each_run_that_passes_over_it(warehouse: Warehouse) -> None:
    for number in range(2):
        warehouse.deliver_events(f"{number}.json", event(sessionId=number, device="phone"))
        assert found(warehouse.load()) == [("device", "unknown key", "text", 1, f"{number}.json")]
    warehouse.deliver_events("2.json", event(sessionId=2))
    run = warehouse.load()
    assert (run.findings, run.warnings) == ([], [])


def test_a_key_that_vanishes_is_missing_from_its_file(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event(sessionId=1), event(sessionId=2, song=MISSING))
    warehouse.deliver_events("b.json", *(event(sessionId=n, song=MISSING) for n in (3, 4)))
    assert found(warehouse.load()) == [("song", "missing key", "", 2, "b.json")]


def test_a_key_that_is_renamed_is_missing_and_unknown(warehouse: Warehouse) -> None:
    warehouse.deliver_songs("a.json", song(artist_name=MISSING, artist="Des'ree"))
    assert sorted(found(warehouse.load())) == [
        ("artist", "unknown key", "text", 1, "a.json"),
        ("artist_name", "missing key", "", 1, "a.json"),
    ]


@pytest.mark.parametrize(("before", "after"), [("39", 39), (39, "39")])
def test_a_type_that_changes_is_told_once(warehouse: Warehouse, before: Any, after: Any) -> None:
    types = {str: "text", int: "number"}
    warehouse.deliver_events("a.json", event(userId=before))
    assert warehouse.load().findings == []
    warehouse.deliver_events("b.json", event(sessionId=2, userId=after))
    detail = f"{types[type(after)]}; before: {types[type(before)]}"
    assert found(warehouse.load()) == [("userId", "another type", detail, 1, "b.json")]
    warehouse.deliver_events("c.json", event(sessionId=3, userId=after), event(sessionId=4))
    assert warehouse.load().findings == []


def test_a_text_that_comes_as_something_else_is_told_at_once(warehouse: Warehouse) -> None:
    kinds = {"artist": "number", "song": "boolean", "userAgent": "object", "location": "array"}
    other = {key: VALUES[kind] for key, kind in kinds.items()}
    warehouse.deliver_events("a.json", event(), event(sessionId=2, **other))
    assert sorted(found(warehouse.load())) == sorted(
        (key, "another type", f"{kind}; before: text", 1, "a.json") for key, kind in kinds.items()
    )


def test_a_type_that_was_taken_back_out_is_new_again(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event())
    warehouse.load()
    warehouse.deliver_events("b.json", event(sessionId=2, userId=39))
    run = warehouse.load()
    mending.undo(warehouse.engine, run.run_id)
    assert found(warehouse.load()) == found(run) != []


def test_a_batch_that_failed_leaves_no_trace_in_what_is_known(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event(level="gold", device=1))
    with pytest.raises(Exception, match="gold"):
        warehouse.load()
    assert warehouse.table("source_keys") == warehouse.table("source_findings") == []


# Where the keys are


def test_without_jsonpaths_capitals_do_not_matter(warehouse: Warehouse) -> None:
    warehouse.deliver_events(
        "a.json", {key.upper(): value for key, value in event(Device="phone").items()}
    )
    warehouse.deliver_events("b.json", event(sessionId=2, device="phone"))
    assert found(warehouse.load(log_jsonpath="")) == [
        ("device", "unknown key", "text", 2, "a.json")
    ]


def test_with_jsonpaths_capitals_matter_and_nested_keys_are_looked_at(
    warehouse: Warehouse,
) -> None:
    paths: list[str] = [f"$['event']['{key}']" for key in EVENT_KEYS]
    paths[0] = "$['artists'][0]"
    document = warehouse.deliver(warehouse.logs.parent / "p.json", json.dumps({"jsonpaths": paths}))
    inner = event(artist=MISSING, Level="free", userId=MISSING)
    warehouse.deliver(
        warehouse.logs / "a.json", lines([{"event": inner, "artists": ["A"], "event2": {}}])
    )
    assert sorted(found(warehouse.load(log_jsonpath=str(document)))) == [
        ("event.Level", "unknown key", "text", 1, "a.json"),
        ("event.userId", "missing key", "", 1, "a.json"),
        ("event2", "unknown key", "object", 1, "a.json"),
    ]


def test_what_lies_in_an_object_that_a_column_takes_whole_is_no_finding(
    warehouse: Warehouse,
) -> None:
    paths = [f"$['{key}']" for key in EVENT_KEYS]
    paths[0], paths[1] = "$['who']", "$['who']['auth']"
    document = warehouse.deliver(warehouse.logs.parent / "p.json", json.dumps({"jsonpaths": paths}))
    who = event(artist=MISSING, auth=MISSING, who={"auth": "Logged In", "more": 1})
    warehouse.deliver_events("a.json", who)
    assert found(warehouse.load(log_jsonpath=str(document))) == [
        ("who", "another type", "object; before: text", 1, "a.json")
    ]


def test_keys_of_any_name_are_told_and_harm_nothing(warehouse: Warehouse) -> None:
    for number, name in enumerate(NAMES):
        warehouse.deliver_events(f"{number:02}.json", event(sessionId=number, **{name: "x"}))
    run = warehouse.load()
    told = [
        (name.replace("\0", "\\x00"), "unknown key", "text", 1, f"{number:02}.json")
        for number, name in enumerate(NAMES)
    ]
    assert found(run) == told
    assert len(run.warnings) == 1
    assert {row["key_name"] for row in warehouse.table("source_findings")} == {
        name for name, *_ in told
    }
    assert len(warehouse.table("songplays")) == len(NAMES)


def test_keys_without_end_are_told_in_a_bounded_number(warehouse: Warehouse) -> None:
    more = {f"key {number}": number for number in range(MOST_UNREAD + 100)}
    warehouse.deliver_events("a.json", event(**more))
    run = warehouse.load()
    assert len(run.findings) == MOST_UNREAD + 1
    assert found(run)[-1] == ("(other keys)", "unknown key", "number", 100, "a.json")


# What is looked at


def test_by_default_the_beginnings_are_looked_at(warehouse: Warehouse) -> None:
    early, late = event(early=1), event(sessionId=2, late=1)
    rest = lines(event(sessionId=3, itemInSession=item) for item in range(200))
    assert len(rest) > HEAD
    warehouse.deliver(warehouse.logs / "a.json", lines([early]) + rest + lines([late]))
    assert [each.key_name for each in warehouse.load().findings] == ["early"]


def test_many_files_are_looked_at_here_and_there(warehouse: Warehouse) -> None:
    for number in range(SAMPLE + 1):
        warehouse.deliver_songs(f"{number:03}.json", song(song_id=f"SO{number}", genre="pop"))
    [finding] = warehouse.load().findings
    assert finding.objects == SAMPLE // 2 + 1


def test_in_strict_mode_everything_is_looked_at(warehouse: Warehouse) -> None:
    rest = lines(event(sessionId=3, itemInSession=item) for item in range(200))
    warehouse.deliver(warehouse.logs / "a.json", rest + lines([event(sessionId=2, late=1)]))
    with pytest.raises(ContractBroken, match="unknown key late"):
        warehouse.load(source_schema="strict")


@pytest.mark.parametrize("at_all", [False, True])
def test_keys_are_seen_in_every_layout(warehouse: Warehouse, at_all: bool) -> None:
    records = [event(sessionId=number, device={"os": {"name": "x"}}) for number in range(60)]
    for name, content in {
        "a.json": lines(records),
        "b.json": "\n".join(json.dumps(each, indent=4) for each in records).encode(),
        "c.json": "".join(json.dumps(each) for each in records).encode(),
        "d.json.gz": gzip.compress(lines(records)),
    }.items():
        warehouse.deliver(warehouse.logs / name, content)
    with warehouse.reached() as settings:
        source = open_source(settings.log_data, S3Access.named_by(settings))
        paths = tuple((key,) for key in EVENT_KEYS)
        seen = look(JsonLoad("staging_events", source, list(source.files()), paths), at_all)
    [(key, types)] = seen.unread.items()
    assert (key, set(types), seen.missing) == (("device",), {"object"}, {})
    expected = range(240, 241) if at_all else range(40, 240)
    assert types["object"].objects in expected


@pytest.mark.parametrize("mode", ["warn", "strict"])
def test_what_is_no_object_is_for_the_quarantine(warehouse: Warehouse, mode: Any) -> None:
    content = b'{"a": \n' + lines([event()]) + b"[1]\n12\n" + lines([event(sessionId=2)])
    warehouse.deliver(warehouse.logs / "a.json", content)
    run = warehouse.load(source_schema=mode, max_errors=3)
    assert (run.refused, run.findings) == (3, [])


def may_not(load: JsonLoad, at_all: bool) -> Seen:
    raise SourceError(f"{load.files[0].uri} cannot be read: permission denied", "ask")


@cannot("duckdb", reason="it reads with the keys that the look had, and would wait in vain again")
def test_what_cannot_be_looked_at_is_loaded_and_told(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event())
    with warehouse.reached() as settings:
        run = pipeline.load_pending(warehouse.engine, settings, pipeline.Silence(), look=may_not)
    assert [(each.finding, each.objects) for each in run.findings] == [("not looked at", 0)] * 2
    assert len(warehouse.table("songplays")) == 1
    assert "permission denied" in run.warnings[0]


@cannot("redshift", reason="its role may read what our own keys may not")
def test_what_cannot_be_looked_at_is_not_tried_again(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event())
    with warehouse.reached() as settings, pytest.raises(SourceError, match="permission denied"):
        pipeline.load_pending(warehouse.engine, settings, pipeline.Silence(), look=may_not)
    assert warehouse.table("staging_events") == []


# Strict


def test_strict_leaves_files_pending(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event(sessionId=2))
    warehouse.load(source_schema="strict")
    before = warehouse.everything()
    uri = warehouse.uri(warehouse.deliver_events("b.json", event(device=1, level=MISSING, song=7)))
    with pytest.raises(ContractBroken) as broken:
        warehouse.load(source_schema="strict")
    assert (broken.value.exit_code, warehouse.everything()) == (3, before)
    for told in (
        *("unknown key device (number)", "missing key level", "another type song (number; before"),
    ):
        assert f"staging_events: {told}" in str(broken.value)
    assert f"in 1 object(s), first in {uri}" in str(broken.value)
    assert "--set ETL.SCHEMA=warn" in broken.value.hint
    [run, _] = past_runs(warehouse.engine)
    assert (run.outcome, run.error) == ("failed", str(broken.value))
    assert len(details(warehouse.engine, run.run_id).findings) == 3
    # nothing of it is held against what is loaded next
    accepted = warehouse.load()
    assert (accepted.files, len(accepted.warnings), len(accepted.findings)) == (1, 1, 3)
    assert warehouse.load(source_schema="strict").files == 0


def test_strict_goes_on_once_the_file_is_corrected(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event(device="phone"))
    with pytest.raises(ContractBroken):
        warehouse.load(source_schema="strict")
    warehouse.deliver_events("a.json", event())
    run = warehouse.load(source_schema="strict")
    assert (run.files, run.findings, run.warnings) == (3, [], [])


def test_strict_tells_the_first_few_and_how_many_more(warehouse: Warehouse) -> None:
    warehouse.deliver_events("a.json", event(**{f"key{number}": 1 for number in range(10)}))
    with pytest.raises(ContractBroken, match="and 7 more"):
        warehouse.load(source_schema="strict")


# Whatever is delivered

VALUE = st.sampled_from(list(VALUES))
KEY = st.sampled_from(NAMES) | st.text(max_size=8)
EXTRA = st.dictionaries(KEY.filter(lambda key: key not in EVENT_KEYS), VALUE, max_size=4)
FILES = st.lists(st.lists(EXTRA, min_size=1, max_size=3), min_size=1, max_size=4)


@settings(max_examples=settings.default.max_examples // 4)  # type: ignore[union-attr]
@given(FILES)
def test_every_unknown_key_is_told(warehouse: Warehouse, files: list[list[dict[str, str]]]) -> None:
    if warehouse.tried_enough():
        return
    with tempfile.TemporaryDirectory() as folder:
        warehouse.start_anew(Path(folder))
        expected: dict[str, tuple[set[str], list[str]]] = defaultdict(lambda: (set(), []))
        item = 0
        for number, extras in enumerate(files):
            records = []
            for extra in extras:
                item += 1
                values = {key: VALUES[kind] for key, kind in extra.items()}
                records.append(event(itemInSession=item, **values))
                for key, kind in extra.items():
                    expected[key][0].add(kind)
                    expected[key][1].append(f"{number}.json")
            warehouse.deliver_events(f"{number}.json", *records)
        told = [
            (key.replace("\0", "\\x00"), "unknown key", ", ".join(sorted(kinds)), len(at), at[0])
            for key, (kinds, at) in expected.items()
        ]
        run = warehouse.load()
        assert sorted(found(run)) == sorted(told)
        assert len(warehouse.table("songplays")) == item
        assert bool(run.warnings) == bool(told)
