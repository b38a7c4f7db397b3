"""Log files by the day in their path and by name: what is chosen, through the command line too."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from sparkify.sources import DataFile
from sparkify.sources.selection import ChosenLogs, LogChoice, date_in_path
from tests.command_line import call
from tests.small_source import lines, play, write_source

FIRST_DAY, LAST_DAY = "2018-11-29", "2018-12-01"
DAYS = (FIRST_DAY, "2018-11-30", LAST_DAY)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2018/11/2018-11-30-events.json", date(2018, 11, 30)),
        ("2018/11/30/events.json", date(2018, 11, 30)),
        ("events-20181130.json.gz", date(2018, 11, 30)),
        ("20181130T120000.json", date(2018, 11, 30)),
        ("year=2018/month=11/day=30/part-0.json", date(2018, 11, 30)),
        ("Year=2018/Month=1/Day=5/part-0.json", date(2018, 1, 5)),
        ("dt=2018-11-30/2018.12.01.json", date(2018, 12, 1)),
        ("2018-11-31.json", None),
        ("2018-02-29/a.json", None),
        ("2018-11/events.json", None),
        ("part-1201811301.json", None),
        ("2018-11/30.json", None),
        ("0000-11-30.json", None),
        ("events.json", None),
    ],
)
def test_the_day_of_a_file_is_the_last_date_in_its_path(path: str, day: date | None) -> None:
    assert date_in_path(path) == day


@pytest.mark.parametrize(
    ("choice", "taken"),
    [
        (LogChoice(date(2018, 11, 30), date(2018, 11, 30)), ["11/2018-11-30-b.json"]),
        (LogChoice(last=date(2018, 11, 29)), ["11/2018-11-29-a.json"]),
        (LogChoice(first=date(2018, 12, 1)), ["12/2018-12-01-a.json"]),
        (LogChoice(pattern="*-a.json"), ["11/2018-11-29-a.json", "12/2018-12-01-a.json"]),
        (LogChoice(pattern="11/*"), ["11/2018-11-29-a.json", "11/2018-11-30-b.json"]),
        (LogChoice(date(2018, 12, 1), None, "*-b.json"), []),
        (LogChoice(pattern="undated.json"), ["undated.json"]),
    ],
)
def test_files_are_chosen_by_day_and_by_name_or_path(choice: LogChoice, taken: list[str]) -> None:
    chosen = ChosenLogs(choice, "logs", "/data/2017-01-01/logs")
    paths = ["11/2018-11-29-a.json", "11/2018-11-30-b.json", "12/2018-12-01-a.json", "undated.json"]
    files = {path: DataFile(f"/data/2017-01-01/logs/{path}", "", 1) for path in paths}
    assert [path for path, file in files.items() if chosen.takes(file)] == taken
    assert chosen.warnings == (
        [] if taken else ["no log file in logs has the chosen days and names"]
    )
    named = ["undated.json"] if choice.is_by_day and choice.pattern == "*" else []
    assert chosen.without_date.examples == named


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """Give a folder with a song, a log file a day, one without a date, and an empty warehouse."""
    write_source(tmp_path)
    logs = tmp_path / "data/log_data/2018"
    (logs / "a.json").write_bytes(lines(play(9, 9)))
    for number, day in enumerate(DAYS):
        (logs / f"{day}-events.json").write_bytes(lines(play(10 + number, 0)))
    assert call("create-tables", "--yes", cwd=tmp_path).code == 0
    return tmp_path


def loaded_sessions(folder: Path) -> list[int]:
    with duckdb.connect(str(folder / "sparkify.duckdb")) as connection:
        rows = connection.execute("select session_id from songplays order by 1").fetchall()
    return [session for (session,) in rows]


def test_etl_loads_only_the_log_files_of_some_days_and_all_songs(days: Path) -> None:
    some = ("--from", "2018-11-30", "--to", LAST_DAY)
    outcome = call("etl", *some, "--json", cwd=days)
    assert outcome.code == 0
    assert outcome.err == (
        "Warning: 1 file in data/log_data is passed over: 2018/a.json; "
        "there is no date in their paths, so --from and --to leave them out\n"
    )
    run = json.loads(outcome.out)
    assert (run["files"], run["row_changes"]["songs"]["added"]) == (3, 1)
    assert loaded_sessions(days) == [11, 12]
    assert json.loads(call("etl", *some, "--json", cwd=days).out)["files"] == 0
    assert json.loads(call("etl", "--json", cwd=days).out)["files"] == 2
    assert loaded_sessions(days) == [9, 10, 11, 12]


def test_plan_shows_the_same_files_before(days: Path) -> None:
    some = ("--to", FIRST_DAY)
    plan = json.loads(call("plan", *some, "--json", cwd=days).out)
    planned = {file["uri"] for batch in plan["batches"] for file in batch["files"]}
    assert {Path(uri).name for uri in planned} == {f"{FIRST_DAY}-events.json", "a.json"}
    assert not any("log_data/2018/a.json" in uri for uri in planned)
    assert loaded_sessions(days) == []
    call("etl", *some, cwd=days)
    assert loaded_sessions(days) == [10]


def test_a_file_is_chosen_by_its_name(days: Path) -> None:
    assert call("etl", "--select", "2018/a.json", cwd=days).err == ""
    assert loaded_sessions(days) == [9]
    assert call("etl", "--select", "*-30-*", cwd=days).code == 0
    assert loaded_sessions(days) == [9, 11]


@pytest.mark.parametrize("command", ["etl", "plan"])
def test_a_choice_without_any_file_is_told(days: Path, command: str) -> None:
    outcome = call(command, "--select", "nothing*", cwd=days)
    assert outcome.code == 0
    assert "Warning: no log file in data/log_data has the chosen days and names" in outcome.err


def test_a_rejected_file_is_not_tried_again_for_being_chosen(days: Path) -> None:
    (days / f"data/log_data/2018/{LAST_DAY}-events.json").write_bytes(b"[1]")
    assert call("etl", "--from", LAST_DAY, cwd=days).code == 3
    again = call("etl", "--from", LAST_DAY, cwd=days)
    assert (again.code, again.out) == (0, "Nothing new to load.\n")


@pytest.mark.parametrize("command", ["etl", "plan", "report"])
@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["--from", "2018-11-31"], "there is no 2018-11-31: November 2018 has 30 days"),
        (["--to", "2019-02-29"], "there is no 2019-02-29: February 2019 has 28 days"),
        (["--to", "2018-11-00"], "there is no 2018-11-00: November 2018 has 30 days"),
        (["--from", "2018-13-01"], "2018-13-01 is no day; write it as 2018-11-30"),
        (["--from", "0000-01-01"], "0000-01-01 is no day; write it as 2018-11-30"),
        (["--from", "yesterday"], "yesterday is no day; write it as 2018-11-30"),
    ],
)
def test_a_day_that_there_is_not_is_refused_in_two_lines(
    command: str, given: list[str], problem: str, tmp_path: Path
) -> None:
    outcome = call(command, *given, cwd=tmp_path)
    assert outcome.code == 2
    error, hint = outcome.err.splitlines()
    assert error == f"Error: Invalid value for '{given[0]}': {problem}"
    assert hint == f"Try: sparkify {command} --help"


def test_days_in_the_wrong_order_are_refused(tmp_path: Path) -> None:
    outcome = call("etl", "--from", LAST_DAY, "--to", FIRST_DAY, cwd=tmp_path)
    assert (outcome.code, outcome.err.splitlines()[0]) == (
        2,
        f"Error: --from {LAST_DAY} is after --to {FIRST_DAY}",
    )
