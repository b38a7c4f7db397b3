"""Where the files go: a folder of this machine, or what `sparkify.sources` has for a bucket."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sparkify.errors import ConfigError


class Place(Protocol):
    """Takes files by their names, which are paths below it; their text is all ASCII.

    It is handed to other processes, so it is small and holds nothing open.
    """

    def path(self, name: str) -> str:
        """Return where the file or folder of that name lies."""

    def holds(self, folder: str) -> bool:
        """Whether there is anything in that folder. Raises what `write` raises."""

    def delivery(self) -> AbstractContextManager[None]:
        """Within it files are written. Raises what `write` raises."""

    def write(self, name: str, portions: Iterable[str]) -> int:
        """Write a file, never holding all of it; return its size in bytes.

        Raises ConfigError or SourceError where that cannot be done.
        """

    def write_all(self, files: Iterable[tuple[str, str]]) -> list[int]:
        """Write small files, each a name and a text; return their sizes. Raises as `write`."""


class Folder:
    """A folder of this machine, in which all files are there at the end, or none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = folder / f".unfinished-{os.getpid()}"

    def path(self, name: str) -> str:
        """Return where the file or folder of that name lies."""
        return str(self._folder / name)

    def holds(self, folder: str) -> bool:
        """Whether there is anything of that name."""
        return (self._folder / folder).exists()

    @contextmanager
    def delivery(self) -> Iterator[None]:
        """Keep what is written aside, and give it its names at the end. Raises ConfigError."""
        self._clear()  # a killed process may have had our number, as in containers
        try:
            yield
            with self._refusals():
                # log_data comes last: who finds it finds all
                for made in sorted(self._aside.iterdir(), reverse=True):
                    made.replace(self._folder / made.name)
        finally:
            self._clear()

    def write(self, name: str, portions: Iterable[str]) -> int:
        """Write a file; its size. Raises ConfigError."""
        path = self._aside / name
        with self._refusals():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="ascii", newline="\n", buffering=2**16) as file:
                return sum(file.write(portion) for portion in portions)

    def write_all(self, files: Iterable[tuple[str, str]]) -> list[int]:
        """Write small files; their sizes. Raises ConfigError."""
        return [self.write(name, [text]) for name, text in files]

    def _clear(self) -> None:
        shutil.rmtree(self._aside, ignore_errors=True)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ConfigError(
                f"cannot write to {self._folder}: {error.strerror}",
                "name a folder with --out that you may write to, on a disk with room for it",
            ) from error
