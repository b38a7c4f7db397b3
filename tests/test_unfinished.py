"""What is written under a temporary name: whole or not there, private, and swept if left behind."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from sparkify.config import load_settings
from sparkify.engines import open_engine
from sparkify.unfinished import atomic_file, locked_folder, sweep, temporary_folder
from tests.command_line import ROOT, call
from tests.small_source import write_source

HOLDING = """
import sys, time
from pathlib import Path
from sparkify.unfinished import locked_folder
with locked_folder(Path(sys.argv[1]), ".made-") as folder:
    (folder / "deep").mkdir()
    (folder / "deep" / "data").write_text("half")
    print(folder, flush=True)
    time.sleep(60)
"""


@contextmanager
def another_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Start a process that holds a temporary folder, and name that folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLDING, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as started:
        try:
            assert started.stdout
            yield started, Path(started.stdout.readline().strip())
        finally:
            started.kill()


def test_what_a_killed_process_left_is_swept_and_what_a_running_one_writes_is_not(
    tmp_path: Path,
) -> None:
    with another_process(tmp_path) as (killed, left), another_process(tmp_path) as (_, held):
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert (left / "deep/data").exists()
        with locked_folder(tmp_path, ".made-") as mine:
            assert not left.parent.exists()
            assert (held / "deep/data").read_text() == "half"
            (mine / "own").write_text("kept while it is held")
            sweep(tmp_path, ".made-")
            assert (mine / "own").exists()
        assert (held / "deep/data").exists()
    sweep(tmp_path, ".made-")
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_takes_nothing_that_is_not_a_leftover(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/lock").write_text("")
    (tmp_path / ".made-link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / ".made-file").write_text("")
    (tmp_path / ".made-by-somebody").mkdir()
    (tmp_path / ".made-by-somebody/data").write_text("")
    (tmp_path / "other").mkdir()
    before = sorted(tmp_path.rglob("*"))
    sweep(tmp_path, ".made-")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_maker_killed_before_its_lock_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / ".made-x").mkdir()
    sweep(tmp_path, ".made-")
    assert list(tmp_path.iterdir()) == []


def test_the_next_command_sweeps_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "sparkify-unfinished-left"
    (left / "content").mkdir(parents=True)
    (left / "content/rows.duckdb").write_text("large")
    (left / "lock").write_text("")
    call("status", cwd=tmp_path)
    assert not left.exists()


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, int]] = []
    sync, target = os.fsync, tmp_path / "out.txt"

    def noted(descriptor: int) -> None:
        done.append(("exists" if target.exists() else "not yet", os.fstat(descriptor).st_ino))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    with atomic_file(target) as unfinished:
        unfinished.write_text("whole")
        inode = unfinished.stat().st_ino
    assert done == [("not yet", inode), ("exists", tmp_path.stat().st_ino)]
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_a_link_under_a_name_that_could_be_guessed_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in (f".out.txt.{os.getpid()}", ".out.txt.new", ".out.txt.unfinished-"):
        (tmp_path / name).symlink_to(victim)
    with atomic_file(tmp_path / "out.txt") as unfinished:
        unfinished.write_text("theirs")
    assert victim.read_text() == "mine"
    assert (tmp_path / "out.txt").read_text() == "theirs"


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")

    def fail() -> None:
        with atomic_file(target) as unfinished:
            unfinished.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"out.txt": "old"}


def test_a_temporary_folder_is_the_users_alone() -> None:
    with temporary_folder() as folder:
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert not folder.parent.exists()


# The permissions of what is written


@pytest.mark.parametrize(
    ("option", "file_mode", "folder_mode"),
    [((), 0o600, 0o700), (("--set", "OUTPUT.FILE_MODE=640"), 0o640, 0o750)],
    ids=["default", "setting"],
)
def test_what_is_written_is_the_owners_alone_or_as_a_setting_says(
    tmp_path: Path, option: tuple[str, ...], file_mode: int, folder_mode: int
) -> None:
    write_source(tmp_path)
    before = {*tmp_path.rglob("*")}
    for command in (
        ("create-tables",),
        ("etl",),
        ("check", "--junit", "junit.xml"),
        ("report", "--out", "report.html"),
        ("query", "select 1", "--format", "csv", "--out", "answer.csv"),
        ("query", "select 1", "--format", "parquet", "--out", "answer.parquet"),
        ("quarantine", "--format", "csv", "--safe-for-spreadsheets", "--out", "rejected.csv"),
        ("docs", "docs"),
        ("export", "exported"),
        (
            "generate",
            "--out",
            "generated",
            "--days",
            "1",
            "--users",
            "5",
            "--songs",
            "5",
            "--artists",
            "5",
        ),
    ):
        done = call(*command, *option, cwd=tmp_path)
        assert done.code == 0, done.err
    written = {*tmp_path.rglob("*")} - before
    assert len(written) > 15
    published = tmp_path / "sparkify.read.duckdb"  # is written by nobody
    assert stat.S_IMODE(published.stat().st_mode) == file_mode & 0o555
    others = written - {published}
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in others}
    assert modes == {(False, file_mode), (True, folder_mode)}


@pytest.mark.parametrize(
    ("mode", "umask"), [("600", 0o077), ("640", 0o027), ("660", 0o007), ("644", 0o022)]
)
def test_who_may_read_a_file_may_enter_its_folder(mode: str, umask: int) -> None:
    assert load_settings(overrides={"OUTPUT.FILE_MODE": mode}, environment={}).umask == umask


def test_what_duckdb_spilled_in_a_killed_load_is_removed_by_the_next(tmp_path: Path) -> None:
    settings = load_settings(
        overrides={"CLUSTER.DB_NAME": str(tmp_path / "warehouse")}, environment={}
    )
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
    spilled = tmp_path / "warehouse.duckdb.tmp"
    spilled.mkdir()
    (spilled / "duckdb_temp_7_0_storage_DEFAULT-0.tmp").write_bytes(bytes(1000))
    (spilled / "notes.txt").write_text("not DuckDB's")
    open_engine(settings).close()
    assert [path.name for path in spilled.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("password", "mode", "is_told"),
    [
        ("hidden", 0o644, True),
        ("hidden", 0o640, True),
        ("hidden", 0o600, False),
        ("", 0o644, False),
    ],
)
def test_doctor_warns_of_a_settings_file_with_a_password_that_others_may_read(
    tmp_path: Path, password: str, mode: int, is_told: bool
) -> None:
    file = tmp_path / "dwh.cfg"
    file.write_text(f"[CLUSTER]\nENGINE=duckdb\nDB_PASSWORD={password}\n[IAM_ROLE]\n[S3]\n")
    file.chmod(mode)
    told = call("doctor", cwd=tmp_path).out
    assert ("Try: let nobody else read it: chmod 600 dwh.cfg" in told) is is_told
    assert "hidden" not in told
