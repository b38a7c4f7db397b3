"""What is said about installing works as written: hints, the README, the docs."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

import sparkify
from sparkify.installation import (
    command_hint,
    extra_command,
    install_command,
    package_command,
    reinstall_command,
)
from tests.command_line import ROOT, call

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTALL = (ROOT / "docs/install.md").read_text(encoding="utf-8")
LOCKED = "\n".join(
    file.read_text(encoding="utf-8")
    for file in (
        *(ROOT / "requirements" / name for name in ("dev.txt", "run.txt")),
        *ROOT.glob("integrations/*/requirements.txt"),
    )
)


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[^\w.-]", each)[0] for each in requirements]


# --- hints


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_hint_for_an_extra_names_the_packages_that_it_needs(extra: str) -> None:
    python, *words = shlex.split(extra_command(extra))

    assert (python, words[:3]) == (sys.executable, ["-m", "pip", "install"])
    assert names(words[3:]) == names(EXTRAS[extra])


def test_a_hint_for_a_package_names_the_version_that_is_needed() -> None:
    [sqlglot] = [each for each in PROJECT["dependencies"] if each.startswith("sqlglot")]
    lowest = re.search(r">=[\d.]+", sqlglot)

    assert lowest is not None
    assert lowest[0] in shlex.split(package_command("sqlglot"))[-1]


def test_an_environment_without_pip_is_completed_by_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])

    assert shlex.split(install_command("a", "b>=1")) == [
        *("uv", "pip", "install", "--python", sys.executable, "a", "b>=1")
    ]


def test_a_hint_leaves_the_modules_of_the_program_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = ModuleType("distutils")
    monkeypatch.setitem(sys.modules, "distutils", loaded)

    install_command("a")

    assert sys.modules["distutils"] is loaded


def test_where_sparkify_is_not_installed_its_folder_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", missing)
    monkeypatch.setattr(metadata, "distribution", missing)

    assert shlex.split(extra_command("aws"))[-1] == f"{ROOT}[aws]"
    assert shlex.split(reinstall_command())[-1] == str(ROOT)


@pytest.mark.parametrize(
    ("record", "origin"),
    [('{"url": "file:///a/sparkify.whl"}', "file:///a/sparkify.whl"), (None, "sparkify")],
)
def test_sparkify_is_installed_again_from_where_it_came(
    monkeypatch: pytest.MonkeyPatch, record: str | None, origin: str
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            return record if name == "direct_url.json" else None

    monkeypatch.setattr(metadata, "distribution", lambda name: Installed())

    assert shlex.split(reinstall_command())[-1] == origin


def test_the_scripts_are_named_in_their_folder_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "create_tables.py").write_text("# somebody else's")
    assert call("overview", cwd=tmp_path).err.endswith("Try: run: sparkify create-tables\n")

    monkeypatch.chdir(ROOT)
    assert command_hint("create-tables") == "python create_tables.py"
    assert command_hint("status") == "sparkify status"


# --- texts


def pip_installs(text: str) -> list[str]:
    """List what a text says to install by pip, the first of each command."""
    found = re.findall(r"pip install (?:-\S+ )*('[^']+'|[\w./\[\]-]+)", text)
    return [name.strip("'") for name in found]


def test_no_text_names_a_package_that_cannot_be_installed() -> None:
    texts = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "sparkify").rglob("*.py"),
        *(ROOT / "sparkify").rglob("*.sql"),
        *(ROOT / "redshift-standin").rglob("*.md"),
        *(ROOT / "dwh.cfg.example", ROOT / "etl.py", ROOT / "create_tables.py"),
    ]
    named = {
        (path.name, name)
        for path in texts
        for name in pip_installs(path.read_text(encoding="utf-8"))
    }
    bad = [
        (file, name)
        for file, name in named
        if not re.fullmatch(
            r"\.(/redshift-standin)?(\[[a-z,]+\])?|dist/sparkify-[\w.-]+\.whl", name
        )
        and f"\n{names([name])[0]}==" not in f"\n{LOCKED}"
    ]

    assert len(named) > 3
    assert bad == []


def test_every_extra_is_in_the_page_and_no_other() -> None:
    rows = INSTALL.partition("## Extras")[2].partition("\n## ")[0]
    listed = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE)))

    assert sorted(listed) == sorted(EXTRAS)


# --- every line, in fresh environments


def commands(text: str) -> list[str]:
    """List the lines of a text's shell blocks that install Sparkify and nothing beside it."""
    lines = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
    return [line for line in lines if re.search(r" install (--\w+ )?(\.|'\.\[[\w,]+\]')$", line)]


def copy_clone(clone: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    for name in listed:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, clone / name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "programs"),
    [
        ("dagster.md", ["dagster --version", "dagster-webserver --version", "sparkify --version"]),
        ("airflow.md", ["airflow version", "sparkify --version"]),
        ("dbt.md", ["dbt --version"]),
    ],
)
def test_the_install_line_of_an_integration_works_as_written(
    tmp_path: Path, page: str, programs: list[str]
) -> None:
    clone, environment = tmp_path / "clone", tmp_path / "environment"
    copy_clone(clone)
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    env = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    env |= {"HOME": str(tmp_path), "PATH": f"{environment / 'bin'}:/usr/bin:/bin"}
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    [line] = re.findall(r"^pip install .*$", text, re.MULTILINE)

    for command in (line, *programs):
        done = subprocess.run(
            command, shell=True, cwd=clone, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stderr[-2000:])


@pytest.mark.slow
def test_every_line_about_installing_works_as_written(tmp_path: Path) -> None:
    clone, home, tools = tmp_path / "clone", tmp_path / "home", tmp_path / "tools"
    home.mkdir()
    copy_clone(clone)
    env = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}
    paths = (clone / ".venv/bin", tools / "bin", Path(sys.executable).parent, "/usr/bin", "/bin")
    env |= {"HOME": str(home), "PATH": ":".join(map(str, paths))}
    env["UV_SYSTEM_CERTS"] = "1"  # as the Makefile: a proxy may have a certificate of its own
    subprocess.run([sys.executable, "-m", "venv", tools], check=True)
    subprocess.run([tools / "bin/pip", "install", "-q", "pipx"], check=True, env=env)
    placed = {"pip": clone / ".venv/bin", "uv": home / ".local/bin", "pipx": home / ".local/bin"}
    others = [page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md"))]
    lines = list(
        dict.fromkeys(line for text in (README, INSTALL, *others) for line in commands(text))
    )

    assert len(lines) >= 6
    for line in lines:
        done = subprocess.run(
            line, shell=True, cwd=clone, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (line, done.stderr)
        tool = "pip" if ".venv" in line else line.split()[0]
        program = placed[tool] / "sparkify"
        told = subprocess.run(
            [program, "doctor", "--json"], cwd=home, env=env, capture_output=True, check=False
        )
        versions = [each["what"] for each in json.loads(told.stdout)["diagnoses"]]
        assert f"sparkify {sparkify.__version__}" in versions
        for extra in re.findall(r"\w+", "".join(re.findall(r"\[(.*?)\]", line))):
            for package in names(EXTRAS[extra]):
                assert not any(each.startswith(f"{package} is not") for each in versions), line
        if tool != "pip":
            remove = [tool, *(["tool"] if tool == "uv" else []), "uninstall", "sparkify"]
            subprocess.run(remove, check=True, env=env, capture_output=True)
