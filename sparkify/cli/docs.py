"""The `docs` command."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, open_current
from sparkify.cli.terminal import print_note
from sparkify.errors import ConfigError

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("docs")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("sparkify-docs"))
@configured
def docs_command(settings: "Settings", folder: Path) -> None:
    """Write the data dictionary and the schema's diagram.

    FOLDER is sparkify-docs by default.
    """
    from sparkify.serve.dictionary import write_dictionary

    with open_current(settings) as reader:
        try:
            written = write_dictionary(reader, folder)
        except OSError as error:
            raise ConfigError(
                f"cannot write to {folder}: {error.strerror}", "name a folder that you may write"
            ) from error
    print_note(f"Wrote {' and '.join(map(str, written))}.")
