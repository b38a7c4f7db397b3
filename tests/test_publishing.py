"""On DuckDB readers open a published copy: loads and readers do not wait for each other."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

import sparkify
from sparkify.config import Settings
from sparkify.engines import open_engine, open_reader
from sparkify.engines.duckdb import copying, publishing
from sparkify.engines.duckdb.publishing import Publication
from sparkify.errors import SparkifyWarning
from sparkify.sql import Statement
from tests.command_line import PATIENCE, call, environment, run
from tests.operate.lock_holder import hold_lock
from tests.small_disk import disk_that_shares_blocks, small_disk
from tests.small_source import lines, play, write_source

FILE, PUBLISHED = "sparkify.duckdb", "sparkify.read.duckdb"
PLAYS = "select count(*) from songplays"
RESET_PLAYS = Statement("test", "delete from songplays")
READERS = (
    ("query", PLAYS),
    ("status",),
    ("report",),
    ("overview",),
    ("export", "exported"),
    ("runs",),
    ("quarantine",),
    ("plan",),
    ("reconcile",),
    ("check",),
    ("connect", "--for", "jdbc"),
)


@pytest.fixture
def folder(loaded: Path) -> Path:
    """Give a folder with sources and a loaded warehouse that is published."""
    write_source(loaded)
    return loaded


def add_file(folder: Path, session: int) -> None:
    """Add a source file with one play."""
    path = folder / "data" / "log_data" / "2018" / f"{session}.json"
    path.write_bytes(lines(play(session, 0)))


def plays(folder: Path, *options: str) -> int:
    outcome = call("query", PLAYS, "--format", "csv", *options, cwd=folder)
    assert outcome.code == 0, outcome
    return int(outcome.out.split()[1])


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(db_name=str(folder / "sparkify"), **more)


def is_published(folder: Path) -> bool:
    return (folder / PUBLISHED).exists() and (
        (folder / PUBLISHED).read_bytes() == (folder / FILE).read_bytes()
    )


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "unfinished" in path.name]


def killed(folder: Path, code: str) -> None:
    """Run a program that changes the warehouse and is gone before it publishes."""
    before = (folder / PUBLISHED).read_bytes()
    begin = (
        "import os; from pathlib import Path; from sparkify.config import Settings;"
        "from sparkify import pipeline; from sparkify.engines import open_engine;"
        "from sparkify.sql import Statement;"
        "engine = open_engine(Settings())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{begin}{code}\nos._exit(9)"],
        cwd=folder,
        env=environment(folder),
        check=False,
    )
    assert done.returncode == 9
    assert (folder / PUBLISHED).read_bytes() == before


# --- what publishes


def test_each_command_that_changes_the_warehouse_publishes_it(tmp_path: Path) -> None:
    write_source(tmp_path)

    def changed(*command: str) -> None:
        before = (tmp_path / PUBLISHED).stat().st_ino if (tmp_path / PUBLISHED).exists() else 0
        outcome = call(*command, cwd=tmp_path)
        assert outcome.code == 0, outcome
        assert is_published(tmp_path)
        assert (tmp_path / PUBLISHED).stat().st_ino != before
        assert leftovers(tmp_path) == []

    changed("create-tables")
    changed("etl")
    assert plays(tmp_path) == 4
    add_file(tmp_path, 7)
    changed("etl")
    assert plays(tmp_path) == 5
    changed("undo", json.loads(call("runs", "last", "--json", cwd=tmp_path).out)["run"]["run_id"])
    assert plays(tmp_path) == 4
    changed("rebuild")
    (tmp_path / "data" / "log_data" / "2018" / "bad.json").write_bytes(b"{ no JSON\n")
    assert call("etl", cwd=tmp_path).code == 3
    assert is_published(tmp_path)
    (tmp_path / "data" / "log_data" / "2018" / "bad.json").write_bytes(lines(play(8, 0)))
    changed("quarantine", "retry")
    (tmp_path / PUBLISHED).unlink()
    changed("migrate")
    changed("create-tables", "--yes")
    assert plays(tmp_path) == 0


def test_a_command_that_changes_nothing_copies_nothing(folder: Path) -> None:
    assert call("etl", cwd=folder).code == 0
    before = (folder / PUBLISHED).stat()
    for command in (("etl",), ("doctor",), *READERS):
        assert call(*command, cwd=folder).code in {0, 1}
    assert (folder / PUBLISHED).stat().st_ino == before.st_ino


def test_a_failed_load_is_published_too(folder: Path) -> None:
    (folder / "data" / "log_data" / "2018" / "gold.json").write_bytes(lines(play(9, 0, level="x")))
    failing = {"SPARKIFY_CHECKS_VALUES_ARE_IN_THEIR_DOMAIN": "block"}
    assert call("etl", cwd=folder, env=failing).code == 3
    assert is_published(folder)
    [last, *_] = json.loads(call("runs", "--json", cwd=folder).out)
    assert last["outcome"] == "failed"


def test_the_published_file_opens_as_the_same_catalog(folder: Path) -> None:
    for name in (FILE, PUBLISHED):
        with duckdb.connect(str(folder / name), read_only=True) as connection:
            assert connection.execute("select current_database()").fetchall() == [("sparkify",)]
    assert plays(folder) == 4
    outcome = call("query", "select count(*) from sparkify.main.songplays", cwd=folder)
    assert outcome.code == 0, outcome


@pytest.mark.parametrize("name", ["memory", "my.own", "o'b \"x"])
def test_a_database_of_any_name_is_published(tmp_path: Path, name: str) -> None:
    write_source(tmp_path)
    env = {"SPARKIFY_CLUSTER_DB_NAME": name}
    for command in (("create-tables",), ("etl",), ("query", PLAYS), ("export", "exported")):
        outcome = call(*command, cwd=tmp_path, env=env)
        assert outcome.code == 0, outcome
    assert (tmp_path / f"{name}.read.duckdb").exists()


def test_the_published_file_has_the_permissions_of_the_warehouse_to_read(folder: Path) -> None:
    assert (folder / PUBLISHED).stat().st_mode & 0o777 == 0o400
    (folder / FILE).chmod(0o640)
    assert plays(folder) == 4
    add_file(folder, 7)
    assert call("etl", cwd=folder).code == 0
    assert (folder / PUBLISHED).stat().st_mode & 0o777 == 0o440


def test_a_warehouse_behind_a_link_is_published_beside_itself(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / FILE).rename(folder / "real" / FILE)
    (folder / PUBLISHED).unlink()
    (folder / FILE).symlink_to(folder / "real" / FILE)
    assert plays(folder) == 4
    assert (folder / "real" / PUBLISHED).exists()
    assert not (folder / PUBLISHED).exists()


# --- readers and loads together


def test_no_reader_is_refused_while_another_process_writes(folder: Path) -> None:
    with hold_lock(folder, read_only=False):
        for command in READERS:
            outcome = call(*command, "--wait", "0", cwd=folder)
            assert outcome.code in {0, 3}, outcome  # 3: the files are in another folder by now
            assert "Error" not in outcome.err
        path = str(folder / PUBLISHED)
        assert path in call("connect", "--for", "jdbc", cwd=folder).out
        with sparkify.connect(settings={"CLUSTER.DB_NAME": str(folder / "sparkify")}) as connection:
            assert connection.sql(PLAYS).rows == [(4,)]


def test_a_load_does_not_wait_for_readers_and_a_new_connection_sees_it(folder: Path) -> None:
    of_folder = {"CLUSTER.DB_NAME": str(folder / "sparkify")}
    with sparkify.connect(settings=of_folder) as early:
        add_file(folder, 7)
        assert call("etl", cwd=folder).code == 0
        with sparkify.connect(settings=of_folder) as late:
            assert late.sql(PLAYS).rows == [(5,)]
        assert early.sql(PLAYS).rows == [(4,)]


def test_another_program_that_reads_the_published_file_stops_no_load(folder: Path) -> None:
    with duckdb.connect(str(folder / PUBLISHED), read_only=True) as other:
        add_file(folder, 7)
        assert run("sparkify", "etl", cwd=folder).code == 0
        assert other.execute(PLAYS).fetchall() == [(4,)]
    assert plays(folder) == 5


def test_what_another_thread_has_not_committed_is_not_read(folder: Path) -> None:
    with closing(open_engine(settings(folder))) as engine:
        with engine.transaction():
            engine.execute(RESET_PLAYS)
            assert plays(folder) == 4
        assert plays(folder) == 4  # it is published when the file is closed
    assert plays(folder) == 0


def test_the_last_engine_of_a_process_publishes(folder: Path) -> None:
    first, second = open_engine(settings(folder)), open_engine(settings(folder))
    with second.transaction():
        second.execute(RESET_PLAYS)
        first.close()
        assert plays(folder) == 4
    second.close()
    second.close()
    assert plays(folder) == 0


def test_no_other_process_can_write_while_the_file_is_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = tmp_path / "found"
    program = tmp_path / "watched_copying.py"
    # in an environment of its own, since the copying runs without packages
    intruder = f"import duckdb; duckdb.connect({str(folder / FILE)!r})"
    program.write_text(
        "import subprocess, sys, runpy\n"
        f"done = subprocess.run([{sys.executable!r}, '-c', {intruder!r}], stderr=subprocess.PIPE)\n"
        f"open({str(found)!r}, 'wb').write(done.stderr)\n"
        f"runpy.run_path({copying.__file__!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(copying, "__file__", str(program))
    add_file(folder, 7)
    assert call("etl", cwd=folder).code == 0
    assert b"Could not set lock on file" in found.read_bytes()
    assert is_published(folder)


def test_a_load_waits_for_a_reader_that_publishes(folder: Path) -> None:
    publication = Publication.named_by(settings(folder))
    add_file(folder, 7)
    with publication.announced(), _holding(folder, seconds=1.5):
        outcome = run("sparkify", "etl", cwd=folder)
    assert outcome.code == 0, outcome


@contextmanager
def _holding(folder: Path, seconds: float) -> Iterator[None]:
    """Have another process hold the warehouse for some seconds."""
    code = f"c = duckdb.connect({FILE!r}); print(flush=True); time.sleep({seconds})"
    program = [sys.executable, "-c", f"import duckdb, time; {code}"]
    with subprocess.Popen(program, cwd=folder, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        yield
        holder.communicate(timeout=PATIENCE)


# --- where nothing is published


@pytest.fixture
def unpublished(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a warehouse that is not published."""
    (folder / "dwh.cfg").write_text("[CLUSTER]\nPUBLISH = off\n[IAM_ROLE]\n[S3]\n")
    assert call("etl", cwd=folder).code == 0
    return folder


