"""The `explain-counts` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, list_option, open_current, show_activity
from sparkify.cli.formats import write_records
from sparkify.cli.tables import print_table
from sparkify.cli.terminal import echo

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.serve.course_counts import WrongCount


COUNT_COLUMNS = ("table", "name", "right", "wrong", "published", "why", "statement")


@click.command("explain-counts")
@click.option("--sql", "with_sql", is_flag=True, help="Print the wrong statements, too.")
@list_option
@configured
def explain_counts_command(settings: "Settings", with_sql: bool, form: str) -> None:
    """Show why your numbers differ from the course's.

    Runs common wrong statements on this warehouse's staging tables, and shows their counts beside
    the right ones and the ones that are published for the course's data.
    """
    from sparkify.serve.course_counts import wrong_counts

    with show_activity("counting"), open_current(settings) as reader:
        found = list(wrong_counts(reader))
    if form != "table":
        write_records(COUNT_COLUMNS, (each.as_record() for each in found), form)
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
