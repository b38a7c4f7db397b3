"""The command that lets analysts in."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import closing, configured

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command()
@click.argument("users", nargs=-1)
@configured
def grant(settings: "Settings", users: tuple[str, ...]) -> None:
    """On Redshift, let the group analysts read the star and its views, and add USERS to it."""
    from sparkify.engines import backend_of, open_existing
    from sparkify.warehouse import require_current

    with closing(open_existing(settings)) as engine:
        require_current(engine)
        backend_of(settings).grant_analysts(engine, users)
    click.echo("The group analysts may read the star and its views, and nothing else.", err=True)
