"""With [ETL] SCHEMA = evolve a new field becomes a column, and no value is lost."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify.contract.evolution import AddedColumn, added_columns
from sparkify.engines import backend_of
from sparkify.errors import ChecksFailed, ConfigError
from sparkify.operate import repair
from sparkify.operate.checking import check_all
from sparkify.pipeline import Run

from .engines import cannot
from .schema_changes import HOSTILE, NAMES, found
from .source_files import EVENT_KEYS, NOON, Record, event, lines, song, visit
from .warehouse import UNUSUAL_VALUES_FAIL, Warehouse

# Why a key of NAMES is told and becomes no column.
NO_COLUMN = {
    " ": "no printable name",
    "": "no printable name",
    "a\nb": "no printable name",
    "a\0b": "no printable name",
    "x" * 130: "a name over {longest_name} bytes",
    "a\\b": "a name that no JSONPath has words for",
    "a'\"b": "a name that no JSONPath has words for",
    "oid": "a name that the database keeps for itself",
    "loaded_at": "a column has that name",
    "ARTIST": "a column has that name",
}


def evolve(warehouse: Warehouse, **changes: Any) -> Run:
    return warehouse.load(source_schema="evolve", **changes)


def values(warehouse: Warehouse, column: str, table: str = "staging_events") -> list[Any]:
    """Return a column's values, in the order of sessions or of songs."""
    place = "sessionid" if table == "staging_events" else "song_id"
    rows = warehouse.table(table)
    return [row[column] for row in sorted(rows, key=lambda row: row[place])]


