"""Another process that has the warehouse's file open."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.command_line import environment

HOLD = """
import duckdb, sys
connection = duckdb.connect("sparkify.duckdb", read_only=sys.argv[1] == "True")
print("held", flush=True)
input()
"""


@contextmanager
def hold_lock(folder: Path, *, read_only: bool) -> Iterator[int]:
    """Have a process hold the folder's warehouse; give its id."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(read_only)],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        try:
            yield holder.pid
        finally:
            holder.communicate(b"\n")
