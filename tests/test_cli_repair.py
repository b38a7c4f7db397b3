"""The commands that check and repair, and the JSON log, through the command line."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from sparkify.sizes import readable_size
from sparkify.sql import WAREHOUSE_VERSION
from tests.command_line import at_terminal, call
from tests.small_source import UNUSUAL_VALUES_FAIL, lines, play, write_source
from tests.warehouse_content import counts

DATABASE = "sparkify.duckdb"


def execute(folder: Path, text: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / DATABASE)) as connection:
        return connection.execute(text).fetchall()


def test_check_says_how_each_check_went(loaded: Path) -> None:
    for more in ([], ["--all"]):
        outcome = call("check", *more, cwd=loaded)
        *_, last = outcome.out.splitlines()
        results = re.findall(r"^  (passed|warned|failed) ", outcome.out, re.MULTILINE)
        assert (outcome.code, outcome.err) == (0, "")
        assert last == f"Checks: {len(results)} passed."
        assert len(results) > 15
        assert set(results) == {"passed"}


def test_a_check_that_fails_on_demand_is_exit_code_3(loaded: Path) -> None:
    execute(loaded, "delete from users")
    outcome = call("check", "--all", "--junit", "report.xml", cwd=loaded)
    assert outcome.code == 3
    results = re.findall(r"^  (passed|warned|failed) +(\w+)", outcome.out, re.MULTILINE)
    assert results[0] == ("failed", "songplays_have_their_user")
    assert {each for each, _ in results[1:]} == {"passed"}
    assert outcome.out.splitlines()[-1] == f"Checks: {len(results) - 1} passed, 1 failed."
    suite = ElementTree.parse(loaded / "report.xml").getroot()
    assert suite.attrib["failures"] == "1"


def test_check_gives_its_results_to_machines(loaded: Path) -> None:
    results = json.loads(call("check", "--json", cwd=loaded).out)
    assert {result["offending"] for result in results} == {0}
    assert {result["severity"] for result in results} == {"block", "warn"}
    assert {result["stage"] for result in results} == {"staging", "star", "ledger"}


def test_a_report_that_cannot_be_written_is_an_error_in_two_lines(loaded: Path) -> None:
    outcome = call("check", "--junit", "nowhere/report.xml", cwd=loaded)
    assert outcome.code == 2
    assert outcome.err.startswith("Error: cannot write nowhere/report.xml")
    assert outcome.err.count("\n") == 2


def test_undo_removes_a_run_and_etl_loads_it_again(loaded: Path) -> None:
    before = counts(loaded / DATABASE)
    write_source(loaded)
    [(run_id,)] = execute(loaded, "select run_id from runs")
    undone = call("undo", str(run_id), cwd=loaded)
    assert (undone.code, undone.out) == (0, "")
    assert undone.err == f"Undid run {run_id}: 2 files pending again.\n"
    assert not any(counts(loaded / DATABASE).values())
    assert call("etl", cwd=loaded).code == 0
    assert counts(loaded / DATABASE) == before


def test_an_unknown_run_cannot_be_undone(loaded: Path) -> None:
    outcome = call("undo", "20181115T120000123-5f2c", cwd=loaded)
    assert outcome.code == 2
    error, hint = outcome.err.splitlines()
    assert error == "Error: there is no run 20181115T120000123-5f2c"
    assert hint.startswith("Try: one of these: ")


def test_rebuild_says_from_how_many_batches(loaded: Path) -> None:
    before = counts(loaded / DATABASE)
    execute(loaded, "delete from songplays")
    outcome = call("rebuild", cwd=loaded)
    assert outcome == (0, "", "Rebuilt the star schema from 1 batch.\n")
    assert counts(loaded / DATABASE) == before


def test_migrate_has_nothing_to_do_on_a_current_warehouse(loaded: Path) -> None:
    outcome = call("migrate", cwd=loaded)
    assert outcome == (0, "", f"The tables already have version {WAREHOUSE_VERSION}.\n")


def test_retry_loads_what_was_corrected_and_says_what_is_left(loaded: Path) -> None:
    log = _log(loaded)
    log.write_bytes(lines(play(9, 1), play(9, 2, status="OK")))
    log.with_name("b.json").write_bytes(lines(play(9, 3, status="OK")))
    assert call("etl", cwd=loaded).code == 0
    log.write_bytes(lines(play(9, 1), play(9, 2)))
    outcome = call("quarantine", "retry", cwd=loaded)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "Loaded 1 corrected file, 2 records, 0 of them rejected again; "
        "1 file with rejected records left; checks: 25 passed.\n"
    )
    again = json.loads(call("quarantine", "retry", "--json", cwd=loaded).out)
    assert (again["files"], again["records"]) == (0, 0)


# A check that warns


def test_a_warning_is_a_warning_everywhere_and_never_passed(loaded: Path) -> None:
    log = _log(loaded)
    log.write_bytes(lines(*(play(9, item) for item in range(9))))
    assert call("etl", cwd=loaded).code == 0
    log.write_bytes(lines(play(9, 9)))

    load = call("etl", cwd=loaded)
    again = call("check", cwd=loaded)
    listed = json.loads(call("check", "--json", cwd=loaded).out)
    status = json.loads(call("status", "--json", cwd=loaded).out)
    [run] = json.loads(call("runs", "--json", "--last", "1", cwd=loaded).out)
    details = json.loads(call("runs", run["run_id"], "--json", cwd=loaded).out)

    counts = f"{len(listed) - 1} passed, 1 warned"
    assert f"; checks: {counts}.\n" in load.out
    assert "Warning: the check no_file_shrank failed" not in load.err
    assert "Warning: the check no_file_shrank" in load.err
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines()[-1] == f"Checks: {counts}."
    results = re.findall(r"^  (passed|warned|failed) +(\w+)", again.out, re.MULTILINE)
    assert results[0] == ("warned", "no_file_shrank")
    outcomes = {each["check"]: each["outcome"] for each in listed}
    assert outcomes.pop("no_file_shrank") == "warned"
    assert set(outcomes.values()) == {"passed"}
    assert status["checks"] == {"passed": len(listed) - 1, "warned": 1, "failed": 0}
    assert re.search(f"latest checks +{counts}", call("status", cwd=loaded).out)
    assert {each["check_name"]: each["outcome"] for each in details["checks"]} == outcomes | {
        "no_file_shrank": "warned"
    }
    assert "warned" in call("runs", run["run_id"], cwd=loaded).out
    page = call("report", "--out", "-", cwd=loaded).out
    assert f"<dd>{counts}</dd>" in page
    assert "the check no_file_shrank warned (1 finding)" in page


def test_a_batch_that_a_check_blocks_has_all_its_results_recorded(loaded: Path) -> None:
    _log(loaded).write_bytes(lines(play(9, 0)))
    with duckdb.connect(str(loaded / "sparkify.duckdb")) as connection:
        connection.execute("delete from users")

    load = call("etl", cwd=loaded)
    status = json.loads(call("status", "--json", cwd=loaded).out)
    [run] = json.loads(call("runs", "--json", "--last", "1", cwd=loaded).out)
    details = json.loads(call("runs", run["run_id"], "--json", cwd=loaded).out)

    assert load.code == 3
    assert run["outcome"] == "failed"
    outcomes = {each["check_name"]: each["outcome"] for each in details["checks"]}
    assert outcomes.pop("songplays_have_their_user") == "failed"
    assert set(outcomes.values()) == {"passed"}
    assert status["checks"] == {"passed": len(outcomes), "warned": 0, "failed": 1}
    counts = f"{len(outcomes)} passed, 1 failed"
    assert counts in call("status", cwd=loaded).out
    assert f"<dd>{counts}</dd>" in call("report", "--out", "-", cwd=loaded).out


@pytest.mark.parametrize(
    ("option", "code"), [((), 0), (("--fail-on", "block"), 0), (("--fail-on", "warn"), 3)]
)
def test_a_warning_fails_a_load_only_where_it_is_to(
    loaded: Path, option: tuple[str, ...], code: int
) -> None:
    log = _log(loaded)
    log.write_bytes(lines(*(play(9, item) for item in range(9))))
    assert call("etl", *option, cwd=loaded).code == 0
    assert call("check", *option, cwd=loaded).code == 0
    assert call("etl", *option, cwd=loaded).code == 0  # nothing new is no warning
    log.write_bytes(lines(play(9, 9)))

    load = call("etl", "--json", *option, cwd=loaded)

    assert load.code == code
    assert json.loads(load.out)["checks"]["warned"] == 1  # it is loaded all the same
    assert call("check", *option, cwd=loaded).code == code
    assert call("etl", *option, cwd=loaded).code == 0


def test_a_rejected_record_is_a_warning_too(loaded: Path) -> None:
    _log(loaded).write_bytes(lines(play(9, 0)) + b"{broken\n")
    load = call("etl", "--fail-on", "warn", cwd=loaded)
    assert load.code == 3
    assert "Warning: 1 of 3 records were rejected" in load.err


def test_a_file_without_records_is_loaded_and_named(loaded: Path) -> None:
    _log(loaded).with_name("quiet.json").write_bytes(b" \n\n")
    load = call("etl", cwd=loaded)
    assert load.code == 0
    assert "Warning: 1 file holds no record: 2018/quiet.json\n" in load.err
    assert call("etl", cwd=loaded).err == ""


def test_runs_shows_the_files_that_a_run_rejected(loaded: Path) -> None:
    _log(loaded).with_name("page.json").write_bytes(b"<html></html>\n")
    assert call("etl", cwd=loaded).code == 3
    assert " rejected 1 file whole\n" in call("runs", cwd=loaded).out


# Schema drift


def test_strict_fails_in_two_lines_with_exit_code_3(loaded: Path) -> None:
    log = _log(loaded)
    log.write_bytes(lines(play(9, 1), play(9, 2, device="phone")))
    outcome = call("etl", "--set", "ETL.SCHEMA=strict", cwd=loaded)
    assert (outcome.code, outcome.out) == (3, "")
    error, hint = outcome.err.splitlines()
    assert f"new field device (text) in 1 record, first in {log}" in error
    assert hint.startswith("Try: correct the files and run again, or accept them once with --set")
    [run_id] = json.loads(call("runs", "--json", "--last", "1", cwd=loaded).out)
    assert run_id["outcome"] == "failed"
    assert "new field" in call("runs", run_id["run_id"], cwd=loaded).out


def test_schema_changes_are_in_the_json_of_the_run(loaded: Path) -> None:
    log = _log(loaded)
    log.write_bytes(lines(play(9, 1, device="phone")))
    outcome = call("etl", "--json", cwd=loaded)
    assert json.loads(outcome.out)["schema_changes"] == [
        {
            "staging_table": "staging_events",
            "field": "device",
            "change": "new field",
            "detail": "text",
            "records": 1,
            "first_file": str(log),
        }
    ]
    assert "new field device (text) in" in outcome.err


# The JSON log


def _log(loaded: Path) -> Path:
    return write_source(loaded) / "data/log_data/2018/a.json"


def test_the_json_log_has_run_batch_table_rows_bytes_and_seconds(loaded: Path) -> None:
    bad = lines(play(9, 1), play(9, 2, status="OK"))
    (write_source(loaded) / "data/log_data/2018/a.json").write_bytes(bad)
    outcome = call("etl", "--log-format", "json", cwd=loaded)
    assert outcome.code == 0
    log = [json.loads(line) for line in outcome.err.splitlines()]
    [(run_id,)] = execute(loaded, "select max(run_id) from runs")
    assert {entry["run_id"] for entry in log} == {run_id}

    def logged(event: str) -> list[dict[str, object]]:
        return [entry for entry in log if entry["event"] == event]

    [staged] = [entry for entry in logged("staged") if entry["table"] == "staging_events"]
    assert (staged["rows"], staged["rejected"], staged["bytes"]) == (1, 1, len(bad))
    assert {entry["stage"] for entry in logged("stage")} >= {"load", "transform", "record"}
    assert all(str(entry["seconds"]) >= "0" for entry in logged("stage"))
    assert [(entry["batch"], entry["files"]) for entry in logged("loaded")] == [(1, 2)]
    [ended] = logged("ended")
    counts = ("files", "bytes", "batches", "records", "rejected")
    [run] = json.loads(call("runs", "--json", "--last", "1", cwd=loaded).out)
    assert {name: ended[name] for name in counts} == {name: run[name] for name in counts}
    assert (ended["seconds"], ended["peak_memory_bytes"]) == (
        run["seconds"],
        run["peak_memory_bytes"],
    )
    broken, rejected = logged("warning")
    assert "retyped field status (" in str(broken["text"])
    assert str(rejected["text"]).startswith("1 of 3 records were rejected")


def test_the_json_log_says_how_a_run_failed(loaded: Path) -> None:
    _log(loaded).write_bytes(lines(play(9, 1, level="gold")))
    outcome = call("etl", "--log-format", "json", cwd=loaded, env=UNUSUAL_VALUES_FAIL)
    assert (outcome.code, outcome.out) == (3, "")
    last = json.loads(outcome.err.splitlines()[-1])
    assert (last["event"], last["exit_code"]) == ("failed", 3)
    assert "values_are_in_their_domain" in last["error"]


def test_rejected_records_are_a_warning_on_stderr(loaded: Path) -> None:
    _log(loaded).write_bytes(lines(play(9, 2, status="OK")))
    outcome = call("etl", cwd=loaded)
    assert outcome.code == 0
    assert "\nWarning: 1 of 2 records were rejected" in outcome.err
    assert outcome.out.splitlines()[1].split()[0] == "staging_songs"


# Reload

A_RELOAD = (
    "A reload removes 1 batch (7 records), loads 2 files ({size}) in 1 batch, "
    "and fills the star schema again from 1 batch."
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a folder with a warehouse and the source files that it was loaded from."""
    write_source(tmp_path)
    for command in ("create-tables", "etl"):
        assert call(command, cwd=tmp_path).code == 0
    return tmp_path


