"""Arguments in, exit code out. Data goes to stdout, progress and messages to stderr.

Everything but click is imported by the command that needs it, so that `--help` answers at once.
"""

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from sparkify.cli.cluster import cluster
from sparkify.cli.command import complain, is_terminal
from sparkify.cli.connect import connect
from sparkify.cli.docs import docs
from sparkify.cli.doctor import doctor
from sparkify.cli.export import export
from sparkify.cli.generate import generate_command
from sparkify.cli.grant import grant
from sparkify.cli.interruption import interruptible
from sparkify.cli.load import create_tables, etl
from sparkify.cli.look import overview
from sparkify.cli.mend import check, migrate, rebuild, undo
from sparkify.cli.operate import plan, reconcile, runs, status
from sparkify.cli.quarantine import quarantine
from sparkify.cli.query import query
from sparkify.cli.report import report


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sparkify", message="sparkify %(version)s")
def app() -> None:
    """Turn Sparkify's JSON logs and song metadata into a star schema.

    \b
    sparkify generate                make sample data in ./data
    sparkify create-tables           make the warehouse anew, empty
    sparkify etl                     load what is new
    sparkify overview                see what is in it
    sparkify query "select ..."      ask it
    sparkify report                  see what was played, on one page
    sparkify export FOLDER           copy it out
    sparkify connect --for dbeaver   what another program needs to open it
    sparkify docs                    what each column means and where it is from
    sparkify plan                    see what a load would do
    sparkify status                  see how the warehouse is
    sparkify doctor                  see what is wrong, and how to mend it
    sparkify cluster up              make a warehouse in AWS
    """  # noqa: D301 - click takes the real backspace for "leave these lines alone"


LOADING = (create_tables, etl, generate_command, cluster)
ASKING = (overview, query, report, export, connect, docs, grant)
LOOKING = (plan, status, runs, reconcile, quarantine, doctor)
MENDING = (check, undo, rebuild, migrate)
for each in (*LOADING, *ASKING, *LOOKING, *MENDING):
    app.add_command(each)


def _speak_utf_8() -> None:
    """Read and write UTF-8 in files and pipes, as JSON and our pages are, whatever the locale is.

    A terminal is spoken to in its own encoding; a letter that this has not becomes a question mark.
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


def _stop_writing(error: OSError) -> None:
    """End when stdout or stderr cannot be written: in silence if its reader went away."""
    if not isinstance(error, BrokenPipeError):
        with suppress(OSError):
            complain(
                f"the output cannot be written: {error.strerror}", "make room, or write elsewhere"
            )
    # What is left in the buffers must not be tried again when Python ends.
    for stream in filter(None, (sys.stdout, sys.stderr)):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; `arguments` without the program's name."""
    # What is listed stays to the end; to look through hundreds of thousands of files for garbage
    # again and again, as Python does at its own 700, took a tenth of their load.
    gc.set_threshold(100_000)
    _speak_utf_8()
    try:
        with interruptible():
            _require_utf_8(sys.argv[1:] if arguments is None else arguments)
            app.main(arguments, prog_name="sparkify", standalone_mode=False)
            if sys.stdout:
                sys.stdout.flush()
    except click.Abort:
        complain("stopped", "run it again when you are ready; what was begun was taken back")
        sys.exit(1)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "sparkify"
        complain(error.format_message(), f"{command} --help")
        sys.exit(error.exit_code)
    except OSError as error:
        _stop_writing(error)
