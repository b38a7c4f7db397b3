"""The `migrate` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, show_activity
from sparkify.cli.terminal import print_note

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("migrate")
@configured
def migrate_command(settings: "Settings") -> None:
    """Upgrade the tables to this version of Sparkify."""
    from sparkify import commands
    from sparkify.sql import WAREHOUSE_VERSION

    with show_activity("migrating the tables"):
        before, rewritten = commands.migrate(settings)
    if rewritten:
        print_note(rewritten)
    if before == WAREHOUSE_VERSION:
        print_note(f"The tables already have version {before}.")
    else:
        print_note(f"Migrated the tables from version {before} to {WAREHOUSE_VERSION}.")
