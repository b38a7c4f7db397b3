"""A real terminal of a given size: a session of tmux, into which keys are typed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.command_line import COMMAND, PATIENCE, environment

needs_tmux = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


class Tmux:
    """A session of a tmux server of its own."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def run(self, *arguments: str) -> str:
        """Run a command of tmux, and return what it prints."""
        command = ["tmux", "-S", str(self._socket), "-f", os.devnull, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
        return done.stdout

    def type(self, *keys: str) -> None:
        """Type texts, or keys by their names: Enter, Tab."""
        self.run("send-keys", *keys)

    def screen(self, *, colours: bool = False) -> str:
        """Return what is on the screen and above it, without blanks at the ends of lines."""
        shown = self.run("capture-pane", "-p", "-S", "-", *(["-e"] if colours else []))
        return "\n".join(line.rstrip() for line in shown.splitlines()).strip("\n")

    def wait_for(self, text: str) -> str:
        """Return the screen once it shows a text."""
        give_up = time.monotonic() + PATIENCE
        while text not in (shown := self.screen()):
            assert time.monotonic() < give_up, f"no {text!r} on the screen:\n{shown}"
            time.sleep(0.1)
        return shown

    def answer(self, command: str, number: int, questions: Sequence[str] = ()) -> str:
        """Type a command, take what its questions propose, and return what is shown meanwhile.

        `number` is that of the command in the session, from 0.
        """
        self.type(f"{command}; echo en''ded{number}", "Enter")
        before, after = f"ended{number - 1}", f"\nended{number}"
        for question in questions:
            give_up = time.monotonic() + PATIENCE
            while not (shown := self.screen()).endswith(question):
                assert time.monotonic() < give_up, f"no {question!r} at the end:\n{shown}"
                time.sleep(0.1)
            self.type("Enter")
        return self.wait_for(after).rpartition(before)[2].partition(after)[0]


@contextmanager
def opened_tmux(folder: Path, columns: int, *command: str) -> Iterator[Tmux]:
    """Open a terminal in which a command runs, with `sparkify` on its PATH."""
    program = folder / "bin" / "sparkify"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!{sys.executable}\n{COMMAND[1]}\n")
    program.chmod(0o755)
    clean = environment(folder, PATH=f"{program.parent}:{os.environ['PATH']}")
    variables = [f"{name}={value}" for name, value in clean.items() if name != "TERM"]
    tmux = Tmux(folder / "tmux.socket")
    size = ("-x", str(columns), "-y", "50", "-c", str(folder))
    started = ("env", "-i", *variables, "TERM=screen-256color", *command)
    tmux.run("new-session", "-d", *size, *started)
    try:
        yield tmux
    finally:
        tmux.run("kill-server")
