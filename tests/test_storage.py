"""DuckDB's file is written so that DuckDB 1.4 can open it; earlier files are rewritten."""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pytest

from sparkify.engines.duckdb import storage
from sparkify.engines.duckdb.storage import rewrite_in_storage_version
from sparkify.errors import WarehouseBusy, WarehouseError
from sparkify.sql import TABLES, VIEWS
from tests.command_line import environment, run
from tests.small_source import COUNTS

FILE, PUBLISHED = "sparkify.duckdb", "sparkify.read.duckdb"
# https://duckdb.org/docs/stable/internals/storage: after a checksum and "DUCK", the number of the
# storage version; this is that of DuckDB 1.4.
STORAGE_OF_1_4 = 67
READ_ALL = """
import json, sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
names = [name for (name,) in connection.execute("select view_name from duckdb_views() where not "
    "internal union all select table_name from duckdb_tables()").fetchall()]
rows = {name: len(connection.table(name).fetchall()) for name in names}
print(json.dumps({"version": duckdb.__version__, "rows": rows}))
"""


def storage_number(file: Path) -> int:
    return int.from_bytes(file.read_bytes()[12:20], "little")


def content(file: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        names = [*TABLES, *VIEWS, "notes", 'of"others".x']
        rows = {name: connection.execute(f"from {quoted(name)}").fetchall() for name in names}
        rows["described"] = connection.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() "
            "where not internal"
        ).fetchall()
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.fixture
def later(loaded: Path) -> Path:
    """Give a warehouse in the storage of a later DuckDB, with a log, and tables of others."""
    early = loaded / "early.duckdb"
    (loaded / FILE).rename(early)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{early}' as early")
        connection.execute(f"attach '{loaded / FILE}' as later (storage_version 'v2.0.0')")
        connection.execute("copy from database early to later")
    early.unlink()
    code = (
        f"import duckdb, os; c = duckdb.connect({FILE!r});"
        "c.execute('create table notes as select 1 as n');"
        "c.execute('''create table \"of\"\"others\"\".x\" as select null as n''');"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=loaded, check=True)
    assert (loaded / f"{FILE}.wal").exists()
    assert storage_number(loaded / FILE) > STORAGE_OF_1_4
    return loaded


def test_a_new_warehouse_is_of_the_storage_version_of_duckdb_1_4(loaded: Path) -> None:
    assert storage_number(loaded / FILE) == STORAGE_OF_1_4


def test_migrate_rewrites_a_file_of_a_later_storage_version(later: Path) -> None:
    (later / FILE).chmod(0o640)
    (later / "real").mkdir()
    for each in (FILE, f"{FILE}.wal"):
        (later / each).rename(later / "real" / each)
    (later / FILE).symlink_to(later / "real" / FILE)

    done = run("sparkify", "migrate", cwd=later)

    assert done.code == 0, done
    assert done.err.startswith("Rewrote sparkify.duckdb: DuckDB v1.4.0 and later can open it.\n")
    assert (later / FILE).is_symlink()
    assert storage_number(later / FILE) == STORAGE_OF_1_4
    assert (later / FILE).stat().st_mode & 0o777 == 0o640
    assert {path.name for path in (later / "real").iterdir()} == {FILE, PUBLISHED}
    assert content(later / FILE)["notes"] == ["(1,)"]
    assert "Rewrote" not in run("sparkify", "migrate", cwd=later).err


def test_a_rewritten_warehouse_is_published_in_the_place_of_the_former(later: Path) -> None:
    (later / PUBLISHED).unlink()
    assert run("sparkify", "query", "select 1", cwd=later).code == 0
    assert storage_number(later / PUBLISHED) > STORAGE_OF_1_4

    done = run("sparkify", "migrate", cwd=later)

    assert "is no copy of" not in done.err
    assert (later / PUBLISHED).read_bytes() == (later / FILE).read_bytes()


def test_a_rewritten_warehouse_holds_what_it_held(later: Path) -> None:
    before = content(later / FILE)
    assert rewrite_in_storage_version(later / FILE)
    assert content(later / FILE) == before
    assert before["notes"] == ["(1,)"]
    assert not rewrite_in_storage_version(later / FILE)


def test_a_disk_without_room_leaves_the_warehouse_as_it_was(
    later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(later / FILE)
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(WarehouseError, match="has no room to rewrite it") as failed:
        rewrite_in_storage_version(later / FILE)
    assert "sparkify migrate" in failed.value.hint
    assert content(later / FILE) == before


def test_a_copy_with_other_rows_is_not_taken(later: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(later / FILE)
    monkeypatch.setattr(
        storage, "ROWS_AND_HASH", f"{storage.ROWS_AND_HASH} where random() < 2 and $name < 'r'"
    )
    with pytest.raises(WarehouseError, match="has other rows"):
        rewrite_in_storage_version(later / FILE)
    assert content(later / FILE) == before
    assert [path.name for path in later.iterdir() if "unfinished" in path.name] == []


@pytest.mark.parametrize("moment", ["_rewrite", "atomic_file", "after"])
def test_a_kill_leaves_the_warehouse_whole(later: Path, moment: str) -> None:
    before = content(later / FILE)
    code = f"""
import os
from pathlib import Path
from sparkify.engines.duckdb import storage
done = storage._rewrite
def struck(*given):
    done(*given)
    os._exit(9)
if {moment!r} == "_rewrite":
    storage._rewrite = struck
if {moment!r} == "atomic_file":
    Path.replace = lambda *given: os._exit(9)
storage.rewrite_in_storage_version(Path({FILE!r}))
os._exit(9)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=later, env=environment(later), check=False
    )
    assert ended.returncode == 9
    assert content(later / FILE) == before
    assert rewrite_in_storage_version(later / FILE) == (moment != "after")
    assert [path.name for path in later.iterdir() if "unfinished" in path.name] == []


def test_while_another_process_has_the_file_nothing_is_rewritten(later: Path) -> None:
    code = f"import duckdb; c = duckdb.connect({FILE!r}); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=later,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(WarehouseBusy):
            rewrite_in_storage_version(later / FILE)
        holder.communicate(b"\n")
    assert storage_number(later / FILE) > STORAGE_OF_1_4


@pytest.fixture(scope="session")
def older_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a Python with a DuckDB of another version, from PyPI, in an environment of its own."""

    @cache
    def installed(version: str) -> Path:
        folder = tmp_path_factory.mktemp("duckdb")
        venv.create(folder)
        python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        done = subprocess.run([*pip, f"duckdb=={version}"], capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"DuckDB {version} cannot be had from PyPI: {done.stderr.decode()[-200:]}")
        return python

    return installed


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.4", "1.5"])
@pytest.mark.parametrize("fixture", ["loaded", "later"])
def test_an_older_duckdb_reads_every_table_and_view(
    request: pytest.FixtureRequest,
    older_duckdb: Callable[[str], Path],
    fixture: str,
    version: str,
) -> None:
    folder = request.getfixturevalue(fixture)
    rewrite_in_storage_version(folder / FILE)
    file = folder / (PUBLISHED if (folder / PUBLISHED).exists() else FILE)
    read = [older_duckdb(f"{version}.*"), "-c", READ_ALL, file]
    done = subprocess.run(read, env={}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["version"].startswith(f"{version}.")
    assert {*TABLES, *VIEWS} <= set(found["rows"])
    assert {name: found["rows"][name] for name in COUNTS} == COUNTS
