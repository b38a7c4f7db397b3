"""The command that copies the star out."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import closing, configured
from sparkify.cli.tables import counted, megabytes

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines.base import ExportFormat


@click.command()
@click.argument("folder")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
)
@configured
def export(settings: "Settings", folder: str, form: "ExportFormat") -> None:
    """Copy the star to files in a new FOLDER, with a manifest: all of it, or nothing.

    FOLDER is one of this machine, or s3://bucket/prefix.
    """
    from datetime import UTC, datetime

    from sparkify.engines import open_exporter
    from sparkify.serve.export import export_star
    from sparkify.sources import S3Access
    from sparkify.warehouse import require_star

    with closing(open_exporter(settings)) as exporter:
        require_star(exporter)
        made = export_star(exporter, folder, form, datetime.now(UTC), S3Access.named_by(settings))
    size = f"{counted(made.files, 'file')} ({megabytes(made.bytes)})"
    click.echo(f"Wrote {counted(made.rows, 'row')} in {size} to {folder}.", err=True)
