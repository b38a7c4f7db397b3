"""Progress on a terminal: a bar for a run, a spinner while waiting for AWS."""

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

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

from sparkify.cli.console import SafeConsole
from sparkify.cli.terminal import with_hanging_indent
from sparkify.sizes import counted, readable_size

if TYPE_CHECKING:
    from sparkify.pipeline import Run
    from sparkify.sources import DataFile

# A byte counts when it is read and when its batch is committed: each is about half of the work.
STEPS_PER_BYTE = 2
# Many small files are read in less time than it takes to draw each.
BYTES_PER_UPDATE = 1 << 20
# The rate is that of the whole run, since reading and transforming alternate, each at its own.
RATE_SECONDS = 7 * 24 * 3600


class ProgressLine:
    """A line on the screen, as long as the context lasts."""

    def __init__(self, task: str, *columns: ProgressColumn) -> None:
        self._progress = Progress(
            *(*columns, TimeElapsedColumn()),
            console=SafeConsole(file=sys.stderr),
            transient=True,
            speed_estimate_period=RATE_SECONDS,
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


class Spinner(ProgressLine):
    """Shows the step in AWS, the state that it waits for, and the elapsed time."""

    def __init__(self) -> None:
        super().__init__("calling AWS", SpinnerColumn(), TextColumn("{task.description}"))

    def step(self, what: str) -> None:
        """Show a step."""
        self._progress.update(self._task, description=escape(what), refresh=True)

    def waiting(self, what: str, state: str) -> None:
        """Show the state of what it waits for."""
        self._progress.update(self._task, description=escape(f"{what} is {state}"), refresh=True)

    def note(self, text: str) -> None:
        """Print something that the user should know."""
        self._progress.console.print(f"Note: {text}", markup=False, highlight=False)


class RateColumn(ProgressColumn):
    """The bytes per second from the source into the star schema."""

    def render(self, task: Task) -> Text:
        """Return the rate, empty as long as there is none."""
        rate = f"{readable_size(int(task.speed / STEPS_PER_BYTE))}/s" if task.speed else ""
        return Text(rate, "progress.data.speed")


class RunBar(ProgressLine):
    """Shows the stage of a run, the share that is loaded, the rate and the remaining time."""

    def __init__(self) -> None:
        super().__init__(
            "listing files",
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            RateColumn(),
            TimeRemainingColumn(),
        )
        # Bytes: of the transaction at hand those that were read, and of these the staged.
        self._committed = self._read = self._staged = self._shown = 0

    def touched(self, files: "Collection[DataFile]") -> None:
        """Do nothing: the summary of the run names their number."""

    def pending(self, run_id: str, files: int, size: int) -> None:  # noqa: ARG002
        """Show the number of pending files."""
        total = STEPS_PER_BYTE * size
        self._progress.update(self._task, total=total, description=counted(files, "file"))

    def waiting(self, holder: str) -> None:
        """Print who writes to the warehouse above the bar."""
        self.warn(f"waiting for {holder}, who writes to the warehouse")

    def stage(self, name: str) -> None:
        """Show the stage that the batch enters."""
        self._progress.update(self._task, description=name)
        if name == "profile":  # again, if the database aborted the transaction
            self._staged = 0
        if name in {"profile", "load"}:  # again, without the files that were rejected
            self._read = self._staged
            self._show()

    def on_progress(self, size: int) -> None:
        """Show that so many more bytes of the batch were read; fewer if it starts again."""
        self._read += size
        if abs(self._read - self._shown) >= BYTES_PER_UPDATE:
            self._show()

    def staged(self, table: str, files: int, size: int, rows: int, rejected: int) -> None:  # noqa: ARG002
        """Keep what was read of a batch, as others may follow in its transaction."""
        self._staged += size

    def done(self, name: str, seconds: float) -> None:
        """Do nothing: the bar shows the next stage."""

    def warn(self, text: str) -> None:
        """Print a warning above the bar."""
        console = self._progress.console
        lines = with_hanging_indent(f"Warning: {text}", console.width)
        console.print(lines, markup=False, highlight=False)

    def loaded(self, files: int, size: int) -> None:  # noqa: ARG002 - the bar counts bytes
        """Show that a batch is committed."""
        self._committed += size
        self._read = self._staged = 0
        self._show()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Take the bar off the screen as long as the context lasts."""
        self._progress.stop()
        yield
        self._progress.start()

    def ended(self, run: "Run") -> None:  # noqa: ARG002
        """Remove the bar before the result is printed to stdout."""
        self._progress.stop()

    def _show(self) -> None:
        self._shown = self._read
        completed = STEPS_PER_BYTE * self._committed + self._read
        self._progress.update(self._task, completed=completed)
