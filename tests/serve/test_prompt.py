"""`sparkify query` for a person: Ctrl-C, the prompt, the full client."""

import fcntl
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from sparkify.cli.command import private_files
from sparkify.cli.interruption import end_on_signals
from sparkify.cli.prompt import is_complete, run_prompt
from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.engines.base import Answer, Reader
from sparkify.errors import QueryError
from sparkify.serve.query import run_interruptibly
from sparkify.sql import Dialect
from tests.command_line import PATIENCE, at_terminal, call, environment, process, run

LONG = "select count(*) from range(10000000000000) as a, range(1000000) as b"


def test_ctrl_c_ends_a_query(asked: Path) -> None:
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()

    with pytest.raises(QueryError, match="stopped"):
        run_interruptibly(reader, lambda: list(reader.query(LONG).rows))
    assert list(reader.query("select 42").rows) == [(42,)]
    reader.close()


def wait_for_the_query(process_id: int, warehouse: Path) -> None:
    """Wait until a process has the warehouse open, and has computed since for a while."""
    facts = Path(f"/proc/{process_id}")
    begun: float | None = None
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        # user and system time, in ticks: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        ticks = (facts / "stat").read_text().rpartition(")")[2].split()[11:13]
        computed = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        if begun is None and warehouse in {file.resolve() for file in (facts / "fd").iterdir()}:
            begun = computed
        if begun is not None and computed > begun + 1:
            return
        time.sleep(0.05)
    raise TimeoutError("the process runs no query")


def test_ctrl_c_ends_the_command_in_two_lines(asked: Path) -> None:
    with subprocess.Popen(
        process("sparkify", "query", LONG),
        cwd=asked,
        env=environment(asked),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        wait_for_the_query(started.pid, asked / "sparkify.duckdb")
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=PATIENCE)

    assert (started.returncode, out) == (130, "")
    assert re.fullmatch(r"Error: (the query was stopped|interrupted by SIGINT)\nTry: .+\n", err)


def test_the_prompt_answers_and_remembers(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(asked))
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("select 6 *\n7 as answer;\n\\d users\nselec;\nsong_titl\x03\\q\n")
        run_prompt(reader, limit=10)
    reader.close()
    said = capsys.readouterr()

    assert "42" in said.out
    assert "first_name" in said.out
    assert "Error: " in said.err
    history = asked / ".sparkify_history"
    assert "+7 as answer;" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o777 == 0o600


def typed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, keys: str, dialect: Dialect | None = None
) -> None:
    """Type into a prompt of the warehouse in the folder, and leave it."""
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder)
    reader = open_reader(Settings(db_name=str(folder / "sparkify")))
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(f"{keys}\\q\n")
        run_prompt(reader, limit=3, dialect=dialect)
    reader.close()


