"""A question about one day reads that day: the filter reaches every scan of a table with events."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from sparkify.sql import Statement

from .source_files import DAY, NOON, event, song, visit
from .warehouse import Warehouse

# These grow with the history; the other tables with the number of users and songs.
HISTORY = ("staging_events", "songplays", "repeated_events")
ONE_DAY = "between timestamp '2018-11-02' and timestamp '2018-11-02 23:59:59.999'"
QUESTIONS = {
    "plays by start_time": f"select * from plays where start_time {ONE_DAY}",
    "plays by start_date": "select * from plays where start_date = date '2018-11-02'",
    "user_events": f"select * from user_events where occurred_at {ONE_DAY}",
    "daily_activity": "select * from daily_activity where activity_date = date '2018-11-02'",
    "days of daily_activity": """
        select * from daily_activity
        where activity_date >= date '2018-11-02' and activity_date < date '2018-11-04'
    """,
}


class Scan(NamedTuple):
    """A scan of a plan: its table, and the filter at it or right above it."""

    table: str
    filter: str


def load_three_days(warehouse: Warehouse) -> None:
    """Load plays and visits of three days, and correct the plays."""
    warehouse.write_songs("a.json", song())
    days = [{"sessionId": day, "ts": NOON + day * DAY} for day in range(3)]
    warehouse.write_events("plays.json", *(event(**day) for day in days))
    warehouse.write_events("visits.json", *(visit(itemInSession=1, **day) for day in days))
    warehouse.load()
    warehouse.write_events("corrected.json", *(event(level="paid", **day) for day in days))
    warehouse.load()


def scans(warehouse: Warehouse, question: str) -> list[Scan]:
    """Return the scans of the engine's plan for a question."""
    if warehouse.engine_name == "duckdb":
        ((_, plan),) = _explained(warehouse, f"explain (format json) {question}")
        return [scan for root in json.loads(plan) for scan in _duckdb_scans(root, "")]
    return list(_postgres_scans([line for (line,) in _explained(warehouse, f"explain {question}")]))


def _explained(warehouse: Warehouse, text: str) -> list[tuple[Any, ...]]:
    """Ask for a plan as the text stands: what an engine shows of one is its own."""
    return warehouse.engine.fetch(Statement("test", text, is_portable=True)).rows


def _duckdb_scans(node: Mapping[str, Any], above: str) -> Iterator[Scan]:
    details = node["extra_info"]
    said = json.dumps([details.get("Filters", ""), above])
    if "Table" in details:
        yield Scan(details["Table"].rpartition(".")[2], said)
    above = json.dumps(details["Expression"]) if node["name"].strip() == "FILTER" else ""
    for child in node["children"]:
        yield from _duckdb_scans(child, above)


def _postgres_scans(lines: list[str]) -> Iterator[Scan]:
    """Read a plan: the lines below a scan, up to the next node, say its conditions."""
    for each in re.split(r"->", "\n".join(lines)):
        if found := re.search(r"\bScan (?:using \S+ )?on (?:\w+\.)?(\w+)", each):
            yield Scan(found[1], " ".join(re.findall(r"(?:Filter|Cond): .*", each)))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_filter_on_a_day_reaches_every_scan_of_history(
    warehouse: Warehouse, question: str
) -> None:
    load_three_days(warehouse)

    found = [scan for scan in scans(warehouse, question) if scan.table in HISTORY]
    missed = [scan.table for scan in found if "2018-11-0" not in scan.filter]

    assert found
    # Only DuckDB passes a range of timestamps on to the other side of an outer join. Else the
    # corrected events, which are few, are compared whole before those of other days are left out.
    passed_on = warehouse.engine_name == "duckdb" and ONE_DAY in question
    assert missed in ([], [] if passed_on else ["repeated_events"]), found


def test_plays_and_rankings_read_no_staging(warehouse: Warehouse) -> None:
    load_three_days(warehouse)

    for view in ("plays", "top_songs", "top_artists"):
        read = {scan.table for scan in scans(warehouse, f"select * from {view}")}
        assert read == {"songplays", "users", "songs", "artists"}, view


def test_a_days_activity_reads_its_events_once(warehouse: Warehouse) -> None:
    load_three_days(warehouse)

    read = [scan.table for scan in scans(warehouse, QUESTIONS["daily_activity"])]
    assert read.count("staging_events") == 1
    assert warehouse.query("select activity_date from daily_activity order by 1")[1]
