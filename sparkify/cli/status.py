"""The `status` command."""

import re
import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.command import (
    NEEDS_A_PERSON,
    configured_to_read,
    json_option,
    open_current,
    show_activity,
)
from sparkify.cli.runs import print_runs
from sparkify.cli.tables import print_table, readable
from sparkify.cli.terminal import echo, to_json
from sparkify.sizes import counted, readable_share, readable_size

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.status import PendingFiles, WarehouseStatus


SECONDS_BY_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class AgeType(click.ParamType[timedelta]):
    """An age such as 26h, 90m or 2d."""

    name = "age"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the age. Raises BadParameter."""
        found = re.fullmatch("([0-9]{1,6})([smhdw])", str(value))
        if not found:
            self.fail("an age is a number and one of s, m, h, d, w, such as 26h", param, ctx)
        return timedelta(seconds=int(found[1]) * SECONDS_BY_UNIT[found[2]])


@click.command("status")
@click.option(
    "--fail-if-older-than",
    "oldest",
    type=AgeType(),
    metavar="AGE",
    help="Exit code 3 for an older latest event.",
)
@click.option("--offline", is_flag=True, help="Do not list the source for pending files.")
@json_option
@configured_to_read
def status_command(
    settings: "Settings", oldest: timedelta | None, offline: bool, as_json: bool
) -> None:
    """Show the status of the warehouse.

    Its latest runs, freshness, rows, pending files, rejected records, last findings and matched
    plays. Exit code 3 if something needs a person: the latest run failed, files are rejected
    whole, or the latest event is older than --fail-if-older-than, such as 26h.
    """
    from sparkify.errors import ConfigError, SourceError
    from sparkify.operate.status import age_seconds, find_concerns, find_pending, read_status

    # Both by one connection: a server may be far away.
    with open_current(settings) as reader:
        status, pending = read_status(reader), None
        if not offline:
            try:
                with show_activity("listing the source"):
                    pending = find_pending(reader, settings)
            except (SourceError, ConfigError) as error:
                echo(f"Warning: pending files are not known: {error}", err=True)
    now = datetime.now(UTC)
    concerns = find_concerns(status, oldest, now)
    if as_json:
        more: dict[str, Any] = {
            "matched_share": status.matched_share,
            "pending": pending and asdict(pending),
            "newest_event_age_seconds": age_seconds(status.newest_event, now),
            "loaded_age_seconds": age_seconds(status.loaded_at, now),
            "needs_a_person": [{"what": what, "try": hint} for what, hint in concerns],
        }
        by_reason = status.rejected.items()
        more["rejected"] = [{"reason": name, "records": count} for name, count in by_reason]
        echo(to_json(asdict(status) | more))
    else:
        _print_status(status, pending, now)
        for what, hint in concerns:
            echo(f"Needs a person: {what}. Try: {hint}")
    if concerns:
        sys.exit(NEEDS_A_PERSON)


def _with_age(timestamp: datetime | None, now: datetime) -> str | None:
    """Return the age of a timestamp, and itself: `3 hours ago (2018-11-30 10:00:00 UTC)`."""
    from sparkify.operate.status import age_seconds

    age = age_seconds(timestamp, now)
    return None if age is None else f"{_readable_age(age)} ago ({readable(timestamp)})"


def _readable_age(seconds: float) -> str:
    """Return an age in the largest unit of which it has at least two."""
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return counted(int(seconds // length), unit)
    return counted(int(seconds), "second")


def _described_drift(status: "WarehouseStatus") -> str | None:
    """Return what the latest run found: `1 new, 2 missing`."""
    if not status.runs:
        return None
    kinds = Counter(each["change"] for each in status.schema_changes)
    return ", ".join(f"{count:,} {kind}" for kind, count in kinds.items()) or "none"


def _print_status(status: "WarehouseStatus", pending: "PendingFiles | None", now: datetime) -> None:
    from sparkify.checks import describe_outcomes

    facts = (
        ("latest event", _with_age(status.newest_event, now)),
        ("latest load", _with_age(status.loaded_at, now)),
        (
            "pending",
            pending and f"{counted(pending.files, 'file')} ({readable_size(pending.bytes)})",
        ),
        ("plays of a known song", readable_share(status.matched, status.plays)),
        ("rejected records", sum(status.rejected.values())),
        ("rejected files", status.rejected_files),
        ("schema drift", _described_drift(status)),
        ("latest checks", describe_outcomes(status.checks) if status.runs else None),
    )
    print_table("Warehouse", ("", ""), [(name, readable(value)) for name, value in facts])
    print_table("Rows", ("table", "rows"), status.rows.items())
    if status.rejected:
        print_table("Quarantine", ("reason", "records"), status.rejected.items())
    if status.findings:
        columns = ("run", "check", "outcome", "finding")
        rows = (
            (
                each["run_id"],
                each["check_name"],
                each["outcome"],
                each["account"].partition("\n")[0],
            )
            for each in status.findings
        )
        print_table("Last warnings and failed checks", columns, rows)
    if status.runs:
        print_runs("Latest runs", status.runs)
    if status.last_failure and status.last_failure not in status.runs:
        print_runs("Last failure", [status.last_failure])
