"""Each user agent of the logs is kept once, with the device and the browser that it names."""

from pathlib import Path
from typing import Any

import pytest

from sparkify.operate import repair
from sparkify.operate.migration import migrate
from tests.oracle import read_objects
from tests.oracle_metrics import BROWSERS, DEVICES, named

from .former_versions import take_back
from .sample import LOGS, load_sample, needs_sample
from .source_files import NOON, event, logged_out, visit
from .warehouse import Warehouse

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
MAC = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) {KIT} Chrome/36.0.1985.143 Safari/537.36"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 "
    "(KHTML, like Gecko) Version/7.0 Mobile/11D257 Safari/9537.53"
)
WINDOWS = "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko/20100101 Firefox/31.0"


def agents(warehouse: Warehouse) -> dict[str, tuple[str, str]]:
    rows = warehouse.query("select user_agent, device, browser from user_agents")[1]
    assert len({agent for agent, *_ in rows}) == len(rows)
    return {agent: (device, browser) for agent, device, browser in rows}


def load(warehouse: Warehouse, name: str, *events: dict[str, Any]) -> str:
    warehouse.write_events(name, *events)
    return warehouse.load().run_id


def test_each_agent_of_a_user_is_kept_once_without_its_quotes(warehouse: Warehouse) -> None:
    load(
        warehouse,
        "a.json",
        event(userAgent=f'"{MAC}"'),
        event(itemInSession=1, userAgent=MAC),
        visit(itemInSession=2, userAgent=PHONE),
        event(itemInSession=3, userAgent=' "" '),
        event(itemInSession=4, userAgent=None),
        logged_out(sessionId=9, userAgent=WINDOWS),
    )
    first = {MAC: ("Mac", "Chrome"), PHONE: ("iPhone", "Mobile Safari")}
    assert agents(warehouse) == first

    load(warehouse, "b.json", event(sessionId=2, userAgent=WINDOWS), event(sessionId=3))
    unknown = "Mozilla/5.0 (X11; Linux x86_64)"
    assert agents(warehouse) == {
        **first,
        WINDOWS: ("Windows PC", "Firefox"),
        unknown: ("Linux PC", "Other"),
    }


def test_a_rebuild_keeps_them_and_undoing_a_run_takes_its_own_away(warehouse: Warehouse) -> None:
    load(warehouse, "a.json", event(userAgent=MAC))
    before = agents(warehouse)
    last = load(
        warehouse, "b.json", event(itemInSession=1, ts=NOON + 1, userAgent="x \\ 'y' Björk")
    )
    both = agents(warehouse)
    assert both == {**before, "x \\ 'y' Björk": ("Other", "Other")}

    repair.rebuild_star(warehouse.engine)
    assert agents(warehouse) == both
    repair.undo_run(warehouse.engine, last)
    assert agents(warehouse) == before


def test_a_warehouse_of_an_earlier_version_gets_them_from_its_staging_tables(
    warehouse: Warehouse,
) -> None:
    load(warehouse, "a.json", event(userAgent=MAC), visit(itemInSession=1, userAgent=PHONE))
    before = agents(warehouse)
    take_back(warehouse, 7)

    migrate(warehouse.engine)

    assert (
        agents(warehouse)
        == before
        == {
            MAC: ("Mac", "Chrome"),
            PHONE: ("iPhone", "Mobile Safari"),
        }
    )


@needs_sample
@pytest.mark.expensive
def test_the_agents_of_the_sample_are_told_as_their_words_say(warehouse: Warehouse) -> None:
    load_sample(warehouse)
    logged = {each["userAgent"].strip('"') for each in read_objects(Path(LOGS)) if each["userId"]}
    assert len(logged) > 30
    assert agents(warehouse) == {
        agent: (named(agent, DEVICES), named(agent, BROWSERS)) for agent in logged
    }
