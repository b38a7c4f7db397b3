"""A JSONPaths file maps the columns to places in a record, as for COPY."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sparkify.engines.base import FilesRejected
from sparkify.errors import ConfigError, LoadError, SourceError
from sparkify.records.jsonpaths import JsonPath
from sparkify.sql import source_columns

from .source_files import EVENT_KEYS, MISSING, event
from .warehouse import Warehouse

COLUMNS = [column.name for column in source_columns("staging_events")]
BRACKETS = [f"$['{key}']" for key in EVENT_KEYS]


def load(warehouse: Warehouse, paths: Any, *events: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Load events by these paths; the rows that are staged. Raises FilesRejected."""
    document = paths if isinstance(paths, str) else json.dumps({"jsonpaths": paths})
    location = warehouse.write_file(warehouse.logs.parent / "paths.json", document)
    warehouse.write_events("day.json", *events)
    rejected = warehouse.load(log_jsonpath=str(location)).rejected_files
    if rejected:
        raise FilesRejected(rejected)
    return warehouse.table("staging_events")


def changed(place: int, path: Any) -> list[Any]:
    return [*BRACKETS[:place], path, *BRACKETS[place + 1 :]]


# What is honoured


@pytest.mark.parametrize(
    "paths",
    [
        BRACKETS,
        [f'$["{key}"]' for key in EVENT_KEYS],
        [f"$.{key}" for key in EVENT_KEYS],
        [*BRACKETS[:9], *(f"$.{key}" for key in EVENT_KEYS[9:])],
    ],
    ids=["brackets", "double quotes", "dots", "both"],
)
def test_brackets_and_dots_name_a_key(warehouse: Warehouse, paths: list[str]) -> None:
    [row] = load(warehouse, paths, event())
    moment = row.pop("ts")
    assert moment.isoformat() == "2018-11-01T12:00:00"
    record = event(userId=39)
    del record["ts"]
    assert row == {key.lower(): value for key, value in record.items()}


def test_the_order_of_the_paths_is_that_of_the_columns_not_their_names(
    warehouse: Warehouse,
) -> None:
    swapped = dict(zip(COLUMNS, BRACKETS, strict=True))
    swapped |= {"firstname": "$['lastName']", "lastname": "$['firstName']"}
    [row] = load(warehouse, list(swapped.values()), event())
    assert (row["firstname"], row["lastname"]) == ("Frye", "Walter")


def test_one_key_can_fill_two_columns(warehouse: Warehouse) -> None:
    [row] = load(warehouse, changed(1, "$['artist']"), event())
    assert (row["artist"], row["auth"]) == ("Des'ree", "Des'ree")


def test_fields_differ_by_their_capitals(warehouse: Warehouse) -> None:
    [row] = load(warehouse, changed(2, "$['firstname']"), event())
    assert row["firstname"] is None


def test_two_paths_can_differ_in_capitals_only(warehouse: Warehouse) -> None:
    paths = changed(1, "$['ARTIST']")
    [row] = load(warehouse, paths, event(ARTIST="another"))
    assert (row["artist"], row["auth"]) == ("Des'ree", "another")


def test_a_path_that_no_record_has_is_null(warehouse: Warehouse) -> None:
    first, second = load(
        warehouse, changed(0, "$['nobody']"), event(song=MISSING), event(itemInSession=1)
    )
    assert (first["artist"], second["artist"]) == (None, None)
    assert (first["song"], second["song"]) == (None, "You Gotta Be")


@pytest.mark.parametrize("path", ["$['who']['names'][1]", "$.who.names[1]"])
def test_a_path_can_lead_into_objects_and_arrays(warehouse: Warehouse, path: str) -> None:
    [row] = load(warehouse, changed(2, path), event(who={"names": ["Ann", "Bea"]}))
    assert row["firstname"] == "Bea"


@pytest.mark.parametrize("who", [MISSING, None, {}, {"name": None}], ids=str)
def test_a_path_that_leads_nowhere_is_null(warehouse: Warehouse, who: Any) -> None:
    [row] = load(warehouse, changed(2, "$['who']['name']"), event(who=who))
    assert row["firstname"] is None


@pytest.mark.parametrize("who", ["a text", 12, ["name"]], ids=str)
def test_a_path_that_leads_into_no_object_is_rejected(warehouse: Warehouse, who: Any) -> None:
    with pytest.raises(LoadError, match=r"day\.json.*line 1, column firstname"):
        load(warehouse, changed(2, "$['who']['name']"), event(who=who))


@pytest.mark.parametrize("names", [[], ["Ann"], None, MISSING, "a text", {"1": "Ann"}], ids=str)
def test_an_index_that_an_array_lacks_is_rejected(warehouse: Warehouse, names: Any) -> None:
    with pytest.raises(LoadError, match=r"day\.json.*line 1, column firstname"):
        load(warehouse, changed(2, "$['names'][1]"), event(names=names))


@pytest.mark.parametrize("record", [event(), event(**{"0": "a key"})], ids=["no key", "a key 0"])
def test_an_index_into_the_record_itself_is_rejected(
    warehouse: Warehouse, record: dict[str, Any]
) -> None:
    with pytest.raises(LoadError, match=r"day\.json.*line 1, column artist"):
        load(warehouse, changed(0, "$[0]"), record)


