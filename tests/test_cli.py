"""The command line: usage errors, help, streams, JSON, and imports on demand."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import sparkify
from sparkify.checks import STAGES
from sparkify.cli import COMMANDS_BY_TOPIC, app
from sparkify.sizes import readable_size
from sparkify.sql import statements
from tests.command_line import PATIENCE, ROOT, at_terminal, call, environment, process, run
from tests.small_source import COUNTS, UNUSUAL_VALUES_FAIL, lines, play, write_source

CHECKS = sum(len(statements(f"checks/{stage}")) for stage in STAGES)
COMMANDS = tuple(app.list_commands(click.Context(app)))


def command_paths(group: click.Group = app, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each command, with groups and their commands, and () for the program."""
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from command_paths(command, *path, name)
        else:
            yield (*path, name)


PATHS = tuple(command_paths())


def command_at(path: tuple[str, ...]) -> click.Command:
    command: click.Command = app
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    return command


# --- usage


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nosuch"], "nosuch"),
        (["--nosuch"], "--nosuch"),
        (["etl", "--nosuch"], "--nosuch"),
        (["create-tables", "--jsno"], "--jsno"),
        (["etl", "extra"], "extra"),
        (["etl", "--config"], "--config"),
        (["etl", "--set"], "--set"),
        (["etl", "--set", "S3.LOG_DATA"], "SECTION.KEY=VALUE"),
        (["etl", "--set", "S3.LOGS=x"], "S3.LOGS"),
        (["etl", "--set", "CLUSTER.DB_PORT=x"], "[CLUSTER] DB_PORT"),
        (["overview", "--yes"], "--yes"),
        (["plan", "--engine", "oracle"], "oracle"),
        (["runs", "--last", "0"], "0"),
        (["quarantine", "--format", "xml"], "xml"),
        (["quarantine", "--set", "x"], "SECTION.KEY=VALUE"),
        (["doctor", "--set", "x"], "SECTION.KEY=VALUE"),
        (["generate", "--events", "many"], "many"),
        (["generate", "--seed", "1.5"], "1.5"),
        (["generate", "--events", "-1"], "events"),
        (["generate", "--users", "0"], "user"),
        (["undo", "a\udcf6"], "a\\xf6 is not UTF-8"),
    ],
    ids=ascii,
)
def test_wrong_usage_is_two_lines_and_exit_code_2(
    tmp_path: Path, arguments: list[str], named: str
) -> None:
    called = call(*arguments, cwd=tmp_path)

    assert (called.code, called.out) == (2, "")
    assert re.fullmatch(r"Error: \S[^\n]*\nTry: \S[^\n]*\n", called.err), called.err
    assert named in called.err
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage_of_a_script_is_the_same(tmp_path: Path) -> None:
    by_script = run("etl.py", "--nosuch", cwd=tmp_path)

    assert by_script == run("sparkify", "etl", "--nosuch", cwd=tmp_path)
    assert by_script.code == 2


def test_a_password_given_without_an_equals_sign_is_not_repeated(tmp_path: Path) -> None:
    for override in ("CLUSTER.DB_PASSWORD:hunter2", "CLUSTER.DB_PASSWORD hunter2"):
        called = call("etl", "--set", override, cwd=tmp_path)

        assert called.code == 2
        assert "hunter2" not in called.out + called.err


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    called = call(cwd=tmp_path)

    shown = called.out + called.err
    assert shown.startswith("Usage: sparkify [OPTIONS] COMMAND")
    assert "Try:" not in shown
    assert called.code in {0, 2}


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_has_help(tmp_path: Path, path: tuple[str, ...], option: str) -> None:
    called = call(*path, option, cwd=tmp_path)

    assert (called.code, called.err) == (0, "")
    assert called.out.startswith(f"Usage: {' '.join(['sparkify', *path])} [")


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_fits_80_columns_and_is_never_cut(tmp_path: Path, path: tuple[str, ...]) -> None:
    called = call(*path, "--help", cwd=tmp_path, env={"COLUMNS": "80"})

    usage, *lines = called.out.splitlines()
    assert max(map(len, [usage, *lines])) <= 80
    assert [line for line in lines if line.endswith("...")] == []


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_each_text_of_the_help_is_short(path: tuple[str, ...]) -> None:
    command = command_at(path)
    first = (command.help or "").partition("\n")[0]
    options = [each for each in command.params if isinstance(each, click.Option)]

    assert first.endswith(".")
    assert len(first.removesuffix(".")) <= (50 if path else 80), first
    assert path == () or command.get_short_help_str(60) == first
    for option in options:
        assert option.help, option.name
        assert len(option.help) <= 50, option.help


