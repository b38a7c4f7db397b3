"""How many round trips each command takes, whatever the distance: it pays for each of them."""

from decimal import Decimal
from pathlib import Path

import pytest
from redshift_standin import Standin

from bench.distance import TARGETS, DistantServer, costs
from sparkify.engines.redshift.session import ServerRejection, Session
from tests.contract.warehouse import Warehouse
from tests.s3_server import S3Server

# A few more than are taken now. At 80 ms each, 12 are a second.
MOST_ROUND_TRIPS = {
    "create-tables --yes": 25,
    "etl": 85,
    "etl --json": 14,
    "status": 16,
    "report --out report.html": 24,
    "query select count(*) as n from plays": 12,
}


def test_no_command_takes_more_round_trips_than_it_did(
    standin: Standin, s3_server: S3Server, tmp_path: Path
) -> None:
    assert {" ".join(command) for command in TARGETS} == set(MOST_ROUND_TRIPS)
    distant = DistantServer(standin.port, 0.0)
    try:
        taken = {
            cost.command: cost.round_trips for cost in costs(standin, s3_server, distant, tmp_path)
        }
    finally:
        distant.close()
    too_many = {
        command: trips for command, trips in taken.items() if trips > MOST_ROUND_TRIPS[command]
    }
    assert too_many == {}


def test_statements_without_rows_run_together_and_fail_together(warehouse: Warehouse) -> None:
    session = Session(warehouse.settings)
    try:
        session.execute("create temporary table few (a int)", "insert into few values (1), (2)")
        session.execute(*(f"insert into few values ({number})" for number in range(250)))
        assert session.run("select count(*) as n from few").rows == [(252,)]
        with pytest.raises(ServerRejection, match="nosuch"):
            session.execute("insert into few values (1)", "delete from nosuch", "delete from few")
        session.rollback()
        assert session.run_alone("select 1 as a")[0].rows == [(1,)]
        session.execute("create temporary table more (a int)")
        session.commit()
        assert session.run_alone("select count(*) as n from more")[0].rows == [(0,)]
    finally:
        session.close()


def test_queries_that_fail_as_they_run_leave_nothing_prepared(warehouse: Warehouse) -> None:
    session = Session(warehouse.settings)
    try:
        with pytest.raises(ServerRejection, match="zero"):
            session.run_alone("select 1 as a", "select 1 / count(*) as b from songplays")
        asked = session.run_alone("select 'x' as a", "select 2 as b, 3.5 as c")
        assert [each.columns for each in asked] == [("a",), ("b", "c")]
        assert [each.rows for each in asked] == [[("x",)], [(2, Decimal("3.5"))]]
    finally:
        session.close()
