"""How far it is, for a person at a terminal: a bar over a run, a spinner over waiting for AWS."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sparkify.cli.tables import counted

if TYPE_CHECKING:
    from sparkify.pipeline import Run

# A byte counts when it is read and when its batch is committed: each is about half of the work.
STEPS = 2
# Many small files arrive in less time than it takes to draw each.
GRAIN = 1 << 20
# The pace is that of the whole run: to read and to transform take turns, each at its own.
PACE_SECONDS = 7 * 24 * 3600


class Live:
    """One line on the screen, while it is entered."""

    def __init__(self, task: str, *columns: ProgressColumn) -> None:
        self._progress = Progress(
            *(*columns, TimeElapsedColumn()),
            console=Console(file=sys.stderr),
            transient=True,
            speed_estimate_period=PACE_SECONDS,
        )
        self._task = self._progress.add_task(task, total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()


class Spinner(Live):
    """Shows what is being done in AWS, what is waited for, and for how long."""

    def __init__(self) -> None:
        super().__init__("ask AWS", SpinnerColumn(), TextColumn("{task.description}"))

    def step(self, what: str) -> None:
        """This is being done."""
        self._progress.update(self._task, description=escape(what), refresh=True)

    def waiting(self, what: str, state: str) -> None:
        """This is waited for, and is in this state."""
        self._progress.update(self._task, description=escape(f"{what} is {state}"), refresh=True)

    def note(self, text: str) -> None:
        """Something the user should know."""
        self._progress.console.print(f"Note: {text}", markup=False, highlight=False)


class Rate(ProgressColumn):
    """Bytes a second from where they were delivered into the star."""

    def render(self, task: Task) -> Text:
        """Show the rate, once there is one."""
        return Text(
            f"{decimal(int(task.speed / STEPS))}/s" if task.speed else "", "progress.data.speed"
        )


class Bar(Live):
    """Shows how much of what was pending is loaded, how fast, for how long yet, and the stage."""

    def __init__(self) -> None:
        super().__init__(
            "list the files",
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            Rate(),
            TimeRemainingColumn(),
        )
        self._committed = self._arrived = self._shown = 0

    def pending(self, run_id: str, files: int, size: int) -> None:  # noqa: ARG002
        """The run is to load so many files of so many bytes."""
        total = STEPS * size
        self._progress.update(self._task, total=total, description=counted(files, "file"))

    def stage(self, name: str) -> None:
        """The batch at hand enters this stage."""
        self._progress.update(self._task, description=name)
        if name == "load":  # perhaps once more, where the database gave the batch up
            self._arrived = 0
            self._show()

    def arrived(self, size: int) -> None:
        """So many more bytes of the batch were read from where they were delivered."""
        self._arrived += size
        if abs(self._arrived - self._shown) >= GRAIN:
            self._show()

    def staged(self, table: str, files: int, size: int, rows: int, refused: int) -> None:
        """Show nothing of it: the stage does."""

    def done(self, name: str, seconds: float) -> None:
        """Show nothing of it: the next stage does."""

    def warn(self, text: str) -> None:
        """Tell of something that does not stop the run, above the bar."""
        self._progress.console.print(f"Warning: {text}", markup=False, highlight=False)

    def loaded(self, files: int, size: int) -> None:  # noqa: ARG002 - the bar counts bytes
        """A batch of so many files and bytes is committed."""
        self._committed += size
        self._arrived = 0
        self._show()

    def ended(self, run: "Run") -> None:  # noqa: ARG002
        """Leave the screen to the result of the run, which goes to stdout."""
        self._progress.stop()

    def _show(self) -> None:
        self._shown = self._arrived
        completed = STEPS * self._committed + self._arrived
        self._progress.update(self._task, completed=completed)
