"""What a run tells on stderr while it works: nothing but warnings, or all of it as JSON lines."""

import json
from datetime import UTC, datetime
from typing import Protocol, TextIO

import click

from sparkify.errors import SparkifyError
from sparkify.pipeline import Observer, Run, Silence
from sparkify.runs import to_the_millisecond


class Teller(Observer, Protocol):
    """An observer of a run that can also warn."""

    def warn(self, text: str) -> None:
        """Tell of something that does not stop the run."""

    def ended(self, run: Run) -> None:
        """Tell what the run loaded and what it took."""


class TextLog(Silence):
    """Tells warnings only."""

    def ended(self, run: Run) -> None:
        """Tell nothing of it: the account of the run goes to stdout."""

    def warn(self, text: str) -> None:
        """Tell of something that does not stop the run."""
        click.echo(f"Warning: {text}", err=True)


class JsonLog(Silence):
    """Tells what was done, one JSON object a line, with the moment (UTC), the run and the batch."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._run_id = ""
        self._batch = 1

    def pending(self, run_id: str, files: int, size: int) -> None:
        """The run is to load so many files of so many bytes."""
        self._run_id = run_id
        self._log("pending", files=files, bytes=size)

    def staged(self, table: str, files: int, size: int, rows: int, refused: int) -> None:
        """So many files and bytes are in a staging table: so many rows, and those refused."""
        self._log("staged", table=table, files=files, bytes=size, rows=rows, refused=refused)

    def done(self, name: str, seconds: float) -> None:
        """The batch at hand leaves a stage."""
        self._log("stage", stage=name, seconds=round(seconds, 3))

    def loaded(self, files: int, size: int) -> None:
        """A batch of so many files and bytes is committed."""
        self._log("loaded", files=files, bytes=size)
        self._batch += 1

    def warn(self, text: str) -> None:
        """Tell of something that does not stop the run."""
        self._log("warning", text=text)

    def ended(self, run: Run) -> None:
        """Tell what the run loaded and what it took; `seconds` is by stage."""
        self._log(
            "ended",
            files=run.files,
            bytes=run.bytes,
            batches=run.batches,
            objects=run.objects,
            refused=run.refused,
            checks=run.checks,
            seconds=to_the_millisecond(run.seconds),
            peak_memory_bytes=run.peak_memory_bytes,
        )

    def failed(self, error: SparkifyError) -> None:
        """Tell how the run failed."""
        self._log("failed", error=str(error), hint=error.hint, exit_code=error.exit_code)

    def _log(self, event: str, **facts: object) -> None:
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        about = {"at": moment, "event": event, "run_id": self._run_id, "batch": self._batch}
        self._stream.write(json.dumps(about | facts, ensure_ascii=False) + "\n")
        self._stream.flush()