def test_switched_off_nothing_is_published_and_the_former_file_is_removed(
    unpublished: Path,
) -> None:
    assert not (unpublished / PUBLISHED).exists()
    assert plays(unpublished) == 4
    assert f"{unpublished / FILE};" in call("connect", "--for", "jdbc", cwd=unpublished).out
    add_file(unpublished, 7)
    assert call("etl", cwd=unpublished).code == 0
    assert plays(unpublished) == 5
    assert not (unpublished / PUBLISHED).exists()


def test_a_reader_then_waits_and_says_for_whom(unpublished: Path) -> None:
    with hold_lock(unpublished, read_only=False) as holder:
        outcome = call("status", "--wait", "0.2", cwd=unpublished)
    assert outcome.code == 1
    error, hint = outcome.err.splitlines()
    assert f"PID {holder}" in error
    assert "0.2 s were not enough" in error
    assert "--wait SECONDS" in hint


def test_a_reader_then_answers_once_the_other_is_done(unpublished: Path) -> None:
    with _holding(unpublished, seconds=3):
        outcome = call("query", PLAYS, "--wait", "60", cwd=unpublished)
    assert outcome.code == 0, outcome
    warning, hint = outcome.err.splitlines()
    assert warning.startswith("Warning: the warehouse")
    assert "waiting up to 60 s" in warning
    assert hint.startswith("  Try: ")


