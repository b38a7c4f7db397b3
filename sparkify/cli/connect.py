"""The `connect` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured_to_read
from sparkify.cli.terminal import echo

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("connect")
@click.option(
    "--for",
    "client",
    type=click.Choice(["psql", "jdbc", "tableau", "dbeaver"]),
    required=True,
    help="Program to connect.",
)
@configured_to_read
def connect_command(settings: "Settings", client: str) -> None:
    """Print connection settings for other programs.

    The password is left out.
    """
    from sparkify.engines import backend_of

    echo(backend_of(settings).connection_text(client, settings))
