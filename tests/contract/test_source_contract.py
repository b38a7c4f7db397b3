"""Schema drift is detected, reported, and rejected where [ETL] SCHEMA is strict."""

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
from sparkify.contract.profile import SourceProfile
from sparkify.engines.base import JsonLoad
from sparkify.errors import ChecksFailed, SourceError
from sparkify.operate import repair
from sparkify.operate.history import past_runs, run_details

from .engines import cannot
from .sample import load_sample, needs_sample
from .schema_changes import NAMES, VALUES, found
from .source_files import EVENT_KEYS, MISSING, SONG_KEYS, Record, event, song
from .warehouse import UNUSUAL_VALUES_FAIL, Warehouse

CHECK = "files_keep_the_contract"


def in_pieces(rest: Record, number: int) -> list[Record]:
    return [event(itemInSession=item, **rest) for item in range(number)]


# Nothing is found where nothing is wrong


@pytest.mark.expensive
@needs_sample
def test_the_real_sample_breaks_nothing(warehouse: Warehouse) -> None:
    load_sample(warehouse)
    assert warehouse.query("select * from source_findings")[1] == []
    [account] = [
        check["offending"]
        for check in run_details(warehouse.engine, past_runs(warehouse.engine)[0].run_id).checks
        if check["check_name"] == CHECK
    ]
    assert account == 0
    seen = {(row["key_name"], row["json_type"]) for row in warehouse.table("source_keys")}
    assert seen >= {("userId", "text"), ("ts", "number"), ("duration", "number")}
    # no key of a column was passed over
    assert len(seen) == len(EVENT_KEYS) + len(SONG_KEYS)


# What is found