def test_reload_loads_a_corrected_file_in_the_place_of_its_batch(own: Path) -> None:
    log = own / "data/log_data/2018/a.json"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:2]))
    outcome = call("reload", "log_data/2018/a.json", cwd=own)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Reloaded 2 files (")
    assert ") in 1 batch: 3 records; checks: " in outcome.out
    assert counts(own / DATABASE)["staging_events"] == 2
    assert counts(own / DATABASE)["songplays"] == 1
    [(number, uri)] = execute(
        own, "select batch_number, uri from file_versions where staging_table like '%events'"
    )
    assert (number, uri) == (1, str(log))
    reloaded, first = json.loads(call("runs", "--json", cwd=own).out)
    assert (reloaded["outcome"], reloaded["files"]) == ("done", 2)
    assert (first["outcome"], first["files"]) == ("reloaded", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ("reload", "last", "--dry-run"),
        ("reload", "--select", "a.json", "--dry-run"),
        ("reload", "--full-refresh", "--dry-run"),
        ("plan", "--reload", "last"),
        ("plan", "--reload", "--select", "a.json"),
        ("plan", "--full-refresh"),
    ],
)
def test_a_reload_is_planned_and_not_made(own: Path, arguments: tuple[str, ...]) -> None:
    size = sum(file.stat().st_size for file in own.glob("data/*_data/**/*.json"))
    before = execute(own, "select * from loaded_files order by uri")
    outcome = call(*arguments, cwd=own)
    assert (outcome.code, outcome.err) == (0, "")
    assert A_RELOAD.format(size=readable_size(size)) in outcome.out.splitlines()
    assert "2018/a.json" in outcome.out
    plan = json.loads(call(*arguments, "--json", cwd=own).out)
    assert plan["removed"] == {"batches": [1], "records": 7}
    assert (plan["files"], plan["bytes"], plan["missing"]) == (2, size, [])
    assert [batch["number"] for batch in plan["batches"]] == [1]
    assert execute(own, "select * from loaded_files order by uri") == before


