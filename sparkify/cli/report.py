"""The command that makes the report."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import closing, configured, whole_file
from sparkify.cli.query import DAY

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command()
@click.option("--from", "first", type=DAY, help="The first day, like 2018-11-01.")
@click.option("--to", "last", type=DAY, help="The last day; else the last one with data.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=Path("sparkify-report.html"),
    show_default=True,
    help="The file to write, - for stdout.",
)
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@configured
def report(
    settings: "Settings", first: datetime | None, last: datetime | None, out: Path, show: bool
) -> None:
    """Make one HTML page of what was played, by whom, when and where: the last thirty days."""
    from datetime import UTC

    from sparkify.engines import open_reader
    from sparkify.serve.period import chosen_period, data_period
    from sparkify.serve.report import Report, render_report
    from sparkify.warehouse import require_current

    if show and out == Path("-"):
        raise click.UsageError("--open needs a file: leave out --out -")
    with closing(open_reader(settings)) as reader:
        require_current(reader)
        now = datetime.now(UTC).replace(tzinfo=None)
        asked = (first and first.date(), last and last.date())
        days = chosen_period(data_period(reader), *asked, now.date())
        page = render_report(Report(reader, days, now))
    if out == Path("-"):
        sys.stdout.write(page)
        return
    with whole_file(out) as file:
        file.write_text(page, encoding="utf-8")
    click.echo(f"Wrote {out}: {days.first} to {days.last}.", err=True)
    if show:
        click.launch(str(out.resolve()))
