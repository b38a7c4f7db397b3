"""The `status` command."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, json_option, open_current, show_activity
from sparkify.cli.runs import print_runs
from sparkify.cli.tables import print_table, readable
from sparkify.cli.terminal import echo, to_json
from sparkify.sizes import counted, readable_size

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.status import PendingFiles, WarehouseStatus


@click.command("status")
@click.option("--offline", is_flag=True, help="Do not list the source for pending files.")
@json_option
@configured
def status_command(settings: "Settings", offline: bool, as_json: bool) -> None:
    """Show the status of the warehouse.

    Its latest runs, freshness, rows, pending files, rejected records and matched plays.
    """
    from sparkify.errors import ConfigError, SourceError
    from sparkify.operate.status import find_pending, read_status

    pending = None
    with open_current(settings) as reader:
        status = read_status(reader)
        if not offline:
            try:
                with show_activity("listing the source"):
                    pending = find_pending(reader, settings)
            except (SourceError, ConfigError) as error:
                echo(f"Warning: pending files are not known: {error}", err=True)
    if as_json:
        more = {"matched_share": status.matched_share, "pending": pending and asdict(pending)}
        echo(to_json(asdict(status) | more))
    else:
        _print_status(status, pending)


def _print_status(status: "WarehouseStatus", pending: "PendingFiles | None") -> None:
    from sparkify.checks import describe_outcomes

    share = status.matched_share
    facts = (
        ("latest event", status.newest_event),
        ("latest load", status.loaded_at),
        (
            "pending",
            pending and f"{counted(pending.files, 'file')} ({readable_size(pending.bytes)})",
        ),
        ("plays of a known song", None if share is None else f"{share:.1%}"),
        ("rejected records", sum(status.rejected.values())),
        ("rejected files", status.rejected_files),
        ("latest checks", describe_outcomes(status.checks) if status.runs else None),
    )
    print_table("Warehouse", ("", ""), [(name, readable(value)) for name, value in facts])
    print_table("Rows", ("table", "rows"), status.rows.items())
    if status.rejected:
        print_table("Quarantine", ("reason", "records"), status.rejected.items())
    if status.runs:
        print_runs("Latest runs", status.runs)
