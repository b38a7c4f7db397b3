"""A forgotten user leaves nothing, and everybody else's rows stay as if they had never been."""

import json
from typing import Any

import pytest

from sparkify import warehouse as whole
from sparkify.checks import EVERYTHING, configured_checks, run_checks
from sparkify.operate.forget import (
    Erasure,
    ErasureRequest,
    covered_columns,
    forget_users,
    plan_erasure,
)
from sparkify.operate.reconcile import find_differences
from sparkify.operate.repair import rebuild_star
from sparkify.serve.person import held_about
from sparkify.sql import TABLES
from sparkify.sql.lineage import described

from .source_files import DAY, SECOND, Record, event, logged_out, song, visit
from .warehouse import DATA, Warehouse

FORGOTTEN = 39
OTHER: dict[str, Any] = {"userId": "391", "firstName": "Ada", "lastName": "Fryer", "sessionId": 4}
OTHER |= {"location": "Lynn, MA"}
# What is only in records about user 39.
MARKS = ("Walter", '"Frye"', "San Francisco")
COUNTED = ("session_totals", "repeated_events")
# A rebuild may match a play in its own batch that was matched by a later one.
DAYS = """
    select event_date, sum(events), max(latest_event_at), sum(plays), sum(matched_plays)
    from batch_days group by 1 order by 1
"""


def records_of_two_users() -> list[list[Record]]:
    """Return the records of three files: of 39 alone, of both, and corrections of both."""
    return [
        [event(), visit(itemInSession=1), event(itemInSession=2, ts=event()["ts"] + DAY)],
        [
            event(**OTHER),
            event(**OTHER | {"itemInSession": 1, "ts": event()["ts"] + SECOND}),
            event(itemInSession=3, ts=event()["ts"] + SECOND),
            logged_out(sessionId=7),
        ],
        [event(level="paid"), event(**OTHER | {"level": "paid", "userAgent": "Lynx"})],
    ]


def load_files(warehouse: Warehouse, files: list[list[Record]]) -> None:
    """Load each list of records as a file and batch of its own, then the song that they play."""
    for number, records in enumerate(files):
        warehouse.write_events(f"{number}.json", *records)
        warehouse.load(max_errors=100)
    warehouse.write_songs("a.json", song())
    warehouse.load()


def forget(warehouse: Warehouse, *users: int, **given: str) -> Erasure:
    with warehouse.reached() as settings:
        request = ErasureRequest(users or (FORGOTTEN,), **given)
        return forget_users(warehouse.engine, settings, request)


def counted(warehouse: Warehouse) -> dict[str, Any]:
    """Return the tables of the business, and those that are filled with them."""
    of_tables = {name: warehouse.table(name) for name in COUNTED}
    return {**warehouse.tables(), **of_tables, "days": warehouse.query(DAYS)[1]}


def without_user(files: list[list[Record]], user_id: str = "39") -> list[list[Record]]:
    return [[each for each in records if each["userId"] != user_id] for records in files]


def texts_anywhere(warehouse: Warehouse) -> str:
    """Return all values of all tables as one text."""
    return json.dumps({name: warehouse.table(name) for name in TABLES}, default=str)


def test_a_forgotten_user_is_in_no_table(warehouse: Warehouse) -> None:
    load_files(warehouse, records_of_two_users())
    before = texts_anywhere(warehouse)
    assert [mark for mark in MARKS if mark not in before] == []
    assert held_about(warehouse.engine, FORGOTTEN).rows["songplays"]

    found = forget(warehouse)

    held = held_about(warehouse.engine, FORGOTTEN)
    assert not any([*held.rows.values(), *held.quoted.values()])
    after = texts_anywhere(warehouse)
    assert [mark for mark in MARKS if mark in after] == []
    assert found.users == 1
    assert found.rows == {
        "staging_events": 5,
        "users": 1,
        "songplays": 3,
        "repeated_events": 1,
        "session_totals": 1,
    }


def test_all_others_rows_are_as_if_the_user_had_never_been(warehouse: Warehouse) -> None:
    files = records_of_two_users()
    load_files(warehouse, files)
    forget(warehouse)
    left = counted(warehouse)
    rebuild_star(warehouse.engine)
    rebuilt = counted(warehouse)

    warehouse.reset(warehouse.logs.parent / "never")
    load_files(warehouse, without_user(files))

    assert left == counted(warehouse)
    assert rebuilt == left


def test_forgotten_records_are_counted_so_that_ledger_and_tables_agree(
    warehouse: Warehouse,
) -> None:
    load_files(warehouse, records_of_two_users())

    forget(warehouse)

    suppressed = warehouse.query("select suppressed from batches order by batch_number")[1]
    assert suppressed == [(3,), (1,), (1,), (0,)]
    with warehouse.reached() as settings:
        differences = find_differences(warehouse.engine, settings)
        assert [each for each in differences if not each.is_note] == []
        checked = run_checks(warehouse.engine, configured_checks(settings), EVERYTHING, "ledger")
    assert {each.outcome for each in checked if each.check.name.startswith("every_")} == {"passed"}


def test_rejected_records_and_findings_that_quote_the_user_lose_their_text(
    warehouse: Warehouse,
) -> None:
    warehouse.write_events(
        "a.json",
        event(itemInSession=6, level="gold"),
        event(itemInSession=2, status="x"),
        event(itemInSession=3, userId="x"),  # by name
        event(**OTHER | {"itemInSession": 4, "status": "x"}),
    )
    warehouse.load(max_errors=100)
    assert "Walter" in texts_anywhere(warehouse)

    found = forget(warehouse)

    assert found.texts == {"load_errors": 2, "check_results": 1}
    assert "Walter" not in texts_anywhere(warehouse)
    texts = {row["line"]: row["raw_text"] for row in warehouse.table("load_errors")}
    assert [line for line, text in sorted(texts.items()) if text.startswith("removed")] == [2, 3]
    assert "Fryer" in texts[4]


def test_a_plan_tells_the_same_and_changes_nothing(warehouse: Warehouse) -> None:
    load_files(warehouse, records_of_two_users())
    before = warehouse.everything()

    with warehouse.reached():
        planned = plan_erasure(warehouse.engine, [FORGOTTEN])

    assert warehouse.everything() == before
    assert planned == forget(warehouse)


def test_nobody_is_forgotten_without_a_trace(warehouse: Warehouse) -> None:
    load_files(warehouse, records_of_two_users())
    before = counted(warehouse)

    assert forget(warehouse, 4711) == Erasure(1, {}, {})

    assert counted(warehouse) == before


def test_several_users_are_forgotten_at_once(warehouse: Warehouse) -> None:
    load_files(warehouse, records_of_two_users())

    forget(warehouse, 39, 391, 39)

    assert [len(warehouse.table(name)) for name in ("users", "songplays", "time")] == [0, 0, 0]
    assert [row["userid"] for row in warehouse.table("staging_events")] == [None]


def test_the_log_says_why_and_not_of_whom_and_outlives_create_tables(warehouse: Warehouse) -> None:
    load_files(warehouse, records_of_two_users())
    forget(warehouse, reason="asked by mail", reference="T-1")

    warehouse.create_tables()

    (logged,) = warehouse.table("erasures")
    assert (logged["reason"], logged["reference"]) == ("asked by mail", "T-1")
    assert "39" not in [str(value) for value in logged.values()]
    whole.require_current(warehouse.engine)
    assert [len(warehouse.table(name)) for name in DATA] == [0] * len(DATA)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_personal_data_is_forgotten(table: str) -> None:
    personal = {(table, column.name) for column in described(table) if column.personal}
    assert personal <= covered_columns()
