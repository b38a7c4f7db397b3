"""The command that makes data."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, is_terminal
from sparkify.cli.tables import counted

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command()
@click.option("--users", type=int, help="How many people use the app.")
@click.option("--songs", type=int, help="How many songs the catalogue has.")
@click.option("--artists", type=int, help="How many artists made them.")
@click.option("--days", type=int, help="How many days of logs.")
@click.option("--events", type=int, help="How many events in all.")
@click.option("--seed", type=int, help="Another seed, other data; the same, the same bytes.")
@click.option(
    "--out",
    default="data",
    show_default=True,
    help="The folder, or s3://bucket/prefix, to write to.",
)
@configured
def generate(settings: "Settings", out: str, **sizes: int | None) -> None:
    """Make data like the real data: logs, songs and the JSONPaths file."""
    from sparkify.generate import Recipe
    from sparkify.generate import generate as write
    from sparkify.sources import S3Access, S3Delivery
    from sparkify.sources.s3 import S3

    recipe = Recipe(**{name: size for name, size in sizes.items() if size is not None})
    in_s3 = out.startswith(S3)
    place = S3Delivery(out, S3Access.named_by(settings)) if in_s3 else Path(out)
    with click.progressbar(
        length=recipe.events,
        label="make the events",
        hidden=not is_terminal(sys.stderr),
        file=sys.stderr,
    ) as bar:
        made = write(place, recipe, lambda events: bar.update(events - bar.pos))
    click.echo(
        f"Wrote {counted(made.events, 'event')} and {counted(made.songs, 'song')} "
        f"in {made.files:,} files to {out}.",
        err=True,
    )
