"""The tutorial with what its commands print: `make golden` writes it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.command_line import ROOT

TUTORIAL = ROOT / "docs/tutorial.md"
# What differs from one run to the next.
VARYING = re.compile(r"\d+\.\d s;|\d{8}T\d{9}-[0-9a-f]{4}")
STEP = re.compile(r"```sh\n(?P<commands>.*?)```\n\n```text\n(?P<printed>.*?)```", re.DOTALL)


def follow_tutorial(text: str, folder: Path) -> str:
    """Run the steps in an empty folder, and return the text with what they print."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if "SPARKIFY" not in name}

    def follow(step: re.Match[str]) -> str:
        done = subprocess.run(
            ["bash", "-e", "-c", step["commands"]],
            cwd=folder,
            env=clean | {"PATH": path},
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        printed = "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())
        printed = printed.replace(f"{folder}/", "").replace("\n\n\n", "\n\n")
        return f"```sh\n{step['commands']}```\n\n```text\n{printed}\n```"

    return STEP.sub(follow, text)


def without_varying(text: str) -> str:
    """Return the page without seconds and ids of runs."""
    return VARYING.sub("", text)
