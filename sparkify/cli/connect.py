"""The command that tells another program how to open the warehouse."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command()
@click.option(
    "--for",
    "client",
    type=click.Choice(["psql", "jdbc", "tableau", "dbeaver"]),
    required=True,
    help="The program that is to open it.",
)
@configured
def connect(settings: "Settings", client: str) -> None:
    """Print what to paste into another program, without the password."""
    from sparkify.engines import backend_of

    click.echo(backend_of(settings).connection_text(client, settings))