@pytest.mark.parametrize("command", ["\\?", "help", "help;"])
def test_the_prompt_lists_its_commands(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    typed(asked, monkeypatch, f"{command}\n")
    listed = capsys.readouterr().out.splitlines()

    assert max(map(len, listed)) <= 80
    for each in ("\\d ", "\\d NAME", "\\d+", "\\dt", "\\n NAME", "\\timing", "\\o FILE", "\\q"):
        assert any(line.startswith(f"  {each}") for line in listed), each


@pytest.mark.parametrize("word", ["exit", "quit", "exit;", "\\q"])
def test_a_word_leaves_the_prompt(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    typed(asked, monkeypatch, f"{word}\nselect 42;\n")

    assert "42" not in capsys.readouterr().out


def test_the_prompt_tells_how_long_a_query_took_until_it_is_not_to(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(asked, monkeypatch, "\\timing\nselect 1;\n\\timing\nselect 2;\n")
    said = capsys.readouterr().err

    assert len(re.findall(r"^Time: \d+\.\d{3} s$", said, re.MULTILINE)) == 1
    assert said.index("Timing is on.") < said.index("Time: ") < said.index("Timing is off.")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.csv", "n\n0\n1\n2\n3\nb\n5\n"),
        ("a.ndjson", '{"n": 0}\n{"n": 1}\n{"n": 2}\n{"n": 3}\n{"b": 5}\n'),
        ("a.md", "| n |\n| --: |\n| 0 |\n| 1 |\n| 2 |\n| 3 |\n| b |\n| --: |\n| 5 |\n"),
    ],
)
def test_the_prompt_writes_answers_whole_to_a_file(
    asked: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    written: str,
) -> None:
    with private_files():
        keys = (
            f"\\o {name}\nselect range as n from range(4);\nselect 5 as b;\n\\o\nselect 6 as c;\n"
        )
        typed(asked, monkeypatch, keys)
    said = capsys.readouterr()

    assert (asked / name).read_text() == written
    assert (asked / name).stat().st_mode & 0o777 == 0o600
    assert said.out.split() == ["c", "──", "6"]


def test_a_file_that_cannot_be_written_is_an_error_and_not_the_end(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(asked, monkeypatch, "\\o nosuch/a.csv\nselect 42 as a;\n")
    said = capsys.readouterr()

    assert (
        said.err.splitlines()[-2] == "Error: cannot write nosuch/a.csv: No such file or directory"
    )
    assert "42" in said.out


def test_the_prompt_runs_named_queries(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(asked, monkeypatch, "\\n\n\\n plays_by_day\n\\n nosuch\n")
    said = capsys.readouterr()

    by_name = call("query", "--named", "plays_by_day", "--limit", "3", cwd=asked)
    assert by_name.out in said.out
    assert "there is no question nosuch" in said.err


def test_the_prompt_reads_the_dialect_that_it_was_opened_for(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(asked, monkeypatch, "select nvl(null, 42) as a;\n", "redshift")
    typed(asked, monkeypatch, "select nvl(null, 43) as a;\n")
    said = capsys.readouterr()

    assert "42" in said.out
    assert "43" not in said.out
    assert "Try: --dialect redshift" in said.err


def test_the_prompt_completes_tables_and_columns(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(asked))
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("select count(*) as n from daily_acti")
        threading.Timer(0.5, keys.send_text, ("\t",)).start()
        threading.Timer(1.5, keys.send_text, (";\n\\q\n",)).start()
        run_prompt(reader, limit=10)
    reader.close()

    assert "60" in capsys.readouterr().out


def test_ctrl_c_at_the_prompt_stops_each_query_and_not_the_prompt(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(asked))
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    query = type(reader).query

    def interrupted(self: Reader, text: str) -> Answer:
        if text.startswith(LONG):
            threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
        return query(self, text)

    monkeypatch.setattr(type(reader), "query", interrupted)
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(f"{LONG};\n{LONG};\nselect 6 * 7 as answer;\n\\q\n")
        with end_on_signals():
            run_prompt(reader, limit=10)
    reader.close()
    printed = capsys.readouterr()

    assert printed.err.count("the query was stopped") == 2
    assert "42" in printed.out


def test_the_prompt_at_a_terminal(asked: Path) -> None:
    done = at_terminal(
        "sparkify", "query", cwd=asked, keys=b"select 40 + 2 as a;\n\\q\n", after="quits."
    )

    assert done.code == 0
    assert "42" in done.out


def test_the_client_opens_the_warehouse_to_read_only(asked: Path) -> None:
    """Harlequin's place is taken by a program that tells how it was called."""
    program = asked / "bin" / "harlequin"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\nexit 3\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    done = run("sparkify", "query", "--client", cwd=asked, env={"PATH": path})

    assert done.code == 3
    assert done.out == f"--adapter duckdb --read-only {asked}/sparkify.duckdb\n"


class Terminal:
    """A program at a terminal of its own, and what was drawn there."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._screen, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.process = subprocess.Popen(
            process(*arguments),
            cwd=folder,
            env={**environment(folder), "TERM": "xterm-256color"},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)

    def drawn(self, text: str) -> None:
        """Wait until the text is drawn."""
        shown = ""
        give_up = time.monotonic() + PATIENCE
        while text not in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown):
            assert time.monotonic() < give_up, f"no {text!r}"
            if select.select([self._screen], [], [], 0.5)[0]:
                shown += os.read(self._screen, 65536).decode(errors="replace")

    def type(self, keys: bytes) -> None:
        os.write(self._screen, keys)

    def leave(self, key: bytes) -> None:
        """Press the key until the program has ended: the first may but close a message."""
        give_up = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < give_up:
            self.type(key)
            with suppress(OSError):  # EIO: it has left the terminal
                while select.select([self._screen], [], [], 1)[0]:
                    os.read(self._screen, 65536)

    def close(self) -> None:
        with suppress(ProcessLookupError):  # the client, which would outlive what started it
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._screen)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("harlequin"), reason="harlequin is not installed")
@pytest.mark.parametrize(
    ("query", "drawn"),
    [
        (b"select 'ans' || 'wered' as a from plays limit 1", "answered"),
        (b"drop table users", "Cannot execute"),
    ],
)
def test_the_client_answers_and_changes_nothing(asked: Path, query: bytes, drawn: str) -> None:
    """The real one: it is not in the locks, and need not be in this environment to be run."""
    (asked / ".harlequin.toml").write_text(
        'default_profile = "other"\n[profiles.other]\nadapter = "sqlite"\n'
    )
    before = (asked / "sparkify.duckdb").read_bytes()
    terminal = Terminal(asked, "sparkify", "query", "--client")
    try:
        terminal.drawn("sparkify")
        terminal.type(query)
        terminal.drawn(query.decode().split()[-1])
        terminal.type(b"\n")
        terminal.drawn(drawn)
        terminal.leave(b"\x11")
        assert terminal.process.returncode == 0
    finally:
        terminal.close()
    assert (asked / "sparkify.duckdb").read_bytes() == before


def test_without_the_client_it_says_what_to_install(
    asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(asked / "python"))
    done = call("query", "--client", cwd=asked, env={"PATH": str(asked)})

    assert done.code == 2
    assert "python -m pip install 'harlequin>=" in done.err


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", True),
        ("help", True),
        ("exit ", True),
        ("helping", False),
        ("select 1", False),
        ("select 1; ", True),
        ("\\d plays", True),
        ("a;\nb", False),
    ],
)
def test_enter_runs_what_is_complete(text: str, whole: bool) -> None:
    assert is_complete(text) is whole
