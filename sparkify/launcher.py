"""Start the root scripts: with this Python if it has all packages, else with that of `.venv`."""

import os
import sys
from pathlib import Path

from sparkify import requirements


def launch(command: str, script: str) -> None:
    """Run a command for the root script at this path, with the script's own arguments.

    Where this Python lacks a package, the one in the `.venv` beside the script runs it: never one
    in the working directory, which anybody may have put there. Ends the process with exit code 2
    and two lines on stderr where there is none.
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

    main([command, *sys.argv[1:]])
