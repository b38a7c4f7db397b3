"""The command that looks for what is wrong."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configurable, override_pairs
from sparkify.cli.tables import print_table, shown

if TYPE_CHECKING:
    from sparkify.diagnosis import Diagnosis


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@configurable
def doctor(
    config: Path | None,
    overrides: Sequence[str],
    debug: bool,  # noqa: ARG001 - what goes wrong here is a diagnosis
    as_json: bool,
) -> None:
    """Look for what is wrong with settings, machine, source and warehouse, and how to mend it.

    Exit code 0 if all is well, 1 if not.
    """
    from sparkify.operate.doctor import examine

    found = examine(config, override_pairs(overrides))
    if not as_json and found.settings:
        rows = ((each.name, each.value, each.origin) for each in found.settings)
        print_table("Settings", ("setting", "value", "from"), rows)
    diagnoses = []
    for area, diagnosis in found.diagnoses:
        diagnoses.append((area, diagnosis))
        if not as_json:
            _say(area, diagnosis)
    is_well = all(diagnosis.ok for _, diagnosis in diagnoses)
    if as_json:
        listed = [{"area": area, **asdict(diagnosis)} for area, diagnosis in diagnoses]
        settings = [asdict(each) for each in found.settings]
        click.echo(json.dumps({"ok": is_well, "settings": settings, "diagnoses": listed}))
    if not is_well:
        sys.exit(1)


def _say(area: str, diagnosis: "Diagnosis") -> None:
    mark = click.style("ok  ", fg="green") if diagnosis.ok else click.style("FIX ", fg="red")
    click.echo(f"{mark}  {area:<9}  {shown(diagnosis.what)}")
    if diagnosis.fix:
        click.echo(f"      {'':<9}  Try: {shown(diagnosis.fix)}")
