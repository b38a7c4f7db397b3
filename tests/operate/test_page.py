"""docs/operations.md: its commands and options exist, and its tables are complete."""

import json
import re
import shlex
from pathlib import Path
from typing import get_args

import click
import pytest

from sparkify.cli import app
from sparkify.operate.reconcile import NOTES, DifferenceKind
from tests.command_line import call

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^sparkify .*", PAGE, re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_what_its_command_takes(example: str) -> None:
    _, name, *arguments = shlex.split(example, comments=True)
    command = app.get_command(click.Context(app), name)
    assert command is not None

    with click.Context(command, **app.context_settings) as context:
        command.parse_args(context, arguments)


def test_the_page_has_examples_of_every_command_that_shows() -> None:
    named = {example.split()[1] for example in EXAMPLES}

    assert named >= {"plan", "status", "runs", "reconcile", "quarantine", "doctor"}


def test_every_kind_of_difference_is_explained() -> None:
    rows = re.findall(
        r"^\| `([a-z_]+)` \| (a note: )?", PAGE.partition("| kind |")[2], re.MULTILINE
    )

    assert [name for name, _ in rows] == list(get_args(DifferenceKind))
    assert tuple(name for name, note in rows if note) == NOTES


def test_every_stage_of_a_run_is_explained(loaded: Path) -> None:
    table = PAGE.partition("| stage | does")[2].partition("\n\n")[0]
    explained = re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)
    [done] = json.loads(call("runs", "--json", cwd=loaded).out)

    assert explained == [*(each for each in done["seconds"] if each != "all"), explained[-1]]
    assert explained[-1].replace("_", " ") in call("runs", done["run_id"], cwd=loaded).out