def test_a_large_file_is_published_only_if_it_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MOST_AUTO_BYTES", 1000)
    monkeypatch.setattr(copying, "share_blocks", lambda source, target: False)
    add_file(folder, 7)
    assert call("etl", cwd=folder).code == 0
    assert not (folder / PUBLISHED).exists()
    assert plays(folder) == 5
    assert plays(folder, "--set", "CLUSTER.PUBLISH=on") == 5
    assert is_published(folder)
    monkeypatch.setattr(copying, "share_blocks", lambda source, target: True)
    (folder / PUBLISHED).unlink()
    assert plays(folder) == 5
    assert is_published(folder)


def test_files_that_cannot_be_replaced_while_open_are_not_published(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "CAN_REPLACE_OPEN_FILES", False)
    assert not Publication.named_by(settings(folder, publish="on")).is_wanted()


def test_the_name_of_a_published_file_is_no_warehouse(folder: Path) -> None:
    outcome = call("etl", "--set", "CLUSTER.DB_NAME=sparkify.read", cwd=folder)
    assert outcome.code == 2
    assert "does not end in .read" in outcome.err
    assert is_published(folder)


def test_a_file_of_others_under_that_name_is_never_replaced(folder: Path) -> None:
    (folder / PUBLISHED).unlink()
    with duckdb.connect(str(folder / PUBLISHED)) as connection:
        connection.execute("create table precious as select 1 as n")
    before = (folder / PUBLISHED).read_bytes()
    add_file(folder, 7)
    for env in ({}, {"SPARKIFY_CLUSTER_PUBLISH": "off"}):
        outcome = call("etl", cwd=folder, env=env)
        assert outcome.code == 0, outcome
        warning, hint = outcome.err.splitlines()
        assert warning.startswith(f"Warning: {folder / PUBLISHED} is no copy of")
        assert "move that file away" in hint
        assert (folder / PUBLISHED).read_bytes() == before
    assert plays(folder) == 5


