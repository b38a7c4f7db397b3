"""The `rebuild` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.terminal import print_note
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("rebuild")
@configured
def rebuild_command(settings: "Settings") -> None:
    """Rebuild the star schema from the staging tables."""
    from sparkify import commands

    batches = commands.rebuild(settings)
    print_note(f"Rebuilt the star schema from {counted(batches, 'batch', 'batches')}.")
