"""Run the programs of an integration, in its own virtual environment, as a process."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.doc_blocks import blocks

ROOT = Path(__file__).resolve().parent.parent
# `make test-integrations` makes one for each integration.
ENVIRONMENTS = ROOT / ".venv-integrations"
PATIENCE = 240


def run_in(
    integration: str, *command: str, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program of an integration's environment to its end; it must end within PATIENCE."""
    process = start_in(integration, *command, cwd=cwd, env=env)
    with process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def start_in(
    integration: str,
    *command: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start a program of an integration's environment, as the leader of a group of processes.

    What it writes at home goes into `cwd`.
    """
    programs = ENVIRONMENTS / integration / "bin"
    return subprocess.Popen(
        command,
        cwd=cwd,
        env={
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(cwd),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "AWS_EC2_METADATA_DISABLED": "true",
            **(env or {}),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def block_of_page(page: str, beginning: str) -> str:
    """Return the block of a page of the docs that begins with this text."""
    [text] = [
        block.text
        for block in blocks()
        if block.page == f"docs/{page}" and block.text.startswith(beginning)
    ]
    return text
