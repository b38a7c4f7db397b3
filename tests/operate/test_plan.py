"""`sparkify plan`: it shows what a load then does, and changes nothing."""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from sparkify import pipeline
from sparkify.config import load_settings
from sparkify.engines import backend_of
from sparkify.engines.base import LoadResult, OnProgress, ignore_progress
from sparkify.engines.duckdb.engine import (
    PROVEN_BY_PLAYS,
    PROVEN_BY_TIMESTAMPS,
    DuckDbEngine,
)
from sparkify.operate.plan import plan_load
from sparkify.sizes import readable_size
from sparkify.sql import Parameter, Statement
from tests.command_line import call, run
from tests.small_source import EVENT, lines, play, write_source

from .lock_holder import hold_lock

DATABASE = "sparkify.duckdb"


def planned(folder: Path, *options: str) -> Any:
    outcome = call("plan", "--json", *options, cwd=folder)
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def source_sizes(folder: Path) -> dict[str, int]:
    """Return the sizes of the data files by path."""
    files = (folder / "data").glob("*_data/**/*.json")
    return {str(path.resolve()): path.stat().st_size for path in files}


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return all files of a folder with their timestamps and contents."""
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_without_a_warehouse_everything_is_pending_and_none_is_made(tmp_path: Path) -> None:
    write_source(tmp_path)
    before = state(tmp_path)

    outcome = call("plan", "--json", cwd=tmp_path)

    made = json.loads(outcome.out)
    [batch] = made["batches"]
    assert {file["uri"]: file["bytes"] for file in batch["files"]} == source_sizes(tmp_path)
    assert made["files"] == len(source_sizes(tmp_path))
    assert made["bytes"] == batch["bytes"] == sum(source_sizes(tmp_path).values())
    assert outcome.err == "There are no tables yet; a load creates them.\n"
    assert state(tmp_path) == before


def test_a_database_without_tables_is_no_warehouse_yet(tmp_path: Path) -> None:
    write_source(tmp_path)
    duckdb.connect(str(tmp_path / DATABASE)).close()

    outcome = call("plan", "--json", cwd=tmp_path)

    assert json.loads(outcome.out)["files"] == 2
    assert "no tables yet" in outcome.err


def write_source_again(folder: Path) -> None:
    """Write the source files of a warehouse that has loaded them: they have new dates."""
    write_source(folder)
    assert call("etl", cwd=folder).code == 0
    shutil.rmtree(folder / "data")
    write_source(folder)


def test_a_plan_tells_touched_files_apart(loaded: Path) -> None:
    write_source_again(loaded)
    files = sorted((loaded / "data").glob("*_data/**/*.json"))
    changed = loaded / "data/log_data/2018/a.json"
    changed.write_bytes(lines(EVENT))
    before = state(loaded)

    made = planned(loaded)

    assert made["touched"] == [str(path.resolve()) for path in files if path != changed]
    assert [file["uri"] for batch in made["batches"] for file in batch["files"]] == [
        str(changed.resolve())
    ]
    text = "1 file has a new date or etag only: the content is already loaded.\n"
    assert text in call("plan", cwd=loaded).out
    assert state(loaded) == before
    outcome = call("etl", cwd=loaded)
    assert text in outcome.out
    assert "Loaded 1 file " in outcome.out
    assert call("plan", cwd=loaded).out == "Nothing new to load.\n"


def test_a_plan_of_touched_files_alone_loads_nothing(loaded: Path) -> None:
    write_source_again(loaded)
    made = planned(loaded)
    assert (made["files"], made["batches"], len(made["touched"])) == (0, [], 2)
    assert {"ledger/touched_files/remember"} <= {each["name"] for each in made["statements"]}
    assert "copy staging" not in json.dumps(made["statements"]).lower()
    assert call("etl", cwd=loaded).out == (
        "Nothing new to load.\n"
        "2 files have a new date or etag only: the content is already loaded.\n"
    )


def test_a_plan_leaves_the_warehouse_as_it_is(loaded: Path) -> None:
    write_source(loaded)
    before = state(loaded)

    for options in ([], ["--sql"], ["--json"], ["--sql", "--engine", "redshift"]):
        assert call("plan", *options, cwd=loaded).code == 0

    assert state(loaded) == before


def test_a_plan_fills_the_columns_that_were_added(loaded: Path) -> None:
    log = write_source(loaded) / "data/log_data/2018/a.json"
    log.write_bytes(lines(play(9, 1, device="phone")))
    assert call("etl", "--set", "ETL.SCHEMA=evolve", cwd=loaded).code == 0
    log.write_bytes(lines(play(9, 2, device="phone", gadget=1)))

    for dialect in ("duckdb", "redshift"):
        printed = call("plan", "--sql", "--engine", dialect, cwd=loaded).out
        assert '"device"' in printed
        assert "gadget" not in printed


def test_after_a_load_nothing_is_planned_until_something_new_comes(tmp_path: Path) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)
    first = planned(tmp_path)
    done = json.loads(call("etl", "--json", cwd=tmp_path).out)
    assert (done["files"], done["bytes"]) == (first["files"], first["bytes"])

    assert call("plan", cwd=tmp_path) == (0, "Nothing new to load.\n", "")
    assert call("plan", "--sql", cwd=tmp_path) == (0, "", "")

    new = tmp_path / "data/log_data/2018/b.json"
    new.write_bytes(lines(play(9, 9)))
    made = planned(tmp_path)
    assert [file["uri"] for file in made["batches"][0]["files"]] == [str(new)]
    assert made["batches"][0]["files"][0]["table"] == "staging_events"


PROVEN_CHECKS = [f"checks/star/{name}" for name in PROVEN_BY_PLAYS | PROVEN_BY_TIMESTAMPS]


class RecordingEngine(DuckDbEngine):
    """An engine that records the statements it runs."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.ran: list[str] = []

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        self.ran.append(statement.name)
        super().execute(statement, **parameters)

    def execute_all(self, statements: Iterable[Statement], **parameters: Parameter) -> None:
        for each in statements:
            self.execute(each, **parameters)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Any:
        self.ran.append(statement.name)
        return super().fetch(statement, **parameters)

    def append(self, table: str, columns: Any, rows: Any) -> None:
        # the fields and user agents seen in the files are not planned
        if rows and table not in {"source_keys", "user_agents"}:
            self.ran.append(f"{len(rows):,} row{'s' * (len(rows) != 1)} into {table}")
        super().append(table, columns, rows)

    def load_json(
        self, loads: Any, max_errors: int, on_progress: OnProgress = ignore_progress
    ) -> LoadResult:
        self.ran += [
            f"{len(load.files):,} file{'s' * (len(load.files) != 1)} into {load.table}"
            for load in loads
            if load.files
        ]
        return super().load_json(loads, max_errors, on_progress)


