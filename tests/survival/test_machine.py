"""Faults of the machine in a run: a full disk, a reader that goes away, another run at once."""

import gzip
import os
import resource
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparkify.errors import SourceError
from tests.command_line import PATIENCE, Outcome, process
from tests.contract.warehouse import open_warehouse
from tests.small_disk import small_disk

from .crash_fixtures import CrashTarget, DuckDbTarget, broken, outcomes, repeatable_content, rows_of
from .crash_harness import CrashHarness, require_two_lines

KB = 1024
LARGE = 1 << 20  # more than is read at once


# --- a full disk


@pytest.fixture(
    params=[100, *(pytest.param(n, marks=pytest.mark.slow) for n in range(0, 4000, 250))]
)
def room(request: pytest.FixtureRequest) -> int:
    """Give some kilobytes that the disk of the warehouse has left."""
    left: int = request.param
    return left


def test_a_full_disk_under_the_warehouse_is_an_error(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str], room: int
) -> None:
    if harness.engine != "duckdb":
        pytest.skip("its disk is not ours")
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, 16 * KB):
        target = harness.target(disk / "target")
        _fill(disk, room)
        failed = harness.load(target)
        if failed.code:
            require_two_lines(failed, "No space left on device", "make room")
        (disk / "ballast").unlink()
        harness.recover(target)
    figures[f"full disk, warehouse ({harness.engine})"] += 1


@pytest.mark.slow
def test_a_warehouse_that_may_not_grow_is_left_as_it_was(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str], room: int
) -> None:
    if harness.engine != "duckdb":
        pytest.skip("its disk is not ours")
    target = harness.target(tmp_path / "target")
    assert isinstance(target, DuckDbTarget)
    limit = target.file.stat().st_size + room * KB

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    failed = harness.started(target, "etl.py", before=bound)

    if failed.code:
        require_two_lines(failed)
    harness.recover(target)
    figures[f"limit on the file's size ({harness.engine})"] += 1


def _fill(disk: Path, kilobytes: int) -> None:
    """Leave so much room on a disk."""
    status = os.statvfs(disk)
    free = status.f_bavail * status.f_frsize
    (disk / "ballast").write_bytes(bytes(max(0, free - kilobytes * KB)))


# --- a reader that goes away

WITHOUT = {"stdout": "1", "stderr": "2"}


@pytest.mark.parametrize(
    ("stream", "how"),
    [
        ("stdout", "gone"),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in [
                ("stderr", "full"),
                ("stdout", "closed"),
                ("stdout", "full"),
                ("stderr", "closed"),
                ("stderr", "gone"),
            ]
        ),
    ],
)
def test_who_reads_the_output_never_matters_to_the_load(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str], stream: str, how: str
) -> None:
    target = harness.target(tmp_path / "target")
    gone, broken_pipe = os.pipe()
    os.close(gone)
    through: tuple[str, ...] = ()
    streams: dict[str, Any] = {}
    with Path("/dev/full").open("wb") as full:
        match how:
            case "closed":
                through = ("sh", "-c", f'exec "$@" {WITHOUT[stream]}>&-', "sh")
            case "gone":
                streams[stream] = broken_pipe
            case "full":
                streams[stream] = full
        done = harness.started(target, "etl.py", through=through, **streams)
    os.close(broken_pipe)

    assert "Traceback" not in done.err
    assert "Exception ignored" not in done.err
    assert done.code in {0, 1}
    assert outcomes(target) == ["done", "done"]
    assert repeatable_content(target) == harness.goal
    figures[f"stdout or stderr {how} ({harness.engine})"] += 1


# --- a file that changes


@pytest.mark.parametrize("ending", [".json", ".json.gz"])
@pytest.mark.parametrize("change", ["replaced", "deleted"])
def test_a_local_file_that_is_changed_while_it_is_read_fails_its_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, ending: str
) -> None:
    packed: Callable[[bytes], bytes] = gzip.compress if ending.endswith("gz") else bytes
    old, new = (packed(os.urandom(2 * LARGE).hex().encode()) for _ in range(2))
    read = os.read

    def read_and_change(descriptor: int, size: int) -> bytes:
        data = read(descriptor, size)
        if data and path.exists():
            path.unlink()
            if change == "replaced":
                path.write_bytes(new)
        return data

    with open_warehouse("duckdb") as warehouse:
        warehouse.reset(tmp_path)
        path = warehouse.write_file(warehouse.logs / f"big{ending}", old)
        before = warehouse.everything()
        monkeypatch.setattr(os, "read", read_and_change)

        with pytest.raises(SourceError, match=f"big{ending}"):
            warehouse.load(max_errors=10)

        monkeypatch.undo()
        assert warehouse.everything() == before


# --- what takes a warehouse apart

DOORS = {
    "create_tables.py": (),
    "sparkify rebuild": (),
    "sparkify undo": ("RUN",),
    "sparkify reload --full-refresh --drop-missing": (),
}


