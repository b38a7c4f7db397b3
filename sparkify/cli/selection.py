"""Options that choose log files: --from, --to and --select."""

import functools
import re
from calendar import month_name, monthrange
from collections.abc import Callable
from datetime import date
from typing import Any

import click

from sparkify.cli.command import Command


def day(text: str) -> date:
    """Return a day of the calendar, given as 2018-11-30; an option's type. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(_why_no_day(text)) from None


def _why_no_day(text: str) -> str:
    written = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-\d\d", text, re.ASCII)
    if not written or written[1] == "0000":
        return f"{text} is no day; write it as 2018-11-30"
    year, month = int(written[1]), int(written[2])
    days = monthrange(year, month)[1]
    return f"there is no {text}: {month_name[month]} {year} has {days} days"


def log_choice_options(command: Callable[..., None]) -> Command:
    """Add the options that choose log files, and pass them to the command as `choice`."""

    @functools.wraps(command)
    def with_choice(
        *arguments: Any, first: date | None, last: date | None, pattern: str, **others: Any
    ) -> None:
        from sparkify.sources.selection import LogChoice

        if first and last and first > last:
            raise click.UsageError(f"--from {first} is after --to {last}")
        command(*arguments, choice=LogChoice(first, last, pattern), **others)

    for option in reversed(LOG_CHOICE_OPTIONS):
        with_choice = option(with_choice)
    return with_choice


LOG_CHOICE_OPTIONS = (
    click.option(
        "--from", "first", type=day, metavar="DATE", help="Only log files since this day."
    ),
    click.option("--to", "last", type=day, metavar="DATE", help="Only log files to this day."),
    click.option(
        "--select",
        "pattern",
        metavar="GLOB",
        default="*",
        help="Only log files of this name or path.",
    ),
)
