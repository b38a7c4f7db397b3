"""Marks for what an engine cannot do."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from sparkify.errors import WarehouseError
from sparkify.sql import Statement, statement

from .engines import cannot, expected_failure
from .source_files import event
from .warehouse import Warehouse

VALUES = """
select
    cast(7 as bigint) as a_number,
    cast(0.1 as double precision) as a_float,
    cast(1.50 as decimal(9, 2)) as a_decimal,
    cast('2018-11-30' as date) as a_date,
    cast('2018-11-30 23:59:59.123456' as timestamp) as a_time,
    cast('Björk' as varchar(9)) as a_text,
    cast(null as varchar(9)) as a_null,
    1 = 1 as a_truth
"""


def test_what_an_engine_cannot_do_has_to_fail_there() -> None:
    mark = cannot("duckdb", reason="it has no cluster").mark
    failure = expected_failure(mark, "duckdb")
    assert failure is not None
    assert failure.kwargs == {"reason": "duckdb: it has no cluster", "strict": True}
    assert expected_failure(mark, "another") is None


@pytest.mark.parametrize("engines", [("duckbd",), ()])
def test_a_mark_names_an_engine_that_there_is(engines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="not engines"):
        cannot(*engines, reason="it is misspelt")


def test_a_mark_says_why() -> None:
    with pytest.raises(ValueError, match="why"):
        cannot("duckdb", reason="")


def test_queries_fetched_together_give_what_each_gives_alone(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event())
    warehouse.load()
    names = ("operate/runs", "queries/rows_by_table", "ledger/versions")
    asked = [Statement("values", VALUES), *map(statement, names), Statement("values", VALUES)]
    limits: dict[str, int | datetime] = {"batch_number": 0, "loaded_at": datetime(2018, 1, 1)}  # noqa: DTZ001
    alone = [warehouse.engine.fetch(each, **limits) for each in asked]
    assert warehouse.engine.fetch_all(asked, **limits) == alone
    assert alone[0].rows == [
        (
            *(7, 0.1, Decimal("1.50"), date(2018, 11, 30)),
            *(datetime(2018, 11, 30, 23, 59, 59, 123456), "Björk", None, True),  # noqa: DTZ001
        )
    ]
    assert all(each.rows for each in alone)
    with warehouse.taken_back():
        assert warehouse.engine.fetch_all(asked, **limits) == alone
    assert warehouse.engine.fetch_all([]) == []


def test_after_a_query_that_fails_the_next_ones_are_answered(warehouse: Warehouse) -> None:
    good = Statement("good", "select 1 as a")
    with pytest.raises(WarehouseError):
        warehouse.engine.fetch_all([good, Statement("bad", "select b from nosuch"), good])
    results = warehouse.engine.fetch_all([good] * 250)
    assert [result.rows for result in results] == [[(1,)]] * 250
