"""The `migrate` command."""

from contextlib import closing
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.terminal import print_note

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("migrate")
@configured
def migrate_command(settings: "Settings") -> None:
    """Upgrade the tables to this version of Sparkify."""
    from sparkify.engines import backend_of, open_existing, require_warehouse
    from sparkify.operate.migration import migrate
    from sparkify.sql import WAREHOUSE_VERSION

    require_warehouse(settings)
    rewritten = backend_of(settings).migrate_storage(settings)
    if rewritten:
        print_note(rewritten)
    with closing(open_existing(settings)) as engine:
        before = migrate(engine)
    if before == WAREHOUSE_VERSION:
        print_note(f"The tables already have version {before}.")
    else:
        print_note(f"Migrated the tables from version {before} to {WAREHOUSE_VERSION}.")
