"""The JSON of each command is as its schema says, and as docs/json.md lists it."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest
from jsonschema import Draft202012Validator

from sparkify.cli import app
from sparkify.cli.formats import write_records
from tests.command_line import ROOT, call, environment, process
from tests.json_schemas import TIMESTAMP, documented, examples, faults, members, schemas
from tests.small_source import UNUSUAL_VALUES_FAIL, lines, play, write_source

# What is run on the warehouse, in this order; by the commands of the page.
BEFORE_THE_LOAD = {
    "plan": ("plan", "--json"),
    "plan --format ndjson": ("plan", "--format", "ndjson", "--select", "*b.json"),
}
AFTER_IT = {
    "overview": ("overview", "--json"),
    "overview --format ndjson": ("overview", "--format", "ndjson"),
    "explain-counts": ("explain-counts", "--json"),
    "query": ("query", "select ts as \"at last\", 'x' as x from staging_events", "--json"),
    "status": ("status", "--json"),
    "runs": ("runs", "--json"),
    "runs ID": ("runs", "last", "--json"),
    "quarantine": ("quarantine", "--json"),
    "check": ("check", "--all", "--json"),
    "reconcile": ("reconcile", "--deep", "--json"),
    "diff A B": ("diff", "before.duckdb", "sparkify.duckdb", "--json"),
    "doctor": ("doctor", "--json"),
    "plan --reload": ("plan", "--reload", "last", "--json"),
    "reload --dry-run": ("reload", "--full-refresh", "--dry-run", "--json"),
    "reload": ("reload", "last", "--yes", "--json"),
    "quarantine retry": ("quarantine", "retry", "--json"),
    "forget": ("forget", "2", "--dry-run", "--json"),
    "forget --verify": ("forget", "2", "--verify", "--json"),
}
# The commands that list something, and where their JSON has the list.
LISTS: dict[tuple[str, ...], Callable[[Any], list[Any]]] = {
    ("query", "select user_id, level from users"): lambda printed: printed,
    ("overview",): lambda printed: [
        {"table": table, "rows": rows} for table, rows in printed["rows"].items()
    ],
    ("explain-counts",): lambda printed: printed,
    ("plan",): lambda printed: [
        {"batch": number, **file}
        for number, batch in enumerate(printed["batches"], 1)
        for file in batch["files"]
    ],
    ("check",): lambda printed: printed,
    ("runs",): lambda printed: printed,
    ("quarantine",): lambda printed: printed,
    ("reconcile",): lambda printed: printed["differences"],
    ("diff", "before.duckdb", "sparkify.duckdb"): lambda printed: printed["tables"],
    ("doctor",): lambda printed: printed["diagnoses"],
}
LIST_FORMATS = ["table", "csv", "json", "ndjson", "markdown", "parquet"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with a loaded warehouse, its copy, and new files of every kind."""
    folder = write_source(tmp_path_factory.mktemp("json"))
    assert call("etl", cwd=folder).code == 0
    shutil.copy(folder / "sparkify.duckdb", folder / "before.duckdb")
    logs = folder / "data/log_data/2018"
    unread = {**play(8, 1, ts="not a number"), "more": 1}
    corrected = play(1, 1, song="Blue Bridge", artist="Café Mañana", length=200.5, level="paid")
    (logs / "b.json").write_bytes(lines(play(7, 1, level="gold"), corrected, unread))
    (logs / "array.json").write_bytes(b"[1, 2]\n")
    (logs / "empty.json").write_bytes(b"")
    (logs / "notes.txt").write_bytes(b"no data")
    (logs / "a.json").touch()
    return folder


@pytest.fixture(scope="module")
def printed(folder: Path) -> dict[str, list[Any]]:
    """Run each command of the page that needs no AWS; return what it printed, by command."""
    found = {name: _lines(folder, *each) for name, each in BEFORE_THE_LOAD.items()}
    loaded = call("etl", "--json", "--log-format", "json", cwd=folder)
    found["etl"] = [json.loads(loaded.out)]
    found["etl --log-format json"] = [*_log(loaded.err), *_log_of_a_failure(folder)]
    return found | {name: _lines(folder, *each) for name, each in AFTER_IT.items()}


def _lines(folder: Path, *command: str) -> list[Any]:
    """Return what a command prints, an item a line as NDJSON."""
    if "ndjson" not in command:
        return [_printed(folder, *command)]
    return _log(call(*command, cwd=folder).out)


def _printed(folder: Path, *command: str) -> Any:
    done = call(*command, cwd=folder)
    assert done.code in {0, 3}, done.err
    return json.loads(done.out)


