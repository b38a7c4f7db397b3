"""All that is held about a user is found, and nothing about another."""

from typing import Any

from sparkify.serve.person import Held, held_about
from sparkify.sql import Statement

from .source_files import event, logged_out, song, visit
from .warehouse import Warehouse

OTHER: dict[str, Any] = {"userId": "391", "firstName": "Ada", "lastName": "Fryer", "sessionId": 4}


def load(warehouse: Warehouse, *more: dict[str, Any]) -> None:
    warehouse.write_songs("a.json", song())
    mine = (event(), visit(itemInSession=1))
    warehouse.write_events("a.json", *mine, event(**OTHER), logged_out(sessionId=7), *more)
    warehouse.load(max_errors=100)


def held(warehouse: Warehouse, user_id: int = 39) -> Held:
    return held_about(warehouse.engine, user_id)


def counts(found: Held) -> dict[str, int]:
    return {table: len(rows) for table, rows in (found.rows | found.quoted).items() if rows}


def test_the_rows_about_a_user_are_those_with_their_number(warehouse: Warehouse) -> None:
    load(warehouse)

    found = held(warehouse)

    star = {"users": 1, "songplays": 1, "session_totals": 1}
    assert counts(found) == {**star, "staging_events": 2}
    assert found.rows["users"][0]["first_name"] == "Walter"
    assert {row["page"] for row in found.rows["staging_events"]} == {"NextSong", "Home"}
    assert counts(held(warehouse, 391)) == {**star, "staging_events": 1}
    assert counts(held(warehouse, 3)) == {}


def test_a_corrected_event_is_found_in_both_its_versions(warehouse: Warehouse) -> None:
    load(warehouse)
    warehouse.write_events("b.json", event(location="Another"))
    warehouse.load()

    found = held(warehouse)

    star = {"users": 1, "songplays": 1, "session_totals": 1}
    assert counts(found) == {**star, "staging_events": 3, "repeated_events": 1}


def test_rejected_records_are_found_by_number_and_by_full_name(warehouse: Warehouse) -> None:
    load(
        warehouse,
        event(itemInSession=2, status="x"),
        event(itemInSession=3, userId="x"),  # by name
        event(**{**OTHER, "itemInSession": 4, "status": "x"}),
        event(userId=" 40", firstName="Walter", lastName="Fryer", itemInSession=5, status="x"),
        event(userId="1", firstName="Ann", lastName="O", ts=39, itemInSession=39, status="userId"),
    )
    total = warehouse.engine.fetch(Statement("rejected", "select count(*) from load_errors"))
    assert total.rows == [(5,)]

    found = held(warehouse)

    assert sorted(row["line"] for row in found.quoted["load_errors"]) == [5, 6]
    assert [row["line"] for row in held(warehouse, 391).quoted["load_errors"]] == [7]


def test_what_a_check_says_of_a_users_play_is_found(warehouse: Warehouse) -> None:
    load(warehouse, event(itemInSession=6, level="gold"))

    (quoted,) = held(warehouse).quoted["check_results"]

    assert "gold" in quoted["account"]
    assert held(warehouse, 391).quoted["check_results"] == []
