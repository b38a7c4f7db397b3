"""Two warehouses are compared row by row: every engine hashes a row to the same number."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from fractions import Fraction
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sparkify import pipeline
from sparkify.config import Settings
from sparkify.engines import open_engine, open_exporter
from sparkify.engines.base import Queryable
from sparkify.serve.diff import TableDifference, compare_table
from sparkify.serve.diff_side import find_sides
from sparkify.sql import star_columns
from sparkify.sql.buckets import (
    BUCKETS,
    bucket_hashes,
    bucket_hashes_between,
    rows_of_buckets,
)

from .exports import exported
from .generated_records import any_text
from .source_files import DAY, NOON, event, song, visit
from .warehouse import SILENCE, STAR, Warehouse

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - as the columns are, without a zone
TWO_52 = 2**52


# --- what a row's hash has to be, in plain Python


def expected_text(value: Any) -> str:
    """Spell a value as every engine has to."""
    if value is None:
        return "!"
    if isinstance(value, str):
        return f"{len(value.encode())}:{value}"
    if isinstance(value, datetime):
        return f"{(value - EPOCH) // timedelta(milliseconds=1)};"
    if isinstance(value, float):
        if not (value == 0 or 2**-52 <= abs(value) < 2**62):
            return "0.0.0;"
        whole, fraction = divmod(Fraction(abs(value)), 1)
        bits = fraction * 2**104
        assert bits.denominator == 1
        high, low = divmod(int(bits), TWO_52)
        sign = -1 if value < 0 else 1
        return f"{sign * whole}.{sign * high}.{sign * low};"
    return f"{value};"


def is_extreme(value: Any) -> bool:
    return isinstance(value, float) and value != 0 and not 2**-52 <= abs(value) < 2**62


def expected_hashes(bucket: int, rows: Sequence[Sequence[Any]]) -> tuple[int, ...]:
    """Work out the bucket that has these rows and no others."""
    digests = [
        md5("".join(map(expected_text, row)).encode(), usedforsecurity=False).digest()
        for row in rows
    ]
    return (
        bucket,
        len(rows),
        sum(int.from_bytes(digest[:4]) for digest in digests),
        sum(int.from_bytes(digest[4:8]) for digest in digests),
        sum(is_extreme(value) for row in rows for value in row),
    )


def remainder(value: int) -> int:
    """Divide as C does: what is left has the sign of the value."""
    return abs(value) % BUCKETS * (1 if value >= 0 else -1)


def bucket_of_play(row: Sequence[Any]) -> int:
    return remainder(remainder(row[0]) + remainder(row[2]))


def bucket_of_text(text: str) -> int:
    return int(md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16) % BUCKETS


# --- any values

TIMES = st.integers(-(10**12), 4 * 10**12).map(lambda ms: EPOCH + timedelta(milliseconds=ms))
DOUBLES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, width=64),
    st.floats(-1000, 1000),
    st.sampled_from([0.0, -0.0, 0.1, -0.1, 2.0**-52, -(2.0**62), 2.0**53 + 2, 1e300, 1e-300, 77.0]),
)


def or_none(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, st.none())


PLAYS = st.tuples(
    st.integers(-(2**62), 2**62),
    TIMES,
    st.integers(-(2**31) + 1, 2**31 - 1),
    or_none(any_text(16)),
    or_none(any_text(64)),
    or_none(any_text(64)),
    st.integers(-(2**62), 2**62),
    or_none(any_text(512)),
    or_none(any_text(1024)),
    st.integers(-(2**31) + 1, 2**31 - 1),
    or_none(any_text(64)),
    or_none(any_text(64)),
    or_none(DOUBLES),
)
ODD_PLAY = (
    *(10**18 + 7, EPOCH - timedelta(milliseconds=1), 9, "", None, " ", 1),
    *("Zürich\n\t", "\\'\"%:x -- 🎵 ", 0, "=1:-", "-", 1 / 3),
)


@given(play=PLAYS)
@example(play=ODD_PLAY)
@example(play=(*ODD_PLAY[:-1], -1e300))
def test_any_row_has_the_hash_that_plain_python_works_out(staging: Warehouse, play: Any) -> None:
    if staging.tried_enough():
        return
    columns = tuple(column.name for column in star_columns("songplays"))
    with staging.taken_back():
        staging.engine.append("songplays", columns, [play])
        [found] = staging.engine.fetch(bucket_hashes("songplays")).rows

        expected = expected_hashes(bucket_of_play(play), [play])
        assert tuple(map(int, found)) == expected
        assert staging.engine.fetch(rows_of_buckets("songplays", [expected[0]])).rows == [play]


def test_the_values_that_engines_spell_differently_have_one_hash(staging: Warehouse) -> None:
    columns = tuple(column.name for column in star_columns("artists"))
    doubles = [0.1, 1 / 3, 2.0**61 + 2**9, -5e-15, 1e22, 123456789.123456789, -0.0, 16777217.0]
    texts = ["", " ", "a ", "é", "e\u0301", "東京", "NULL", "null", "\\N", "=", "-"]
    rows = [
        (f"AR{place}", text, None if place % 2 else text, doubles[place % len(doubles)], None)
        for place, text in enumerate(texts)
    ]
    with staging.taken_back():
        staging.engine.append("artists", columns, rows)
        found = staging.engine.fetch(bucket_hashes("artists")).rows

    expected = {expected_hashes(bucket_of_text(row[0]), [row]) for row in rows}
    assert len(expected) == len(rows)
    assert {tuple(map(int, each)) for each in found} == expected


def test_the_rows_of_a_bucket_are_summed(staging: Warehouse) -> None:
    columns = tuple(column.name for column in star_columns("users"))
    rows = [
        (place * BUCKETS + 5, "Ann", None, "F", "paid", NOON_TIME, 1, None) for place in range(3)
    ]
    with staging.taken_back():
        staging.engine.append("users", columns, rows)
        [found] = staging.engine.fetch(bucket_hashes("users")).rows

    assert tuple(map(int, found)) == expected_hashes(5, rows)


@given(play=PLAYS, place=st.integers(0, 12), other=PLAYS)
@example(play=ODD_PLAY, place=12, other=(*ODD_PLAY[:-1], None))
def test_the_hash_of_the_database_itself_tells_any_value(
    staging: Warehouse, play: Any, place: int, other: Any
) -> None:
    dialect = staging.engine.dialect
    hashing = bucket_hashes_between(dialect, dialect, "songplays")
    if staging.tried_enough() or not hashing.name.endswith("own_bucket_hashes"):
        return
    columns = tuple(column.name for column in star_columns("songplays"))
    changed = (*play[:place], other[place], *play[place + 1 :])
    found = []
    for row in (play, play, changed):
        with staging.taken_back():
            staging.engine.append("songplays", columns, [row])
            [hashes] = staging.engine.fetch(hashing).rows
            found.append(hashes)

    assert found[0] == found[1]
    assert (found[0] == found[2]) == (play == changed)
    assert found[0][:2] == (bucket_of_play(play), 1)


def test_values_that_change_places_within_a_bucket_change_its_hash(staging: Warehouse) -> None:
    dialect = staging.engine.dialect
    columns = tuple(column.name for column in star_columns("users"))
    found = set()
    for levels in (("paid", "free"), ("free", "paid")):
        rows = [
            (place * BUCKETS + 5, "Ann", None, "F", level, NOON_TIME, 1, None)
            for place, level in enumerate(levels)
        ]
        with staging.taken_back():
            staging.engine.append("users", columns, rows)
            [hashes] = staging.engine.fetch(bucket_hashes_between(dialect, dialect, "users")).rows
            found.add(tuple(map(int, hashes)))

    assert len(found) == 2


NOON_TIME = EPOCH + timedelta(milliseconds=NOON)


# --- two warehouses


def write_source(warehouse: Warehouse) -> None:
    texts = ['say "so"', "a,b", "Für Elise 🎵", "back\\slash 'n' quotes", "two\nlines", "tab\t"]
    warehouse.write_songs(
        "a.json",
        song(artist_latitude=1 / 3, artist_longitude=-179.999999999),
        *(
            song(song_id=f"SO{place}", title=text, artist_id=f"AR{place}", year=0, duration=0.1)
            for place, text in enumerate(texts)
        ),
    )
    warehouse.write_events(
        "a.json",
        event(itemInSession=0, ts=NOON + 1),
        visit(itemInSession=1, userId="9", firstName=texts[0], lastName=None),
        *(
            event(itemInSession=2 + place, song=text, artist=text, ts=NOON + 40 * DAY * (place % 2))
            for place, text in enumerate(texts)
        ),
    )


@contextmanager
def compared(warehouse: Warehouse, other: Queryable) -> Iterator[list[TableDifference]]:
    """Compare the warehouse, whose engine is closed meanwhile, with another one."""
    warehouse.engine.close()
    try:
        with closing(open_exporter(warehouse.settings)) as exporter:
            yield [compare_table(exporter, other, table) for table in STAR]
    finally:
        warehouse.open()


def in_duckdb(warehouse: Warehouse, folder: Path) -> Settings:
    """Load the same source files into a DuckDB warehouse."""
    settings = Settings(
        db_name=str(folder / "twin"),
        log_data=str(warehouse.logs),
        song_data=str(warehouse.songs),
        log_jsonpath=str(warehouse.logs.parent / "log_json_path.json"),
    )
    with closing(open_engine(settings)) as engine:
        pipeline.create_tables(engine)
        pipeline.load_pending(engine, settings, SILENCE)
    return settings


def test_a_move_to_another_engine_changes_nothing_and_a_changed_row_is_found(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    write_source(warehouse)
    warehouse.load()
    twin = in_duckdb(warehouse, tmp_path)

    with closing(open_exporter(twin)) as other, compared(warehouse, other) as same:
        assert [each.differences for each in same] == [0] * len(STAR)
        assert [each.rows_a for each in same] == [each.rows_b for each in same]
        assert min(each.rows_a for each in same) > 0

    warehouse.execute("update songplays set location = location || ' ' where item_in_session = 3")
    warehouse.execute("update songplays set level = null where item_in_session = 4")
    warehouse.execute("delete from songs where song_id = 'SO1'")
    with closing(open_exporter(twin)) as other, compared(warehouse, other) as found:
        plays, *others = found
        assert (plays.only_a, plays.only_b, plays.changed) == (0, 0, 2)
        assert plays.changed_columns == {"location": 1, "level": 1}
        by_table = {each.table: each for each in others}
        assert (by_table["songs"].only_b, by_table["songs"].examples[0].key) == (
            1,
            {"song_id": "SO1"},
        )
        assert sum(each.differences for each in others) == 1


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_an_export_equals_the_warehouse_that_it_was_made_from(
    warehouse: Warehouse, tmp_path: Path, form: Any
) -> None:
    write_source(warehouse)
    warehouse.load()
    folder = tmp_path / "out"
    warehouse.engine.close()
    try:
        with warehouse.place.reachable():
            exported(warehouse, str(folder), form)
    finally:
        warehouse.open()
    twin = in_duckdb(warehouse, tmp_path)

    side, _ = find_sides(str(folder), str(twin.database_file))
    with ExitStack() as opened:
        other = opened.enter_context(closing(side.open()))
        found = opened.enter_context(compared(warehouse, other))
        assert [each.differences for each in found] == [0] * len(STAR), found
        assert min(each.rows_b for each in found) > 0