def _log(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def _log_of_a_failure(folder: Path) -> list[Any]:
    missing = ("--set", f"S3.LOG_DATA={folder / 'missing'}")
    return _log(call("etl", "--log-format", "json", *missing, cwd=folder).err)


def commands_with_json(command: click.Command = app, name: str = "") -> Iterator[str]:
    """Yield the names of the commands that have --json."""
    if any("--json" in option.opts for option in command.params):
        yield name
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found
            yield from commands_with_json(found, f"{name} {each}".strip())


@pytest.mark.parametrize(
    "command", [name for name, _ in documented() if not name.startswith("cluster")]
)
def test_a_command_prints_what_its_schema_says(printed: dict[str, list[Any]], command: str) -> None:
    assert printed[command]
    assert [fault for each in printed[command] for fault in faults(command, each)] == []


def test_the_printed_lists_have_items(
    printed: dict[str, list[Any]],
) -> None:
    run, details, status = (printed[name][0] for name in ("etl", "runs ID", "status"))
    lists = [
        *(run[key] for key in ("rejected_files", "empty_files", "schema_changes", "warnings")),
        *(details[key] for key in ("batches", "files", "checks", "schema_changes", "rejected")),
        *(status[key] for key in ("runs", "rejected", "schema_changes", "findings")),
        status["needs_a_person"],
        printed["reconcile"][0]["differences"],
        printed["diff A B"][0]["tables"][0]["examples"],
        printed["reload --dry-run"][0]["batches"][0]["files"],
        printed["forget"][0]["rows"],
        printed["forget --verify"][0]["remains"],
    ]

    assert all(lists)
    assert all(run[key] for key in ("touched", "rejected", "changed"))
    assert {line["event"] for line in printed["etl --log-format json"]} == {
        *("touched", "pending", "stage", "staged", "loaded", "warning", "ended", "failed")
    }


def test_a_warehouse_without_data_prints_what_the_schemas_say(tmp_path: Path) -> None:
    assert call("create-tables", cwd=write_source(tmp_path)).code == 0

    for command in ("overview", "explain-counts", "status", "runs", "quarantine", "check"):
        assert faults(command, _printed(tmp_path, command, "--json")) == []


def test_an_undone_and_a_failed_run_are_as_their_schemas_say(tmp_path: Path) -> None:
    loaded = _printed(write_source(tmp_path), "etl", "--json")
    assert call("undo", loaded["run_id"], "--yes", cwd=tmp_path).code == 0
    (tmp_path / "data/log_data/b.json").write_bytes(lines(play(1, 9, level="gold")))
    assert call("etl", cwd=tmp_path, env=UNUSUAL_VALUES_FAIL).code == 3

    runs = _printed(tmp_path, "runs", "--json")

    assert [each["outcome"] for each in runs] == ["failed", "undone"]
    assert faults("runs", runs) == []
    for command in ("status", "doctor", "reconcile"):
        assert faults(command, _printed(tmp_path, command, "--json")) == []
    assert faults("runs ID", _printed(tmp_path, "runs", "last", "--json")) == []


def test_a_key_that_no_schema_has_is_found(printed: dict[str, list[Any]]) -> None:
    run = printed["etl"][0]
    bare = {**printed["runs"][0][0], "started_at": "2018-11-01T10:00:00"}

    assert "'new'" in faults("etl", {**run, "new": 1})[0]
    assert "'two words'" in faults("etl", {**run, "two words": 1})[0]
    assert "run_id" in faults("etl", {key: run[key] for key in run if key != "run_id"})[0]
    assert "date-time" in faults("runs", [bare])[0]


@pytest.mark.parametrize("command", LISTS, ids=lambda each: each[0])
def test_a_list_is_the_same_in_each_format(
    folder: Path, printed: dict[str, list[Any]], command: tuple[str, ...]
) -> None:
    assert printed
    (folder / "data/log_data/2018/new.json").write_bytes(lines(play(2, 77)))
    listed = LISTS[command](_printed(folder, *command, "--json"))
    shown = {form: in_format(folder, command, form) for form in LIST_FORMATS}
    names = list(listed[0])

    assert listed
    assert _log(shown["ndjson"].decode()) == listed
    cells = list(csv.reader(io.StringIO(shown["csv"].decode())))
    assert cells == [names, *([as_cell(row[name]) for name in names] for row in listed)]
    rows = shown["markdown"].decode().splitlines()
    assert rows[0] == f"| {' | '.join(names)} |"
    assert len(rows) == len(listed) + 2
    (folder / "list.parquet").write_bytes(shown["parquet"])
    with duckdb.connect() as connection:
        read = connection.read_parquet(str(folder / "list.parquet"))
        assert read.columns == names
        assert [as_cell(row[0]) for row in read.fetchall()] == [row[0] for row in cells[1:]]


def in_format(folder: Path, command: tuple[str, ...], form: str) -> bytes:
    """Return what a command prints in a format, as a process: Parquet is bytes."""
    done = subprocess.run(
        process("sparkify", *command, "--format", form),
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode in {0, 3}, done.stderr
    return done.stdout


def as_cell(value: Any) -> str:
    """Return a value of JSON as a cell of CSV has it."""
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    text = "" if value is None else str(value)
    return text.replace("T", " ") if TIMESTAMP.fullmatch(text) else text


def formats_by_command(
    command: click.Command = app, name: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Yield the names of the commands with --json, each with its formats."""
    for option in command.params:
        if "--format" in option.opts and name in commands_with_json():
            assert isinstance(option.type, click.Choice)
            yield name, list(option.type.choices)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found
            yield from formats_by_command(found, f"{name} {each}".strip())


def test_a_command_has_all_formats_if_it_lists_something_and_else_two() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8").partition("## Formats")[2]
    lists = re.findall(r"^\| `sparkify ([a-z -]*[a-z])", page.partition("\n## ")[0], re.MULTILINE)
    expected = {
        name: LIST_FORMATS if name in lists else ["table", "json"] for name in commands_with_json()
    }

    assert dict(formats_by_command()) == expected
    assert {name for name in lists if not name.startswith("cluster")} == {
        command[0] for command in LISTS
    }


@pytest.mark.parametrize("command", [("runs",), ("plan",)], ids=lambda each: each[0])
def test_parquet_is_not_written_to_a_terminal(folder: Path, command: tuple[str, ...]) -> None:
    screen, terminal = os.openpty()
    done = subprocess.run(
        process("sparkify", *command, "--format", "parquet"),
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(terminal)
    os.close(screen)

    assert done.returncode == 2
    assert "Parquet cannot be shown on a terminal" in done.stderr.decode()


@pytest.mark.parametrize(
    "command", [("runs", "last"), ("plan", "--reload", "last"), ("plan", "--sql")], ids=" ".join
)
def test_what_is_no_list_is_refused_in_formats_of_lists(
    folder: Path, command: tuple[str, ...]
) -> None:
    done = call(*command, "--format", "csv", cwd=folder)

    assert done.code == 2
    assert "no list: not as csv, but as JSON" in done.err


def test_every_command_with_json_has_a_schema_and_no_other() -> None:
    named = {" ".join(takewhile(is_of_a_name, command.split())) for command, _ in documented()}

    assert named == set(commands_with_json())


def is_of_a_name(word: str) -> bool:
    """Return whether a word of a command is no option and no argument."""
    return word.islower() and not word.startswith("-")


def test_every_schema_is_of_a_command_or_part_of_another() -> None:
    named = {schema for _, schema in documented()}
    parts = {
        str(value).partition(".json")[0]
        for schema in schemas().values()
        for key, value in members(schema)
        if key == "$ref" and not str(value).startswith("#")
    }

    assert named | parts == set(schemas())


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_closed_and_describes_each_key(name: str) -> None:
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]
    assert schema["title"]

    described = [each for _, each in members(schema) if isinstance(each, dict)]
    for each in described:
        properties = each.get("properties", {})
        # Those of an event of the log are closed by the whole; those of a part by who refers to it.
        is_closed = {"additionalProperties", "unevaluatedProperties"} & each.keys()
        is_part = name in {"log-line", "cluster"}
        if not properties or "type" not in each:
            continue
        assert is_closed or is_part, each
        assert set(each.get("required", ())) == set(properties)
        assert all("description" in value or "$ref" in value for value in properties.values())


@pytest.mark.parametrize(("command", "text"), examples(), ids=[name for name, _ in examples()])
def test_an_example_of_the_page_is_as_its_schema_says(command: str, text: str) -> None:
    name = command.removesuffix(" --json")

    assert faults(name, json.loads(text)) == []


def test_the_page_shows_examples() -> None:
    assert len(examples()) > 8


def test_a_timestamp_within_a_value_has_a_zone(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2018, 11, 1, 20, 57, 10, 796_000)  # noqa: DTZ001 - as the engines give it
    write_records(["examples"], [{"examples": [{"key": {"at": at}, "values": (1, at)}]}], "ndjson")

    stamp = "2018-11-01T20:57:10.796000+00:00"
    assert json.loads(capsys.readouterr().out) == {
        "examples": [{"key": {"at": stamp}, "values": [1, stamp]}]
    }