@pytest.mark.parametrize("error", [errno.EXDEV, errno.ENOSYS])
def test_a_file_is_copied_where_the_kernel_cannot_do_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def fail(*_: object) -> int:
        raise OSError(error, "")

    monkeypatch.setattr(os, "copy_file_range", fail)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(9_000_000))

    assert copying.copy_warehouse(source, tmp_path / "none", target) == 0
    assert target.read_bytes() == source.read_bytes()


def test_a_disk_that_fills_up_is_told_by_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "copy_file_range", fail)
    (tmp_path / "source").write_bytes(b"x")

    code = copying.copy_warehouse(tmp_path / "source", tmp_path / "none", tmp_path / "target")

    assert code == errno.ENOSPC


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["btrfs", "xfs"])
def test_where_blocks_are_shared_a_copy_takes_no_room(tmp_path: Path, kind: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with disk_that_shares_blocks(disk, kind):
        with duckdb.connect(str(disk / FILE)) as connection:
            connection.execute("create table numbers as select random() as r from range(5000000)")
        os.sync()
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        size = (disk / FILE).stat().st_size
        Publication(disk / FILE, "auto").renew()
        os.sync()
        taken = free - os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize

        assert is_published(disk)
        assert size > 30_000_000
        assert taken < size / 10


# --- kills and full disks


def test_what_a_killed_command_left_unpublished_the_next_one_publishes(folder: Path) -> None:
    killed(folder, "engine.execute(Statement('test', 'delete from songplays'))")
    assert (folder / f"{FILE}.wal").exists()
    assert plays(folder) == 0
    assert is_published(folder)


def test_a_killed_create_tables_leaves_no_old_file_that_answers(folder: Path) -> None:
    killed(folder, "pipeline.create_tables(engine)")
    assert plays(folder) == 0


def test_a_load_publishes_what_a_killed_command_left_before_it_begins(folder: Path) -> None:
    killed(folder, "engine.execute(Statement('test', 'delete from songplays'))")
    with closing(open_engine(settings(folder))) as engine:
        assert not (folder / f"{FILE}.wal").exists() or not (folder / f"{FILE}.wal").stat().st_size
        engine.execute(Statement("test", "delete from users"))
        assert plays(folder) == 0
    assert plays(folder) == 0


def test_while_another_program_reads_the_warehouse_its_state_is_read(folder: Path) -> None:
    killed(folder, "pipeline.create_tables(engine)")
    with hold_lock(folder, read_only=True):
        assert plays(folder) == 0
        assert not (folder / PUBLISHED).exists()  # nobody sees an older state again
    assert plays(folder) == 0
    assert is_published(folder)


def test_a_warehouse_that_was_deleted_is_not_answered_for(folder: Path) -> None:
    (folder / FILE).unlink()
    outcome = call("query", PLAYS, cwd=folder)
    assert outcome.code == 1
    assert "there is no warehouse" in outcome.err


def test_what_a_killed_copy_left_the_next_command_removes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "kill.py"
    program.write_text("import os, sys; open(sys.argv[3], 'w'); os.kill(os.getppid(), 9)")
    code = (
        f"from sparkify.engines.duckdb import copying; copying.__file__ = {str(program)!r};"
        "from sparkify.cli import main; main(['etl'])"
    )
    add_file(folder, 7)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(folder), check=False
    )
    assert done.returncode == -9
    assert len(leftovers(folder)) == 1
    assert plays(folder) == 5
    assert is_published(folder)
    assert leftovers(folder) == []


