"""Added columns are as wide as their values ask for, and grow with them."""

import pytest

from sparkify.engines.redshift.added_columns import measured_bytes
from sparkify.errors import ChecksFailed
from tests.contract.source_files import event, lines
from tests.contract.warehouse import UNUSUAL_VALUES_FAIL, Warehouse

from .conftest import SentStatements


@pytest.mark.parametrize(
    ("longest", "width"),
    [
        *((0, 64), (1, 64), (31, 64), (32, 128), (63, 128), (64, 256), (16_383, 32_768)),
        *((16_384, 65_535), (32_767, 65_535), (65_535, 65_535), (70_000, 65_535)),
    ],
)
def test_a_width_is_the_power_of_two_above_twice_the_longest_value(
    longest: int, width: int
) -> None:
    assert measured_bytes(longest) == width


def widths(warehouse: Warehouse) -> dict[str, int]:
    text = """
        select column_name, character_maximum_length from information_schema.columns
        where table_schema = current_schema() and table_name = 'staging_events'
    """
    return {name: width for name, width in warehouse.query(text)[1] if name in {"device", "os"}}


def load(warehouse: Warehouse, file: str, mode: str, **fields: object) -> int:
    """Load fields beyond the first 16 KB of a file; return the number of rejected records."""
    session = len(warehouse.table("staging_events"))
    before = [event(sessionId=session, itemInSession=item) for item in range(100)]
    records = lines([*before, event(sessionId=session + 1, **fields)])
    warehouse.write_file(warehouse.logs / file, records)
    return warehouse.load(source_schema=mode, max_errors=1).rejected


def test_a_column_is_as_wide_as_its_longest_value_asks_for(warehouse: Warehouse) -> None:
    load(warehouse, "a.json", "evolve", device="é" * 20, os={"name": "x" * 90})
    assert widths(warehouse) == {"device": 128, "os": 256}
    # within the room that was left nothing changes
    load(warehouse, "b.json", "evolve", device="x" * 128, os=None)
    assert widths(warehouse) == {"device": 128, "os": 256}
    load(warehouse, "c.json", "strict", device="x" * 129)
    assert widths(warehouse) == {"device": 512, "os": 256}


def test_a_value_that_was_not_measured_widens_the_column_and_the_batch_begins_again(
    warehouse: Warehouse, sent: SentStatements
) -> None:
    load(warehouse, "a.json", "evolve", device="x", os="y")
    assert load(warehouse, "b.json", "warn", device="x" * 65, os="y" * 65) == 0
    assert widths(warehouse)["device"] == 65_535
    assert len(warehouse.table("staging_events")) == 202
    sent.clear()
    # a value that fits no column is rejected, and nothing is widened for it
    assert load(warehouse, "c.json", "warn", device="x" * 65_536) == 1
    assert not [text for text in sent.texts() if "alter table" in text]


def test_a_column_is_widened_outside_any_transaction(
    warehouse: Warehouse, sent: SentStatements
) -> None:
    load(warehouse, "a.json", "evolve", device="x")
    sent.clear()
    load(warehouse, "b.json", "evolve", device="x" * 100)
    texts = sent.texts()
    at = texts.index('alter table "staging_events" alter column "device" type varchar(256)')
    begun = [text for text in texts[:at] if text.startswith(("begin", "commit", "rollback"))]
    assert not begun or begun[-1] in {"commit", "rollback"}


def test_a_batch_that_fails_leaves_a_wider_column_and_nothing_else(warehouse: Warehouse) -> None:
    load(warehouse, "a.json", "evolve", device="x")
    before = warehouse.everything()
    warehouse.write_events("b.json", event(sessionId=9, level="gold", device="x" * 100))
    with pytest.raises(ChecksFailed):
        warehouse.load(source_schema="evolve", **UNUSUAL_VALUES_FAIL)
    assert widths(warehouse)["device"] == 256
    assert warehouse.everything() == before
