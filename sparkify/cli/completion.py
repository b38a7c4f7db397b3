"""The `completion` command."""

import click
from click.shell_completion import get_completion_class

from sparkify.cli.command import output_options
from sparkify.cli.terminal import echo

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@output_options
@click.pass_context
def completion_command(context: click.Context, /, shell: str) -> None:
    """Print the shell completion for bash, zsh or fish.

    \b
    bash: eval "$(sparkify completion bash)" in ~/.bashrc
    zsh:  eval "$(sparkify completion zsh)" in ~/.zshrc, after compinit
    fish: sparkify completion fish > ~/.config/fish/completions/sparkify.fish
    """  # noqa: D301 - click leaves the lines after \\b as they are
    complete = get_completion_class(shell)
    if complete is None:
        raise AssertionError(shell)
    echo(complete(context.find_root().command, {}, "sparkify", "_SPARKIFY_COMPLETE").source())
