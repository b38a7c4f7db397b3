"""The help lists every command in a group; each takes the options of all, before it and after."""

import os
import re
from pathlib import Path

import click
import pytest

from sparkify.cli import COMMANDS_BY_TOPIC, app
from tests.command_line import ROOT, at_terminal, call, run

COMMANDS = [name for names in COMMANDS_BY_TOPIC.values() for name in names]

# One has nothing to do with a warehouse, the other names two.
WITHOUT_SETTINGS = {("completion",), ("diff",)}


def leaves(group: click.Group = app, *path: str) -> list[tuple[str, ...]]:
    """Return the words of each command that is no group."""
    context, found = click.Context(group), []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += leaves(command, *path, name)
        else:
            found.append((*path, name))
    return found


def test_each_command_that_is_written_is_in_one_group() -> None:
    written = {
        found[1]
        for path in (ROOT / "sparkify/cli").glob("*.py")
        for found in re.finditer(
            r'^@click\.(?:command|group)\(\s*"([\w-]+)"[^\n]*(?:\n(?!@click\.command|def ).*)*'
            rf"\ndef {path.stem}_command\(",
            path.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }

    assert sorted(written) == sorted(COMMANDS), "name the command in COMMANDS_BY_TOPIC"
    assert len(COMMANDS) == len(set(COMMANDS))


def test_the_groups_are_of_what_people_do(tmp_path: Path) -> None:
    shown = call("--help", cwd=tmp_path).out

    assert re.findall(r"^(\w+):$", shown, re.MULTILINE) == [
        *("Options", "Load", "Query", "Operate", "AWS")
    ]


def test_help_is_there_at_once(tmp_path: Path) -> None:
    """Of the processor: what else the machine does is not the help's."""
    taken = []
    for _ in range(5):
        before = os.times()
        assert run("sparkify", "--help", cwd=tmp_path).code == 0
        after = os.times()
        taken.append(sum(after[2:4]) - sum(before[2:4]))

    assert 0 < min(taken) < 0.3


@pytest.mark.parametrize("path", leaves(), ids=" ".join)
def test_every_command_takes_the_options_of_all(path: tuple[str, ...]) -> None:
    context, command = click.Context(app), app.get_command(click.Context(app), path[0])
    for name in path[1:]:
        assert isinstance(command, click.Group)
        command = command.get_command(context, name)
    assert command is not None
    options = {option for each in command.params for option in each.opts}

    expected = {"-v", "--verbose", "-q", "--quiet"}
    if path not in WITHOUT_SETTINGS:
        expected |= {"--config", "--set", "--debug"}
    assert expected <= options


@pytest.mark.parametrize(
    "options",
    [
        ["--config", "other.cfg"],
        ["--set", "CLUSTER.DB_NAME=other"],
        ["--debug", "--config", "other.cfg"],
    ],
    ids=" ".join,
)
def test_an_option_means_the_same_before_the_command_and_after_it(
    tmp_path: Path, options: list[str]
) -> None:
    (tmp_path / "other.cfg").write_text("[CLUSTER]\nDB_NAME=other\n")
    before = call(*options, "connect", "--for", "dbeaver", cwd=tmp_path)
    after = call("connect", "--for", "dbeaver", *options, cwd=tmp_path)

    assert before.code == after.code == 0
    assert "other.read.duckdb" in before.out
    assert before == after


def test_of_an_option_given_twice_the_one_after_the_command_counts(tmp_path: Path) -> None:
    settings = [["--set", f"CLUSTER.DB_NAME={name}"] for name in ("first", "second")]
    done = call(*settings[0], "connect", "--for", "dbeaver", *settings[1], cwd=tmp_path)

    assert "second.read.duckdb" in done.out
    assert "first." not in done.out


def test_the_traceback_is_shown_wherever_it_is_asked_for(tmp_path: Path) -> None:
    for arguments in (["--debug", "overview"], ["overview", "--debug"]):
        done = call(*arguments, cwd=tmp_path)

        assert done.code == 1
        assert "Traceback" in done.err


@pytest.mark.parametrize("option", ["-q", "--quiet"])
def test_quiet_says_nothing_of_what_went_well(tmp_path: Path, option: str) -> None:
    small = ["--events", "200", "--songs", "10", "--artists", "5", "--days", "2", "--users", "5"]
    for command in (["generate", *small], ["create-tables"], ["etl"], ["docs"], ["report"]):
        done = at_terminal("sparkify", *command, option, cwd=tmp_path)

        assert (done.code, done.out, done.err) == (0, "", ""), command
    shown = call(option, "query", "select 1 as a", "--format", "csv", cwd=tmp_path)
    cut = call("query", option, "select * from songplays", "--limit", "1", cwd=tmp_path)
    assert (shown.out, shown.err, cut.err) == ("a\n1\n", "", "")
    assert call("-q", "query", "select nosuch", cwd=tmp_path).err.startswith("Error: ")


def test_verbose_says_settings_and_time_and_no_data(tmp_path: Path) -> None:
    (tmp_path / "dwh.cfg").write_text("[CLUSTER]\nDB_NAME=mine\n")
    for arguments in (["-v", "connect"], ["connect", "--verbose"]):
        plain = call("connect", "--for", "dbeaver", cwd=tmp_path)
        verbose = call(*arguments, "--for", "dbeaver", cwd=tmp_path)

        assert verbose.out == plain.out
        assert plain.err == ""
        assert "dwh.cfg" in verbose.err
        assert "database: mine" in verbose.err.replace(str(tmp_path) + "/", "")
        assert re.search(r"^took \d+\.\d s$", verbose.err, re.MULTILINE)
