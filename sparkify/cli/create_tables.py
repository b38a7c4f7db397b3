"""The `create-tables` command."""

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.terminal import is_terminal, print_note

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("create-tables")
@click.option("--yes", is_flag=True, help="Do not ask before data is dropped.")
@configured
def create_tables_command(settings: "Settings", yes: bool) -> None:
    """Drop all tables and create them again, empty.

    The ledger is dropped too: the next load takes every file.
    """
    from sparkify import pipeline
    from sparkify.engines import open_engine

    with closing(open_engine(settings)) as engine:
        if is_terminal(sys.stdin) and not yes and pipeline.holds_data(engine):
            click.confirm("The warehouse holds data. Drop it all?", abort=True, err=True)
        pipeline.create_tables(engine)
    print_note("Created the tables; the warehouse is empty.")
