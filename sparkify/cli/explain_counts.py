"""The `explain-counts` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, json_option, open_current
from sparkify.cli.tables import print_table
from sparkify.cli.terminal import echo, to_json

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.serve.course_counts import WrongCount


@click.command("explain-counts")
@click.option("--sql", "with_sql", is_flag=True, help="Print the wrong statements, too.")
@json_option
@configured
def explain_counts_command(settings: "Settings", with_sql: bool, as_json: bool) -> None:
    """Show why your numbers differ from the course's.

    Runs common wrong statements on this warehouse's staging tables, and shows their counts beside
    the right ones and the ones that are published for the course's data.
    """
    from sparkify.serve.course_counts import wrong_counts

    with open_current(settings) as reader:
        found = list(wrong_counts(reader))
    if as_json:
        echo(to_json([each.as_record() for each in found]))
        return
    for table in dict.fromkeys(each.table for each in found):
        _print_table(table, [each for each in found if each.table == table])
    if with_sql:
        for each in found:
            echo(f"{each.statement.render(reader.dialect).strip()};\n")


def _print_table(table: str, found: "list[WrongCount]") -> None:
    print_table(
        f"{table}: {found[0].right:,} is right",
        ("wrong", "published", "by", "why it is wrong"),
        [(each.wrong, each.published, each.name, each.why) for each in found],
    )
