"""The `docs` command."""

from datetime import UTC, datetime
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

    dictionary.html is a page to search, with rows, freshness, lineage and the last result of each
    check; dictionary.md is for a repository. FOLDER is sparkify-docs by default.
    """
    from sparkify.checks import configured_checks
    from sparkify.serve.dictionary import describe_tables, write_dictionary
    from sparkify.serve.dictionary_page import dictionary_page, read_state

    checks = configured_checks(settings)
    with open_current(settings) as reader:
        tables = describe_tables(reader)
        state = read_state(reader, datetime.now(UTC))
    try:
        written = write_dictionary(tables, dictionary_page(tables, state, checks), folder)
    except OSError as error:
        raise ConfigError(
            f"cannot write to {folder}: {error.strerror}", "name a folder that you may write"
        ) from error
    *others, last = map(str, written)
    print_note(f"Wrote {', '.join(others)} and {last}.")
