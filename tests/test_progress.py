"""The bar over a run: how much of it is done, how fast it goes, and how long it will take yet."""

import io

import pytest
from rich.console import Console

from sparkify.cli.progress import GRAIN, Bar

MB = 1_000_000


class Seen(Bar):
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
def bar() -> Seen:
    shown = Seen()
    shown.pending("run", 3, 40 * MB)
    return shown


def test_a_byte_is_half_done_when_it_is_read_and_done_when_it_is_committed(bar: Seen) -> None:
    seen = []
    for _ in range(2):
        bar.stage("load")
        bar.arrived(10 * MB)
        seen.append(bar.percent)
        bar.arrived(10 * MB)
        seen.append(bar.percent)
        bar.stage("transform")
        seen.append(bar.percent)
        bar.loaded(1, 20 * MB)
        seen.append(bar.percent)

    assert seen == [12.5, 25, 25, 50, 62.5, 75, 75, 100]


def test_many_small_files_move_the_bar_without_drawing_each(bar: Seen) -> None:
    bar.stage("load")
    seen = set()
    for _ in range(20_000):
        bar.arrived(1000)
        seen.add(bar.percent)

    assert max(seen) == pytest.approx(25, abs=100 * GRAIN / (80 * MB))
    assert 10 < len(seen) <= 20 * MB / GRAIN + 1


def test_a_batch_that_is_begun_anew_takes_the_bar_back(bar: Seen) -> None:
    bar.stage("load")
    bar.arrived(20 * MB)
    bar.stage("load")
    assert bar.percent == 0

    bar.arrived(20 * MB)
    bar.arrived(-20 * MB)  # the engine reads carefully, from the start
    bar.arrived(8 * MB)
    assert bar.percent == 10


def test_the_line_tells_stage_share_rate_and_time_to_go(bar: Seen) -> None:
    bar.stage("load")
    assert "B/s" not in bar.line
    bar.arrived(2 * MB)
    bar.arrived(6 * MB)

    assert "load" in bar.line
    assert "10%" in bar.line
    assert "B/s" in bar.line
    assert "-:--:--" not in bar.line
