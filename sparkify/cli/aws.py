"""Shared by the commands about AWS: options, progress and the text about a warehouse."""

import functools
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.command import LIST_FORMATS, OBJECT_FORMATS, Command, configured, format_options
from sparkify.cli.terminal import echo, print_error, shows_progress, to_json

if TYPE_CHECKING:
    from sparkify.cloud.aws import Aws
    from sparkify.cloud.waiting import Watch
    from sparkify.cloud.warehouse import Warehouse
    from sparkify.config import Settings


@dataclass(frozen=True, slots=True)
class WarehouseRequest:
    """The options that all commands about AWS have: which warehouse, where, and the output."""

    settings: "Settings"
    name: str
    region: str
    form: str = "table"
    dry_run: bool = False
    timeout: float = 45.0

    @property
    def as_json(self) -> bool:
        """True if the output is to be JSON."""
        return self.form == "json"

    @property
    def wanted_name(self) -> str:
        """The name that was given, else the one in HOST, else the default."""
        from sparkify.cloud.warehouse import warehouse_name

        return warehouse_name(self.settings, self.name)

    def aws(self) -> "Aws":
        """Open AWS in the warehouse's region, as a dry run if so requested."""
        from sparkify.cloud.aws import Aws, AwsDryRun
        from sparkify.cloud.lifecycle import region_for

        kind = AwsDryRun if self.dry_run else Aws
        return kind(region_for(self.settings, self.region), self.settings.s3_profile)


def lists_from_aws(command: Command) -> Command:
    """Add the options of a command that lists something in AWS, passed as `WarehouseRequest`."""
    return _with_request(command, LIST_FORMATS)


def reads_warehouse(command: Command) -> Command:
    """Add the options of a command that reads from AWS, and pass them as a `WarehouseRequest`."""
    return _with_request(command, OBJECT_FORMATS)


def _with_request(command: Command, forms: Sequence[str]) -> Command:
    @click.option("--name", default="", help="Warehouse; default: as in HOST, or sparkify.")
    @click.option("--region", default="", help="AWS region; default: as in HOST, or S3's.")
    @format_options(*forms)
    @configured
    @functools.wraps(command)
    def with_request(settings: "Settings", **arguments: Any) -> None:
        fields = WarehouseRequest.__dataclass_fields__
        common = {name: arguments.pop(name) for name in fields if name in arguments}
        try:
            command(WarehouseRequest(settings, **common), **arguments)
        except KeyboardInterrupt:
            print_error(
                "interrupted; AWS continues what was already requested",
                "run the same command again to finish, or: sparkify cluster down",
            )
            sys.exit(130)

    return with_request


def changes_warehouse(command: Command) -> Command:
    """Add the options of a command that changes a warehouse, besides those of `reads_warehouse`."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Print the calls to AWS, change nothing."),
        click.option(
            "--timeout", type=click.FloatRange(0), default=45, show_default=True, help="Minutes."
        ),
    ):
        command = option(command)
    return reads_warehouse(command)


@contextmanager
def open_watch(minutes: float) -> Iterator["Watch"]:
    """Limit the waiting, and show a spinner on a terminal; a pipe gets only the notes."""
    from sparkify.cloud.waiting import Watch

    if not shows_progress():
        yield Watch(minutes, NotePrinter())
        return
    from sparkify.cli.progress import Spinner

    with Spinner() as spinner:
        yield Watch(minutes, spinner)


class NotePrinter:
    """Prints notes to stderr, and no progress."""

    def step(self, what: str) -> None:
        """Print nothing."""

    def waiting(self, what: str, state: str) -> None:
        """Print nothing."""

    def note(self, text: str) -> None:
        """Print something that the user should know."""
        echo(f"Note: {text}", err=True)


def print_dry_run(aws: Any, as_json: bool) -> None:
    """Print the calls that a dry run noted, with their policy documents parsed."""
    calls = [(call.action, _with_documents(call.arguments)) for call in aws.noted]
    if as_json:
        listed = [{"action": action, "arguments": arguments} for action, arguments in calls]
        echo(to_json(listed))
    else:
        for action, arguments in calls:
            echo(f"{action}\n{json.dumps(arguments, indent=2)}\n")
    echo("Nothing was changed." if calls else "There is nothing to change.", err=True)


def _with_documents(arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        key: json.loads(value) if key.endswith("Document") else value
        for key, value in arguments.items()
    }


def warehouse_json(found: "Warehouse", region: str, **more: Any) -> str:
    """Format a warehouse as JSON."""
    return to_json(asdict(found) | {"region": region} | more)


def warehouse_summary(found: "Warehouse", region: str) -> str:
    """Format a warehouse as one line."""
    reach = "public" if found.public else "private"
    return f"{found.name} is {found.state}: {warehouse_size(found)} in {region}, {reach}."


def warehouse_size(found: "Warehouse") -> str:
    """Format the size of a warehouse in AWS's terms."""
    if found.kind == "serverless":
        return f"Serverless, {found.units} RPU"
    return f"{found.units} x {found.unit}"


def dollars(amount: float | None) -> str:
    """Format a sum in US dollars; None is a sum that is not known."""
    return "an unknown sum (give its price with --price)" if amount is None else f"${amount:,.2f}"
