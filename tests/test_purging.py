"""After an erasure DuckDB's files have no byte of the user, whatever is killed."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.command_line import call, environment
from tests.small_source import lines, play, write_source

NAME, PLACE = "Zebulonia", "Ypsilanti-by-the-Water, ZZ"
PERSON = {"userId": "77", "firstName": NAME, "lastName": "Quux", "location": PLACE}
FILE, PUBLISHED = "sparkify.duckdb", "sparkify.read.duckdb"
MARKS = (NAME.encode(), PLACE.encode())
# Kills the process as it calls a function for the first time.
KILLED = """
import os, signal, sys
from {module} import {owner}
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
{owner}.{function} = die
from sparkify.cli import main
main(sys.argv[1:])
"""


def places_of(folder: Path) -> list[str]:
    """Return the files of the warehouse that have a mark of the person in their bytes."""
    files = [each for each in folder.rglob("*") if each.is_file() and "data" not in each.parts]
    return sorted(
        str(each.relative_to(folder))
        for each in files
        if any(mark in each.read_bytes() for mark in MARKS)
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Give a warehouse whose files have the person in their bytes, also where rows were deleted."""
    logs = write_source(tmp_path) / "data/log_data"
    (logs / "z.json").write_bytes(lines(*(play(88, n, **PERSON) for n in range(40))))
    (tmp_path / "privacy.key").write_text("0" * 64, encoding="ascii")
    assert call("etl", cwd=tmp_path).code == 0
    assert places_of(tmp_path) == [FILE, PUBLISHED]
    return tmp_path


def forget(folder: Path) -> None:
    outcome = call("forget", "77", "--yes", cwd=folder)
    assert (outcome.code, outcome.err.count("\n")) == (0, 1)


def finished(folder: Path) -> list[bool]:
    with duckdb.connect(str(folder / PUBLISHED), read_only=True) as connection:
        found = connection.execute("select bytes_gone_at is not null from erasures").fetchall()
    return [each for (each,) in found]


def test_a_deletion_alone_leaves_the_bytes(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse / FILE)) as connection:
        for table in ("staging_events", "songplays", "users"):
            column = "userid" if table == "staging_events" else "user_id"
            connection.execute(f"delete from {table} where {column} = 77")
        connection.execute("checkpoint")

    assert FILE in places_of(warehouse)


def test_no_byte_is_left_in_the_file_and_the_published_copy(warehouse: Path) -> None:
    before = call("query", "select count(*) from songplays where user_id != 77", cwd=warehouse)
    mode = (warehouse / FILE).stat().st_mode

    forget(warehouse)

    assert places_of(warehouse) == []
    assert finished(warehouse) == [True]
    assert (warehouse / FILE).stat().st_mode == mode
    assert call("query", "select count(*) from songplays", cwd=warehouse).out == before.out
    assert call("check", "--all", cwd=warehouse).code == 0
    assert call("etl", cwd=warehouse).code == 0


def test_a_file_in_use_by_a_reader_is_rewritten_too(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse / PUBLISHED), read_only=True) as reader:
        forget(warehouse)
        held = reader.execute("select count(*) from users where user_id = 77").fetchall()

    assert held == [(1,)]  # of the file that has no name any more
    assert places_of(warehouse) == []


@pytest.mark.parametrize(
    ("module", "owner", "function"),
    [
        ("sparkify.operate", "forget", "finish_erasures"),
        ("sparkify.engines.duckdb", "storage", "_rewrite"),
        ("sparkify.engines.duckdb.publishing", "Publication", "withdraw"),
        ("pathlib", "Path", "replace"),
        ("sparkify.engines.duckdb.publishing", "Publication", "renew"),
    ],
)
def test_what_a_kill_leaves_the_next_command_finishes(
    warehouse: Path, module: str, owner: str, function: str
) -> None:
    program = KILLED.format(module=module, owner=owner, function=function)
    killed = subprocess.run(
        [sys.executable, "-c", program, "forget", "77", "--yes"],
        cwd=warehouse,
        env=environment(warehouse),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert call("check", "--all", cwd=warehouse).code == 0
    held = call("query", "select count(*) from users where user_id = 77", cwd=warehouse)
    assert held.out.split()[-1] == "0"

    assert call("rebuild", "--yes", cwd=warehouse).code == 0

    assert places_of(warehouse) == []
    assert finished(warehouse) == [True]


def test_a_load_that_leaves_somebody_out_leaves_no_byte(warehouse: Path) -> None:
    forget(warehouse)

    outcome = call("reload", "--full-refresh", "--yes", "--json", cwd=warehouse)

    assert json.loads(outcome.out)["suppressed"] == 40
    assert places_of(warehouse) == []
    assert finished(warehouse) == [True, True]


def test_without_room_it_is_said_and_done_later(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    usage = shutil.disk_usage(warehouse)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: usage._replace(free=0))
        outcome = call("forget", "77", "--yes", cwd=warehouse)
        assert outcome.code == 1
        assert "has no room to rewrite it" in outcome.err
        warned = call("rebuild", "--yes", cwd=warehouse)
        assert warned.code == 0
        assert "the bytes of forgotten users are still in the storage" in warned.err
    assert places_of(warehouse)

    assert call("rebuild", "--yes", cwd=warehouse).code == 0

    assert places_of(warehouse) == []
