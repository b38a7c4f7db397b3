"""The command line: arguments in, exit code out. Data to stdout, progress and messages to stderr.

Each command imports what it needs when it runs, so that `--help` is fast.
"""

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from sparkify.cli.check import check_command
from sparkify.cli.cluster import cluster
from sparkify.cli.command import private_files
from sparkify.cli.connect import connect_command
from sparkify.cli.create_tables import create_tables_command
from sparkify.cli.docs import docs_command
from sparkify.cli.doctor import doctor_command
from sparkify.cli.etl import etl_command
from sparkify.cli.export import export_command
from sparkify.cli.generate import generate_command
from sparkify.cli.grant import grant_command
from sparkify.cli.interruption import end_on_signals
from sparkify.cli.migrate import migrate_command
from sparkify.cli.overview import overview_command
from sparkify.cli.plan import plan_command
from sparkify.cli.quarantine import quarantine_command
from sparkify.cli.query import query_command
from sparkify.cli.rebuild import rebuild_command
from sparkify.cli.reconcile import reconcile_command
from sparkify.cli.report import report_command
from sparkify.cli.runs import runs_command
from sparkify.cli.status import status_command
from sparkify.cli.terminal import echo, is_terminal, print_error, print_traceback
from sparkify.cli.undo import undo_command

COMMANDS_BY_TOPIC: dict[str, tuple[click.Command, ...]] = {
    "Load": (generate_command, create_tables_command, etl_command, plan_command),
    "Analyze": (
        *(overview_command, query_command, report_command, export_command),
        *(docs_command, connect_command, grant_command),
    ),
    "Operate": (
        *(status_command, runs_command, quarantine_command, check_command),
        *(reconcile_command, doctor_command, undo_command, rebuild_command, migrate_command),
    ),
    "Redshift": (cluster,),
}


class TopicGroup(click.Group):
    """A group whose help lists its commands by topic."""

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click passes it
        formatter: click.HelpFormatter,
    ) -> None:
        """Write a section for each topic, with the texts in one column."""
        for topic, commands in COMMANDS_BY_TOPIC.items():
            with formatter.section(topic):
                formatter.write_dl(
                    [(f"{each.name:<13}", each.get_short_help_str(60)) for each in commands]
                )


@click.group(cls=TopicGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sparkify", message="sparkify %(version)s")
def app() -> None:
    """Build a data warehouse from Sparkify's JSON logs and song metadata.

    Start with: generate, create-tables, etl, overview.
    """


for _commands in COMMANDS_BY_TOPIC.values():
    for _command in _commands:
        app.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; `arguments` do not include the program's name."""
    # The listed files stay in memory to the end. With hundreds of thousands of them, collections
    # at Python's threshold of 700 took a tenth of a load.
    gc.set_threshold(100_000)
    _use_utf_8()
    try:
        with private_files(), end_on_signals():
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
