"""The `person` command."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured_to_read, open_current
from sparkify.cli.terminal import echo, to_json

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("person")
@click.argument("user_id", metavar="USER", type=int)
@configured_to_read
def person_command(settings: "Settings", user_id: int) -> None:
    """Print all that is held about a user, as JSON.

    USER is the user's number. Besides the rows about them, it prints the rejected records and the
    errors that quote their number or their name: read those before you hand them on, since they
    may be about somebody else, too.
    """
    from sparkify.serve.person import held_about

    with open_current(settings) as reader:
        echo(to_json(asdict(held_about(reader, user_id))))
