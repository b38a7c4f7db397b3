"""The `export` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured_to_read, show_activity
from sparkify.cli.spreadsheets import csv_format, safe_option
from sparkify.cli.terminal import print_note
from sparkify.sizes import counted, readable_size

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import ExportFormat


@click.command("export")
@click.argument("folder")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="Format of the files.",
)
@safe_option
@configured_to_read
def export_command(
    settings: "Settings", folder: str, form: "ExportFormat", safe_for_spreadsheets: bool
) -> None:
    """Export the star schema to files.

    FOLDER is new, on this machine or s3://bucket/prefix. A manifest has the row counts and
    checksums. An export that fails leaves nothing.
    """
    from sparkify import commands

    csv_format(form, safe_for_spreadsheets)
    with show_activity("exporting the star schema"):
        exported = commands.export(
            folder, settings, form=form, safe_for_spreadsheets=safe_for_spreadsheets
        )
    size = f"{counted(exported.files, 'file')} ({readable_size(exported.bytes)})"
    print_note(f"Wrote {counted(exported.rows, 'row')} in {size} to {folder}.")
