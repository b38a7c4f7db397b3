"""The published copy of the warehouse's file: what readers open, so that nobody waits.

While DuckDB has a file open to write, no other process can open it, and the other way round. So
each command that changed the warehouse copies its file at the end, and readers open the copy.
"""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from sparkify.config import PublishMode, Settings
from sparkify.engines.duckdb import copying
from sparkify.errors import WarehouseError
from sparkify.sizes import readable_size
from sparkify.unfinished import locked_folder, sweep, sync, unfinished_prefix

# `w.read.duckdb` opens as the catalog `w`, as `w.duckdb` does: DuckDB takes what is before the
# first point.
PUBLISHED_SUFFIX = ".read.duckdb"
# What `auto` copies where the filesystem cannot share blocks: about a second.
MOST_AUTO_BYTES = 1_000_000_000
LOG_ENDINGS = (".wal", ".wal.checkpoint", ".wal.recovery")
# An open file cannot be replaced on Windows.
CAN_REPLACE_OPEN_FILES = os.name != "nt"


class Publication:
    """The published copy of a warehouse's file.

    It has the warehouse's time of change and size: with another of them it is of another state.
    The warehouse's file is never opened here, which would drop DuckDB's lock on it.
    """

    def __init__(self, warehouse: Path, mode: PublishMode) -> None:
        self.warehouse = Path(os.path.realpath(warehouse))
        self.file = self.warehouse.with_suffix(PUBLISHED_SUFFIX)
        self._mode = mode

    @classmethod
    def named_by(cls, settings: Settings) -> "Publication":
        """Return the publication of the warehouse that the settings name."""
        return cls(settings.database_file, settings.publish)

    def is_wanted(self) -> bool:
        """Return whether the warehouse is published, by the setting and by its size."""
        if self._mode == "off" or not CAN_REPLACE_OPEN_FILES:
            return False
        return (
            self._mode == "on"
            or not self.warehouse.exists()
            or self.warehouse.stat().st_size <= MOST_AUTO_BYTES
            or _shares_blocks(self.warehouse.parent)
        )

    def file_for_readers(self) -> Path:
        """Return the file that other programs open to read."""
        is_there = self.file.exists() or not self.warehouse.exists()
        return self.file if self.is_wanted() and is_there else self.warehouse

    def is_current(self) -> bool:
        """Return whether the published file holds all that was committed to the warehouse."""
        try:
            ours, published = self.warehouse.stat(), self.file.stat()
        except OSError:
            return False
        same = (ours.st_mtime_ns, ours.st_size) == (published.st_mtime_ns, published.st_size)
        return same and not self.has_log()

    def has_log(self) -> bool:
        """Return whether something was committed that is not in the warehouse's file yet."""
        return any(_size(Path(f"{self.warehouse}{log}")) for log in LOG_ENDINGS)

    def announced(self) -> AbstractContextManager[Path]:
        """Give a folder to copy into, by which other processes know that this one publishes."""
        return locked_folder(self.file.parent, unfinished_prefix(self.file))

    def is_announced(self) -> bool:
        """Return whether a process publishes at the moment."""
        prefix = unfinished_prefix(self.file)
        sweep(self.file.parent, prefix)
        return any(each.name.startswith(prefix) for each in self.file.parent.iterdir())

    def renew(self) -> None:
        """Publish the warehouse, whose file this process has locked and checkpointed.

        Where it is not to be published, or cannot be, the former copy is removed: nobody takes it
        for the present state. Raises WarehouseError.
        """
        if not self.is_wanted():
            self.withdraw()
            return
        if self.is_current():
            return
        try:
            with self.announced() as folder:
                copied = folder / self.file.name
                self._run_copying(str(copied))
                copied.replace(self.file)
            sync(self.file.parent)
        except OSError as error:
            with suppress(WarehouseError, OSError):
                self.withdraw()
            raise WarehouseError(
                f"{self.file} was not written: {error.strerror or error}; until it is, programs "
                "that read and commands that write wait for each other",
                f"make room for {readable_size(_size(self.warehouse))} and run any command, or set "
                "[CLUSTER] PUBLISH = off",
            ) from error

    def withdraw(self) -> None:
        """Remove the published file. Raises WarehouseError for a file that is something else."""
        if self.file.exists():
            self._run_copying()
            self.file.unlink()

    def _run_copying(self, *target: str) -> None:
        """Run the program that copies. Raises OSError, and WarehouseError for a foreign file."""
        program = [sys.executable, "-I", "-S", copying.__file__]
        done = subprocess.run(  # noqa: S603 - a list, no shell
            [*program, str(self.warehouse), str(self.file), *target],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode == copying.NOT_A_COPY:
            raise WarehouseError(
                f"{self.file} is no copy of {self.warehouse}, so it is not replaced, and programs "
                "that read and commands that write wait for each other",
                "move that file away and run any command, or set [CLUSTER] PUBLISH = off",
            )
        if done.returncode < 0:
            raise OSError(None, f"its copying ended by {signal.Signals(-done.returncode).name}")
        if done.returncode:
            raise OSError(done.returncode, os.strerror(done.returncode))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _shares_blocks(folder: Path) -> bool:
    """Return whether files of a folder can share blocks, so that a copy of any size takes none."""
    try:
        with (
            tempfile.TemporaryFile(dir=folder) as source,
            tempfile.TemporaryFile(dir=folder) as copy,
        ):
            source.write(bytes(4096))
            source.flush()
            return copying.share_blocks(source.fileno(), copy.fileno())
    except OSError:
        return False
