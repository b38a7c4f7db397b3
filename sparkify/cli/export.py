"""The command that copies the star out."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import closing, configured

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.engines import Form


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
)
@configured
def export(settings: "Settings", folder: Path, form: "Form") -> None:
    """Copy the star to files in a new FOLDER, with a manifest: all of it, or nothing."""
    from datetime import UTC, datetime

    from sparkify.engines import open_exporter
    from sparkify.serve.export import export as write
    from sparkify.warehouse import require_current

    with closing(open_exporter(settings)) as exporter:
        require_current(exporter)
        made = write(exporter, folder, form, datetime.now(UTC))
    size = f"{made.files:,} files ({made.bytes / 1e6:,.1f} MB)"
    click.echo(f"Wrote {made.rows:,} rows in {size} to {folder}.", err=True)
