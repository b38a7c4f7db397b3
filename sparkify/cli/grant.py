"""The `grant` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.terminal import print_note

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("grant")
@click.argument("users", nargs=-1)
@configured
def grant_command(settings: "Settings", users: tuple[str, ...]) -> None:
    """Let analysts read the star schema (servers).

    The role `analysts` gets access to the star schema and its views, and USERS get the role. On
    Redshift a superuser runs this: it also revokes from PUBLIC the right to create tables in the
    schema, and to run COPY and UNLOAD under IAM roles, which the tables' owner keeps.
    """
    from sparkify import commands

    commands.grant(users, settings)
    print_note("The role analysts can read the star schema and its views, and nothing else.")