def test_a_disk_without_room_for_the_copy_is_a_warning(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, 16 * 1024):
        folder = write_source(disk)
        assert call("create-tables", cwd=folder).code == 0
        size = 16 * 1024 * 1024 - sum(path.stat().st_size for path in disk.glob("*.duckdb"))
        (disk / "ballast").write_bytes(bytes(size - 5_000_000))
        outcome = run("sparkify", "etl", cwd=folder)
        assert outcome.code == 0, outcome
        warning, hint = outcome.err.splitlines()
        assert warning.startswith(f"Warning: {disk / PUBLISHED} was not written: No space left")
        assert hint.startswith("  Try: make room for ")
        assert not (disk / PUBLISHED).exists()
        assert leftovers(disk) == []
        assert run("sparkify", "query", PLAYS, cwd=folder).code == 0
        (disk / "ballast").unlink()
        assert run("sparkify", "query", PLAYS, cwd=folder).err == ""
        assert is_published(disk)


def test_a_copy_that_fails_is_a_line_of_the_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "full.py"
    program.write_text(f"import sys; sys.exit({errno.EDQUOT})")
    monkeypatch.setattr(copying, "__file__", str(program))
    add_file(folder, 7)
    outcome = call("etl", "--log-format", "json", cwd=folder)
    assert outcome.code == 0
    events = [json.loads(line) for line in outcome.err.splitlines()]
    [warning] = [each["text"] for each in events if each["event"] == "warning"]
    assert os.strerror(errno.EDQUOT) in warning
    assert "PUBLISH = off" in warning


def test_from_python_a_copy_that_fails_is_a_warning(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "killed.py"
    program.write_text("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(copying, "__file__", str(program))
    engine = open_engine(settings(folder))
    engine.execute(RESET_PLAYS)
    with pytest.warns(SparkifyWarning, match="its copying ended by SIGKILL"):
        engine.close()


def test_threads_that_open_and_close_publish_whole_files(folder: Path) -> None:
    end = time.monotonic() + 3
    failed: list[Exception] = []

    def change() -> None:
        try:
            while time.monotonic() < end:
                with closing(open_engine(settings(folder))) as engine, engine.transaction():
                    engine.execute(Statement("test", "update songplays set level = level"))
        except Exception as error:  # noqa: BLE001 - it is shown below
            failed.append(error)

    threads = [threading.Thread(target=change) for _ in range(2)]
    for each in threads:
        each.start()
    read = 0
    while time.monotonic() < end:
        with closing(open_reader(settings(folder))) as reader:
            assert reader.fetch(Statement("test", PLAYS)).rows == [(4,)]
        read += 1
    for each in threads:
        each.join()
    assert [str(error) for error in failed if "conflict" not in str(error).lower()] == []
    assert read
    assert plays(folder) == 4
