"""The command line: arguments in, exit code out. Data to stdout, progress and messages to stderr.

Each command imports what it needs when it runs, so that `--help` is fast.
"""

import gc
import io
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

import click

from sparkify import __version__
from sparkify.cli.command import private_files, settings_options
from sparkify.cli.interruption import end_on_signals
from sparkify.cli.terminal import (
    Speech,
    Verbosity,
    echo,
    is_terminal,
    print_detail,
    print_error,
    print_traceback,
    print_warning,
    warnings_passed_to,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# The first line of each command's help, so that a list of them imports none.
COMMANDS_BY_TOPIC = {
    "Load": {
        "init": "Write a settings file, dwh.cfg.",
        "generate": "Generate sample data like the real data.",
        "create-tables": "Drop all tables and create them again, empty.",
        "etl": "Load new files incrementally; each batch is atomic.",
        "plan": "Show what a load would do, and change nothing.",
    },
    "Query": {
        "overview": "Show what the warehouse contains.",
        "query": "Run a read-only SQL query.",
        "explain-counts": "Show why your numbers differ from the course's.",
        "report": "Write an HTML report of a period.",
        "export": "Export the star schema to files.",
        "docs": "Write the data dictionary and the schema's diagram.",
        "person": "Print all that is held about a user, as JSON.",
        "mcp": "Serve metrics and queries to an AI assistant.",
        "connect": "Print connection settings for other programs.",
        "grant": "Let analysts read the star schema (servers).",
    },
    "Operate": {
        "status": "Show the status of the warehouse.",
        "runs": "Show past runs, or the details of one.",
        "quarantine": "List the rejected records and files.",
        "check": "Run the data quality checks.",
        "reconcile": "Compare source files, ledger and tables.",
        "diff": "Compare two warehouses row by row.",
        "doctor": "Diagnose problems and say how to fix them.",
        "reload": "Load files again, in the place of their batches.",
        "forget": "Remove all that is held about users.",
        "unsuppress": "Let loads take forgotten users' records again.",
        "undo": "Remove what a run loaded.",
        "rebuild": "Rebuild the star schema from the staging tables.",
        "migrate": "Upgrade the tables to this version of Sparkify.",
        "completion": "Print the shell completion for bash, zsh or fish.",
    },
    "AWS": {"cluster": "Create, inspect, pause or remove Redshift in AWS."},
}


class TopicGroup(click.Group):
    """A group of commands by topic, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        """Return the names of the commands, as the help lists them."""
        return [name for commands in COMMANDS_BY_TOPIC.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command `NAME_command` of the module that is named like it, None for none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"sparkify.cli.{name}"), f"{name}_command")
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return what a begun word may become, with the help of each; imports no command."""
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=text)
            for listed in COMMANDS_BY_TOPIC.values()
            for name, text in listed.items()
            if name.startswith(incomplete)
        ]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click passes it
        formatter: click.HelpFormatter,
    ) -> None:
        """Write a section for each topic, with the texts in one column."""
        for topic, commands in COMMANDS_BY_TOPIC.items():
            with formatter.section(topic):
                formatter.write_dl([(f"{name:<14}", text) for name, text in commands.items()])


@click.group(cls=TopicGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="sparkify %(version)s")
@settings_options
@click.pass_context
def app(context: click.Context, /, **given: object) -> None:
    """Build a data warehouse from Sparkify's JSON logs and song metadata.

    Start with: generate, create-tables, etl, overview. The options can be given before the command
    or after it.
    """
    if given["config"] or given["overrides"]:
        _require_settings_taken(context)


def _require_settings_taken(context: click.Context) -> None:
    """Raise UsageError where the command takes no settings, and would pass those given over."""
    name = context.invoked_subcommand
    command = app.get_command(context, name) if name else None
    # Those of a group are for its commands.
    if command is None or isinstance(command, click.Group):
        return
    if not {"config", "overrides"} & {each.name for each in command.params}:
        raise click.UsageError(f"{name} takes no settings: leave out --config and --set")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; `arguments` do not include the program's name."""
    # The listed files stay in memory to the end. With hundreds of thousands of them, collections
    # at Python's threshold of 700 took a tenth of a load.
    gc.set_threshold(100_000)
    _use_utf_8()
    Speech.verbosity = Verbosity.NORMAL
    try:
        with (
            private_files(),
            end_on_signals(),
            warnings_passed_to(print_warning),
            _time_shown(),
        ):
            _require_utf_8(sys.argv[1:] if arguments is None else arguments)
            app.main(arguments, prog_name="sparkify", standalone_mode=False)
            if sys.stdout:
                sys.stdout.flush()
    except click.Abort:
        print_error("stopped", "run it again; what was not committed was rolled back")
        sys.exit(1)
    except click.exceptions.NoArgsIsHelpError as error:
        echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "sparkify"
        print_error(error.format_message(), f"{command} --help")
        sys.exit(error.exit_code)
    except OSError as error:
        _end_without_output(error)
    except Exception:  # noqa: BLE001 - a fault of ours, whose text may hold what the data says
        print_traceback()
        sys.exit(1)


@contextmanager
def _time_shown() -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        print_detail(f"took {time.monotonic() - started:.1f} s")


def _use_utf_8() -> None:
    """Read and write UTF-8 in files and pipes in every locale, as JSON and the report need it.

    A terminal keeps its own encoding; a letter that this lacks becomes a question mark.
    """
    if isinstance(sys.stdin, io.TextIOWrapper) and not is_terminal(sys.stdin):
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = None if is_terminal(sys.stdout) else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="replace")


def _require_utf_8(arguments: Sequence[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError as error:
            shown = os.fsencode(argument).decode(errors="backslashreplace")
            raise click.UsageError(f"the argument {shown} is not UTF-8") from error


def _end_without_output(error: OSError) -> None:
    """End when stdout or stderr cannot be written: silently if its reader has closed it."""
    if not isinstance(error, BrokenPipeError):
        with suppress(OSError):
            print_error(
                f"the output cannot be written: {error.strerror}",
                "free space on the disk, or write elsewhere",
            )
    # Python must not try again to write what is left in the buffers when it ends.
    for stream in filter(None, (sys.stdout, sys.stderr)):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(1)
