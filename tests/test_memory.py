"""Peak memory of the process; [ETL] MEMORY_LIMIT, and a load with too little memory."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from sparkify import memory, pipeline
from sparkify.config import Settings, load_settings
from sparkify.engines import open_engine
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.errors import WarehouseError
from sparkify.generate import Recipe, generate
from sparkify.memory import peak_memory_bytes
from sparkify.sql import Statement
from tests.command_line import environment

EVENTS = 60_000
MB = 1_000_000
# Prints the peak before, during and after an allocation of known size.
A_PROCESS = """
from sparkify.memory import peak_memory_bytes
print(peak_memory_bytes())
held = b"x" * 100_000_000
print(peak_memory_bytes())
del held
print(peak_memory_bytes())
"""


def test_the_peak_is_that_of_the_process_itself() -> None:
    allocated = len(b"x" * 200 * MB)  # must not count in the process that we start
    done = subprocess.run(
        [sys.executable, "-c", A_PROCESS], check=True, capture_output=True, text=True
    )
    before, during, after = map(int, done.stdout.split())
    if sys.platform == "linux":
        assert 5 * MB < before < 60 * MB < allocated
    # The kernel's count is approximate, by some pages.
    assert before + 80 * MB < during < before + 120 * MB
    assert after == pytest.approx(during, abs=20 * MB)


def test_without_proc_files_the_peak_is_that_of_getrusage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "_high_water_mark", lambda: None)
    expected = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for platform, unit in (("linux", 1024), ("freebsd14", 1024), ("darwin", 1)):
        monkeypatch.setattr(sys, "platform", platform)
        assert peak_memory_bytes() == pytest.approx(expected * unit, rel=0.1)
    monkeypatch.setitem(sys.modules, "resource", None)
    assert peak_memory_bytes() is None


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "data"
    generate(folder, Recipe(users=500, songs=200, artists=90, days=3, events=EVENTS))
    return folder


def settings_of(source: Path) -> Settings:
    return Settings(
        log_data=str(source / "log_data"),
        song_data=str(source / "song_data"),
        log_jsonpath=str(source / "log_json_path.json"),
    )


def test_duckdb_uses_the_memory_limit_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(overrides={"ETL.MEMORY_LIMIT": "300"}, environment={})
    engine = open_engine(settings)

    query = Statement("test", "select current_setting('memory_limit') as memory_limit")
    assert engine.fetch(query).rows == [("300.0 MiB",)]
    engine.close()


def test_a_load_with_too_little_memory_fails_at_once(tmp_path: Path, source: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    unlimited = DuckDbEngine(path)
    pipeline.create_tables(unlimited)
    unlimited.close()

    engine = DuckDbEngine(path, memory_limit=16)
    with pytest.raises(WarehouseError, match="memory or disk ran out") as failed:
        pipeline.load_pending(engine, settings_of(source), pipeline.NullReporter())
    assert "MEMORY_LIMIT" in failed.value.hint
    engine.close()

    again = DuckDbEngine(path)
    run = pipeline.load_pending(again, settings_of(source), pipeline.NullReporter())
    assert run.records == EVENTS + 200
    again.close()


# Runs a command and prints the peak of its process.
A_COMMAND = """
import sys
from sparkify.cli import main
from sparkify.memory import peak_memory_bytes
main(sys.argv[1:])
print(peak_memory_bytes())
"""


@pytest.mark.slow
def test_a_large_load_stays_within_a_gigabyte(tmp_path: Path) -> None:
    generate(tmp_path / "data", Recipe(9_000, 5_000, 3_000, 60, 2_000_000))
    for command in ("create-tables", "etl"):
        done = subprocess.run(
            [sys.executable, "-c", A_COMMAND, command, "--set", "ETL.MEMORY_LIMIT=600"],
            cwd=tmp_path,
            env=environment(tmp_path),
            check=True,
            capture_output=True,
            text=True,
        )

        assert int(done.stdout.splitlines()[-1]) < 1 << 30
