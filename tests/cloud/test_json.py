"""The JSON of the cluster's commands is as its schema says."""

from pathlib import Path

import pytest

from tests.json_schemas import documented, faults

from .shim import Shim
from .world import sparkify

Capsys = pytest.CaptureFixture[str]

# By the commands of the page, in the order of a warehouse's life.
LIFE = {
    "cluster up --dry-run": ("up", "--dry-run"),
    "cluster up": ("up",),
    "cluster status": ("status",),
    "cluster list": ("list",),
    "cluster pause": ("pause",),
    "cluster resume": ("resume",),
    "cluster doctor": ("doctor",),
    "cluster down": ("down", "--yes"),
}


@pytest.mark.parametrize("kind", ["serverless", "provisioned"])
def test_each_command_prints_what_its_schema_says(
    shim: Shim, folder: Path, capsys: Capsys, kind: str
) -> None:
    wrong = {}
    for name, arguments in LIFE.items():
        more = ("--provisioned",) if arguments[0] == "up" and kind == "provisioned" else ()
        said = sparkify(capsys, "cluster", *arguments, *more, "--json")
        assert said.code in {0, 3}, (name, said)
        assert said.json, name
        wrong[name] = faults(name, said.json)

    assert wrong == {name: [] for name, _ in documented() if name.startswith("cluster")}


@pytest.mark.parametrize("command", ["down", "pause", "resume"])
def test_each_dry_run_lists_calls(shim: Shim, folder: Path, capsys: Capsys, command: str) -> None:
    sparkify(capsys, "cluster", "up", "--provisioned")

    calls = sparkify(capsys, "cluster", command, "--dry-run", "--json").json

    assert faults("cluster up --dry-run", calls) == []
