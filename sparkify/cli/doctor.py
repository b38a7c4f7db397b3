"""The `doctor` command."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import NEEDS_A_PERSON, list_option, parse_overrides, settings_options
from sparkify.cli.formats import write_records
from sparkify.cli.tables import print_table, readable
from sparkify.cli.terminal import echo, print_marked, to_json

if TYPE_CHECKING:
    from sparkify.diagnosis import Diagnosis
    from sparkify.operate.doctor import SettingInForce

DIAGNOSIS_COLUMNS = ("area", "what", "ok", "fix")
INDENT = 17  # characters before the text of a diagnosis


@click.command("doctor")
@list_option
@settings_options
def doctor_command(
    config: Path | None,
    overrides: Sequence[str],
    debug: bool,  # noqa: ARG001 - an error here is a diagnosis
    form: str,
) -> None:
    """Diagnose problems and say how to fix them.

    Examines settings, versions, source, warehouse and disks. Exit code 3 if there is a problem.
    """
    from sparkify.operate.doctor import examine

    found = examine(config, parse_overrides(overrides))
    if form == "table" and found.settings:
        _print_settings_in_force(found.settings)
    diagnoses = []
    for area, diagnosis in found.diagnoses:
        diagnoses.append({"area": area, **asdict(diagnosis)})
        if form == "table":
            print_diagnosis(area, diagnosis)
    problems = sum(not each["ok"] for each in diagnoses)
    if form == "table":
        echo(f"Examined: {len(diagnoses) - problems} ok, {problems} to fix.")
    elif form == "json":
        settings = [asdict(each) for each in found.settings]
        echo(to_json({"ok": not problems, "settings": settings, "diagnoses": diagnoses}))
    else:
        write_records(DIAGNOSIS_COLUMNS, diagnoses, form)
    if problems:
        sys.exit(NEEDS_A_PERSON)


def _print_settings_in_force(settings: "Sequence[SettingInForce]") -> None:
    """Print the settings that have a value; most are empty, which means none or the default."""
    rows = [(each.name, each.value, each.origin) for each in settings if each.value]
    print_table("Settings", ("setting", "value", "from"), rows)
    echo(f"{len(settings) - len(rows)} other settings are empty (--json lists all).\n")


def print_diagnosis(area: str, diagnosis: "Diagnosis") -> None:
    """Print whether all is well with something, and how to fix it where it is not."""
    mark = click.style("ok ", fg="green") if diagnosis.ok else click.style("FIX", fg="red")
    print_marked(f"{mark}   {area:<9}  ", readable(diagnosis.what), INDENT)
    if diagnosis.fix:
        print_marked(f"{'':<{INDENT}}Try: ", readable(diagnosis.fix), INDENT + 5)
