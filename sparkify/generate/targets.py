"""Output targets: a local folder; the one for S3 is `sparkify.sources.S3Output`."""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sparkify.errors import ConfigError
from sparkify.unfinished import locked_folder, sync


class OutputTarget(Protocol):
    """A place to write files to. Names are relative paths; texts are ASCII.

    Targets are passed to other processes, so they are small and hold nothing open.
    """

    def path(self, name: str) -> str:
        """Return the full path of a file or folder."""

    def contains(self, folder: str) -> bool:
        """Return whether the folder exists. Raises what `write` raises."""

    def open(self) -> AbstractContextManager[None]:
        """Return the context within which files are written. Raises what `write` raises."""

    def write(self, name: str, chunks: Iterable[str]) -> None:
        """Write a file chunk by chunk. Raises ConfigError or SourceError."""

    def write_all(self, files: Iterable[tuple[str, str]]) -> None:
        """Write small files, each a name and a text. Raises what `write` raises."""


class FolderOutput:
    """A local folder. Files appear in it all at once, at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder  # until it is open

    def path(self, name: str) -> str:
        """Return the full path of a file or folder."""
        return str(self._folder / name)

    def contains(self, folder: str) -> bool:
        """Return whether the folder exists."""
        return (self._folder / folder).exists()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Write to a hidden folder, and move its content into place at the end.

        Raises ConfigError.
        """
        with self._write_errors():
            self._folder.mkdir(parents=True, exist_ok=True)
            with locked_folder(self._folder, ".unfinished-") as self._unfinished:
                yield
                os.sync()  # one call, for many thousand files
                # log_data goes last: where it exists, all else does too.
                for made in sorted(self._unfinished.iterdir(), reverse=True):
                    made.replace(self._folder / made.name)
                sync(self._folder)

    def write(self, name: str, chunks: Iterable[str]) -> None:
        """Write a file chunk by chunk. Raises ConfigError."""
        path = self._unfinished / name
        with self._write_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="ascii", newline="\n", buffering=2**16) as file:
                file.writelines(chunks)

    def write_all(self, files: Iterable[tuple[str, str]]) -> None:
        """Write small files. Raises ConfigError."""
        for name, text in files:
            self.write(name, [text])

    @contextmanager
    def _write_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ConfigError(
                f"cannot write to {self._folder}: {error.strerror}",
                "choose an --out folder that you may write to, on a disk with free space",
            ) from error
