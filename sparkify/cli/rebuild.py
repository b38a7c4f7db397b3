"""The `rebuild` command."""

from contextlib import closing
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
    from sparkify.engines import open_existing
    from sparkify.operate import repair

    with closing(open_existing(settings)) as engine:
        batches = repair.rebuild_star(engine, settings)
    print_note(f"Rebuilt the star schema from {counted(batches, 'batch', 'batches')}.")