def as_text(value: Any) -> str | None:
    """Return what a text column holds of a value, by COPY's rules."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_a_field_that_only_the_second_file_has_becomes_a_column(warehouse: Warehouse) -> None:
    warehouse.write_events("0.json", event())
    warehouse.load()
    warehouse.write_events("a.json", event(sessionId=51))
    warehouse.write_events(
        "b.json",
        event(sessionId=52, Device="phone"),
        event(sessionId=53, Device=12),
        event(sessionId=54, Device=None),
        visit(sessionId=55, Device={"os": ["é", 1], "on": True}),
    )
    run = evolve(warehouse)
    types = "null, number, object, text; column device"
    assert found(run) == [("Device", "new column", types, 4, "b.json")]
    assert len(run.warnings) == 1
    assert values(warehouse, "device") == [
        *(None, None, "phone", "12", None, '{"os":["é",1],"on":true}')
    ]
    assert added_columns(warehouse.engine) == [
        AddedColumn("staging_events", "device", "Device", run.run_id)
    ]
    # the others are as they would be without
    assert values(warehouse, "artist")[:5] == ["Des'ree"] * 5
    assert len(warehouse.table("songplays")) == 5


def test_a_field_late_in_a_large_file_becomes_a_column(warehouse: Warehouse) -> None:
    rest = lines(event(sessionId=1, itemInSession=item) for item in range(200))
    warehouse.write_file(warehouse.logs / "a.json", rest + lines([event(sessionId=2, late="x")]))
    evolve(warehouse)
    assert values(warehouse, "late")[-1] == "x"


@pytest.mark.expensive
def test_what_was_added_is_filled_from_then_on_whatever_the_mode(warehouse: Warehouse) -> None:
    for number, mode in enumerate(("evolve", "warn", "strict")):
        warehouse.write_events(f"{number}.json", event(sessionId=number, device=str(number)))
        run = warehouse.load(source_schema=mode)
        assert [each.change for each in run.schema_changes] == ["new column"] * (mode == "evolve")
    assert values(warehouse, "device") == ["0", "1", "2"]
    # it need not be there, and another type is a change
    warehouse.write_events("3.json", event(sessionId=3))
    assert warehouse.load().schema_changes == []
    warehouse.write_events("4.json", event(sessionId=4, device=4))
    assert found(warehouse.load()) == [
        ("device", "retyped field", "number; before: text", 1, "4.json")
    ]


def test_without_jsonpaths_a_new_column_takes_the_field_in_any_capitals(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events("a.json", event(sessionId=1, userDevice="a"))
    warehouse.write_events("b.json", event(sessionId=2, USERDEVICE="b"))
    run = evolve(warehouse, log_jsonpath="")
    assert [each.change for each in run.schema_changes] == ["new column"]
    assert values(warehouse, "userdevice") == ["a", "b"]


def test_a_song_files_field_becomes_a_column_by_its_own_spelling(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song(song_id="SO1", genre="pop"))
    evolve(warehouse)
    warehouse.write_songs("b.json", song(song_id="SO2", genre="soul", Label="é", Title="?"))
    [told] = [each for each in evolve(warehouse).schema_changes if each.change == "new field"]
    assert (told.field, told.detail) == ("Title", "text; no column: a column has that name")
    assert values(warehouse, "genre", "staging_songs") == ["pop", "soul"]
    assert values(warehouse, "label", "staging_songs") == [None, "é"]
    assert values(warehouse, "title", "staging_songs") == ["You Gotta Be"] * 2


def test_a_field_within_an_object_becomes_no_column(warehouse: Warehouse) -> None:
    paths = [f"$['event']['{key}']" for key in EVENT_KEYS]
    document = warehouse.write_file(
        warehouse.logs.parent / "p.json", json.dumps({"jsonpaths": paths})
    )
    events = [{"event": event(sessionId=1, device="x"), "app": "y"}]
    warehouse.write_file(warehouse.logs / "a.json", lines(events))
    run = evolve(warehouse, log_jsonpath=str(document))
    assert sorted(found(run)) == [
        ("app", "new column", "text; column app", 1, "a.json"),
        *[
            (
                *("event.device", "new field"),
                *("text; no column: not at the top level of its record", 1, "a.json"),
            )
        ],
    ]
    assert values(warehouse, "app") == ["y"]
    assert values(warehouse, "artist") == ["Des'ree"]


@pytest.mark.parametrize("jsonpaths", [True, False])
def test_fields_of_any_name_are_kept_or_reported(warehouse: Warehouse, jsonpaths: bool) -> None:
    names = [name for name in NAMES if jsonpaths or name != "ARTIST"]
    for number, name in enumerate(names):
        warehouse.write_events(f"{number:02}.json", event(sessionId=number, **{name: name}))
    run = evolve(warehouse, **({} if jsonpaths else {"log_jsonpath": ""}))
    longest_name = backend_of(warehouse.settings).longest_name
    told = {each.field: (each.change, each.detail) for each in run.schema_changes}
    for number, name in enumerate(names):
        shown = name.replace("\0", "\\x00")
        column = name.lower()
        if reason := NO_COLUMN.get(name):
            assert told[shown] == (
                "new field",
                f"text; no column: {reason.format(longest_name=longest_name)}",
            )
        else:
            key = name if jsonpaths else column
            assert told[key] == ("new column", f"text; column {column}")
            assert values(warehouse, column)[number] == name
    assert len(told) == len(names) == len(warehouse.table("songplays"))
    assert {HOSTILE, "select", "größe", "日本語", 'a"b', "a'b"} <= {
        each.column_name for each in added_columns(warehouse.engine)
    }


@cannot("redshift", reason="the stand-in's PostgreSQL cuts names at 63 bytes, Redshift at 127")
@cannot("postgres", reason="a name has at most 63 bytes")
def test_a_name_may_have_127_bytes(warehouse: Warehouse) -> None:
    name = "é" * 63 + "x"
    warehouse.write_events("a.json", event(**{name: "y"}))
    evolve(warehouse)
    assert values(warehouse, name) == ["y"]


def test_bad_records_are_quarantined_and_the_others_keep_the_new_field(
    warehouse: Warehouse,
) -> None:
    long = "é" * 32_768
    records = (
        event(sessionId=1, device="a"),
        event(sessionId=2, device="b", status="OK"),
        event(sessionId=3, device={"x": 1.0}),
        event(sessionId=4, device=long),
        event(sessionId=5, device=long[1:], length="246.30812"),
        event(sessionId=6, device="\0"),
    )
    warehouse.write_events("a.json", *records)
    assert len(evolve(warehouse, max_errors=2).rejected_files) == 1
    assert warehouse.table("staging_events") == []
    warehouse.write_file(warehouse.logs / "a.json", lines(records) + b"\n")
    assert evolve(warehouse, max_errors=3).rejected == 3
    assert values(warehouse, "device") == ["a", '{"x":1.0}', long[1:]]
    rejected = [(row["line"], row["column_name"]) for row in warehouse.table("load_errors")]
    assert sorted(rejected) == [(2, "status"), (4, "device"), (6, "device")]


def test_contradictions_are_found_beside_new_columns(warehouse: Warehouse) -> None:
    twice = [event(sessionId=1, device="a"), event(sessionId=1, device="b", ts=NOON + 1)]
    warehouse.write_events("a.json", *twice, event(sessionId=2, device="c"))
    assert evolve(warehouse, max_errors=2).rejected == 2
    assert values(warehouse, "device") == ["c"]


@pytest.mark.parametrize("mode", ["evolve", "strict", "warn"])
def test_a_value_far_longer_than_those_before_is_loaded_whatever_the_mode(
    warehouse: Warehouse, mode: str
) -> None:
    first, longer, longest = "x" * 40, "é" * 300, "é" * 32_767
    warehouse.write_events("a.json", event(sessionId=1, device=first, os="b"))
    evolve(warehouse)
    warehouse.write_events("b.json", *(event(sessionId=2, itemInSession=n) for n in range(300)))
    late = lines([event(sessionId=3, device=longer, os=longer), event(sessionId=4, device="c")])
    warehouse.write_file(warehouse.logs / "b.json", (warehouse.logs / "b.json").read_bytes() + late)
    run = warehouse.load(source_schema=mode)
    assert run.rejected == 0
    assert values(warehouse, "device")[-2:] == [longer, "c"]
    assert values(warehouse, "os")[-2:] == [longer, None]
    warehouse.write_events("c.json", event(sessionId=5, device=longest))
    assert warehouse.load(source_schema=mode).rejected == 0
    assert values(warehouse, "device")[-1] == longest


def test_a_batch_that_fails_leaves_the_column_and_no_rows(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(level="gold", device="x"))
    with pytest.raises(ChecksFailed):
        evolve(warehouse, **UNUSUAL_VALUES_FAIL)
    assert warehouse.table("staging_events") == warehouse.table("source_keys") == []
    warehouse.write_events("a.json", event(device="y"))
    assert [each.change for each in evolve(warehouse).schema_changes] == ["new column"]
    assert values(warehouse, "device") == ["y"]


@pytest.mark.expensive
def test_a_warehouse_with_added_columns_can_be_repaired_and_recreated(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event(sessionId=1))
    warehouse.write_songs("a.json", song())
    warehouse.load()
    star = {name: warehouse.table(name) for name in ("songplays", "users", "songs", "artists")}
    warehouse.write_events("b.json", event(sessionId=2, device="x"))
    run = evolve(warehouse)
    repair.rebuild_star(warehouse.engine)
    assert len(warehouse.table("songplays")) == 2
    blocking = [each for each in check_all(warehouse.engine) if each.severity == "block"]
    assert [each.name for each in blocking if each.offending] == []
    repair.undo_run(warehouse.engine, run.run_id)
    assert {name: warehouse.table(name) for name in star} == star
    assert values(warehouse, "device") == [None]
    evolve(warehouse)
    assert values(warehouse, "device") == [None, "x"]
    warehouse.create_tables()
    assert added_columns(warehouse.engine) == []
    evolve(warehouse)
    assert values(warehouse, "device") == [None, "x"]


def test_without_a_place_for_paths_nothing_is_added(warehouse: Warehouse) -> None:
    if not warehouse.engine.reads_source_itself:
        pytest.skip("the paths need no place: the files are read by this process")
    warehouse.write_events("a.json", event(device="x"))
    with pytest.raises(ConfigError, match="columns added to staging_events") as failed:
        evolve(warehouse, work_data="")
    assert "set [S3] WORK_DATA" in failed.value.hint
    assert added_columns(warehouse.engine) == []
    assert warehouse.load(work_data="").files == 3
    # by their names it takes no paths
    warehouse.write_events("b.json", event(sessionId=51, device="x"))
    evolve(warehouse, work_data="", log_jsonpath="")
    assert values(warehouse, "device") == [None, "x"]


# Any source files

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
OTHERS = {key.lower() for key in EVENT_KEYS}
KEY = (st.sampled_from(NAMES) | TEXT).filter(lambda key: key.lower() not in OTHERS)
FILES = st.lists(
    st.lists(st.dictionaries(KEY, VALUE, max_size=3), min_size=1, max_size=3), max_size=3
)


@settings(max_examples=settings.default.max_examples // 4)  # type: ignore[union-attr]
@given(FILES)
def test_no_value_is_lost(warehouse: Warehouse, files: list[list[Mapping[str, Any]]]) -> None:
    if warehouse.tried_enough():
        return
    with tempfile.TemporaryDirectory() as folder:
        warehouse.reset(Path(folder))
        expected: list[Mapping[str, Any]] = []
        for number, extras in enumerate(files):
            records: list[Record] = []
            for extra in extras:
                records.append(event(sessionId=len(expected), **extra))
                expected.append(extra)
            warehouse.write_events(f"{number}.json", *records)
        run = evolve(warehouse)
        columns = {each.key_name: each.column_name for each in added_columns(warehouse.engine)}
        told = {each.field for each in run.schema_changes if each.change == "new field"}
        rows = sorted(warehouse.table("staging_events"), key=lambda row: row["sessionid"])
        assert len(rows) == len(expected)
        for row, extra in zip(rows, expected, strict=True):
            for key, value in extra.items():
                if key in columns:
                    held = row[columns[key]]
                    # engines escape the letters of a text within JSON in several ways
                    nested = isinstance(value, list | dict)
                    assert (json.loads(held) if nested else held) == (
                        value if nested else as_text(value)
                    )
                else:
                    assert key.replace("\0", "\\x00") in told
            others = {name for key, name in columns.items() if key not in extra}
            assert {row[name] for name in others} <= {None}
