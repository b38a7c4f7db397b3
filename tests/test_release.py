"""What a release needs: metadata, a changelog, workflows that keep their schemas, packages."""

import re
import shlex
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import sparkify
from sparkify.cli import app
from tests.command_line import ROOT, call, environment

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def workflow(name: str) -> Any:
    return yaml.safe_load((GITHUB / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))


def commands(name: str) -> Iterator[str]:
    """Yield each line that a workflow runs."""
    for job in workflow(name)["jobs"].values():
        for step in job["steps"]:
            yield from step.get("run", "").splitlines()


# --- forms


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        *(("vendor.github-workflows", f"workflows/{each.name}") for each in WORKFLOWS),
        *(
            ("custom.github-workflows-require-timeout", f"workflows/{each.name}")
            for each in WORKFLOWS
        ),
        ("vendor.dependabot", "dependabot.yml"),
        ("vendor.github-issue-forms", "ISSUE_TEMPLATE/bug.yml"),
        ("vendor.github-issue-forms", "ISSUE_TEMPLATE/idea.yml"),
        ("vendor.github-issue-config", "ISSUE_TEMPLATE/config.yml"),
    ],
)
def test_each_file_for_github_keeps_its_schema(schema: str, file: str) -> None:
    checker = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", schema]
    done = subprocess.run([*checker, GITHUB / file], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_a_workflow_with_a_mistake_does_not_keep_it(tmp_path: Path) -> None:
    wrong = tmp_path / "ci.yml"
    text = (GITHUB / "workflows/ci.yml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("runs-on:", "run-on:"), encoding="utf-8")
    checker = Path(sys.executable).parent / "check-jsonschema"

    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.github-workflows", wrong],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1


def test_the_workflows_run_targets_and_commands_that_exist() -> None:
    known = app.list_commands(click.Context(app))
    targets, called = set(), set()
    for each in WORKFLOWS:
        for line in commands(each.stem):
            targets |= set(re.findall(r"^make ([a-z-]+)", line))
            called |= set(re.findall(r"sparkify ([a-z-]+)", line))

    quick = ("", "-commands", "-servers", "-standin", "-integrations")
    tests = {f"test{of}" for of in (*quick, "-slow", "-random")}
    assert {*tests, "docs", "wheels"} == targets
    assert [name for name in targets if f"\n{name}:" not in MAKEFILE] == []
    assert called <= set(known)
    assert {"init", "etl", "check"} <= called


def test_the_matrix_has_every_python_that_the_metadata_names() -> None:
    named = [
        each.rpartition(" ")[2]
        for each in PROJECT["classifiers"]
        if re.search(r"Python :: 3\.\d+$", each)
    ]

    assert workflow("ci")["jobs"]["test"]["strategy"]["matrix"]["python"] == named
    assert PROJECT["requires-python"] == f">={named[0]}"


def test_what_the_platforms_are_to_run_runs_here(tmp_path: Path) -> None:
    lines = [line for line in commands("platforms") if "sparkify" in line]

    assert len(lines) >= 6
    for line in lines:
        python, option, module, *arguments = shlex.split(line)
        assert (python, option, module) == ("python", "-m", "sparkify")
        done = call(*arguments, cwd=tmp_path)
        assert done.code == 0, (line, done.out, done.err)


def test_the_linters_of_each_commit_are_those_of_make_lint() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"].split()[0] for repo in config["repos"] for hook in repo["hooks"]]
    lint = MAKEFILE.partition("\nlint:")[2].partition("\n\n")[0]

    assert {Path(each).name for each in entries} == set(re.findall(r"\$\(BIN\)/(\w+)", lint))


# --- versions


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    versions = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)

    assert versions[0] == sparkify.__version__
    assert versions == sorted(versions, reverse=True)
    assert "version" in PROJECT["dynamic"]


# --- packages


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and a wheel from it, in a copy of what is committed."""
    folder = tmp_path_factory.mktemp("dist")
    tree = folder / "tree"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes((ROOT / name).read_bytes())
    backend = "from setuptools import build_meta as b; import sys; "
    _python(tree, backend + f"b.build_sdist({str(folder)!r})")
    [sdist] = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as opened:
        opened.extractall(folder, filter="data")
    [unpacked] = folder.glob("sparkify-*/")
    _python(unpacked, backend + f"b.build_wheel({str(folder)!r})")
    return folder


def _python(cwd: Path, code: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(
        command, cwd=cwd, env=environment(cwd, PYTHONPATH=""), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.slow
def test_the_wheel_says_what_it_is(dist: Path) -> None:
    [wheel] = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        [name] = [each for each in opened.namelist() if each.endswith(".dist-info/METADATA")]
        metadata = HeaderParser().parsestr(opened.read(name).decode())
        held = opened.namelist()

    assert metadata["Version"] == sparkify.__version__
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")
    assert metadata.get_all("Classifier") == PROJECT["classifiers"]
    assert {"sparkify/dwh.cfg.example", "sparkify/__main__.py", "sparkify/py.typed"} <= set(held)
    assert "sparkify/sql/course/songplays/1_inner_join.sql" in held
    assert not [each for each in held if each.startswith(("tests/", "bench/"))]


@pytest.mark.slow
def test_wheel_and_sdist_install_and_load_in_fresh_environments(dist: Path, tmp_path: Path) -> None:
    for package in (*dist.glob("*.whl"), *dist.glob("*.tar.gz")):
        folder = tmp_path / package.suffix.lstrip(".")
        work = folder / "work"
        work.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        commands = folder / "venv/bin"
        subprocess.run([commands / "pip", "install", "-q", package], check=True)
        for command in ("generate", "init", "etl", "check"):
            done = subprocess.run(
                [commands / "sparkify", command],
                cwd=work,
                env=environment(work, PYTHONPATH=""),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, (package.name, command, done.stderr)


@pytest.mark.slow
def test_an_index_renders_the_readme(dist: Path) -> None:
    twine = [str(Path(sys.executable).parent / "uv"), "tool", "run", "twine", "check", "--strict"]
    packages = [str(each) for each in (*dist.glob("*.whl"), *dist.glob("*.tar.gz"))]
    done = subprocess.run([*twine, *packages], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2
