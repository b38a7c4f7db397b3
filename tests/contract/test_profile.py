"""Fields and types are profiled wherever they are in the source files, in every layout."""

import gzip
import json
from typing import Any

import pytest

from sparkify.contract import ContractBroken
from sparkify.contract.profile import MOST_NEW_FIELDS, SAMPLED_BYTES, SAMPLED_FILES, profile_files
from sparkify.engines.base import JsonLoad
from sparkify.sources import S3Access, open_source

from .schema_changes import VALUES, found
from .source_files import EVENT_KEYS, MISSING, NOON, event, lines, logged_out, song, visit
from .warehouse import Warehouse

# Profiling reads the files only; no engine takes part in it.
pytestmark = pytest.mark.expensive


def test_null_empty_and_logged_out_are_no_schema_change(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(), visit(itemInSession=1), logged_out(itemInSession=2))
    warehouse.write_events("b.json", logged_out(itemInSession=3))
    warehouse.write_events("c.json", dict.fromkeys(EVENT_KEYS))
    warehouse.write_events("d.json")
    warehouse.write_songs("a.json", song(year=0, artist_latitude=None, artist_location=""))
    run = warehouse.load()
    assert (run.schema_changes, run.warnings) == ([], [])


def test_a_number_may_come_as_a_text_or_whole(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(userId=39, length=246, ts=str(NOON)))
    assert warehouse.load().schema_changes == []


def test_a_field_that_a_file_lacks_is_missing(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(sessionId=1), event(sessionId=2, song=MISSING))
    warehouse.write_events("b.json", *(event(sessionId=n, song=MISSING) for n in (3, 4)))
    assert found(warehouse.load()) == [("song", "missing field", "", 2, "b.json")]


def test_a_renamed_field_is_missing_and_new(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song(artist_name=MISSING, artist="Des'ree"))
    assert sorted(found(warehouse.load())) == [
        ("artist", "new field", "text", 1, "a.json"),
        ("artist_name", "missing field", "", 1, "a.json"),
    ]


def test_a_text_of_another_type_is_reported_at_once(warehouse: Warehouse) -> None:
    kinds = {"artist": "number", "song": "boolean", "userAgent": "object", "location": "array"}
    other = {key: VALUES[kind] for key, kind in kinds.items()}
    warehouse.write_events("a.json", event(), event(sessionId=2, **other))
    assert sorted(found(warehouse.load())) == sorted(
        (key, "retyped field", f"{kind}; before: text", 1, "a.json") for key, kind in kinds.items()
    )


def test_without_jsonpaths_capitals_do_not_matter(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json", {key.upper(): value for key, value in event(Device="phone").items()}
    )
    warehouse.write_events("b.json", event(sessionId=2, device="phone"))
    assert found(warehouse.load(log_jsonpath="")) == [("device", "new field", "text", 2, "a.json")]


def test_with_jsonpaths_capitals_matter_and_nested_fields_are_profiled(
    warehouse: Warehouse,
) -> None:
    paths: list[str] = [f"$['event']['{key}']" for key in EVENT_KEYS]
    paths[0] = "$['artists'][0]"
    document = warehouse.write_file(
        warehouse.logs.parent / "p.json", json.dumps({"jsonpaths": paths})
    )
    inner = event(artist=MISSING, Level="free", userId=MISSING)
    warehouse.write_file(
        warehouse.logs / "a.json", lines([{"event": inner, "artists": ["A"], "event2": {}}])
    )
    assert sorted(found(warehouse.load(log_jsonpath=str(document)))) == [
        ("event.Level", "new field", "text", 1, "a.json"),
        ("event.userId", "missing field", "", 1, "a.json"),
        ("event2", "new field", "object", 1, "a.json"),
    ]


def test_fields_in_an_object_that_a_column_takes_whole_are_no_schema_change(
    warehouse: Warehouse,
) -> None:
    paths = [f"$['{key}']" for key in EVENT_KEYS]
    paths[0], paths[1] = "$['who']", "$['who']['auth']"
    document = warehouse.write_file(
        warehouse.logs.parent / "p.json", json.dumps({"jsonpaths": paths})
    )
    who = event(artist=MISSING, auth=MISSING, who={"auth": "Logged In", "more": 1})
    warehouse.write_events("a.json", who)
    assert found(warehouse.load(log_jsonpath=str(document))) == [
        ("who", "retyped field", "object; before: text", 1, "a.json")
    ]


def test_new_fields_without_end_are_reported_in_a_bounded_number(warehouse: Warehouse) -> None:
    more = {f"key {number}": number for number in range(MOST_NEW_FIELDS + 100)}
    warehouse.write_events("a.json", event(**more))
    run = warehouse.load()
    assert len(run.schema_changes) == MOST_NEW_FIELDS + 1
    assert found(run)[-1] == ("(other fields)", "new field", "number", 100, "a.json")


def test_by_default_the_beginnings_are_profiled(warehouse: Warehouse) -> None:
    early, late = event(early=1), event(sessionId=2, late=1)
    rest = lines(event(sessionId=3, itemInSession=item) for item in range(200))
    assert len(rest) > SAMPLED_BYTES
    warehouse.write_file(warehouse.logs / "a.json", lines([early]) + rest + lines([late]))
    assert [each.field for each in warehouse.load().schema_changes] == ["early"]


def test_of_many_files_a_sample_is_profiled(warehouse: Warehouse) -> None:
    for number in range(SAMPLED_FILES + 1):
        warehouse.write_songs(f"{number:03}.json", song(song_id=f"SO{number}", genre="pop"))
    [change] = warehouse.load().schema_changes
    assert change.records == SAMPLED_FILES // 2 + 1


def test_strict_profiles_everything(warehouse: Warehouse) -> None:
    rest = lines(event(sessionId=3, itemInSession=item) for item in range(200))
    warehouse.write_file(warehouse.logs / "a.json", rest + lines([event(sessionId=2, late=1)]))
    with pytest.raises(ContractBroken, match="new field late"):
        warehouse.load(source_schema="strict")


@pytest.mark.parametrize("whole", [False, True])
def test_fields_are_found_in_every_layout(warehouse: Warehouse, whole: bool) -> None:
    records = [event(sessionId=number, device={"os": {"name": "x"}}) for number in range(60)]
    for name, content in {
        "a.json": lines(records),
        "b.json": "\n".join(json.dumps(each, indent=4) for each in records).encode(),
        "c.json": "".join(json.dumps(each) for each in records).encode(),
        "d.json.gz": gzip.compress(lines(records)),
    }.items():
        warehouse.write_file(warehouse.logs / name, content)
    with warehouse.reached() as settings:
        source = open_source(settings.log_data, S3Access.named_by(settings))
        paths = tuple((key,) for key in EVENT_KEYS)
        load = JsonLoad("staging_events", source, list(source.files()), paths)
        profile = profile_files(load, whole)
    [(key, types)] = profile.new.items()
    assert (key, set(types), profile.missing) == (("device",), {"object"}, {})
    expected = range(240, 241) if whole else range(40, 240)
    assert types["object"].records in expected


@pytest.mark.parametrize("mode", ["warn", "strict"])
def test_invalid_records_are_for_the_quarantine(warehouse: Warehouse, mode: Any) -> None:
    content = b'{"a": \n' + lines([event()]) + b"[1]\n12\n" + lines([event(sessionId=2)])
    warehouse.write_file(warehouse.logs / "a.json", content)
    run = warehouse.load(source_schema=mode, max_errors=3)
    assert (run.rejected, run.schema_changes) == (3, [])
