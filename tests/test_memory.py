"""[ETL] MEMORY_LIMIT: how much DuckDB may take, and what comes of too little."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from sparkify import pipeline
from sparkify.config import Settings, load_settings
from sparkify.engines import open_engine
from sparkify.engines.duckdb import DuckDbEngine
from sparkify.errors import WarehouseError
from sparkify.generate import Recipe, generate
from sparkify.sql import Statement

EVENTS = 60_000


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivered") / "data"
    generate(folder, Recipe(users=500, songs=200, artists=90, days=3, events=EVENTS))
    return folder


def settings_of(delivered: Path) -> Settings:
    return Settings(
        log_data=str(delivered / "log_data"),
        song_data=str(delivered / "song_data"),
        log_jsonpath=str(delivered / "log_json_path.json"),
    )


def test_duckdb_has_the_memory_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(overrides={"ETL.MEMORY_LIMIT": "300"}, environment={})
    engine = open_engine(settings)

    asked = Statement("test", "select current_setting('memory_limit') as memory_limit")
    assert engine.fetch(asked).rows == [("300.0 MiB",)]
    engine.close()


def test_a_load_with_too_little_memory_says_so_at_once(tmp_path: Path, delivered: Path) -> None:
    """And does not take it for odd data, to be read object by object."""
    path = tmp_path / "warehouse.duckdb"
    with_all = DuckDbEngine(path)
    pipeline.create_tables(with_all)
    with_all.close()

    engine = DuckDbEngine(path, memory_limit=16)
    with pytest.raises(WarehouseError, match="memory or disk ran out") as failed:
        pipeline.load_pending(engine, settings_of(delivered), pipeline.Silence())
    assert "MEMORY_LIMIT" in failed.value.hint
    engine.close()

    again = DuckDbEngine(path)
    run = pipeline.load_pending(again, settings_of(delivered), pipeline.Silence())
    assert run.objects == EVENTS + 200
    again.close()


@pytest.mark.slow
def test_the_process_stays_within_a_gigabyte_whatever_it_loads(tmp_path: Path) -> None:
    generate(tmp_path / "data", Recipe(9_000, 5_000, 3_000, 60, 2_000_000))
    for script in ("create_tables.py", "etl.py"):
        subprocess.run(
            [
                sys.executable,
                str(Path(__file__).parents[1] / script),
                "--set",
                "ETL.MEMORY_LIMIT=600",
            ],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert kilobytes < 1 << 20
