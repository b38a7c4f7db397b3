"""Staged rows are held against the records that were read, by counts and by a checksum."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.engines import base
from sparkify.errors import WarehouseError
from sparkify.records.batch_reader import BatchReader
from sparkify.records.batches import ColumnBatch
from sparkify.records.checksum import CHECKSUM_COLUMNS, batch_checksum
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
    reader = BatchReader(
        batch.columns, tuple((column.name,) for column in batch.columns), ignore_case=True
    )
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


IDENTIFYING = st.fixed_dictionaries(
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


@given(events=st.lists(IDENTIFYING, min_size=1, max_size=5))
def test_c_and_python_make_the_same_checksum(
    events: list[dict[str, int]],
) -> None:
    columns = source_columns("staging_events")
    batch = ColumnBatch(columns)
    for each in events:
        batch.add(dict.fromkeys(column.name for column in columns) | each, 1)
    names = CHECKSUM_COLUMNS["staging_events"]

    by_c = batch_checksum(batch, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sparkify.records.checksum.load_library", lambda source: None)
        assert batch_checksum(batch, names) == by_c
