"""The parts of docs/ that commands print: `make golden` writes them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sparkify.checks import configured_checks
from sparkify.config import Settings
from tests.command_line import ROOT, call
from tests.reference_pages import (
    METRICS_PAGE,
    OPTIONS_PAGE,
    SETTINGS_PAGE,
    metrics_page,
    options_page,
    settings_page,
)
from tests.tutorial import TUTORIAL, follow_tutorial, without_varying

FIRST_STEPS = ROOT / "docs/first-steps.md"
PROMISES = ROOT / "docs/promises.md"
DICTIONARY = ("dictionary.md", "star.svg")
OUTPUT = re.compile(r"(?<=```text\n).*?(?=\nNext:)", re.DOTALL)
CHECKS = re.compile(r"\d+ checks\*\* run in each batch's transaction\. \d+ of them")


def run_as_user(*command: str, cwd: Path) -> str:
    """Return what a command of the README prints in the environment of a new user."""
    clean = {name: value for name, value in os.environ.items() if "SPARKIFY" not in name}
    done = subprocess.run(
        command, cwd=cwd, env=clean, check=True, text=True, capture_output=True, timeout=60
    )
    return done.stdout


def make_run(folder: Path) -> str:
    """Do the steps of `make run` in a folder, and return what they print."""
    sparkify = str(Path(sys.executable).parent / "sparkify")
    run_as_user(sparkify, "generate", cwd=folder)
    loaded = run_as_user(sys.executable, str(ROOT / "etl.py"), cwd=folder)
    return loaded + run_as_user(sparkify, "overview", cwd=folder)


def without_seconds(output: str) -> list[str]:
    """Return the lines without the seconds, which differ, and without blanks at their ends."""
    return [re.sub(r"[\d.]+ s;", "N s;", line).rstrip() for line in output.strip().splitlines()]


def count_checks() -> str:
    """Return the words of the promises on how many checks there are, and how many block."""
    checks = configured_checks(Settings())
    blocking = sum(check.severity == "block" for check in checks)
    return f"{len(checks)} checks** run in each batch's transaction. {blocking} of them"


def make_dictionary(folder: Path) -> Path:
    """Write the dictionary of generated data below the folder, and return where."""
    for command in (["generate"], ["create-tables", "--yes"], ["etl"], ["docs", "out"]):
        done = call(*command, cwd=folder)
        assert done.code == 0, done.err
    return folder / "out"


def main() -> None:
    with TemporaryDirectory() as name:
        written = make_dictionary(Path(name))
        for file in DICTIONARY:
            (ROOT / "docs" / file).write_bytes((written / file).read_bytes())
    with TemporaryDirectory() as name:
        printed = make_run(Path(name)).strip() + "\n"
    promises = CHECKS.sub(count_checks(), PROMISES.read_text(encoding="utf-8"))
    PROMISES.write_text(promises, encoding="utf-8")
    first_steps = FIRST_STEPS.read_text(encoding="utf-8")
    if without_seconds(OUTPUT.findall(first_steps)[0]) != without_seconds(printed):
        lines = "\n".join(line.rstrip() for line in printed.splitlines())
        first_steps = OUTPUT.sub(lambda _: f"{lines}\n", first_steps, count=1)
        FIRST_STEPS.write_text(first_steps, encoding="utf-8")
    SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
    OPTIONS_PAGE.write_text(options_page(), encoding="utf-8")
    METRICS_PAGE.write_text(metrics_page(), encoding="utf-8")
    tutorial = TUTORIAL.read_text(encoding="utf-8")
    with TemporaryDirectory() as name:
        followed = follow_tutorial(tutorial, Path(name))
    if without_varying(followed) != without_varying(tutorial):
        TUTORIAL.write_text(followed, encoding="utf-8")


if __name__ == "__main__":
    main()