def test_the_help_names_every_command(tmp_path: Path) -> None:
    shown = call("--help", cwd=tmp_path).out

    for command in COMMANDS:
        assert len(re.findall(rf"^  {command} ", shown, re.MULTILINE)) >= 1, command


def test_the_version_is_shown_even_where_nothing_is_installed(tmp_path: Path) -> None:
    told = (0, f"sparkify {sparkify.__version__}\n", "")

    assert run("sparkify", "--version", cwd=tmp_path) == told
    as_module = [sys.executable, "-m", "sparkify"]
    for arguments in (["--version"], ["etl", "--help"]):
        done = subprocess.run(
            [*as_module, *arguments],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert (done.returncode, done.stdout, done.stderr) == run(
            "sparkify", *arguments, cwd=tmp_path
        )


def test_the_installed_command_is_this_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["scripts"] == {"sparkify": "sparkify.cli:main"}


# --- help costs nothing

TELL_MODULES = """
import json, sys
from sparkify.cli import main
for arguments in json.loads(sys.argv[1]):
    try:
        main(arguments)
    except SystemExit as ended:
        assert not ended.code, (arguments, ended.code)
sys.stderr.write("\\n".join(sys.modules))
"""


def modules_after(*calls: list[str]) -> set[str]:
    """List the modules that a process which was called so has imported."""
    done = subprocess.run(
        [sys.executable, "-c", TELL_MODULES, json.dumps(calls)],
        env=environment(ROOT),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return set(done.stderr.split())


def test_the_list_of_commands_imports_no_command() -> None:
    modules = modules_after(["--help"])

    assert {module for module in modules if module.startswith("sparkify.")} == {
        "sparkify.cli",
        "sparkify.cli.command",
        "sparkify.cli.interruption",
        "sparkify.cli.terminal",
        "sparkify.errors",
    }


def test_the_list_of_commands_has_the_first_line_of_each_help() -> None:
    listed = {name: text for texts in COMMANDS_BY_TOPIC.values() for name, text in texts.items()}

    assert listed == {name: command_at((name,)).get_short_help_str(60) for name in COMMANDS}


def test_a_load_with_nothing_to_do_imports_only_what_it_needs(loaded_once: Path) -> None:
    modules = modules_after(["etl", *load_settings_of(loaded_once)])

    unneeded = {"sqlglot", "rich", "jinja2", "json.tool", "asyncio", "multiprocessing"}
    assert not unneeded & modules
    rooms = {module for module in modules if module.count(".") == 1}
    assert not {f"sparkify.{room}" for room in ("serve", "operate", "cloud", "generate")} & rooms


def test_help_imports_no_package_but_click() -> None:
    modules = modules_after(["--help"], *([*path, "--help"] for path in PATHS))

    packages = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
    assert {name for name in packages if not name.startswith("_")} == {"click", "sparkify"}
    assert not {"sparkify.pipeline", "sparkify.engines", "sparkify.generate"} & modules


def load_settings_of(folder: Path) -> list[str]:
    where = ["--set", f"CLUSTER.DB_NAME={folder / 'sparkify'}"]
    for kind in ("log_data", "song_data"):
        where += ["--set", f"S3.{kind.upper()}={folder / 'data' / kind}"]
    return [*where, "--set", f"S3.LOG_JSONPATH={folder / 'data' / 'log_json_path.json'}"]


def test_a_local_load_imports_nothing_for_s3(loaded_once: Path) -> None:
    modules = modules_after(["etl", *load_settings_of(loaded_once)])

    assert "duckdb" in modules
    assert not {"obstore", "boto3", "botocore"} & modules


# --- data on stdout, messages on stderr


def test_a_load_prints_one_json_object_and_no_messages(tmp_path: Path) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)

    first, second = (run("etl.py", "--json", cwd=tmp_path) for _ in range(2))

    assert (first.code, first.err) == (second.code, second.err) == (0, "")
    done, nothing = json.loads(first.out), json.loads(second.out)
    assert isinstance(done, dict)
    assert first.out.count("\n") == 1
    assert (done["files"], done["batches"]) == (2, 1)
    assert {table: rows["added"] for table, rows in done["row_changes"].items()} == COUNTS
    size = sum(path.stat().st_size for path in (tmp_path / "data").rglob("a.json"))
    assert done["bytes"] == size
    assert done["checks"] == {"passed": CHECKS, "warned": 0, "failed": 0}
    assert done["seconds"].keys() >= {"list", "load", "transform", "all"}
    assert 10e6 < done["peak_memory_bytes"] < 10e9
    assert (nothing["files"], nothing["batches"]) == (0, 0)
    none = {"added": 0, "changed": 0, "removed": 0}
    assert nothing["row_changes"] == dict.fromkeys(COUNTS, none)


def test_a_load_prints_the_rows_that_it_changed_by_table(tmp_path: Path) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)
    call("etl", cwd=tmp_path)
    corrected = play(1, 2, ts=1541105830797, location="Leeds, UK")
    (tmp_path / "data/log_data/b.json").write_bytes(lines(corrected, play(90, 0, ts=1541105830797)))

    done = call("etl", cwd=tmp_path)

    assert done.out.splitlines()[1:] == [
        "  staging_events            2 added",
        "       songplays            1 added, 1 changed",
        "           users            1 changed",
    ]


