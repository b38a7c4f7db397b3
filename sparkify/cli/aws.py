"""What the commands about AWS share: their options, whom they tell, and how they say it."""

import functools
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.command import Command, configured, is_terminal, print_error

if TYPE_CHECKING:
    from sparkify.cloud.aws import Aws
    from sparkify.cloud.waiting import Watch
    from sparkify.cloud.warehouse import Warehouse
    from sparkify.config import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """What all commands about AWS are asked: which warehouse, where, and how to answer."""

    settings: "Settings"
    name: str
    region: str
    as_json: bool
    dry_run: bool = False
    timeout: float = 45.0

    @property
    def wanted_name(self) -> str:
        """The name that was given, else the one in HOST, else the usual one."""
        from sparkify.cloud.warehouse import DEFAULT_NAME, address_of

        address = address_of(self.settings.host)
        return self.name or (address.name if address else DEFAULT_NAME)

    def aws(self) -> "Aws":
        """AWS in the warehouse's region, or a rehearsal of it."""
        from sparkify.cloud.aws import Aws, Rehearsal
        from sparkify.cloud.lifecycle import region_for

        kind = Rehearsal if self.dry_run else Aws
        return kind(region_for(self.settings, self.region), self.settings.s3_profile)


def looking(command: Command) -> Command:
    """Give a command that looks at a warehouse its options, as one `Asked`."""

    @click.option("--name", default="", help="The warehouse's name; else HOST's, or sparkify.")
    @click.option("--region", default="", help="AWS's region; else HOST's, or the bucket's.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @configured
    @functools.wraps(command)
    def with_asked(settings: "Settings", **arguments: Any) -> None:
        common = {
            each: arguments.pop(each) for each in Asked.__dataclass_fields__ if each in arguments
        }
        try:
            command(Asked(settings, **common), **arguments)
        except KeyboardInterrupt:
            print_error(
                "interrupted; AWS goes on with what it was asked for",
                "run the same command again to finish, or: sparkify cluster down",
            )
            sys.exit(130)

    return with_asked


def changing(command: Command) -> Command:
    """Give a command that changes a warehouse its options, as one `Asked`."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Print the calls to AWS, change nothing."),
        click.option(
            "--timeout", type=click.FloatRange(0), default=45, show_default=True, help="Minutes."
        ),
    ):
        command = option(command)
    return looking(command)


@contextmanager
def watched(minutes: float) -> Iterator["Watch"]:
    """A bound on waiting, shown as a spinner on a terminal; a pipe is told only the notes."""
    from sparkify.cloud.waiting import Watch

    if not is_terminal(sys.stderr):
        yield Watch(minutes, Notes())
        return
    from sparkify.cli.progress import Spinner

    with Spinner() as spinner:
        yield Watch(minutes, spinner)


class Notes:
    """Tells only what the user should know."""

    def step(self, what: str) -> None:
        """Say nothing."""

    def waiting(self, what: str, state: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Something the user should know."""
        click.echo(f"Note: {text}", err=True)


def print_calls(aws: Any, as_json: bool) -> None:
    """Print what a rehearsal noted, with the policy documents in it as documents."""
    calls = [(call.action, _unfolded(call.arguments)) for call in aws.noted]
    if as_json:
        click.echo(json.dumps([{"action": action, "arguments": told} for action, told in calls]))
    else:
        for action, told in calls:
            click.echo(f"{action}\n{json.dumps(told, indent=2)}\n")
    click.echo("Nothing was changed." if calls else "There is nothing to change.", err=True)


def _unfolded(arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        key: json.loads(value) if key.endswith("Document") else value
        for key, value in arguments.items()
    }


def record(found: "Warehouse", region: str, **more: Any) -> str:
    """A warehouse as one JSON object."""
    return json.dumps(asdict(found) | {"region": region} | more, default=str)


def sentence(found: "Warehouse", region: str) -> str:
    """A warehouse in a line."""
    reach = "public" if found.public else "private"
    return f"{found.name} is {found.state}: {size(found)} in {region}, {reach}."


def size(found: "Warehouse") -> str:
    """The size of a warehouse, in AWS's terms."""
    if found.kind == "serverless":
        return f"Serverless, {found.units} RPU"
    return f"{found.units} x {found.unit}"


def dollars(amount: float | None) -> str:
    """A sum in US dollars, or that it is not known."""
    return "an unknown sum (give its price with --price)" if amount is None else f"${amount:,.2f}"
