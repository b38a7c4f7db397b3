"""The `forget` command."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify.cli.command import NEEDS_A_PERSON, configured, json_option, show_activity
from sparkify.cli.confirmation import ask_before, dry_run_option, yes_option
from sparkify.cli.tables import path_in_source, print_table
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
@click.option("--verify", is_flag=True, help="Find what still holds them; change nothing.")
@click.option("--text", "texts", multiple=True, help="With --verify: search files for it too.")
@click.option("--in-export", "exports", multiple=True, help="With --verify: search an export.")
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
    verify: bool,
    texts: tuple[str, ...],
    exports: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Remove all that is held about users.

    USER is a user's number. Their rows leave in one transaction, and the star is filled again from
    the rest. Rejected records and findings that quote them lose their text. Then the bytes leave
    the storage. The log keeps why, and not who: write no name into --reason.

    With --verify it lists what still holds them: tables, the database's files (a --text in their
    bytes), exports, and source files, which are all read. Exit code 3 if there is any.
    """
    from sparkify import commands
    from sparkify.operate.forget import ErasureRequest

    everyone = (*users, *_users_of(file)) if file else users
    if not everyone:
        raise click.UsageError("say whom to forget: USER, or --file")
    if verify:
        _verify(settings, everyone, texts, exports, as_json)
        return
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


def _verify(
    settings: "Settings",
    users: Sequence[int],
    texts: Sequence[str],
    exports: Sequence[str],
    as_json: bool,
) -> None:
    """List what still holds users; exit code 3 if there is any."""
    from sparkify import commands

    with show_activity("reading the source"):
        remains = commands.find_remains(users, settings, texts=texts, exports=exports)
    if as_json:
        echo(to_json({"remains": [asdict(each) for each in remains]}))
    elif remains:
        rows = [
            (each.kind, path_in_source(each.place, settings), each.detail or f"{each.found:,}")
            for each in remains
        ]
        print_table("What still holds them", ("kind", "place", "found"), rows)
    else:
        echo("Nothing that was searched holds them.")
    if remains:
        sys.exit(NEEDS_A_PERSON)


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
