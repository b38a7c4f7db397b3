"""The command that writes the data dictionary."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import closing, configured
from sparkify.errors import ConfigError

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("sparkify-docs"))
@configured
def docs(settings: "Settings", folder: Path) -> None:
    """Write the data dictionary and the picture of the star into FOLDER (sparkify-docs)."""
    from sparkify.engines import open_reader
    from sparkify.serve.dictionary import write_dictionary
    from sparkify.warehouse import require_current

    with closing(open_reader(settings)) as reader:
        require_current(reader)
        try:
            written = write_dictionary(reader, folder)
        except OSError as error:
            raise ConfigError(
                f"cannot write to {folder}: {error.strerror}", "name a folder that you may write"
            ) from error
    click.echo(f"Wrote {' and '.join(map(str, written))}.", err=True)
