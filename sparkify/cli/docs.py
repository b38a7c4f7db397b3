"""The `docs` command."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, open_current, show_activity
from sparkify.cli.terminal import print_note
from sparkify.errors import ConfigError

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("docs")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("sparkify-docs"))
@click.option(
    "--format",
    "form",
    type=click.Choice(["dictionary", "dbt"]),
    default="dictionary",
    show_default=True,
    help="Data dictionary, or a dbt source.",
)
@configured
def docs_command(settings: "Settings", folder: Path, form: str) -> None:
    """Write the data dictionary and the schema's diagram.

    dictionary.html is a page to search, with rows, freshness, lineage and the last result of each
    check; dictionary.md is for a repository. FOLDER is sparkify-docs by default.

    With --format dbt: sources.yml for a dbt project, with descriptions, tests and freshness.
    """
    write = {"dictionary": _write_dictionary, "dbt": _write_dbt_sources}[form]
    try:
        *others, last = map(str, write(settings, folder))
    except OSError as error:
        raise ConfigError(
            f"cannot write to {folder}: {error.strerror}", "name a folder that you may write"
        ) from error
    print_note(f"Wrote {', '.join(others)} and {last}." if others else f"Wrote {last}.")


def _write_dictionary(settings: "Settings", folder: Path) -> list[Path]:
    from sparkify.checks import configured_checks
    from sparkify.serve.dictionary import describe_tables, write_dictionary
    from sparkify.serve.dictionary_page import dictionary_page, read_state

    checks = configured_checks(settings)
    with show_activity("counting rows"), open_current(settings) as reader:
        tables = describe_tables(reader)
        state = read_state(reader, datetime.now(UTC))
    return write_dictionary(tables, dictionary_page(tables, state, checks), folder)


def _write_dbt_sources(settings: "Settings", folder: Path) -> list[Path]:
    from sparkify.engines import backend_of
    from sparkify.serve.dbt_sources import write_dbt_sources
    from sparkify.serve.dictionary import describe_tables

    with open_current(settings) as reader:
        tables = describe_tables(reader)
    return write_dbt_sources(tables, backend_of(settings).table_place(settings), folder)
