"""The command line as people use it: a process, at a terminal too, or a call in this process."""

import contextlib
import io
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from sparkify.cli import main

ROOT = Path(__file__).resolve().parent.parent
# Every process has this password in its environment, and none may ever print it.
PASSWORD = "hunter2-Tr0ub4dor"
COMMAND = ("-c", "from sparkify.cli import main; main()")  # what an installed `sparkify` does
PATIENCE = 60


class Outcome(NamedTuple):
    """Exit code and output of a process that has ended."""

    code: int
    out: str
    err: str


def process(*arguments: str) -> list[str]:
    """Spell out `etl.py ...`, `create_tables.py ...` or `sparkify ...`."""
    name, *rest = arguments
    program = COMMAND if name == "sparkify" else (str(ROOT / name),)
    return [sys.executable, *program, *rest]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Make an environment with nothing of the caller's: no settings, no keys, no home."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "AWS_EC2_METADATA_DISABLED": "true",
        "SPARKIFY_CLUSTER_DB_PASSWORD": PASSWORD,
        **more,
    }


def run(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    through: Sequence[str] = (),
) -> Outcome:
    """Run a process in a pipe, perhaps `through` another command that starts it."""
    done = subprocess.run(
        [*through, *process(*arguments)],
        cwd=cwd,
        env=environment(cwd, **(env or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert PASSWORD not in outcome.out + outcome.err
    return outcome


def call(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Outcome:
    """Do what `run` does without a process: for the many variants of what one process proved."""
    code: object = 0
    with (
        patch.dict(os.environ, environment(cwd, **(env or {})), clear=True),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        try:
            main(arguments)
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    outcome = Outcome(code, out.getvalue(), err.getvalue())
    assert PASSWORD not in outcome.out + outcome.err
    return outcome


# Makes the terminal on stdin the one that the process belongs to, so that Ctrl-C reaches it.
SIT_DOWN = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.executable, sys.argv[1:])"
)


def at_terminal(*arguments: str, cwd: Path, keys: bytes = b"", after: str = "") -> Outcome:
    """Run a process at a terminal: stdin and stderr are one, stdout is a pipe.

    `keys` are typed once `after` is on the screen and the process waits; `err` is all that the
    screen showed.
    """
    screen, terminal = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", SIT_DOWN, *process(*arguments)],
        cwd=cwd,
        env=environment(cwd),
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        start_new_session=True,
    ) as started:
        os.close(terminal)
        try:
            shown = _watched(started.pid, screen, keys, after)
            out, _ = started.communicate(timeout=PATIENCE)
        finally:
            started.kill()
            os.close(screen)
    return Outcome(started.returncode, out.decode(), shown)


def _watched(process_id: int, screen: int, keys: bytes, after: str) -> str:
    shown, typed = b"", not keys
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if select.select([screen], [], [], 0.5 if typed else 0.01)[0]:
            try:
                shown += os.read(screen, 4096)
            except OSError:  # EIO: the last process has left the terminal
                return shown.decode()
        elif not typed and after.encode() in shown and _is_waiting(process_id):
            os.write(screen, keys)
            typed = True
    raise TimeoutError(f"the process still runs; the screen shows: {shown!r}")


def _is_waiting(process_id: int) -> bool:
    """Return whether the process waits for something, which is its input if it has asked for it.

    Before it reads, Python's input() flushes the streams, and drops what a ^C raises meanwhile.
    """
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii", errors="replace")
    except OSError:  # not Linux
        return True
    return "\nState:\tS" in status


def settings_of_the_brief(folder: Path, **values: str) -> Path:
    """Write dwh.cfg as the brief does, quotes and all."""
    path = folder / "dwh.cfg"
    path.write_text(
        f"""\
[CLUSTER]
HOST=''
DB_NAME='{values.get("DB_NAME", "")}'
DB_USER=''
DB_PASSWORD='{PASSWORD}'
DB_PORT=5439

[IAM_ROLE]
ARN=''

[S3]
LOG_DATA='{values.get("LOG_DATA", "data/log_data")}'
LOG_JSONPATH='{values.get("LOG_JSONPATH", "data/log_json_path.json")}'
SONG_DATA='{values.get("SONG_DATA", "data/song_data")}'
""",
        encoding="utf-8",
    )
    return path
