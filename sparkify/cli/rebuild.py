"""The `rebuild` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured
from sparkify.cli.confirmation import asking_before, dry_run_option, yes_option
from sparkify.cli.terminal import echo, print_note
from sparkify.sizes import counted

if TYPE_CHECKING:
    from sparkify.config import Settings
    from sparkify.operate.repair import RebuildPlan


@click.command("rebuild")
@dry_run_option
@yes_option
@configured
def rebuild_command(settings: "Settings", dry_run: bool, yes: bool) -> None:
    """Rebuild the star schema from the staging tables."""
    from sparkify import commands

    if dry_run:
        echo(_describe_rebuild(commands.plan_rebuild(settings)))
        return
    with asking_before("rebuilding the star schema", yes=yes) as ask:
        batches = commands.rebuild(settings, before=lambda plan: ask(_describe_rebuild(plan)))
    print_note(f"Rebuilt the star schema from {counted(batches, 'batch', 'batches')}.")


def _describe_rebuild(plan: "RebuildPlan") -> str:
    removed = ", ".join(f"{table} {rows:,}" for table, rows in plan.rows.items())
    return (
        f"A rebuild empties the star schema ({removed}) and fills it again from the "
        f"{counted(plan.batches, 'batch', 'batches')} in staging."
    )
