"""The root scripts and `make run`, as somebody uses them who has only cloned the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ("create_tables.py", "etl.py")
# -S: without site-packages, like a Python that has nothing installed.
BARE_PYTHON = (sys.executable, "-S")


def bare_environment(folder: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=bare_environment(cwd),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a clone of the project without a `.venv`."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in (*SCRIPTS, "Makefile", "pyproject.toml", "setup.py"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("sparkify", "requirements"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture
def installed(clone: Path) -> Path:
    """Give a clone after the installation: its `.venv` runs the code of the clone."""
    commands = clone / ".venv" / "bin"
    commands.mkdir(parents=True)
    for name, code in (
        ("python", '"$@"'),
        ("sparkify", '-c "from sparkify.cli import main; main()" "$@"'),
    ):
        script = commands / name
        script.write_text(f"#!/bin/sh\nPYTHONPATH={clone} exec {sys.executable} {code}\n")
        script.chmod(0o755)
    for done in ("python.done", "run.done"):
        (clone / ".venv" / done).touch()
    return clone


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_runs_with_the_venv_beside_it(installed: Path, script: str) -> None:
    done = run(*BARE_PYTHON, script, "--help", cwd=installed)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: sparkify ")


def test_a_script_never_runs_a_venv_of_the_working_directory(
    installed: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / ".venv" / "bin").mkdir(parents=True)
    trap = elsewhere / ".venv" / "bin" / "python"
    trap.write_text("#!/bin/sh\necho trapped\n")
    trap.chmod(0o755)

    found = run(*BARE_PYTHON, installed / "etl.py", "--help", cwd=elsewhere)
    shutil.rmtree(installed / ".venv")
    missing = run(*BARE_PYTHON, installed / "etl.py", "--help", cwd=elsewhere)

    assert found.stdout.startswith("Usage: sparkify etl")
    assert (missing.returncode, missing.stdout) == (2, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_without_packages_and_venv_says_what_to_do(clone: Path, script: str) -> None:
    done = run(*BARE_PYTHON, script, cwd=clone)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: {sys.executable} lacks packages that Sparkify needs\n"
        "Try: make run, or in a virtual environment: pip install -e .\n"
    )


@pytest.mark.skipif(not shutil.which("make", path="/usr/bin:/bin"), reason="there is no make")
def test_make_run_ends_with_commands_that_work_in_a_fresh_shell(installed: Path) -> None:
    bare_python = installed / "bare-python"
    bare_python.write_text(f'#!/bin/sh\nexec {" ".join(BARE_PYTHON)} "$@"\n')
    bare_python.chmod(0o755)

    done = run("make", "run", "PYTHON=./bare-python", cwd=installed)

    assert done.returncode == 0, done.stderr
    _, _, named = done.stdout.partition("\nNext:\n")
    commands = re.findall(r"^  (.+)$", named, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        shell = run("sh", "-c", command.replace(" --open", ""), cwd=installed)
        assert shell.returncode == 0, (command, shell.stderr)
        assert "Traceback" not in shell.stderr
    assert (installed / "sparkify-report.html").exists()
    assert shell.stdout == "Nothing new to load.\n"

    again = run("make", "run", "PYTHON=./bare-python", cwd=installed)

    assert again.returncode == 0, again.stderr
    assert "\nNothing new to load.\n" in again.stdout
    assert (
        again.stdout.partition("In the warehouse")[2]
        == done.stdout.partition("In the warehouse")[2]
    )


def test_the_first_steps_name_the_commands_that_make_run_ends_with() -> None:
    page = (ROOT / "docs/first-steps.md").read_text(encoding="utf-8")
    shown = re.search(r"^Next:\n((?:  .+\n)+)", page, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    printed = re.findall(r"^\t@echo '  (.+)'$", makefile, re.MULTILINE)

    assert shown is not None
    variables = {"$(BIN)": ".venv/bin", "$(PYTHON)": "python3"}
    expected = [re.sub(r"\$\(\w+\)", lambda name: variables[name[0]], line) for line in printed]
    assert shown[1].splitlines() == [f"  {line}" for line in expected]


def test_the_suite_runs_where_the_scripts_could_not() -> None:
    """With these packages `-S` would hide nothing, and the tests above would prove nothing."""
    probe = "import sys; from importlib.util import find_spec; sys.exit(bool(find_spec('click')))"
    assert subprocess.run([*BARE_PYTHON, "-c", probe], env=os.environ, check=False).returncode == 0
