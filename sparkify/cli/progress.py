"""The bar over a run, for a person at a terminal."""

import sys
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.text import Text


class Spinner:
    """Shows what is being done in AWS, what is waited for, and for how long."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task("ask AWS", total=None)

    def __enter__(self) -> "Spinner":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def step(self, what: str) -> None:
        """This is being done."""
        self._progress.update(self._task, description=escape(what))

    def waiting(self, what: str, state: str) -> None:
        """This is waited for, and is in this state."""
        self._progress.update(self._task, description=escape(f"{what} is {state}"))

    def note(self, text: str) -> None:
        """Something the user should know."""
        self._console.print(Text(f"Note: {text}"))


class Bar:
    """Shows the bytes that are loaded, of all that were pending, and the stage at work."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._progress.add_task("list the files", total=None)

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

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
