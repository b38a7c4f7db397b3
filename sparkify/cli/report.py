"""The `report` command."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured_to_read, output_file
from sparkify.cli.selection import day
from sparkify.cli.terminal import output_stream, print_note

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("report")
@click.option("--from", "first", type=day, metavar="DATE", help="First day, as 2018-11-01.")
@click.option(
    "--to", "last", type=day, metavar="DATE", help="Last day; default: the last one with data."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=Path("sparkify-report.html"),
    show_default=True,
    help="File to write; - is stdout.",
)
@click.option("--utc", is_flag=True, help="Show hours in UTC, not in local time.")
@click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
@configured_to_read
def report_command(  # noqa: PLR0913, PLR0917 - an option is an argument
    settings: "Settings", first: date | None, last: date | None, out: Path, utc: bool, show: bool
) -> None:
    """Write an HTML report of a period.

    It shows what was played, by whom, when and where. The default period is the last thirty days.
    Days are in UTC; hours are on the listeners' own clocks, by their state.
    """
    from datetime import UTC, datetime

    from sparkify import commands
    from sparkify.serve.period import chosen_period, data_period
    from sparkify.serve.report import Report, render_report, require_plays

    if show and out == Path("-"):
        raise click.UsageError("--open needs a file: leave out --out -")
    with commands.reading_current(settings) as reader:
        now = datetime.now(UTC).replace(tzinfo=None)
        days = chosen_period(data_period(reader), first, last, now.date())
        report = Report(reader, days, now, "utc" if utc else "local")
        require_plays(report)
        page = render_report(report)
    if out == Path("-"):
        output_stream(sys.stdout).write(page)
        return
    with output_file(out) as file:
        file.write_text(page, encoding="utf-8")
    print_note(f"Wrote {out}: {days.first} to {days.last}.")
    if show:
        click.launch(str(out.resolve()))
