"""Where an export goes: a folder or an `s3://bucket/prefix`, complete there or absent."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from sparkify.errors import ConfigError, SourceError, WarehouseError
from sparkify.sources import OwnFolder, S3Access
from sparkify.sources.s3 import S3

MANIFEST = "manifest.json"


class Begun(Protocol):
    """An export that is being written."""

    def table(self, name: str) -> str:
        """The folder or uri to write a table's files below; it is there, and empty."""

    def checksums(self, table: str, files: Iterable[str]) -> Iterator[tuple[int, str]]:
        """The size and the SHA-256 of each file, read back from where it was written."""

    def finish(self, manifest: bytes) -> None:
        """Make it complete."""


def begin(target: str, tables: Sequence[str], access: S3Access) -> AbstractContextManager[Begun]:
    """Begin an export of these tables; what is left unfinished is taken away.

    Raises ConfigError where something is there already or it cannot be written, SourceError.
    """
    if target.startswith(S3):
        return _begin_in_s3(target, tables, access)
    return _begin_in_folder(Path(target))


class _InFolder:
    """Written aside, in a folder that gets its name at the end."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.aside = target.absolute().with_name(f".{target.absolute().name}.{os.getpid()}")

    def table(self, name: str) -> str:
        place = self.aside / name
        place.mkdir(parents=True)
        return str(place)

    def checksums(self, table: str, files: Iterable[str]) -> Iterator[tuple[int, str]]:
        for name in files:
            path = self.aside / table / name
            with path.open("rb") as content:
                yield path.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest()

    def finish(self, manifest: bytes) -> None:
        (self.aside / MANIFEST).write_bytes(manifest)
        self.aside.replace(self._target)


@contextmanager
def _begin_in_folder(target: Path) -> Iterator[_InFolder]:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigError(
            f"{target} is there already, and an export is whole or not at all",
            "name a new folder, or remove that one",
        )
    begun = _InFolder(target)
    try:
        yield begun
    except OSError as error:
        raise ConfigError(
            f"cannot write to {target}: {error.strerror}",
            "name a folder that you may write, on a disk with room for it",
        ) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(begun.aside)


class _InS3:
    """Written where it stays: S3 renames nothing, so its manifest, the last, makes it complete."""

    def __init__(self, folder: OwnFolder, tables: Sequence[str], access: S3Access) -> None:
        self._folder = folder
        self._tables = {name: OwnFolder(self.table(name), access) for name in tables}

    def table(self, name: str) -> str:
        return f"{self._folder.location}/{name}"

    def checksums(self, table: str, files: Iterable[str]) -> Iterator[tuple[int, str]]:
        return self._tables[table].checksums(files)

    def finish(self, manifest: bytes) -> None:
        self._folder.put(MANIFEST, manifest)

    def take_away(self) -> None:
        for folder in self._tables.values():
            folder.empty()


@contextmanager
def _begin_in_s3(target: str, tables: Sequence[str], access: S3Access) -> Iterator[_InS3]:
    folder = OwnFolder(target, access)
    there = folder.names()
    if there:
        whole = MANIFEST in there
        raise ConfigError(
            f"{folder.location} holds {MANIFEST if whole else there[0]} already, and an export is "
            "whole or not at all",
            "name a new prefix, or remove what is there"
            + ("" if whole else f", which has no {MANIFEST} and is no whole export"),
        )
    begun = _InS3(folder, tables, access)
    try:
        yield begun
    except BaseException as error:
        _take_away(begun, folder.location, error)
        raise


def _take_away(begun: _InS3, location: str, error: BaseException) -> None:
    try:
        begun.take_away()
    except SourceError as left:
        raise WarehouseError(
            f"{str(error) or 'the export was stopped'}; what was written by then is left in "
            f"{location}, without a {MANIFEST}",
            f"remove it; {left.hint}",
        ) from error
