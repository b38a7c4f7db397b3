"""The `reconcile` command."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import (
    NEEDS_A_PERSON,
    configured_to_read,
    list_option,
    show_activity,
)
from sparkify.cli.formats import write_records
from sparkify.cli.tables import path_in_source, print_table, report_omitted
from sparkify.cli.terminal import echo, to_json

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.reconcile import Difference

DIFFERENCES_SHOWN = 20
DIFFERENCE_COLUMNS = ("kind", "name", "detail", "note")


@click.command("reconcile")
@click.option("--deep", is_flag=True, help="Also read all files and compare contents.")
@list_option
@configured_to_read
def reconcile_command(settings: "Settings", deep: bool, form: str) -> None:
    """Compare source files, ledger and tables.

    Exit code 0 if all agree, 3 if not.
    """
    from sparkify import commands

    with show_activity(f"{'reading' if deep else 'listing'} the source"):
        differences = commands.reconcile(settings, deep=deep)
    agree = all(each.is_note for each in differences)
    if form == "table":
        _print_differences(differences, settings)
        echo(f"Source, ledger and tables {'agree' if agree else 'disagree'}.")
    else:
        listed = [asdict(each) | {"note": each.is_note} for each in differences]
        if form == "json":
            echo(to_json({"agree": agree, "differences": listed}))
        else:
            write_records(DIFFERENCE_COLUMNS, listed, form)
    if not agree:
        sys.exit(NEEDS_A_PERSON)


def _print_differences(differences: "Sequence[Difference]", settings: "Settings") -> None:
    for kind, count in Counter(each.kind for each in differences).items():
        alike = [each for each in differences if each.kind == kind]
        note = " (a note)" if alike[0].is_note else ""
        rows = [
            (path_in_source(each.name, settings), each.detail) for each in alike[:DIFFERENCES_SHOWN]
        ]
        title = f"{kind.replace('_', ' ').capitalize()}{note}: {count:,}"
        print_table(title, ("what", "difference"), rows)
        report_omitted(len(rows), count, "--json lists all")
