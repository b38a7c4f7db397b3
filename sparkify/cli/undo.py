"""The `undo` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured, open_current
from sparkify.cli.confirmation import ask_before, dry_run_option, yes_option
from sparkify.cli.terminal import echo, print_note
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.history import PastRun


@click.command("undo")
@click.argument("run_id", metavar="ID")
@dry_run_option
@yes_option
@configured
def undo_command(settings: "Settings", run_id: str, dry_run: bool, yes: bool) -> None:
    """Remove what a run loaded.

    ID is the run's, as `sparkify runs` shows it. Its files are pending again.
    """
    from sparkify import commands
    from sparkify.operate.repair import loaded_run

    if dry_run:
        with open_current(settings) as reader:
            echo(_describe_undo(loaded_run(reader, run_id)))
        return
    files = commands.undo(
        run_id,
        settings,
        before=lambda engine: ask_before(_describe_undo(loaded_run(engine, run_id)), yes=yes),
    )
    print_note(f"Undid run {run_id}: {counted(files, 'file')} pending again.")


def _describe_undo(run: "PastRun") -> str:
    return (
        f"Undo removes {counted(run.batches, 'batch', 'batches')} of {counted(run.files, 'file')} "
        f"and {counted(run.records, 'record')} that run {run.run_id} loaded, and fills the star "
        "schema again from the rest; the files are pending again."
    )
