"""The `generate` command."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.terminal import print_note, shows_progress
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("generate")
@click.option("--users", type=int, help="Number of users of the app.")
@click.option("--songs", type=int, help="Number of songs, one file each.")
@click.option("--artists", type=int, help="Number of artists of these songs.")
@click.option("--days", type=int, help="Number of days, one log file each.")
@click.option("--events", type=int, help="Number of events in all log files.")
@click.option("--seed", type=int, help="Random seed; the same seed gives the same files.")
@click.option(
    "--out",
    default="data",
    show_default=True,
    help="Folder or s3://bucket/prefix to write to.",
)
@configured
def generate_command(settings: "Settings", out: str, **sizes: int | None) -> None:
    """Generate sample data like the real data.

    Writes log files, song files and the JSONPaths file.
    """
    from sparkify.generate import Recipe, generate
    from sparkify.sources import S3Access, S3Output
    from sparkify.sources.s3 import S3

    recipe = Recipe(**{name: size for name, size in sizes.items() if size is not None})
    in_s3 = out.startswith(S3)
    target = S3Output(out, S3Access.named_by(settings)) if in_s3 else Path(out)
    with click.progressbar(
        length=recipe.events,
        label="Generating events",
        hidden=not shows_progress(),
        file=sys.stderr,
    ) as bar:
        generate(target, recipe, lambda events: bar.update(events - bar.pos))
    print_note(
        f"Wrote {counted(recipe.events, 'event')} and {counted(recipe.songs, 'song')} "
        f"in {recipe.files:,} files to {out}."
    )