@pytest.mark.parametrize("batches", [1, 3])
def test_the_statements_are_those_that_a_load_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    write_source(tmp_path)
    logs = tmp_path / "data/log_data/2018"
    (logs / "a.json").write_bytes(lines(EVENT, play(1, 1)))
    for number in range(1, batches):
        (logs / f"b{number}.json").write_bytes(lines(play(7, number)) + b"\n" * 1_100_000)
    monkeypatch.chdir(tmp_path)
    settings = load_settings(overrides={"ETL.BATCH_MB": "1"}, environment={})
    engine = RecordingEngine(settings.database_file)
    pipeline.create_tables(engine)
    engine.close()
    made = plan_load(settings, backend_of(settings))

    engine = RecordingEngine(settings.database_file)
    done = pipeline.load_pending(engine, settings, pipeline.NullReporter())
    engine.close()

    assert done.batches == len(made.batches) == batches
    assert done.files == len(made.files) == batches + 1
    planned_steps = [step.name for step in made.steps if step.name != "transaction"]
    # A check that sums prove is planned and not run, as far as a plan can tell.
    assert [name for name in planned_steps if name not in PROVEN_CHECKS] == [
        name for name in engine.ran if name not in PROVEN_CHECKS
    ]
    assert set(PROVEN_CHECKS) <= set(planned_steps)