@pytest.mark.parametrize(
    ("door", "points"),
    [
        ("create_tables.py", slice(60, None, 800)),
        *(
            pytest.param(door, slice(first, None, 20), marks=pytest.mark.slow)
            for door in DOORS
            for first in (3, 11)
        ),
    ],
)
def test_a_warehouse_taken_apart_is_the_old_or_the_new(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str], door: str, points: slice
) -> None:
    told, undisturbed = tmp_path / "points", harness.target(tmp_path / "undisturbed")
    [(run_id,)] = rows_of(undisturbed, "select run_id from runs")
    command = [*door.split(), *([run_id] if DOORS[door] else [])]
    done = harness.started(undisturbed, *command, env={"SURVIVAL_POINTS": str(told)})
    assert done.code == 0, done
    goal = repeatable_content(undisturbed)
    count = len(told.read_text(encoding="utf-8").splitlines())
    for point in range(1, count + 1)[points]:
        target = harness.target(tmp_path / str(point))

        harness.started(target, *command, env={"SURVIVAL_STRIKE": f"{point}:SIGKILL"})

        assert repeatable_content(target) in (harness.history, goal)
        assert broken(target) == []
        assert harness.started(target, *command).code == 0 or repeatable_content(target) == goal
        assert harness.load(target).code == 0
        assert repeatable_content(target)["songplays"] == harness.goal["songplays"]
        figures[f"{door} killed ({harness.engine})"] += 1


# --- two at once


def test_of_two_runs_at_once_one_loads_and_the_other_says_who(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str]
) -> None:
    target = harness.target(tmp_path / "target")
    both = [_start(harness, target) for _ in range(2)]
    ended = [_ended(each) for each in both]
    _require_one_of_two(harness, target, both, ended)
    figures[f"two runs at once ({harness.engine})"] += 1


def test_a_run_can_wait_for_the_other(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str]
) -> None:
    target = harness.target(tmp_path / "target")
    both = [_start(harness, target, "--wait", str(PATIENCE)) for _ in range(2)]
    ended = [_ended(each) for each in both]

    assert [each.code for each in ended] == [0, 0], ended
    assert repeatable_content(target) == harness.goal
    figures[f"two runs at once ({harness.engine})"] += 1


def test_a_lock_left_by_a_dead_process_is_no_lock(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str]
) -> None:
    target = harness.target(tmp_path / "target")
    dying = _start(harness, target)
    time.sleep(0.5)
    dying.kill()
    _ended(dying)

    harness.recover(target)
    figures[f"two runs at once ({harness.engine})"] += 1


def _start(harness: CrashHarness, target: CrashTarget, *options: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        process("etl.py", *options),
        cwd=target.folder,
        env=harness.environment(target),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _ended(started: "subprocess.Popen[bytes]") -> Outcome:
    out, err = started.communicate(timeout=PATIENCE)
    return Outcome(started.returncode, out.decode(), err.decode())


def _require_one_of_two(
    harness: CrashHarness,
    target: CrashTarget,
    both: list["subprocess.Popen[bytes]"],
    ended: list[Outcome],
) -> None:
    assert 0 in [each.code for each in ended], ended
    for place, each in enumerate(ended):
        if each.code:
            require_two_lines(each, "is in use by another process", f"PID {both[1 - place].pid}")
    assert repeatable_content(target) == harness.goal


# --- asked to end


@pytest.mark.slow
def test_a_signal_that_is_to_be_ignored_is_ignored(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str]
) -> None:
    target = harness.target(tmp_path / "target")

    done = harness.started(
        target, "etl.py", through=["nohup"], env={"SURVIVAL_STRIKE": "99:SIGHUP"}
    )

    assert done.code == 0, done
    assert repeatable_content(target) == harness.goal
    figures[f"SIGHUP ({harness.engine})"] += 1


HANGING = """
import os, signal, sys, threading, time
import duckdb
from sparkify.cli import main
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.sql import Statement

long = Statement("long", "select sum(a.range * b.range) from range(900000) a, range(900000) b")
hang = {
    "statement": lambda engine: engine.fetch(long),
    "deaf": lambda engine: deaf(),
}[sys.argv[1]]

def deaf():
    import ctypes
    ctypes.CDLL(None).sleep(50) or ctypes.CDLL(None).sleep(50)

def load_json(engine, *_):
    threading.Timer(0.5, os.kill, (os.getpid(), getattr(signal, sys.argv[2]))).start()
    hang(engine)

DuckDbEngine.load_json = load_json
main(["etl"])
"""


@pytest.mark.parametrize("name", ["SIGINT", pytest.param("SIGTERM", marks=pytest.mark.slow)])
@pytest.mark.parametrize("hanging", ["statement", pytest.param("deaf", marks=pytest.mark.slow)])
def test_a_signal_ends_a_run_within_seconds_whatever_it_waits_for(
    harness: CrashHarness, tmp_path: Path, figures: Counter[str], hanging: str, name: str
) -> None:
    if harness.engine != "duckdb":
        pytest.skip("hangs in DuckDB")
    target = harness.target(tmp_path / "target")
    script = tmp_path / "hanging.py"
    script.write_text(HANGING)
    began = time.monotonic()

    outcome = harness.started(target, str(script), hanging, name)

    assert time.monotonic() - began < 20  # of the fifty and more that it would take
    # A long task of DuckDB's may be deaf too: then the run is ended without a word in its log.
    assert f"Error: interrupted by {name}" in outcome.err
    assert outcome.code == 128 + {"SIGTERM": 15, "SIGINT": 2}[name]
    harness.recover(target)
    figures[f"{name} ({harness.engine})"] += 1