def test_the_overview_prints_one_json_object_and_no_messages(loaded: Path) -> None:
    outcome = run("sparkify", "overview", "--json", cwd=loaded)

    assert (outcome.code, outcome.err) == (0, "")
    shown = json.loads(outcome.out)
    assert outcome.out.count("\n") == 1
    assert shown["rows"] == COUNTS
    assert len(shown["answers"]) == 3
    assert {"title": "Blue Bridge", "artist_name": "Café Mañana", "plays": 2} in shown["answers"][
        "most_played_songs"
    ]
    assert shown["answers"]["paid_and_free"] == [
        {"level": "free", "plays": 3, "users": 2},
        {"level": "paid", "plays": 1, "users": 1},
    ]


def test_the_overview_shows_tables_and_answers(loaded: Path) -> None:
    outcome = run("sparkify", "overview", cwd=loaded)

    assert (outcome.code, outcome.err) == (0, "")
    for shown in (*COUNTS, "Blue Bridge", "Café Mañana", "Plays by hour of the day (UTC)"):
        assert shown in " ".join(outcome.out.split())  # a title is as wide as its table
    assert "\x1b" not in outcome.out


def test_the_overview_leaves_the_warehouse_as_it_is(loaded: Path) -> None:
    before = (loaded / "sparkify.duckdb").read_bytes()

    call("overview", cwd=loaded)

    assert (loaded / "sparkify.duckdb").read_bytes() == before


def test_in_a_pipe_a_load_is_quiet(tmp_path: Path) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)

    outcome = run("etl.py", cwd=tmp_path)

    assert (outcome.code, outcome.err) == (0, "")
    assert "\x1b" not in outcome.out
    assert "\r" not in outcome.out
    size = sum(path.stat().st_size for path in (tmp_path / "data").rglob("a.json"))
    assert outcome.out.startswith(f"Loaded 2 files ({readable_size(size)}) in 1 batch, ")
    for name, count in COUNTS.items():
        assert re.search(rf"^ *{name} +{count} added$", outcome.out, re.MULTILINE)


def test_at_a_terminal_a_load_shows_a_bar(tmp_path: Path) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)

    outcome = at_terminal("etl.py", cwd=tmp_path)

    assert outcome.code == 0
    assert "\x1b[" in outcome.err
    assert "listing files" in outcome.err
    assert "━" in outcome.err
    assert outcome.out.startswith("Loaded 2 files ")
    assert "\x1b" not in outcome.out


