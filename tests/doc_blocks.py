"""The fenced blocks of README and docs, and how a reader would use each."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sparkify.config import load_settings
from tests.command_line import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"\n\n    (?:sparkify|pip|python|docker|select|\[[A-Z]+\]) ")
# Not typed by anybody: what commands print, drawings, and the queries of another program.
SHOWN = {"text", "mermaid", "promql"}
# The blocks of a page name a run of the reader's by its id, or the beginning of it.
EXAMPLE_RUN = "20181115T120000123-5f2c"
EXAMPLE_BEGINNING = "20181115T12 "
# Exit code 3 is an answer, not a failure: the sample is of 2018, which is long ago.
SHELL = """trap 'code=$?; [ "$code" = 3 ] || exit "$code"' ERR
{text}
true"""


class Block(NamedTuple):
    """A fenced block: the page's path in the repository, its language and its text."""

    page: str
    language: str
    text: str


def blocks() -> Iterator[Block]:
    """Yield the blocks of all pages that a reader would use, in their order."""
    for path in PAGES:
        for found in FENCED.finditer(path.read_text(encoding="utf-8")):
            if found["language"] not in SHOWN:
                yield Block(str(path.relative_to(ROOT)), found["language"], found["text"])


def use(block: Block, folder: Path, env: Mapping[str, str]) -> None:
    """Do with a block what a reader does in a folder. Raises where that fails."""
    USES[block.language](block.text, folder, env)


def _run(
    command: list[str], folder: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command at a terminal on which somebody says yes to everything, or just Enter."""
    screen, terminal = os.openpty()
    os.write(screen, env.get("ANSWER", "\n").encode() * 20)
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**env, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            stdin=terminal,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    finally:
        os.close(terminal)
        os.close(screen)
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


def _shell(text: str, folder: Path, env: Mapping[str, str]) -> None:
    if EXAMPLE_RUN in text:
        query = "select run_id from runs order by started_at desc limit 1"
        asked = ["sparkify", "query", query, "--format", "csv"]
        run = _run(asked, folder, env).stdout.split()[-1]
        text = text.replace(EXAMPLE_RUN, run).replace(EXAMPLE_BEGINNING, f"{run[:-1]} ")
    _run(["bash", "-c", SHELL.format(text=text)], folder, env)


def _python(text: str, folder: Path, env: Mapping[str, str]) -> None:
    _run([sys.executable, "-c", text], folder, env)


def _ini(text: str, folder: Path, _: Mapping[str, str]) -> None:
    file = folder / "of_the_page.cfg"
    file.write_text(text, encoding="utf-8")
    assert load_settings(file, {}).warnings == ()


def _json(text: str, _folder: Path, _env: Mapping[str, str]) -> None:
    json.loads(text)


USES: dict[str, Callable[[str, Path, Mapping[str, str]], None]] = {
    "sh": _shell,
    "python": _python,
    "ini": _ini,
    "json": _json,
}
