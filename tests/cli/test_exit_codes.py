"""The exit codes are those of the table in docs/commands.md, by one rule for all commands."""

import re
from pathlib import Path

import duckdb
import pytest

from tests.command_line import ROOT, at_terminal, call, run
from tests.small_source import UNUSUAL_VALUES_FAIL, lines, play, write_source

TABLE = (ROOT / "docs/commands.md").read_text(encoding="utf-8").partition("## Exit codes")[2]
DOCUMENTED = {
    int(code)
    for cell in re.findall(r"^\| (\d[\d, ]*) \|", TABLE, re.MULTILINE)
    for code in cell.split(", ")
}

# Where nothing is wrong with the warehouse.
CALLS = [
    (0, ["etl"]),
    (0, ["overview"]),
    (0, ["status"]),
    (0, ["check", "--all"]),
    (0, ["quarantine"]),
    (0, ["quarantine", "retry"]),
    (0, ["plan"]),
    (0, ["runs"]),
    (0, ["doctor"]),
    (0, ["query", "select * from users where false"]),
    (0, ["--version"]),
    (1, ["query", "select nosuch"]),
    (1, ["query", "delete from users"]),
    (1, ["plan", "--set", "S3.LOG_DATA=nowhere"]),
    (1, ["overview", "--set", "CLUSTER.DB_NAME=nosuch"]),
    (2, ["nosuch"]),
    (2, ["etl", "--nosuch"]),
    (2, ["query", "--format", "xml", "select 1"]),
    (2, ["overview", "--config", "nosuch.cfg"]),
    (2, ["runs", "nosuch"]),
    (2, ["undo", "nosuch"]),
    (2, ["query", "--named", "nosuch"]),
    (3, ["status", "--fail-if-older-than", "1d"]),
    (3, ["doctor", "--set", "S3.SONG_DATA=nowhere"]),
]


def test_the_table_is_complete() -> None:
    assert {0, 1, 2, 3, 129, 130, 143} == DOCUMENTED


@pytest.mark.parametrize(("code", "arguments"), CALLS, ids=str)
def test_a_command_ends_with_the_code_of_the_table(
    loaded: Path, code: int, arguments: list[str]
) -> None:
    write_source(loaded)
    done = call(*arguments, cwd=loaded)

    assert done.code == code, done.err
    assert code in DOCUMENTED
    if code in {1, 2}:
        assert done.err.startswith("Error: ")


def test_a_script_has_the_codes_of_its_command(tmp_path: Path) -> None:
    assert run("etl.py", "--nosuch", cwd=tmp_path).code == 2
    assert run("etl.py", cwd=tmp_path).code == 1


@pytest.mark.parametrize("arguments", [["check", "--all"], ["status"], ["reconcile"]], ids=str)
def test_what_needs_a_person_is_3_once_it_is_found(loaded: Path, arguments: list[str]) -> None:
    write_source(loaded)
    with duckdb.connect(str(loaded / "sparkify.duckdb")) as warehouse:
        warehouse.execute("delete from songplays; delete from loaded_files")
        warehouse.execute("update runs set outcome = 'failed'")

    assert call(*arguments, cwd=loaded).code == 3


def test_a_load_that_leaves_something_to_a_person_is_3(loaded: Path) -> None:
    write_source(loaded)
    (loaded / "data/log_data/2018/array.json").write_text("[1, 2]")
    rejected = call("etl", cwd=loaded)
    (loaded / "data/log_data/2018/array.json").unlink()
    (loaded / "data/log_data/2018/gold.json").write_bytes(lines(play(7, 1, level="gold")))
    failed = call("etl", cwd=loaded, env=UNUSUAL_VALUES_FAIL)
    warned = call("etl", "--fail-on", "warn", cwd=loaded)

    assert (rejected.code, failed.code, warned.code) == (3, 3, 3)


def test_no_for_an_answer_is_1(loaded: Path) -> None:
    done = at_terminal("sparkify", "create-tables", cwd=loaded, keys=b"n\n", after="Go on?")

    assert done.code == 1


@pytest.mark.parametrize(("signal", "code"), [("HUP", 129), ("TERM", 143)], ids=["HUP", "TERM"])
def test_a_signal_is_128_and_its_number(loaded: Path, signal: str, code: int) -> None:
    query = "select count(*) from range(10000000000000) as a, range(1000000) as b"
    # Of a background process a shell ignores SIGINT: for it see tests/serve/test_prompt.py.
    script = f'"$@" & sleep 3; kill -{signal} $!; wait $!'
    done = run("sparkify", "query", query, cwd=loaded, through=("sh", "-c", script, "sh"))

    assert done.code == code
    assert code in DOCUMENTED