def test_a_new_field_is_reported_with_its_count_and_its_first_file(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.write_events("b.json", *in_pieces({}, 3), event(sessionId=2, device="phone"))
    warehouse.write_events("c.json", event(sessionId=3, device=None), event(sessionId=4))
    warehouse.write_songs("s.json", song(genre=["pop"]))
    run = warehouse.load()
    assert sorted(found(run)) == [
        ("device", "new field", "null, text", 2, "b.json"),
        ("genre", "new field", "array", 1, "s.json"),
    ]
    [warning] = run.warnings
    assert CHECK in warning
    assert "\n  new field device (null, text) in 2 records of staging_events, first in " in warning
    assert warehouse.uri(warehouse.logs / "b.json") in warning
    assert warning.splitlines()[-1].startswith("  Try: keep new fields with [ETL] SCHEMA = evolve")


def test_fields_that_drifted_alike_share_a_line(warehouse: Warehouse) -> None:
    lacking = {"level": MISSING, "auth": MISSING}
    more = {f"key{number:02}": 1 for number in range(25)}
    warehouse.write_events("a.json", event(**lacking), event(sessionId=2, **lacking))
    warehouse.write_events("b.json", event(sessionId=3, **more))

    [warning] = warehouse.load().warnings

    first, second = (warehouse.uri(warehouse.logs / name) for name in ("a.json", "b.json"))
    shown = ", ".join(f"key{number:02} (number)" for number in range(20))
    assert "warned (27 findings)" in warning
    assert warning.splitlines()[1:-1] == [
        f"  missing field auth, level in 2 records of staging_events, first in {first}",
        f"  new field {shown} and 5 more in 1 record of staging_events, first in {second}",
    ]


def test_schema_changes_are_recorded_with_the_run(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(device="phone"))
    run = warehouse.load()
    told = run_details(warehouse.engine, run.run_id)
    [kept] = told.schema_changes
    [expected] = run.schema_changes
    assert {name: kept[name] for name in asdict(expected)} == asdict(expected)
    [check] = [check for check in told.checks if check["check_name"] == CHECK]
    assert (check["severity"], check["offending"]) == ("warn", 1)
    assert "device" in check["account"]


def test_a_new_field_is_reported_by_each_run_that_ignores_it(warehouse: Warehouse) -> None:
    for number in range(2):
        warehouse.write_events(f"{number}.json", event(sessionId=number, device="phone"))
        assert found(warehouse.load()) == [("device", "new field", "text", 1, f"{number}.json")]
    warehouse.write_events("2.json", event(sessionId=2))
    run = warehouse.load()
    assert (run.schema_changes, run.warnings) == ([], [])


@pytest.mark.parametrize(("before", "after"), [("39", 39), (39, "39")])
def test_a_type_that_changes_is_reported_once(
    warehouse: Warehouse, before: Any, after: Any
) -> None:
    types = {str: "text", int: "number"}
    warehouse.write_events("a.json", event(userId=before))
    assert warehouse.load().schema_changes == []
    warehouse.write_events("b.json", event(sessionId=2, userId=after))
    detail = f"{types[type(after)]}; before: {types[type(before)]}"
    assert found(warehouse.load()) == [("userId", "retyped field", detail, 1, "b.json")]
    warehouse.write_events("c.json", event(sessionId=3, userId=after), event(sessionId=4))
    assert warehouse.load().schema_changes == []


def test_a_type_of_an_undone_run_is_new_again(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    warehouse.load()
    warehouse.write_events("b.json", event(sessionId=2, userId=39))
    run = warehouse.load()
    repair.undo_run(warehouse.engine, run.run_id)
    assert found(warehouse.load()) == found(run) != []


def test_a_batch_that_failed_leaves_no_trace_in_what_is_known(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(level="gold", device=1))
    with pytest.raises(ChecksFailed, match="gold"):
        warehouse.load(**UNUSUAL_VALUES_FAIL)
    assert warehouse.table("source_keys") == warehouse.table("source_findings") == []


def test_fields_of_any_name_are_reported_and_harm_nothing(warehouse: Warehouse) -> None:
    for number, name in enumerate(NAMES):
        warehouse.write_events(f"{number:02}.json", event(sessionId=number, **{name: "x"}))
    run = warehouse.load()
    told = [
        (name.replace("\0", "\\x00"), "new field", "text", 1, f"{number:02}.json")
        for number, name in enumerate(NAMES)
    ]
    assert found(run) == told
    assert len(run.warnings) == 1
    assert {row["key_name"] for row in warehouse.table("source_findings")} == {
        name for name, *_ in told
    }
    assert len(warehouse.table("songplays")) == len(NAMES)


def deny(load: JsonLoad, whole: bool) -> SourceProfile:
    raise SourceError(f"{load.files[0].uri} cannot be read: permission denied", "ask")


@cannot(
    *("duckdb", "postgres"),
    reason="it reads with the keys that the look had, and would wait in vain again",
)
def test_a_file_that_cannot_be_profiled_is_loaded_and_reported(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    with warehouse.reached() as settings:
        run = pipeline.load_pending(
            warehouse.engine, settings, pipeline.NullReporter(), profiler=deny
        )
    assert [(each.change, each.records) for each in run.schema_changes] == [("not profiled", 0)] * 2
    assert len(warehouse.table("songplays")) == 1
    assert "permission denied" in run.warnings[0]


@cannot("redshift", reason="its role may read what our own keys may not")
def test_a_file_that_cannot_be_profiled_is_not_tried_again(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())
    with warehouse.reached() as settings, pytest.raises(SourceError, match="permission denied"):
        pipeline.load_pending(warehouse.engine, settings, pipeline.NullReporter(), profiler=deny)
    assert warehouse.table("staging_events") == []


# Strict


def test_strict_leaves_files_pending(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(sessionId=2))
    warehouse.load(source_schema="strict")
    before = warehouse.everything()
    uri = warehouse.uri(warehouse.write_events("b.json", event(device=1, level=MISSING, song=7)))
    with pytest.raises(ContractBroken) as broken:
        warehouse.load(source_schema="strict")
    assert (broken.value.exit_code, warehouse.everything()) == (3, before)
    for told in (
        *("new field device (number)", "missing field level", "retyped field song (number; before"),
    ):
        assert f"staging_events: {told}" in str(broken.value)
    assert f"in 1 record, first in {uri}" in str(broken.value)
    assert "--set ETL.SCHEMA=warn" in broken.value.hint
    [run, _] = past_runs(warehouse.engine)
    assert (run.outcome, run.error) == ("failed", str(broken.value))
    assert len(run_details(warehouse.engine, run.run_id).schema_changes) == 3
    # nothing of it is held against what is loaded next
    accepted = warehouse.load()
    assert (accepted.files, len(accepted.warnings), len(accepted.schema_changes)) == (1, 1, 3)
    assert warehouse.load(source_schema="strict").files == 0


def test_strict_goes_on_once_the_file_is_corrected(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(device="phone"))
    with pytest.raises(ContractBroken):
        warehouse.load(source_schema="strict")
    warehouse.write_events("a.json", event())
    run = warehouse.load(source_schema="strict")
    assert (run.files, run.schema_changes, run.warnings) == (3, [], [])


def test_strict_names_the_first_few_and_how_many_more(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(**{f"key{number}": 1 for number in range(10)}))
    with pytest.raises(ContractBroken, match="and 7 more"):
        warehouse.load(source_schema="strict")


# Any source files

VALUE = st.sampled_from(list(VALUES))
KEY = st.sampled_from(NAMES) | st.text(max_size=8)
EXTRA = st.dictionaries(KEY.filter(lambda key: key not in EVENT_KEYS), VALUE, max_size=4)
FILES = st.lists(st.lists(EXTRA, min_size=1, max_size=3), min_size=1, max_size=4)


@settings(max_examples=settings.default.max_examples // 4)  # type: ignore[union-attr]
@given(FILES)
def test_every_new_field_is_reported(
    warehouse: Warehouse, files: list[list[dict[str, str]]]
) -> None:
    if warehouse.tried_enough():
        return
    with tempfile.TemporaryDirectory() as folder:
        warehouse.reset(Path(folder))
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
            warehouse.write_events(f"{number}.json", *records)
        told = [
            (key.replace("\0", "\\x00"), "new field", ", ".join(sorted(kinds)), len(at), at[0])
            for key, (kinds, at) in expected.items()
        ]
        run = warehouse.load()
        assert sorted(found(run)) == sorted(told)
        assert len(warehouse.table("songplays")) == item
        assert bool(run.warnings) == bool(told)
