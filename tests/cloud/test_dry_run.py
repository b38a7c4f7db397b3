"""`--dry-run` prints the calls and the policy documents, and changes nothing."""

from pathlib import Path

import pytest

from sparkify.cloud.aws import READ_PREFIXES
from sparkify.cloud.permissions import required_actions

from .expected_calls import DOWN, UP, changes
from .policies import statements
from .shim import Shim
from .world import resources, sparkify

Capsys = pytest.CaptureFixture[str]
KINDS = pytest.mark.parametrize(
    ("kind", "options"), [("serverless", ()), ("provisioned", ("--provisioned",))]
)


def actions(calls: list[dict[str, object]]) -> list[str]:
    """List the actions of printed calls, each once."""
    return list(dict.fromkeys(str(call["action"]) for call in calls))


@KINDS
def test_up_prints_its_calls_and_makes_none(
    shim: Shim, folder: Path, capsys: Capsys, kind: str, options: tuple[str, ...]
) -> None:
    before = (folder / "dwh.cfg").read_text()

    said = sparkify(capsys, "cluster", "up", *options, "--dry-run", "--json")

    assert said.code == 0, said
    assert said.err == "Nothing was changed.\n"
    # the trust is updated only where the role existed before
    assert [each for each in UP[kind] if each != "iam:UpdateAssumeRolePolicy"] == actions(said.json)  # type: ignore[index]
    assert changes(shim) == []
    assert resources() == []
    assert (folder / "dwh.cfg").read_text() == before


@KINDS
def test_down_prints_its_calls_and_makes_none(
    shim: Shim, folder: Path, capsys: Capsys, kind: str, options: tuple[str, ...]
) -> None:
    sparkify(capsys, "cluster", "up", *options)
    before = resources()
    shim.calls.clear()

    said = sparkify(capsys, "cluster", "down", "--dry-run", "--json")

    assert actions(said.json) == DOWN[kind]  # type: ignore[index]
    assert changes(shim) == []
    assert resources() == before


def test_the_documents_are_shown_as_documents(shim: Shim, folder: Path, capsys: Capsys) -> None:
    calls = sparkify(capsys, "cluster", "up", "--dry-run", "--json").json

    documents = [
        value
        for call in calls
        for key, value in call["arguments"].items()
        if key.endswith("Document")
    ]
    assert len(documents) >= 2
    assert all(statements(document) for document in documents)
    shown = sparkify(capsys, "cluster", "up", "--dry-run").out
    assert '"aws:SourceAccount": "123456789012"' in shown
    assert '"arn:aws:s3:::sparkify-data/log_data/*"' in shown


def test_pause_and_resume_print_theirs(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up", "--provisioned")

    paused = sparkify(capsys, "cluster", "pause", "--dry-run")
    resumed = sparkify(capsys, "cluster", "resume", "--dry-run")

    assert "redshift:PauseCluster" in paused.out
    assert (resumed.out, resumed.err) == ("", "There is nothing to change.\n")
    assert sparkify(capsys, "cluster", "status", "--json").json["state"] == "available"


def test_every_call_is_in_the_operators_policy(shim: Shim, folder: Path, capsys: Capsys) -> None:
    for options in ((), ("--provisioned", "--name", "other")):
        sparkify(capsys, "cluster", "up", *options)
        sparkify(capsys, "cluster", "status", "--name", "other")
        sparkify(capsys, "cluster", "pause", "--name", "other")
        sparkify(capsys, "cluster", "list")
        sparkify(capsys, "cluster", "down", "--name", "other", "--yes")
    sparkify(capsys, "cluster", "down", "--name", "sparkify", "--yes")

    # calls that need no permission, or one that a user needs for the data anyway
    exempt = {"sts:GetCallerIdentity", "s3:HeadBucket"}
    assert {call for call in shim.calls if call not in exempt} <= set(required_actions())
    assert all(read.endswith("_") for read in READ_PREFIXES)
