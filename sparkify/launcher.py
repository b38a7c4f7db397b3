"""Start the root scripts: with this Python if it has all packages, else with `.venv`'s."""

import os
import sys
from pathlib import Path

from sparkify import requirements


def launch(command: str, script: str, *without_terminal: str) -> None:
    """Run a command with the arguments of the root script at this path.

    Where there is no terminal to ask at, it gets the options `without_terminal` too.

    If this Python lacks a package, the `.venv` beside the script runs it. One in the working
    directory is never used, since anybody may have put it there. Without a `.venv` the process ends
    with exit code 2 and two lines on stderr.
    """
    if not requirements.are_met():
        environment = Path(script).resolve().parent / ".venv"
        python = environment / "bin" / "python"
        if not python.exists() or Path(sys.prefix) == environment:
            sys.stderr.write(
                f"Error: {sys.executable} lacks packages that Sparkify needs\n"
                "Try: make run, or in a virtual environment: pip install -e .\n"
            )
            sys.exit(2)
        os.execv(python, [str(python), script, *sys.argv[1:]])  # noqa: S606 - a list, no shell
    from sparkify.cli import main

    is_at_terminal = sys.stdin is not None and sys.stdin.isatty()
    main([command, *(() if is_at_terminal else without_terminal), *sys.argv[1:]])
