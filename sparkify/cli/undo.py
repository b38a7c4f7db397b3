"""The `undo` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.confirmation import asking_before, dry_run_option, yes_option
from sparkify.cli.terminal import echo, print_note
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.history import PastRun


@click.command("undo")
@click.argument("name", metavar="ID")
@dry_run_option
@yes_option
@configured
def undo_command(settings: "Settings", name: str, dry_run: bool, yes: bool) -> None:
    """Remove what a run loaded.

    ID is the run's, as `sparkify runs` shows it, its beginning, or "last". Its files are pending
    again.
    """
    from sparkify import commands

    if dry_run:
        echo(_describe_undo(commands.plan_undo(name, settings)))
        return
    undone: list[str] = []

    with asking_before("filling the star schema again", yes=yes) as ask:

        def require_consent(run: "PastRun") -> None:
            ask(_describe_undo(run))
            undone.append(run.run_id)

        files = commands.undo(name, settings, before=require_consent)
    print_note(f"Undid run {undone[0]}: {counted(files, 'file')} pending again.")


def _describe_undo(run: "PastRun") -> str:
    return (
        f"Undo removes {counted(run.batches, 'batch', 'batches')} of {counted(run.files, 'file')} "
        f"and {counted(run.records, 'record')} that run {run.run_id} loaded, and fills the star "
        "schema again from the rest; the files are pending again."
    )
