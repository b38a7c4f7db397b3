"""Run the notebook of the docs beside generated data: `make notebook` keeps what it gives."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.command_line import PATIENCE, ROOT, call, environment

from .conftest import load

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def executed(folder: Path) -> Path:
    """Run it in a folder in which `make run` was done, and give the copy that has its outputs."""
    call("generate", cwd=folder)
    load(folder)
    copy = Path(shutil.copy(NOTEBOOK, folder))
    programs = Path(sys.executable).parent
    subprocess.run(
        [str(programs / "jupyter-execute"), "--inplace", copy.name],
        cwd=folder,
        env=environment(folder, PATH=f"{programs}:{os.environ['PATH']}"),
        check=True,
        capture_output=True,
        timeout=2 * PATIENCE,
    )
    return copy


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(executed(Path(name)), NOTEBOOK)
