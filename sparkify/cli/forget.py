"""The `forget` command."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, json_option
from sparkify.cli.confirmation import ask_before, dry_run_option, yes_option
from sparkify.cli.terminal import echo, print_note, print_sentence, to_json
from sparkify.errors import ConfigError
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.forget import Erasure

LARGEST_USER = 2**31 - 1


@click.command("forget")
@click.argument("users", metavar="[USER]...", nargs=-1, type=click.IntRange(0, LARGEST_USER))
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of users, one a line.",
)
@click.option("--reason", default="", help="Why, for the log of erasures.")
@click.option("--reference", default="", help="The request, such as a ticket's number.")
@dry_run_option
@yes_option
@json_option
@configured
def forget_command(  # noqa: PLR0913, PLR0917 - one for each option
    settings: "Settings",
    users: tuple[int, ...],
    file: Path | None,
    reason: str,
    reference: str,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Remove all that is held about users.

    USER is a user's number. Their rows leave in one transaction, and the star is filled again from
    the rest. Rejected records and findings that quote them lose their text. Then the bytes leave
    the storage. The log keeps why, and not who: write no name into --reason.
    """
    from sparkify import commands
    from sparkify.operate.forget import ErasureRequest

    everyone = (*users, *_users_of(file)) if file else users
    if not everyone:
        raise click.UsageError("say whom to forget: USER, or --file")
    request = ErasureRequest(everyone, reason, reference)
    if dry_run:
        planned = commands.plan_forget(request, settings)
        if as_json:
            echo(to_json(asdict(planned)))
        else:
            print_sentence(_describe(planned, "An erasure removes"))
        return
    erasure = commands.forget(
        request,
        settings,
        before=lambda planned: ask_before(_describe(planned, "An erasure removes"), yes=yes),
    )
    if as_json:
        echo(to_json(asdict(erasure)))
    else:
        print_note(_describe(erasure, "Removed"))


def _users_of(file: Path) -> Sequence[int]:
    """Return the numbers in a file. Raises ConfigError for a line that is none."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        text = line.strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_USER):
            # The line is not repeated: it may be somebody's name.
            raise ConfigError(
                f"line {number} of {file} is no user's number", "write one number a line"
            )
        found.append(int(text))
    return found


def _describe(erasure: "Erasure", verb: str) -> str:
    rows = ", ".join(f"{table} {count:,}" for table, count in erasure.rows.items())
    texts = ", ".join(f"{table} {count:,}" for table, count in erasure.texts.items())
    return (
        f"{verb} all rows about {counted(erasure.users, 'user')}: {rows or 'there are none'}."
        + (f" {verb} the texts that quote them: {texts}." if texts else "")
    )
