"""The commands as functions: `sparkify.load()` and its friends."""

import ast
import inspect
import json
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import sparkify
from sparkify import cli, engines, pipeline
from sparkify.errors import SparkifyError
from tests.command_line import call, environment, settings_of_the_brief
from tests.small_source import COUNTS, EVENT, lines, play, write_source
from tests.warehouse_content import counts

PAGE = (Path(__file__).parent.parent / "docs/python.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_source(tmp_path)
    settings_of_the_brief(tmp_path)
    return tmp_path


@pytest.fixture
def dwh(folder: Path) -> Path:
    return folder / "dwh.cfg"


FUNCTIONS = [name for name in sparkify.__all__ if inspect.isfunction(getattr(sparkify, name))]


# --- the package


def test_to_import_the_package_imports_nothing_else_and_is_quick() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, sparkify; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()

    assert {name for name in told if name.startswith("sparkify")} == {"sparkify"}
    assert not {"duckdb", "sqlglot", "click", "configparser", "rich"} & set(told)


def test_what_is_exported_is_there_and_nothing_else() -> None:
    for name in sparkify.__all__:
        assert getattr(sparkify, name) is not None
    assert dir(sparkify) == sorted(sparkify.__all__)
    with pytest.raises(AttributeError, match="no attribute 'loads'"):
        _ = sparkify.loads  # type: ignore[attr-defined]


def test_all_errors_but_those_of_one_file_are_exported() -> None:
    from sparkify import errors

    family = {
        name
        for name, each in vars(errors).items()
        if inspect.isclass(each) and issubclass(each, SparkifyError)
    }
    within = {"FileFault", "UnreadableFile", "UnloadableFile"}
    assert {name for name in family - within if name not in sparkify.__all__} == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_documented_and_typed(name: str) -> None:
    function = getattr(sparkify, name)
    hints = set(inspect.get_annotations(function))

    assert "Raises" in (function.__doc__ or "")
    assert hints == {*inspect.signature(function).parameters, "return"}


# --- the commands


def test_a_load_creates_the_tables_and_returns_its_run(
    dwh: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = sparkify.load(dwh)
    again = sparkify.load(str(dwh))

    assert {table: rows.added for table, rows in run.row_changes.items()} == COUNTS
    assert (run.files, again.files) == (2, 0)
    assert counts(dwh.parent / "sparkify.duckdb") == COUNTS
    assert capfd.readouterr() == ("", "")


def test_settings_may_be_a_mapping_or_settings(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "dwh.cfg").unlink()

    assert sparkify.load({"CLUSTER.DB_NAME": "one"}).files == 2
    assert sparkify.load(sparkify.load_settings(None, {"CLUSTER.DB_NAME": "two"})).files == 2
    assert sparkify.load().files == 2
    assert {file.name for file in folder.glob("*.duckdb")} == {
        f"{name}{ending}"
        for name in ("one", "two", "sparkify")
        for ending in (".duckdb", ".read.duckdb")
    }


def test_files_get_the_permissions_of_the_settings(dwh: Path) -> None:
    sparkify.load(dwh)

    file = dwh.parent / "sparkify.duckdb"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_error_is_raised_with_a_hint(dwh: Path) -> None:
    settings = sparkify.load_settings(dwh, {"S3.LOG_DATA": "nowhere"})

    with pytest.raises(sparkify.SourceError, match="nowhere") as raised:
        sparkify.load(settings)
    assert raised.value.hint
    assert not (dwh.parent / "sparkify.duckdb").exists()
    with pytest.raises(sparkify.WarehouseError, match="there is no warehouse"):
        sparkify.status(dwh)


def test_some_log_files_can_be_chosen(dwh: Path) -> None:
    logs = dwh.parent / "data/log_data"
    (logs / "2018-11-02.json").write_bytes(lines(play(90, 0)))

    run = sparkify.load(dwh, choice=sparkify.LogChoice(first=date(2018, 11, 2)))

    assert run.row_changes["staging_events"].added == 1
    assert sparkify.pending(dwh).files == 1


def test_a_load_tells_a_reporter_and_who_waits_for_its_end(dwh: Path) -> None:
    class Stages(pipeline.NullReporter):
        def __init__(self) -> None:
            self.names: list[str] = []

        def stage(self, name: str) -> None:
            self.names.append(name)

    stages, ended = Stages(), list[str]()
    run = sparkify.load(dwh, reporter=stages, on_end=lambda run: ended.append(run.run_id))

    assert {"load", "transform", "record"} <= set(stages.names)
    assert ended == [run.run_id]


def test_a_run_is_undone_and_the_star_rebuilt(dwh: Path) -> None:
    run = sparkify.load(dwh)

    assert sparkify.rebuild(dwh) == 1
    assert sparkify.undo(run.run_id, dwh) == 2
    assert sparkify.status(dwh).rows["songplays"] == 0
    with pytest.raises(sparkify.ConfigError, match="there is no run"):
        sparkify.undo("never", dwh)


def test_files_are_loaded_again(dwh: Path) -> None:
    run = sparkify.load(dwh)
    log = next((dwh.parent / "data/log_data").rglob("*.json"))
    log.write_bytes(log.read_bytes() + lines(play(90, 0)))

    again = sparkify.reload(sparkify.ReloadScope(name=run.run_id), dwh)

    assert again.files == 2
    assert sparkify.status(dwh).rows["songplays"] == COUNTS["songplays"] + 1


def test_a_run_is_named_by_the_beginning_of_its_id_or_as_the_last(dwh: Path) -> None:
    first = sparkify.load(dwh)
    (dwh.parent / "data/log_data/2018/more.json").write_bytes(lines(play(90, 0)))
    second = sparkify.load(dwh)

    for name in ("last", second.run_id[:-1]):
        assert sparkify.plan_undo(name, dwh).run_id == second.run_id
        assert sparkify.run_details(name, dwh).run.run_id == second.run_id
    assert sparkify.undo("last", dwh) == 1
    assert [run.outcome for run in sparkify.list_runs(dwh)] == ["undone", "done"]
    with pytest.raises(sparkify.ConfigError, match=f"nothing is loaded of the run {second.run_id}"):
        sparkify.undo("last", dwh)
    assert sparkify.undo(first.run_id[:-1], dwh) == 2


def test_plans_of_repairs_tell_what_before_is_called_with(dwh: Path) -> None:
    sparkify.load(dwh)
    scope, seen = sparkify.ReloadScope("last"), list[Any]()
    plans: list[Any] = [
        sparkify.plan_reload(scope, dwh),
        sparkify.plan_rebuild(dwh),
        sparkify.plan_undo("last", dwh),
    ]

    sparkify.reload(scope, dwh, before=seen.append)
    sparkify.rebuild(dwh, before=seen.append)
    sparkify.create_tables(dwh, before=seen.append)

    reloaded, rebuilt, files = seen
    assert reloaded.files == plans[0].files == plans[2].files == files == 2
    assert rebuilt == plans[1]


def test_the_quarantine_and_the_source_are_compared_without_the_command_line(dwh: Path) -> None:
    (dwh.parent / "data/log_data/2018/bad.json").write_bytes(b"{]\n" + lines(play(90, 0)))
    sparkify.load(dwh)

    rejected = sparkify.rejected(sparkify.RejectedFilter(run_id="last"), dwh)

    assert [row["raw_text"] for row in rejected] == ["{]"]
    assert sparkify.rejected(sparkify.RejectedFilter(reason="no such reason"), dwh) == []
    assert [each for each in sparkify.reconcile(dwh, deep=True) if not each.is_note] == []
    next((dwh.parent / "data/log_data").rglob("bad.json")).unlink()
    assert "deleted" in [each.kind for each in sparkify.reconcile(dwh)]


def test_an_export_equals_its_warehouse(dwh: Path) -> None:
    sparkify.load(dwh)

    exported = sparkify.export(str(dwh.parent / "out"), dwh, form="csv")
    differences = sparkify.diff(str(dwh), str(dwh.parent / "out"))

    assert {each.table: each.rows_b for each in differences}["songplays"] == COUNTS["songplays"]
    assert sum(each.differences for each in differences) == 0
    assert exported.rows == sum(each.rows_a for each in differences)


@pytest.mark.parametrize("name", ["reload", "undo", "rebuild", "create_tables"])
def test_what_is_raised_before_a_repair_ends_it(dwh: Path, name: str) -> None:
    run = sparkify.load(dwh)

    def refuse(_: object) -> None:
        raise RuntimeError("no")

    repairs: dict[str, Callable[..., object]] = {
        "reload": partial(sparkify.reload, sparkify.ReloadScope(name="last")),
        "undo": partial(sparkify.undo, run.run_id),
        "rebuild": sparkify.rebuild,
        "create_tables": sparkify.create_tables,
    }
    with pytest.raises(RuntimeError, match="no"):
        repairs[name](settings=dwh, before=refuse)
    assert sparkify.status(dwh).rows == COUNTS


def test_tables_are_recreated_empty(dwh: Path) -> None:
    sparkify.load(dwh)
    sparkify.create_tables(dwh)

    assert sparkify.status(dwh).rows == dict.fromkeys(COUNTS, 0)


def test_rejected_files_are_tried_again(dwh: Path) -> None:
    bad = dwh.parent / "data/log_data/bad.json"
    bad.write_bytes(b"<html>")
    run = sparkify.load(dwh)
    bad.write_bytes(lines(EVENT | play(90, 0)))

    assert [Path(each.uri).name for each in run.rejected_files] == ["bad.json"]
    assert run.needs_person()
    assert sparkify.retry(dwh).row_changes["songplays"].added == 1


def test_checks_give_results(dwh: Path) -> None:
    sparkify.load(dwh)

    results = sparkify.check(dwh, everything=True)
    assert {each.outcome for each in results} == {"passed"}
    assert len(results) >= len(sparkify.check(dwh)) > 10


def test_a_plan_and_the_status_tell_what_there_is(dwh: Path) -> None:
    planned = sparkify.plan(dwh, engine="redshift")
    sparkify.load(dwh)

    assert len(planned.files) == 2
    assert any("copy" in step.text for step in planned.steps)
    assert sparkify.status(dwh).rows == COUNTS
    assert sparkify.pending(dwh).files == 0
    assert sparkify.migrate(dwh).rewritten == ""


def test_a_connection_takes_settings_too(dwh: Path) -> None:
    sparkify.load(dwh)

    with sparkify.connect(sparkify.load_settings(dwh)) as warehouse:
        assert warehouse.sql("select count(*) as plays from songplays").rows == [(4,)]


def test_a_load_from_python_writes_the_metrics_that_the_settings_name(dwh: Path) -> None:
    with dwh.open("a", encoding="utf-8") as file:
        file.write("[METRICS]\nFILE=x.prom\n")
    sparkify.load(dwh)

    assert "sparkify_load_exit_code 0" in (dwh.parent / "x.prom").read_text(encoding="utf-8")


# --- the page


def test_every_example_of_the_page_runs(folder: Path) -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 5
    for example in examples:
        done = subprocess.run(
            [sys.executable, "-c", example],
            cwd=folder,
            env=environment(folder),
            capture_output=True,
            check=False,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, ""), example


def test_the_page_names_every_function_class_and_error() -> None:
    named = {name for name in sparkify.__all__ if f"`{name}" in PAGE}
    assert set(sparkify.__all__) - named == {"__version__"}


# --- the command line


OPENERS = {name for name in vars(engines) if name.startswith(("open_", "require_warehouse"))}


@pytest.mark.parametrize("module", sorted(Path(cli.__file__).parent.glob("*.py")), ids=str)
def test_no_module_of_the_command_line_opens_a_warehouse_itself(module: Path) -> None:
    """What it shows or does, it has from the functions that Python programs call."""
    imported = {
        alias.name
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sparkify.engines")
        for alias in node.names
    }
    assert len(OPENERS) > 4
    assert imported & OPENERS == set()


@pytest.mark.parametrize("given", [("--config", "other.cfg"), ("--set", "CLUSTER.DB_NAME=other")])
@pytest.mark.parametrize("command", [("diff", "a.cfg", "b.cfg"), ("completion", "bash")])
def test_settings_before_a_command_that_takes_none_are_an_error(
    folder: Path, given: tuple[str, ...], command: tuple[str, ...]
) -> None:
    outcome = call(*given, *command, cwd=folder)

    assert outcome.code == 2
    assert f"{command[0]} takes no settings: leave out --config and --set" in outcome.err


def test_the_command_line_creates_the_tables_with_the_first_load(folder: Path) -> None:
    first = call("etl", "--json", cwd=folder)
    second = call("etl", cwd=folder)

    assert (first.code, second.code) == (0, 0), first.err
    assert json.loads(first.out)["row_changes"]["songplays"]["added"] == COUNTS["songplays"]
    assert second.out == "Nothing new to load.\n"


def test_a_wrong_location_leaves_no_empty_warehouse(folder: Path) -> None:
    failed = call("etl", "--set", "S3.LOG_DATA=nowhere", cwd=folder)

    assert failed.code == 1
    assert "nowhere" in failed.err
    assert list(folder.glob("*.duckdb")) == []


def test_what_a_confirmation_raises_stops_everything(dwh: Path) -> None:
    run = sparkify.load(dwh)

    def refuse(_: object) -> None:
        raise PermissionError

    for act in (
        lambda: sparkify.undo(run.run_id, dwh, before=refuse),
        lambda: sparkify.rebuild(dwh, before=refuse),
        lambda: sparkify.create_tables(dwh, before=refuse),
        lambda: sparkify.reload(sparkify.ReloadScope("last"), dwh, before=refuse),
    ):
        with pytest.raises(PermissionError):
            act()
    assert sparkify.status(dwh).rows == COUNTS