def test_a_reload_at_a_terminal_asks_first(own: Path) -> None:
    before = execute(own, "select * from loaded_files order by uri")
    asked = at_terminal("sparkify", "reload", "last", cwd=own, keys=b"n\n", after="Go on? [y/N]")
    assert asked.code == 1
    assert "A reload removes 1 batch (7 records), loads 2 files (" in asked.err
    assert execute(own, "select * from loaded_files order by uri") == before
    assert at_terminal("sparkify", "reload", "last", "--yes", cwd=own).code == 0
    assert execute(own, "select * from loaded_files order by uri") != before


def test_a_file_that_is_gone_stops_a_reload_in_two_lines(own: Path) -> None:
    log = own / "data/log_data/2018/a.json"
    other = log.with_name("b.json")
    log.rename(other)
    before = counts(own / DATABASE)
    outcome = call("reload", "last", cwd=own)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        f"Error: 1 file of the batches to reload is no longer at the source: {log}\n"
        "Try: put back what is missing, or let its records go with --drop-missing\n"
    )
    assert counts(own / DATABASE) == before
    assert "1 file is gone from the source." in call("plan", "--reload", "last", cwd=own).out
    assert call("reload", "last", "--drop-missing", cwd=own).code == 0
    assert counts(own / DATABASE)["staging_events"] == 0
    assert call("reload", "--full-refresh", cwd=own).code == 0
    assert counts(own / DATABASE) == before


@pytest.mark.parametrize(
    "arguments", [[], ["last", "--full-refresh"], ["a.json", "--from", "2018-11-01"]]
)
@pytest.mark.parametrize("command", [("reload",), ("plan", "--reload")])
def test_a_reload_is_of_one_thing(
    own: Path, command: tuple[str, ...], arguments: list[str]
) -> None:
    outcome = call(*command, *arguments, cwd=own)
    assert outcome.code == 2
    assert outcome.err.startswith("Error: say what to reload: a run, a file, --from")


def test_a_reload_of_what_is_not_loaded_is_an_error_in_two_lines(own: Path) -> None:
    outcome = call("reload", "c.json", cwd=own)
    assert outcome.code == 2
    assert outcome.err == (
        "Error: c.json is no loaded file, and no run's id begins so\n"
        "Try: see the runs: sparkify runs; etl loads files that are not loaded yet\n"
    )
