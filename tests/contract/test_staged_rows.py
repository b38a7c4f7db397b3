"""Staged rows are held against the records that were read, by counts and by a checksum."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.engines import base
from sparkify.errors import WarehouseError
from sparkify.records.batch_reader import BatchReader
from sparkify.records.batches import ColumnBatch
from sparkify.records.checksum import CHECKSUM_COLUMNS, batch_checksum
from sparkify.records.segments import RecordShape
from sparkify.sql import source_columns

from .engines import cannot
from .source_files import event
from .warehouse import Warehouse

READS_IN_PLACE = cannot("redshift", reason="COPY reads the files: its views are the only witness")
USERS = (1, 2)


def files_of_users() -> list[bytes]:
    return [
        "\n".join(
            json.dumps(event(userId=str(user), itemInSession=item)) for item in range(9)
        ).encode()
        for user in USERS
    ]


def filled(batch: ColumnBatch, content: bytes) -> ColumnBatch:
    paths = tuple((column.name,) for column in batch.columns)
    reader = BatchReader(RecordShape(batch.columns, paths, ignore_case=True))
    list(reader.read([content], lambda rejection: None))
    [made] = reader.remaining()
    return made


@READS_IN_PLACE
@pytest.mark.parametrize("fault", ["one file's records twice", "a batch lost", "a batch twice"])
def test_rows_that_are_not_those_that_were_read_fail_the_batch(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The first fault is one that was: the second of two files overwrote the first."""
    first, second = files_of_users()
    read = base.read_batches

    def faulty(*arguments: object) -> Iterator[ColumnBatch]:
        for batch in read(*arguments):  # type: ignore[arg-type]
            if fault == "one file's records twice":
                yield filled(batch, second + b"\n" + second)
            elif fault == "a batch twice":
                yield batch
                yield filled(batch, first)

    for module in ("duckdb", "postgres"):
        monkeypatch.setattr(f"sparkify.engines.{module}.loader.read_batches", faulty)

    with pytest.raises(WarehouseError, match=r"rows of .* were staged, and"):
        warehouse.staged(first, second, ignore_case=True)


IDENTIFYING: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "ts": st.integers(-62_135_596_800_000, 253_402_300_799_999),
        "sessionid": st.integers(-(2**63), 2**63 - 1),
        "iteminsession": st.integers(-(2**31), 2**31 - 1),
        "userid": st.integers(-(2**31), 2**31 - 1),
    },
)


@given(events=st.lists(IDENTIFYING, max_size=5))
def test_any_rows_have_the_checksum_that_the_reader_says(
    warehouse: Warehouse, events: list[dict[str, int]]
) -> None:
    if warehouse.tried_enough():
        return
    assert len(warehouse.staged("\n".join(map(json.dumps, events)))) == len(events)


TEXTS = st.one_of(
    st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=4)
)
SONGS = st.fixed_dictionaries(
    {
        "song_id": TEXTS,
        "artist_id": TEXTS,
        # together of all lengths around an MD5's blocks
        "title": st.one_of(TEXTS, st.integers(40, 140).map("x".__mul__)),
        "year": st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)),
    }
)


def filled_with(table: str, rows: list[dict[str, Any]]) -> ColumnBatch:
    columns = source_columns(table)
    batch = ColumnBatch(columns)
    for each in rows:
        batch.add(dict.fromkeys(column.name for column in columns) | each, 1)
    return batch


@given(songs=st.lists(SONGS, max_size=5))
def test_any_songs_have_the_checksum_that_the_reader_says(
    warehouse: Warehouse, songs: list[dict[str, Any]]
) -> None:
    if warehouse.tried_enough():
        return
    content = "\n".join(map(json.dumps, songs))
    assert len(warehouse.staged(content, table="staging_songs")) == len(songs)


@pytest.mark.parametrize("column", ["song_id", "artist_id", "title"])
def test_a_byte_of_a_song_changes_its_checksum(column: str) -> None:
    row = {"song_id": "SOAAAAA12A58A7", "artist_id": "ARAAAAA1187B9A", "title": "Sehr kosmisch"}
    other = row | {column: row[column][:-1] + "!"}
    names = CHECKSUM_COLUMNS["staging_songs"]

    first, second = (
        batch_checksum(filled_with("staging_songs", [each]), names) for each in (row, other)
    )

    assert first != second


@pytest.mark.parametrize("table", ["staging_events", "staging_songs"])
@given(data=st.data())
def test_c_and_python_make_the_same_checksum(table: str, data: st.DataObject) -> None:
    kinds: dict[str, st.SearchStrategy[dict[str, Any]]]
    kinds = {"staging_events": IDENTIFYING, "staging_songs": SONGS}
    rows = data.draw(st.lists(kinds[table], max_size=5))
    batch, names = filled_with(table, rows), CHECKSUM_COLUMNS[table]

    by_c = batch_checksum(batch, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sparkify.records.checksum.load_library", lambda source: None)
        assert batch_checksum(batch, names) == by_c