@pytest.mark.parametrize("dialect", ["duckdb", "redshift"])
def test_the_statements_are_in_the_dialect_of_the_option(tmp_path: Path, dialect: str) -> None:
    write_source(tmp_path)

    printed = call("plan", "--sql", "--engine", dialect, cwd=tmp_path).out

    made = planned(tmp_path, "--engine", dialect)
    assert made["engine"] == dialect
    for step in made["statements"]:
        assert step["text"].rstrip() in printed
        [tree] = [tree for tree in sqlglot.parse(step["text"], read=dialect) if tree]
        assert not isinstance(tree, sqlglot.exp.Command), step["name"]
    assert ("copy staging_events" in printed) == (dialect == "redshift")
    assert ("INSERT INTO staging_events" in printed) == (dialect == "duckdb")
    assert re.search(r"^begin;$.*^commit;$", printed, re.MULTILINE | re.DOTALL)


def test_by_default_the_statements_are_in_the_dialect_of_the_settings(tmp_path: Path) -> None:
    write_source(tmp_path)

    assert planned(tmp_path)["engine"] == "duckdb"


def test_the_plan_is_drawn_with_batches_and_files(tmp_path: Path) -> None:
    write_source(tmp_path)
    for number in range(30):
        (tmp_path / f"data/log_data/2018/{number}.json").write_bytes(lines(play(5, number)))

    outcome = run("sparkify", "plan", cwd=tmp_path)

    sizes = {
        kind: sum(path.stat().st_size for path in (tmp_path / "data" / kind).rglob("*.json"))
        for kind in ("log_data", "song_data")
    }
    events, total = readable_size(sizes["log_data"]), readable_size(sum(sizes.values()))
    assert outcome.code == 0
    assert re.search(rf"^ +1 +staging_events +31 +{events} *$", outcome.out, re.MULTILINE)
    assert f"A load takes 32 files ({total}) in 1 batch, by " in outcome.out
    assert re.search(r"^ +staging_songs +2018/a\.json ", outcome.out, re.MULTILINE)
    assert "Showing 20 of 32; --json lists all.\n" in outcome.err
    assert "\x1b" not in outcome.out


def test_a_warehouse_that_is_being_written_is_an_error_in_two_lines(loaded: Path) -> None:
    write_source(loaded)
    env = {"SPARKIFY_CLUSTER_PUBLISH": "off"}
    with hold_lock(loaded, read_only=False) as holder:
        for command in ("plan", "status", "runs", "reconcile", "quarantine"):
            outcome = call(command, "--wait", "0", cwd=loaded, env=env)
            assert (outcome.code, outcome.out) == (1, "")
            assert "sparkify.duckdb is in use by another process" in outcome.err
            assert str(holder) in outcome.err
            assert outcome.err.count("\n") == 2


@pytest.mark.parametrize("command", ["plan", "status", "runs", "reconcile", "quarantine"])
def test_tables_of_an_earlier_version_are_rejected_with_what_to_do(
    loaded: Path, command: str
) -> None:
    with duckdb.connect(str(loaded / DATABASE)) as connection:
        connection.execute("update warehouse_version set version = 1")

    outcome = call(command, cwd=loaded)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.endswith("Try: run: sparkify migrate\n")


@pytest.mark.parametrize("command", ["status", "runs", "reconcile", "quarantine"])
def test_without_a_warehouse_there_is_nothing_to_see(tmp_path: Path, command: str) -> None:
    outcome = call(command, cwd=tmp_path)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: there is no warehouse")
    assert list(tmp_path.iterdir()) == []
