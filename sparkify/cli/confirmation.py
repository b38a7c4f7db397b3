"""Say what a command removes, and ask before it does: --yes and --dry-run."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click

from sparkify.cli.command import show_activity
from sparkify.cli.terminal import is_terminal, printable_line, wrapped

yes_option = click.option("--yes", is_flag=True, help="Do not ask before data is removed.")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what it would do; change nothing."
)


def ask_before(what: str, *, yes: bool) -> None:
    """Say at a terminal what is done, and ask whether to do it. Raises Abort if not."""
    if not yes and is_terminal(sys.stdin):
        question = wrapped(f"{printable_line(what)} Go on? [y/N]:", sys.stderr)
        click.confirm(question, abort=True, err=True, show_default=False, prompt_suffix=" ")


@contextmanager
def asking_before(activity: str, *, yes: bool) -> Iterator[Callable[[str], None]]:
    """Give what asks as `ask_before`, and then shows the activity as long as the context lasts."""
    with ExitStack() as shown:

        def ask(what: str) -> None:
            ask_before(what, yes=yes)
            shown.enter_context(show_activity(activity))

        yield ask
