"""The `init` command."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from sparkify.cli.command import NEEDS_A_PERSON, parse_overrides, report_errors, settings_options
from sparkify.cli.doctor import print_diagnosis
from sparkify.cli.terminal import echo, is_quiet, is_terminal, print_note
from sparkify.config import DEFAULT_FILE, DEFAULT_SETTINGS, EngineName

if TYPE_CHECKING:
    from sparkify.config import Settings

ENGINE = "CLUSTER.ENGINE"
LOGS = "S3.LOG_DATA"
JSONPATHS = "S3.LOG_JSONPATH"
DATA_QUESTIONS = {
    LOGS: ("Where are the logs? A folder or s3://bucket/prefix", "log_data"),
    "S3.SONG_DATA": ("Where are the songs?", "song_data"),
}


@click.command("init")
@click.option("--logs", metavar="LOCATION", help="Folder or s3://bucket/prefix of the logs.")
@click.option("--songs", metavar="LOCATION", help="Folder or s3://bucket/prefix of the songs.")
@click.option("--engine", type=click.Choice(get_args(EngineName)), help="The engine.")
@settings_options
def init_command(
    config: Path | None, overrides: Sequence[str], debug: bool, **flags: str | None
) -> None:
    """Write a settings file, dwh.cfg.

    Asks at a terminal for what no option gives, and examines the answers. Never overwrites a file;
    --set gives any other setting. Exit code 3 if something in the new file is to be fixed.
    """
    with report_errors(debug=debug):
        _write_settings(config or DEFAULT_FILE, parse_overrides(overrides) | _given(**flags))


def _given(logs: str | None, songs: str | None, engine: str | None) -> dict[str, str]:
    named = {LOGS: logs, "S3.SONG_DATA": songs, ENGINE: engine}
    return {key: value for key, value in named.items() if value is not None}


def _write_settings(file: Path, given: Mapping[str, str]) -> None:
    from sparkify.config import create_settings_file, require_new_file
    from sparkify.installation import command_hint

    require_new_file(file)
    values = dict(given)
    if is_terminal(sys.stdin):
        is_well = _ask_until_well(file, given, values)
    else:
        is_well = _are_well(file, given, values)
    create_settings_file(file, values)
    if not is_well:
        echo(f"Wrote {file}. Fix what is marked FIX, then run: sparkify doctor", err=True)
        sys.exit(NEEDS_A_PERSON)
    print_note(f"Wrote {file}. Next: {command_hint('etl')}")


def _ask_until_well(file: Path, given: Mapping[str, str], values: dict[str, str]) -> bool:
    """Ask for what is not given, again until all is well or the answers are to stay."""
    while True:
        _ask(file, given, values)
        if _are_well(file, given, values):
            return True
        if not click.confirm("Change the answers?", default=True, err=True):
            return False


def _ask(file: Path, given: Mapping[str, str], values: dict[str, str]) -> None:
    from sparkify.config import planned_settings
    from sparkify.engines import backend_of
    from sparkify.engines.base import SERVER_QUESTIONS

    _ask_each(DATA_QUESTIONS, given, values)
    if ENGINE not in given:
        values[ENGINE] = click.prompt(
            "Which engine?",
            default=values.get(ENGINE, DEFAULT_SETTINGS.engine),
            type=click.Choice(get_args(EngineName)),
            err=True,
        )
    settings = planned_settings(file, values)
    if backend_of(settings).data_folder(settings) is None:
        _ask_each(SERVER_QUESTIONS, given, values)


def _ask_each(
    questions: Mapping[str, tuple[str, str]], given: Mapping[str, str], values: dict[str, str]
) -> None:
    for key, (question, field) in questions.items():
        if key not in given:
            default = values.get(key, getattr(DEFAULT_SETTINGS, field))
            values[key] = click.prompt(question, default=default, err=True)


def _are_well(file: Path, given: Mapping[str, str], values: dict[str, str]) -> bool:
    """Complete the values by the JSONPaths file, and report what the answers lead to."""
    from sparkify.config import planned_settings
    from sparkify.operate.doctor import has_jsonpaths, jsonpaths_beside

    logs = values.get(LOGS, DEFAULT_SETTINGS.log_data)
    if JSONPATHS not in given:
        values.pop(JSONPATHS, None)  # of an earlier answer
    if JSONPATHS not in given and logs != DEFAULT_SETTINGS.log_data:
        beside = {JSONPATHS: jsonpaths_beside(logs)}
        found = has_jsonpaths(planned_settings(file, values | beside))
        values |= beside if found else {JSONPATHS: ""}
    return _report(planned_settings(file, values))


def _report(settings: "Settings") -> bool:
    from sparkify.operate.doctor import examine_answers

    is_well = True
    for area, diagnosis in examine_answers(settings):
        if not (diagnosis.ok and is_quiet()):
            print_diagnosis(area, diagnosis)
        is_well = is_well and diagnosis.ok
    return is_well
