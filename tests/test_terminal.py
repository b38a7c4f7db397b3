"""No title, file name or error reaches a terminal raw; JSON and files keep the data."""

import ast
import contextlib
import csv
import io
import json
import os
import subprocess
import unicodedata
from pathlib import Path

import pytest

from sparkify import cli
from sparkify.cli.terminal import printable, to_json, with_hanging_indent
from tests.command_line import call, environment, process
from tests.contract.source_files import JSONPATHS, event, lines, song

# Each turns the screen red, renames the window, or reorders or hides what follows.
EVIL = "\x1b[31m\x9b2J\x1b]0;owned\x07\x7f\u202eabc\u2066\u061c\u200f"
TITLE = f"You Gotta {EVIL}Be"
COMMANDS = Path(cli.__file__).parent
PRINTERS = {"terminal.py", "console.py"}


def unsafe(text: str) -> set[str]:
    """Return the control and direction characters of a text, by Unicode's own categories."""
    return {
        letter
        for letter in text
        if letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp", "Cs"}
    }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a warehouse of a song, a user and a file whose names hold control codes."""
    folder = tmp_path_factory.mktemp("hostile")
    logs, songs = folder / "data/log_data", folder / "data/song_data"
    for each in (logs, songs):
        each.mkdir(parents=True)
    (folder / "data/log_json_path.json").write_text(json.dumps(JSONPATHS))
    played = event(song=TITLE, artist=EVIL, firstName=EVIL, location=EVIL)
    named = logs / f"day{EVIL.replace('/', '')}.json"
    named.write_bytes(lines([played, event(level=EVIL, itemInSession=1)]))
    (songs / "a.json").write_bytes(
        lines([song(title=TITLE, artist_name=EVIL), song(song_id="SO2") | {EVIL: EVIL}])
    )
    call("create-tables", cwd=folder)
    return folder


def test_no_command_prints_what_a_terminal_would_run(hostile: Path) -> None:
    loaded = call("etl", cwd=hostile)
    shrunk = next((hostile / "data/log_data").iterdir())
    shrunk.write_bytes(shrunk.read_bytes().splitlines(keepends=True)[0])
    [latest, *_] = json.loads(call("runs", "--json", cwd=hostile).out)
    outcomes = [
        loaded,
        call("plan", cwd=hostile),
        call("etl", cwd=hostile),
        *(call(*command, cwd=hostile) for command in SHOWING),
        call("runs", latest["run_id"], cwd=hostile),
        call("runs", EVIL, cwd=hostile),
        call("query", EVIL, cwd=hostile),
        call("etl", "--config", EVIL, cwd=hostile),
        call("etl", "--debug", "--set", f"S3.LOG_DATA={EVIL}", cwd=hostile),
        call("etl", f"--{EVIL}", cwd=hostile),
    ]
    assert [unsafe(each.out + each.err) for each in outcomes] == [set()] * len(outcomes)
    everything = "".join(each.out + each.err for each in outcomes)
    assert "\\x1b[31m" in everything
    assert "\\u202e" in everything
    assert "no_file_shrank" in everything


SHOWING = (
    ("overview",),
    ("status",),
    ("runs",),
    ("check",),
    ("check", "--all"),
    ("quarantine", "--all"),
    ("reconcile",),
    ("doctor",),
    ("query", "select * from songs"),
    ("query", f'select 1 as "{EVIL}"'),
    ("query", "--explain", f"select * from songs where title = '{TITLE}'"),
)


def titles(out: str, form: str) -> set[str]:
    """Return the titles of an answer in CSV or JSON."""
    if form == "json":
        return {row["title"] for row in json.loads(out)}
    return {row["title"] for row in csv.DictReader(io.StringIO(out))}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_formats_for_machines_keep_the_data(hostile: Path, form: str) -> None:
    call("etl", cwd=hostile)
    done = call("query", "select title from songs", "--format", form, cwd=hostile)
    assert TITLE in titles(done.out, form)


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_no_format_reaches_a_terminal_raw(hostile: Path, form: str) -> None:
    call("etl", cwd=hostile)
    screen, terminal = os.openpty()
    with subprocess.Popen(
        process("sparkify", "query", "select title from songs", "--format", form),
        cwd=hostile,
        env=environment(hostile, TERM="dumb"),
        stdin=subprocess.DEVNULL,
        stdout=terminal,
    ) as started:
        os.close(terminal)
        shown = b""
        with contextlib.suppress(OSError):  # EIO: the process has left the terminal
            while read := os.read(screen, 4096):
                shown += read
    os.close(screen)
    assert started.returncode == 0
    assert "Gotta" in shown.decode()
    assert unsafe(shown.decode().replace("\r\n", "\n")) == set()


def test_json_holds_the_same_text_in_letters_that_no_terminal_runs() -> None:
    every = " ".join(map(chr, range(0x110000)))
    written = to_json(every)
    assert json.loads(written) == every
    assert unsafe(written) <= unsafe(printable(every))
    assert not {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} & set(written)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, été, 東京, \U0001f468\u200d\U0001f469", None),
        ("two\nlines\tand a tab", None),
        ("\x1b[31mred\r", "\\x1b[31mred\\x0d"),
        ("\x9b2J\x7f", "\\x9b2J\\x7f"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\U000e0041", "\\U000e0041"),
    ],
    ids=["plain", "line ends", "escape", "c1", "override", "tag"],
)
def test_only_what_a_terminal_would_run_is_spelt_out(text: str, shown: str | None) -> None:
    assert printable(text) == (text if shown is None else shown)


@pytest.mark.parametrize("module", sorted({path.name for path in COMMANDS.glob("*.py")} - PRINTERS))
def test_commands_print_only_by_what_filters(module: str) -> None:
    tree = ast.parse((COMMANDS / module).read_text(encoding="utf-8"))
    named = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not named & {"click.echo", "click.secho", "traceback.print_exc", "sys.stdout.write"}
    assert "print" not in called
    assert "rich.console" not in imported


def test_what_follows_of_a_wrapped_line_is_indented_below_it() -> None:
    path = "/data/" + "x" * 30
    text = f"Warning: two words more\n  missing field level in {path}"

    assert with_hanging_indent(text, 20).splitlines() == [
        "Warning: two words",
        "  more",
        "  missing field",
        "    level in",
        f"    {path}",
    ]
    assert with_hanging_indent(text, 120) == text
