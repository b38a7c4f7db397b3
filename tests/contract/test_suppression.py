"""No load takes a record of a forgotten user, whatever is done with the warehouse."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sparkify import pipeline
from sparkify.checks import EVERYTHING, configured_checks, run_checks
from sparkify.config import Secret
from sparkify.errors import ConfigError
from sparkify.operate.forget import (
    ErasureRequest,
    finish_erasures,
    forget_users,
    unsuppress_users,
)
from sparkify.operate.reconcile import find_differences
from sparkify.operate.reload import ReloadScope, plan_reload, reload_files
from sparkify.operate.repair import rebuild_star, undo_run
from sparkify.serve.person import held_about
from sparkify.sql import TABLES

from .source_files import event, visit
from .warehouse import SILENCE, Warehouse

FORGOTTEN = 39
OTHER: dict[str, Any] = {"userId": "391", "firstName": "Ada", "lastName": "Fryer", "sessionId": 4}
EVERYTHING_AGAIN = ReloadScope(is_everything=True)


def forget(warehouse: Warehouse, *users: int) -> None:
    with warehouse.reached() as settings:
        forget_users(warehouse.engine, settings, ErasureRequest(users or (FORGOTTEN,)))


def reload(warehouse: Warehouse, **changes: Any) -> pipeline.Run:
    with warehouse.reached(**changes) as settings:
        planned = plan_reload(warehouse.engine, settings, EVERYTHING_AGAIN)
        return reload_files(warehouse.engine, settings, SILENCE, planned)


def is_held(warehouse: Warehouse) -> bool:
    """Return whether any table has the forgotten user, or their name anywhere."""
    held = held_about(warehouse.engine, FORGOTTEN)
    values = json.dumps({name: warehouse.table(name) for name in TABLES}, default=str)
    return any([*held.rows.values(), *held.quoted.values()]) or "Walter" in values


@pytest.fixture
def forgotten(warehouse: Warehouse) -> Warehouse:
    """Give a warehouse of two users, one of them forgotten, whose files still have both."""
    warehouse.write_events("a.json", event(), visit(itemInSession=1), event(**OTHER))
    warehouse.write_events("b.json", event(itemInSession=2), event(**OTHER | {"itemInSession": 1}))
    warehouse.load()
    assert is_held(warehouse)
    forget(warehouse)
    return warehouse


def require_agreement(warehouse: Warehouse) -> None:
    with warehouse.reached() as settings:
        differences = find_differences(warehouse.engine, settings)
        assert [each for each in differences if not each.is_note] == []
        results = run_checks(warehouse.engine, configured_checks(settings), EVERYTHING, "ledger")
    assert {each.outcome for each in results if each.check.name.startswith("every_")} == {"passed"}


def test_a_reload_leaves_them_out_and_counts_them(forgotten: Warehouse) -> None:
    run = reload(forgotten)

    assert (run.records, run.suppressed, run.rejected) == (5, 3, 0)
    assert run.row_changes["staging_events"].added == 2
    assert not is_held(forgotten)
    assert [row["user_id"] for row in forgotten.table("users")] == [391]
    require_agreement(forgotten)


def test_later_files_leave_them_out_too(forgotten: Warehouse) -> None:
    forgotten.write_events("c.json", event(itemInSession=3), event(**OTHER | {"itemInSession": 2}))

    run = forgotten.load()

    assert (run.records, run.suppressed) == (2, 1)
    assert not is_held(forgotten)
    assert len(forgotten.table("songplays")) == 3
    require_agreement(forgotten)


def test_they_stay_left_out_after_create_tables_undo_and_rebuild(forgotten: Warehouse) -> None:
    forgotten.create_tables()
    run = forgotten.load()
    assert run.suppressed == 3
    assert not is_held(forgotten)

    undo_run(forgotten.engine, run.run_id)
    assert forgotten.load().suppressed == 3
    rebuild_star(forgotten.engine)

    assert not is_held(forgotten)
    require_agreement(forgotten)


def test_a_rejected_record_of_theirs_is_kept_without_its_text(forgotten: Warehouse) -> None:
    broken = event(itemInSession=4, status="x")
    forgotten.write_events("c.json", broken, event(**OTHER | {"itemInSession": 5, "status": "x"}))

    run = forgotten.load(max_errors=100)

    assert run.rejected == 2
    assert not is_held(forgotten)
    texts = [row["raw_text"] for row in forgotten.table("load_errors")]
    assert sorted("Fryer" in text for text in texts) == [False, True]


def test_a_file_that_is_rejected_whole_does_not_quote_them(forgotten: Warehouse) -> None:
    forgotten.write_events("c.json", event(itemInSession=4, status="x"))

    forgotten.load(max_errors=0)

    (rejected,) = forgotten.table("rejected_files")
    assert rejected["message"].endswith("c.json is rejected: too many rejected records")
    assert not is_held(forgotten)


@pytest.mark.parametrize("key", ["", "another"])
def test_a_load_without_their_key_is_refused(forgotten: Warehouse, key: str) -> None:
    forgotten.write_events("c.json", event(itemInSession=3))
    missing = str(Path(forgotten.settings.privacy_key_path).with_name("missing"))
    before = forgotten.tables()

    with pytest.raises(ConfigError, match="users are forgotten, and the key") as raised:
        forgotten.load(privacy_key_path=missing, privacy_key=Secret(key))

    assert "KEY_FILE" in raised.value.hint
    assert forgotten.tables() == before


def test_the_key_is_in_a_file_of_its_owner_and_the_warehouse_has_neither_key_nor_number(
    forgotten: Warehouse,
) -> None:
    file = Path(forgotten.settings.privacy_key_path)
    key = file.read_text(encoding="ascii").strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch("[0-9a-f]{64}", key)

    (suppressed,) = forgotten.table("suppressed_users", without=("suppressed_at",))
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in suppressed.values())
    assert key not in suppressed.values()
    # With the key of the settings instead of the file all goes as well.
    forgotten.write_events("c.json", event(itemInSession=3))
    elsewhere = str(file.with_name("missing"))
    run = forgotten.load(privacy_key_path=elsewhere, privacy_key=Secret(key))
    assert run.suppressed == 1


def test_who_is_forgotten_twice_is_there_once(forgotten: Warehouse) -> None:
    forget(forgotten, 39, 391)

    assert len(forgotten.table("suppressed_users")) == 2
    assert [row["action"] for row in forgotten.table("erasures")] == ["forget"] * 3


def test_unsuppressed_their_records_are_loaded_again(forgotten: Warehouse) -> None:
    with forgotten.reached() as settings:
        given = ErasureRequest((39, 4711), "changed their mind", "T-2")
        assert unsuppress_users(forgotten.engine, settings, given) == 1
    assert not is_held(forgotten)

    run = reload(forgotten)

    assert run.suppressed == 0
    assert is_held(forgotten)
    logged = {row["action"]: row for row in forgotten.table("erasures")}
    assert logged["unsuppress"]["user_hash"] == logged["forget"]["user_hash"]
    assert logged["unsuppress"]["reason"] == "changed their mind"
    require_agreement(forgotten)


def test_what_a_load_dropped_waits_for_its_bytes_to_go(forgotten: Warehouse) -> None:
    with forgotten.reached():
        finish_erasures(forgotten.engine)
    assert forgotten.query("select count(*) from erasures where bytes_gone_at is null")[1] == [(0,)]

    run = reload(forgotten)

    waiting = "select action, reason from erasures where bytes_gone_at is null"
    assert forgotten.query(waiting)[1] == [("dropped", run.run_id)]
    with forgotten.reached():
        finish_erasures(forgotten.engine)
    assert forgotten.query(waiting)[1] == []


def test_without_forgotten_users_no_key_is_made_nor_asked_for(warehouse: Warehouse) -> None:
    warehouse.write_events("a.json", event())

    warehouse.load()

    assert not Path(warehouse.settings.privacy_key_path).exists()
    assert replace(warehouse.settings).privacy_key.value == ""
