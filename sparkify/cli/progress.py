"""How far it is, for a person at a terminal: a bar over a run, a spinner over waiting for AWS."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)


class Live:
    """One line on the screen, while it is entered."""

    def __init__(self, task: str, *columns: ProgressColumn) -> None:
        self._progress = Progress(
            *(*columns, TimeElapsedColumn()), console=Console(file=sys.stderr), transient=True
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


class Bar(Live):
    """Shows the bytes that are loaded, of all that were pending, and the stage at work."""

    def __init__(self) -> None:
        described = TextColumn("{task.description}")
        bytes_ = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
        super().__init__("list the files", described, *bytes_)

    def pending(self, run_id: str, files: int, size: int) -> None:  # noqa: ARG002
        """The run is to load so many files of so many bytes."""
        self._progress.update(self._task, total=size, description=f"{files:,} files")

    def stage(self, name: str) -> None:
        """The batch at hand enters this stage."""
        self._progress.update(self._task, description=name)

    def staged(self, table: str, files: int, size: int, rows: int, refused: int) -> None:
        """Show nothing of it: the stage does."""

    def done(self, name: str, seconds: float) -> None:
        """Show nothing of it: the next stage does."""

    def warn(self, text: str) -> None:
        """Tell of something that does not stop the run, above the bar."""
        self._progress.console.print(f"Warning: {text}", markup=False, highlight=False)

    def loaded(self, files: int, size: int) -> None:  # noqa: ARG002 - the bar counts bytes
        """A batch of so many files and bytes is committed."""
        self._progress.advance(self._task, size)
