"""The command that makes data."""

from pathlib import Path

import click

from sparkify.cli.command import reported


@click.command()
@click.option("--users", type=int, help="How many people use the app.")
@click.option("--songs", type=int, help="How many songs the catalogue has.")
@click.option("--artists", type=int, help="How many artists made them.")
@click.option("--days", type=int, help="How many days of logs.")
@click.option("--events", type=int, help="How many events in all.")
@click.option("--seed", type=int, help="Another seed, other data; the same, the same bytes.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("data"),
    show_default=True,
    help="The folder to write to.",
)
def generate(out: Path, **sizes: int | None) -> None:
    """Make data like the real data: logs, songs and the JSONPaths file."""
    from sparkify.generate import Recipe
    from sparkify.generate import generate as write

    with reported(debug=False):
        recipe = Recipe(**{name: size for name, size in sizes.items() if size is not None})
        made = write(out, recipe)
    click.echo(
        f"Wrote {made.events:,} events and {made.songs:,} songs in {made.files:,} files to {out}.",
        err=True,
    )
