"""Report a run on stderr: warnings only, or every step as JSON lines."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Protocol, TextIO

from sparkify.cli.terminal import echo, shows_progress, to_json
from sparkify.errors import SparkifyError
from sparkify.pipeline import NullReporter, Run, RunReporter
from sparkify.runs import to_the_millisecond
from sparkify.sources import DataFile


class CommandReporter(RunReporter, Protocol):
    """Reports a run to the user of a command, its result included."""

    def ended(self, run: Run) -> None:
        """Report the result of the run."""

    def hidden(self) -> AbstractContextManager[None]:
        """Draw nothing as long as the context lasts, so that something can be asked."""


@contextmanager
def open_reporter() -> Iterator[CommandReporter]:
    """Open what reports a run: a bar on a terminal, or warnings only in a pipe."""
    if not shows_progress():
        yield TextLog()
        return
    from sparkify.cli.progress import RunBar

    with RunBar() as bar:
        yield bar


class TextLog(NullReporter):
    """Reports only the warnings of a run."""

    def ended(self, run: Run) -> None:
        """Do nothing: the result of the run goes to stdout."""

    def hidden(self) -> AbstractContextManager[None]:
        """Do nothing: a log draws nothing."""
        return nullcontext()

    def waiting(self, holder: str) -> None:
        """Report who writes to the warehouse."""
        self.warn(f"waiting for {holder}, who writes to the warehouse")

    def warn(self, text: str) -> None:
        """Report something that does not stop the run."""
        echo(f"Warning: {text}", err=True)


class JsonLog(NullReporter):
    """Reports every step as a JSON object a line, with time (UTC), run and batch."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._run_id = ""
        self._batch = 1

    def touched(self, files: Collection[DataFile]) -> None:
        """Report the number of files that were only touched or copied again."""
        self._log("touched", files=len(files))

    def pending(self, run_id: str, files: int, size: int) -> None:
        """Report the number and size in bytes of the pending files."""
        self._run_id = run_id
        self._log("pending", files=files, bytes=size)

    def waiting(self, holder: str) -> None:
        """Report who writes to the warehouse."""
        self._log("waiting", holder=holder)

    def staged(self, table: str, files: int, size: int, rows: int, rejected: int) -> None:
        """Report the files and bytes loaded into a staging table, the rows and the rejected."""
        self._log("staged", table=table, files=files, bytes=size, rows=rows, rejected=rejected)

    def done(self, name: str, seconds: float) -> None:
        """Report that the batch leaves a stage."""
        self._log("stage", stage=name, seconds=round(seconds, 3))

    def loaded(self, files: int, size: int) -> None:
        """Report the files and bytes of a committed batch."""
        self._log("loaded", files=files, bytes=size)
        self._batch += 1

    def warn(self, text: str) -> None:
        """Report something that does not stop the run."""
        self._log("warning", text=text)

    def ended(self, run: Run) -> None:
        """Report the result of the run; `seconds` is by stage."""
        self._log(
            "ended",
            files=run.files,
            touched=run.touched,
            bytes=run.bytes,
            batches=run.batches,
            records=run.records,
            rejected=run.rejected,
            changed=run.changed,
            row_changes={table: asdict(rows) for table, rows in run.row_changes.items()},
            rejected_files=len(run.rejected_files),
            checks=run.checks,
            seconds=to_the_millisecond(run.seconds),
            peak_memory_bytes=run.peak_memory_bytes,
        )

    def hidden(self) -> AbstractContextManager[None]:
        """Do nothing: a log draws nothing."""
        return nullcontext()

    def failed(self, error: SparkifyError) -> None:
        """Report the error of a failed run."""
        self._log("failed", error=str(error), hint=error.hint, exit_code=error.exit_code)

    def _log(self, event: str, **facts: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        about = {"at": now, "event": event, "run_id": self._run_id, "batch": self._batch}
        self._stream.write(f"{to_json(about | facts)}\n")
        self._stream.flush()
