"""Readers in a loop while loads run and are killed: none is refused, none sees a part of a run."""

import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

import sparkify
from tests.command_line import PATIENCE, environment, process, run
from tests.small_source import lines, play, write_source

FILE = "sparkify.duckdb"
PLAYS_OF_FILE = 3
READERS = 2
# What a run changes, in this order: it begins, its batch is committed, it ends.
STATE = """
    select
        (select count(*) from runs) as begun,
        (select count(*) from loaded_files) as files,
        (select count(*) from staging_events) as staged,
        (select count(*) from songplays) as plays,
        (select count(*) from runs where outcome = 'running') as running,
        (select count(*) from runs where outcome = 'done') as done
"""
# Passes through its gate for each answer, so that the test can shut it and look by itself.
READER = f"""
import fcntl, json, os, sys
import sparkify
gate = os.open(sys.argv[1], os.O_RDWR)
while not os.path.exists("end"):
    fcntl.flock(gate, fcntl.LOCK_SH)
    try:
        with sparkify.connect() as connection:
            [row] = connection.sql({STATE!r}).rows
        print(json.dumps(row), flush=True)
    except Exception as error:
        print(json.dumps(repr(error)), flush=True)
    fcntl.flock(gate, fcntl.LOCK_UN)
"""


@contextmanager
def readers(folder: Path) -> Iterator[list[Path]]:
    """Let processes read all the time; give the files that their answers go to."""
    outputs = [folder / f"answers-{number}" for number in range(READERS)]
    started = []
    for output, gate in zip(outputs, gates(folder), strict=True):
        gate.touch()
        with output.open("wb") as stream:
            program = [sys.executable, "-c", READER, str(gate)]
            started.append(
                subprocess.Popen(program, cwd=folder, env=environment(folder), stdout=stream)
            )
    try:
        yield outputs
    finally:
        (folder / "end").touch()
        for each in started:
            each.wait(PATIENCE)


def gates(folder: Path) -> list[Path]:
    return [folder / f"gate-{number}" for number in range(READERS)]


def state_of_copy(folder: Path) -> list[int]:
    """Return the state of the warehouse, by a copy of its file and log, while nobody reads."""
    shut = [os.open(gate, os.O_RDWR) for gate in gates(folder)]
    try:
        for each in shut:
            fcntl.flock(each, fcntl.LOCK_EX)
        for log in ("", ".wal"):
            if (folder / f"{FILE}{log}").exists():
                shutil.copy(folder / f"{FILE}{log}", folder / f"copy.duckdb{log}")
    finally:
        for each in shut:
            os.close(each)
    with duckdb.connect(str(folder / "copy.duckdb")) as connection:
        [row] = connection.execute(STATE).fetchall()
    for log in ("", ".wal"):
        (folder / f"copy.duckdb{log}").unlink(missing_ok=True)
    return list(row)


def load(folder: Path, kill_after: float | None = None) -> None:
    """Run a load to its end, or kill it after some seconds."""
    with subprocess.Popen(
        process("etl.py"),
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as started:
        if kill_after is not None:
            time.sleep(kill_after)
            started.send_signal(signal.SIGKILL)
        _, said = started.communicate(timeout=PATIENCE)
    assert started.returncode == 0 or kill_after is not None, said


@pytest.mark.parametrize(("loads", "kills"), [(1, 3), pytest.param(20, 50, marks=pytest.mark.slow)])
def test_no_reader_is_refused_and_each_sees_the_state_before_or_after_a_run(
    tmp_path: Path, figures: Counter[str], loads: int, kills: int
) -> None:
    write_source(tmp_path)
    assert run("create_tables.py", cwd=tmp_path).code == 0
    began = time.monotonic()
    assert run("etl.py", cwd=tmp_path).code == 0
    duration = time.monotonic() - began
    draw = random.Random(loads)
    attacks = [True] * kills + [False] * loads
    draw.shuffle(attacks)
    states = []
    with readers(tmp_path) as outputs:
        states.append(state_of_copy(tmp_path))
        for number, is_killed in enumerate(attacks):
            file = tmp_path / "data" / "log_data" / "2018" / f"{number}.json"
            file.write_bytes(lines(*(play(100 + number, item) for item in range(PLAYS_OF_FILE))))
            # most kills are where the warehouse is written and published
            load(tmp_path, duration * draw.uniform(0.3, 1.1) if is_killed else None)
            states.append(state_of_copy(tmp_path))
        load(tmp_path)
        states.append(state_of_copy(tmp_path))

    answers = [
        [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
        for output in outputs
    ]
    for of_reader in answers:
        assert [each for each in of_reader if isinstance(each, str)] == []
        assert [each for each in of_reader if each not in states] == []
        last = 0
        for each in of_reader:
            places = [place for place, state in enumerate(states) if state == each]
            assert places[-1] >= last, "a reader saw an earlier state after a later one"
            last = max(last, places[0])
    with sparkify.connect(settings={"CLUSTER.DB_NAME": str(tmp_path / "sparkify")}) as connection:
        assert list(connection.sql(STATE).rows[0]) == states[-1]
    assert states[-1][2] == 6 + PLAYS_OF_FILE * len(attacks)
    assert [name.name for name in tmp_path.iterdir() if "unfinished" in name.name] == []
    figures["answers of readers meanwhile (duckdb)"] += sum(map(len, answers))
    figures["loads killed while others read (duckdb)"] += kills
