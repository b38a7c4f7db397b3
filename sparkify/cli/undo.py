"""The `undo` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.terminal import print_note
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("undo")
@click.argument("run_id", metavar="ID")
@configured
def undo_command(settings: "Settings", run_id: str) -> None:
    """Remove what a run loaded.

    ID is the run's, as `sparkify runs` shows it. Its files are pending again.
    """
    from sparkify import commands

    files = commands.undo(run_id, settings)
    print_note(f"Undid run {run_id}: {counted(files, 'file')} pending again.")
