"""The `create-tables` command."""

import sys
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.confirmation import ask_before, dry_run_option, yes_option
from sparkify.cli.terminal import echo, is_terminal, print_note
from sparkify.errors import ConfigError
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("create-tables")
@dry_run_option
@yes_option
@configured
def create_tables_command(settings: "Settings", dry_run: bool, yes: bool) -> None:
    """Drop all tables and create them again, empty.

    The ledger is dropped too: the next load takes every file. Where there is no terminal to ask at,
    data is dropped only with --yes; the script create_tables.py drops it without.
    """
    from sparkify import commands

    if dry_run:
        echo(_describe_drop(commands.count_loaded_files(settings)))
        return

    def require_consent(files: int) -> None:
        if files and not yes:
            _require_terminal(files)
            ask_before(_describe_drop(files), yes=yes)

    commands.create_tables(settings, before=require_consent)
    print_note("Created the tables; the warehouse is empty.")


def _require_terminal(files: int) -> None:
    """Raise ConfigError where nobody can be asked."""
    if not is_terminal(sys.stdin):
        raise ConfigError(
            f"the warehouse holds {counted(files, 'loaded file')}, and nobody can be asked here",
            "sparkify create-tables --yes drops it all, --dry-run shows what",
        )


def _describe_drop(files: int) -> str:
    if not files:
        return "The warehouse holds no data: the tables are created, and nothing is lost."
    return (
        f"The warehouse holds {counted(files, 'loaded file')}. All tables are dropped, the ledger "
        "and the quarantine too, and created again, empty."
    )
