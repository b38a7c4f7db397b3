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
    from sparkify.operate.doctor import Finding


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@configurable
def doctor(
    config: Path | None,
    overrides: Sequence[str],
    debug: bool,  # noqa: ARG001 - what goes wrong here is a finding
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
    findings = []
    for area, finding in found.findings:
        findings.append((area, finding))
        if not as_json:
            _say(area, finding)
    is_well = all(finding.ok for _, finding in findings)
    if as_json:
        listed = [{"area": area, **asdict(finding)} for area, finding in findings]
        settings = [asdict(each) for each in found.settings]
        click.echo(json.dumps({"ok": is_well, "settings": settings, "findings": listed}))
    if not is_well:
        sys.exit(1)


def _say(area: str, finding: "Finding") -> None:
    mark = click.style("ok  ", fg="green") if finding.ok else click.style("MEND", fg="red")
    click.echo(f"{mark}  {area:<9}  {shown(finding.what)}")
    if finding.mend:
        click.echo(f"      {'':<9}  Try: {shown(finding.mend)}")