def test_nested_values_of_all_kinds_are_read_by_the_same_rules(warehouse: Warehouse) -> None:
    paths = [f"$['event']['{key}']" for key in EVENT_KEYS]
    nested = load(warehouse, paths, {"event": event()}, {"event": event(userId="")}, {})
    warehouse.create_tables()
    flat = load(warehouse, BRACKETS, event(), event(userId=""), {})
    assert nested == flat


# Without a file: 'auto ignorecase'


def test_without_jsonpaths_keys_are_columns_in_any_case(warehouse: Warehouse) -> None:
    record = event()
    spellings = [
        record,
        {key.lower(): value for key, value in record.items()},
        {key.upper(): value for key, value in record.items()},
        {key.swapcase(): value for key, value in record.items()},
    ]
    warehouse.write_events("day.json", *spellings)
    for place, spelling in enumerate(spellings):
        warehouse.write_events(f"{place}.json", spelling)
    warehouse.load(log_jsonpath="")
    rows = warehouse.table("staging_events")
    assert rows == [rows[0]] * 8
    assert (rows[0]["firstname"], rows[0]["sessionid"], rows[0]["userid"]) == ("Walter", 38, 39)


def test_without_jsonpaths_a_key_that_no_column_has_is_passed_over(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event(first_name="?", loaded_at="?", songplay_id=1))
    warehouse.load(log_jsonpath="")
    assert warehouse.table("songplays")[0]["songplay_id"] == 38_000_000


def test_songs_keys_are_columns_in_lower_case_only(staging: Warehouse) -> None:
    """Their COPY says 'auto', not 'auto ignorecase'."""
    [row] = staging.staged('{"Title":"A","title":"b","SONG_ID":"C"}', table="staging_songs")
    assert (row["title"], row["song_id"]) == ("b", None)


# What is rejected


@pytest.mark.parametrize(
    "path",
    [
        *("artist", "$", "", "$.", "$..artist", "$.*", "$['a'][*]", "$[?(@.a)]", "$.a b", "$['a'"),
        *("$['a', 'b']", "$[1:2]", "$[-1]", "@.artist", "$artist", "$.a.", " $.a", "$.a[x]"),
        "$['a'].b",
        *(12, None, ["$.a"]),
    ],
    ids=str,
)
def test_an_expression_that_copy_does_not_read_is_named(warehouse: Warehouse, path: Any) -> None:
    with pytest.raises(ConfigError) as failed:
        load(warehouse, changed(4, path), event())
    assert "expression 5" in str(failed.value)
    assert (path if isinstance(path, str) else json.dumps(path)) in str(failed.value)
    assert "paths.json" in str(failed.value)


@pytest.mark.parametrize("paths", [[], BRACKETS[:-1], [*BRACKETS, "$.more"]], ids=len)
def test_a_wrong_number_of_paths_is_an_error(warehouse: Warehouse, paths: list[str]) -> None:
    with pytest.raises(
        ConfigError, match=rf"paths\.json has {len(paths)} .* {len(EVENT_KEYS)} columns"
    ):
        load(warehouse, paths, event())


@pytest.mark.parametrize(
    "document",
    [
        *("", "jsonpaths", "[]", "{}", '{"jsonpaths": {}}', '{"jsonpaths": "$.a"}', "null"),
        *(json.dumps({"jsonPaths": BRACKETS}), json.dumps(BRACKETS)),
    ],
)
def test_a_file_that_is_no_jsonpaths_file_is_named(warehouse: Warehouse, document: str) -> None:
    with pytest.raises(ConfigError, match=r"paths\.json"):
        load(warehouse, document, event())


def test_a_jsonpaths_file_that_is_not_there_is_named(warehouse: Warehouse) -> None:
    with pytest.raises(SourceError, match=r"LOG_JSONPATH.*nowhere\.json"):
        warehouse.load(log_jsonpath="nowhere.json")


def test_a_rejected_jsonpaths_file_leaves_the_warehouse_as_it_was(warehouse: Warehouse) -> None:
    load(warehouse, BRACKETS, event())
    before = warehouse.everything()
    with pytest.raises(ConfigError):
        load(warehouse, BRACKETS[1:], event(), event(itemInSession=1))
    assert warehouse.everything() == before


@pytest.mark.parametrize(
    ("paths", "content"),
    [
        (("a",), '{"a":"x"}'),
        (("a", "b"), '{"a":{"b":"x"}}'),
        (("a", 0), '{"a":["x"]}'),
        (("a.b",), '{"a.b":"x"}'),
        (("a'b",), '{"a\'b":"x"}'),
        (("ä",), '{"\\u00e4":"x"}'),
        (("$",), '{"$":"x"}'),
        (("",), '{"":"x"}'),
    ],
    ids=str,
)
def test_any_key_can_be_led_to(staging: Warehouse, paths: JsonPath, content: str) -> None:
    others = tuple((name,) for name in COLUMNS[1:])
    [row] = staging.staged(content, paths=(paths, *others))
    assert row["artist"] == "x"
