"""The bar over a run: how much of it is done, how fast it goes, and how long it will take yet."""

import contextlib
import io
import os
import re
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from sparkify.cli.progress import BYTES_PER_UPDATE, RunBar
from tests.command_line import PATIENCE, environment, process, run
from tests.small_source import write_source

MB = 1_000_000


class VisibleBar(RunBar):
    """A bar of which a test can see what a person would."""

    @property
    def percent(self) -> float:
        return self._progress.tasks[0].percentage

    @property
    def line(self) -> str:
        screen = io.StringIO()
        Console(file=screen, width=120).print(self._progress.get_renderable())
        return screen.getvalue()


@pytest.fixture
def bar() -> VisibleBar:
    shown = VisibleBar()
    shown.pending("run", 3, 40 * MB)
    return shown


def test_a_byte_is_half_done_when_it_is_read_and_done_when_it_is_committed(bar: VisibleBar) -> None:
    seen = []
    for _ in range(2):
        bar.stage("load")
        bar.on_progress(10 * MB)
        seen.append(bar.percent)
        bar.on_progress(10 * MB)
        seen.append(bar.percent)
        bar.stage("transform")
        seen.append(bar.percent)
        bar.loaded(1, 20 * MB)
        seen.append(bar.percent)

    assert seen == [12.5, 25, 25, 50, 62.5, 75, 75, 100]


def test_many_small_files_move_the_bar_without_drawing_each(bar: VisibleBar) -> None:
    bar.stage("load")
    seen = set()
    for _ in range(20_000):
        bar.on_progress(1000)
        seen.add(bar.percent)

    assert max(seen) == pytest.approx(25, abs=100 * BYTES_PER_UPDATE / (80 * MB))
    assert 10 < len(seen) <= 20 * MB / BYTES_PER_UPDATE + 1


def test_a_batch_that_is_started_again_takes_the_bar_back(bar: VisibleBar) -> None:
    bar.stage("load")
    bar.on_progress(20 * MB)
    bar.stage("load")
    assert bar.percent == 0

    bar.on_progress(20 * MB)
    bar.on_progress(-20 * MB)  # a transaction is tried again, from the start
    bar.on_progress(8 * MB)
    assert bar.percent == 10


def test_batches_of_one_transaction_move_the_bar_on(bar: VisibleBar) -> None:
    seen = []
    for _ in range(2):
        bar.stage("load")
        bar.on_progress(20 * MB)
        seen.append(bar.percent)
        bar.staged("staging_events", 1, 20 * MB, 1, 0)
    bar.loaded(2, 40 * MB)
    seen.append(bar.percent)

    assert seen == [25, 50, 100]


def test_a_transaction_that_is_started_again_takes_the_bar_back(bar: VisibleBar) -> None:
    for stage in ("profile", "load"):
        bar.stage(stage)
    bar.on_progress(20 * MB)
    bar.staged("staging_events", 1, 20 * MB, 1, 0)
    bar.stage("profile")

    assert bar.percent == 0


def test_the_line_tells_stage_share_rate_and_time_to_go(bar: VisibleBar) -> None:
    bar.stage("load")
    assert "B/s" not in bar.line
    bar.on_progress(2 * MB)
    bar.on_progress(6 * MB)

    assert "load" in bar.line
    assert "10%" in bar.line
    assert "B/s" in bar.line
    assert "-:--:--" not in bar.line


def test_the_result_of_a_run_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    write_source(tmp_path)
    assert run("create_tables.py", cwd=tmp_path).code == 0
    screen = screen_of("etl.py", cwd=tmp_path)

    before, found, _ = screen.partition("Loaded 2 files")
    drawn = ESCAPES.sub("", re.split(r"[\r\n]", before)[-1])

    assert found, screen
    assert drawn == ""


@pytest.mark.parametrize(
    "command", [("reload", "--full-refresh", "--yes"), ("quarantine", "retry")]
)
def test_a_reload_and_a_retry_show_what_they_are_at(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    write_source(tmp_path)
    assert run("etl.py", cwd=tmp_path).code == 0
    (tmp_path / "data/log_data/2018/broken.json").write_text("no json\n")
    assert run("etl.py", cwd=tmp_path).code == 3

    screen = screen_of("sparkify", *command, cwd=tmp_path, code=3 if "retry" in command else 0)

    assert "listing files" in screen


ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def screen_of(*arguments: str, cwd: Path, code: int = 0) -> str:
    """Run a process with stdin, stdout and stderr at one terminal; return what it wrote there."""
    screen, terminal = os.openpty()
    with subprocess.Popen(
        process(*arguments),
        cwd=cwd,
        env=environment(cwd),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as started:
        os.close(terminal)
        written = b""
        with contextlib.suppress(OSError):  # EIO: the process has left the terminal
            while part := os.read(screen, 4096):
                written += part
        assert started.wait(PATIENCE) == code
    os.close(screen)
    return written.decode()
