"""The `unsuppress` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.terminal import print_note
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("unsuppress")
@click.argument("users", metavar="USER...", nargs=-1, required=True, type=click.IntRange(min=0))
@click.option("--reason", default="", help="Why, for the log of erasures.")
@click.option("--reference", default="", help="The request, such as a ticket's number.")
@configured
def unsuppress_command(
    settings: "Settings", users: tuple[int, ...], reason: str, reference: str
) -> None:
    """Let loads take forgotten users' records again.

    USER is a user's number. What was removed comes back only where a file that has it is loaded
    again: sparkify reload.
    """
    from sparkify import commands
    from sparkify.operate.forget import ErasureRequest

    found = commands.unsuppress(ErasureRequest(users, reason, reference), settings)
    print_note(f"Loads take records of {counted(found, 'user')} again who had been forgotten.")
