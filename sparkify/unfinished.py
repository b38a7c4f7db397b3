"""Files and folders that are written under a temporary name, and what killed runs left of them.

A temporary folder has a random name and is its user's alone. Its maker holds a lock in it for as
long as it lives, so no running process's work is taken for a leftover: process numbers would not
tell, since in containers many are number 1.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows leftovers stay
    fcntl = None  # type: ignore[assignment]

LOCK, CONTENT = "lock", "content"
IN_TEMPORARY_FOLDER = "sparkify-unfinished-"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield an empty folder in the system's temporary folder; it is removed at the end.

    Raises OSError where it cannot be made.
    """
    with locked_folder(Path(tempfile.gettempdir()), IN_TEMPORARY_FOLDER) as folder:
        yield folder


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to; at the end the file written there replaces that at `path`.

    It is on the disk before it is renamed. Raises OSError where it cannot be written; the file at
    `path` is then as it was.
    """
    with locked_folder(path.absolute().parent, unfinished_prefix(path)) as folder:
        written = folder / path.name
        yield written
        sync(written)
        written.replace(path)
        sync(path.absolute().parent)


@contextmanager
def locked_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Yield an empty folder beside others of `parent`; what is left in it at the end is removed.

    First remove what killed processes left under this prefix. Raises OSError.
    """
    sweep(parent, prefix)
    folder, lock = _new_folder(parent, prefix)
    try:
        yield folder / CONTENT
    finally:
        _remove(folder)
        os.close(lock)


def unfinished_prefix(path: Path) -> str:
    """Return how the names of temporary folders begin in which this file or folder is written."""
    return f".{path.absolute().name}.unfinished-"


def sweep(parent: Path, prefix: str = IN_TEMPORARY_FOLDER) -> None:
    """Remove the temporary folders of this user whose makers no longer live. Never raises."""
    if fcntl is None:
        return
    with suppress(OSError), os.scandir(parent) as entries:
        for entry in entries:
            if entry.name.startswith(prefix) and _is_own_folder(entry):
                with suppress(OSError):
                    _remove_if_left(Path(entry.path))


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk. Raises OSError."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _new_folder(parent: Path, prefix: str) -> tuple[Path, int]:
    """Make a folder and hold its lock; make another if a sweep came between."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with suppress(FileNotFoundError):
            lock = _hold(folder / LOCK)
            (folder / CONTENT).mkdir()
            return folder, lock


def _hold(lock: Path) -> int:
    """Create a file and lock it. Raises FileNotFoundError if it was removed meanwhile."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        lock.stat()
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    # Anybody may make a folder, or a link, in the system's temporary folder.
    is_folder = entry.is_dir(follow_symlinks=False)
    return is_folder and entry.stat(follow_symlinks=False).st_uid == os.getuid()


def _remove_if_left(folder: Path) -> None:
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        folder.rmdir()  # only an empty one: its maker was killed before it made the lock
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(folder)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    """Remove a folder, its lock last: without it no other process would remove the rest."""
    shutil.rmtree(folder / CONTENT, ignore_errors=True)
    with suppress(OSError):
        (folder / LOCK).unlink()
        folder.rmdir()