def test_warnings_go_to_stderr_and_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "dwh.cfg").write_text("[CLUSTER]\nDBNAME=x\n[IAM_ROLE]\n[S3]\n")

    outcome = run("create_tables.py", cwd=tmp_path)

    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith("Warning: dwh.cfg: unknown key [CLUSTER] DBNAME")
    assert "did you mean [CLUSTER] DB_NAME?" in outcome.err


def test_what_is_generated_can_be_loaded(tmp_path: Path) -> None:
    sizes = ["--events", "300", "--songs", "20", "--artists", "10", "--users", "9", "--days", "2"]

    made = call("generate", *sizes, cwd=tmp_path)
    call("create-tables", cwd=tmp_path)
    loaded_ = call("etl", "--json", cwd=tmp_path)

    assert (made.code, made.out) == (0, "")
    assert made.err.startswith("Wrote 300 events and 20 songs in ")
    assert loaded_.code == 0, loaded_.err
    assert json.loads(loaded_.out)["row_changes"]["staging_events"]["added"] == 300


@pytest.mark.parametrize(
    "arguments",
    [
        ["etl.py"],
        ["etl.py", "--json"],
        ["sparkify", "overview"],
        ["sparkify", "overview", "--json"],
        ["sparkify", "plan", "--sql"],
        ["sparkify", "status"],
        ["sparkify", "quarantine", "--format", "csv"],
        ["sparkify", "doctor"],
        ["sparkify", "--help"],
    ],
    ids=" ".join,
)
def test_a_reader_who_leaves_gets_no_traceback(loaded_once: Path, arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            process(*arguments),
            cwd=loaded_once,
            env=environment(loaded_once),
            stdin=subprocess.DEVNULL,
            stdout=write,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(write)

    assert done.stderr == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_goes_into_a_pipe_is_utf_8_whatever_the_locale(
    loaded_once: Path, encoding: str
) -> None:
    query = ("sparkify", "query", "select 'Björk 漢' as name", "--format", "csv")
    outcome = run(*query, cwd=loaded_once, env={"PYTHONIOENCODING": encoding})

    assert outcome == (0, "name\nBjörk 漢\n", "")


def test_a_terminal_shows_a_question_mark_for_a_letter_that_it_lacks(loaded_once: Path) -> None:
    screen, terminal = os.openpty()
    try:
        subprocess.run(
            process("sparkify", "query", "select 'Björk 漢' as name"),
            cwd=loaded_once,
            env=environment(loaded_once, PYTHONIOENCODING="latin-1"),
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            timeout=PATIENCE,
            check=True,
        )
        shown = os.read(screen, 4096)
    finally:
        os.close(terminal)
        os.close(screen)

    assert "Björk ?".encode("latin-1") in shown


def test_a_full_disk_behind_stdout_is_an_error_in_two_lines(loaded_once: Path) -> None:
    outcome = run(
        *("sparkify", "overview", "--json"),
        cwd=loaded_once,
        through=("sh", "-c", 'exec "$@" >/dev/full', "sh"),
    )

    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    assert outcome.err.startswith("Error: ")


# --- --debug


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["overview"], 1), (["etl", "--set", "CLUSTER.DB_PORT=x"], 2)],
    ids=["failed", "settings"],
)
def test_debug_adds_the_traceback_and_keeps_the_exit_code(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    plain = run("sparkify", *arguments, cwd=tmp_path)
    debugged = run("sparkify", *arguments, "--debug", cwd=tmp_path)

    assert "Traceback" not in plain.err
    assert plain.err.count("\n") == 2
    assert "Traceback (most recent call last)" in debugged.err
    assert debugged.out == plain.out == ""
    assert debugged.code == plain.code == code
    assert plain.err.splitlines()[0].removeprefix("Error: ") in debugged.err


# --- the exit code of a check


def test_a_check_that_fails_is_exit_code_3(loaded: Path) -> None:
    write_source(loaded)
    (loaded / "data/log_data/2018/b.json").write_bytes(lines(play(7, 1, level="gold")))

    outcome = run("etl.py", cwd=loaded, env=UNUSUAL_VALUES_FAIL)

    assert outcome.code == 3
    assert outcome.err.startswith("Error: the check values_are_in_their_domain failed")
