"""The target of an export: a folder or an `s3://bucket/prefix`, written whole or not at all."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sparkify.errors import ConfigError, SourceError, WarehouseError
from sparkify.sources import OwnFolder, S3Access
from sparkify.sources.s3 import S3
from sparkify.unfinished import locked_folder, sync, unfinished_prefix

MANIFEST = "manifest.json"


class ExportTarget(Protocol):
    """The target of an export that is being written."""

    def create_folder(self, table: str) -> str:
        """Create an empty folder for a table's files; return its path or uri."""

    def checksums(self, table: str, files: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Read each file of a table back; yield its size and SHA-256."""

    def finish(self, manifest: bytes) -> None:
        """Write the manifest, which completes the export."""


def open_export_target(
    location: str, tables: Sequence[str], access: S3Access
) -> AbstractContextManager[ExportTarget]:
    """Open a target for an export of these tables; remove an export that is not finished.

    Raises ConfigError if the location is not empty or cannot be written, SourceError.
    """
    if location.startswith(S3):
        return _open_prefix(location, tables, access)
    return _open_folder(Path(location))


class _TargetFolder:
    """A folder that is written under a temporary name, and gets its own at the end."""

    def __init__(self, folder: Path, temporary: Path) -> None:
        self._folder = folder
        self._temporary = temporary

    def create_folder(self, table: str) -> str:
        folder = self._temporary / table
        folder.mkdir()
        return str(folder)

    def checksums(self, table: str, files: Iterable[str]) -> Iterator[tuple[int, str]]:
        for name in files:
            path = self._temporary / table / name
            sync(path)
            with path.open("rb") as content:
                yield path.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest()

    def finish(self, manifest: bytes) -> None:
        (self._temporary / MANIFEST).write_bytes(manifest)
        for path in (self._temporary / MANIFEST, *self._temporary.rglob("*/"), self._temporary):
            sync(path)
        self._temporary.replace(self._folder)
        sync(self._folder.absolute().parent)


@contextmanager
def _open_folder(folder: Path) -> Iterator[_TargetFolder]:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(
            f"{folder} exists already, and an export needs a new or empty folder",
            "name a new folder, or remove this one",
        )
    parent = folder.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with locked_folder(parent, unfinished_prefix(folder)) as temporary:
            yield _TargetFolder(folder, temporary)
    except OSError as error:
        raise ConfigError(
            f"cannot write to {folder}: {error.strerror}",
            "name a folder that you may write, on a disk with room for it",
        ) from error


class _TargetPrefix:
    """A prefix in S3, which cannot be renamed: the manifest, written last, completes the export."""

    def __init__(self, folder: OwnFolder, tables: Sequence[str], access: S3Access) -> None:
        self._folder = folder
        self._tables = {name: OwnFolder(self.create_folder(name), access) for name in tables}

    def create_folder(self, table: str) -> str:
        return f"{self._folder.location}/{table}"

    def checksums(self, table: str, files: Iterable[str]) -> Iterator[tuple[int, str]]:
        return self._tables[table].checksums(files)

    def finish(self, manifest: bytes) -> None:
        self._folder.put(MANIFEST, manifest)

    def remove(self) -> None:
        for folder in self._tables.values():
            folder.empty()


@contextmanager
def _open_prefix(location: str, tables: Sequence[str], access: S3Access) -> Iterator[_TargetPrefix]:
    folder = OwnFolder(location, access)
    existing = folder.names()
    if existing:
        is_complete = MANIFEST in existing
        raise ConfigError(
            f"{folder.location} holds {MANIFEST if is_complete else existing[0]} already, and an "
            "export needs an empty prefix",
            "name a new prefix, or remove its content"
            + ("" if is_complete else f", which has no {MANIFEST} and is no complete export"),
        )
    target = _TargetPrefix(folder, tables, access)
    try:
        yield target
    except BaseException as error:
        _remove(target, folder.location, error)
        raise


def _remove(target: _TargetPrefix, location: str, error: BaseException) -> None:
    """Remove an unfinished export. Raises WarehouseError, with the error that ended it."""
    try:
        target.remove()
    except SourceError as failed:
        raise WarehouseError(
            f"{str(error) or 'the export was stopped'}; its files are still in {location}, "
            f"without a {MANIFEST}",
            f"remove them; {failed.hint}",
        ) from error
