"""Where a warehouse loads from: folders of this machine, or what they hold put into a bucket."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import obstore
from obstore.store import S3Store

from tests.s3_server import KeyPair


class Place(Protocol):
    """Where an engine finds what the tests put into folders."""

    def location(self, path: str) -> str:
        """Bring there what the folder or file holds now; the location to load from."""

    def reachable(self) -> AbstractContextManager[None]:
        """Have the rights to read there."""


class Disk:
    """The folders themselves."""

    def location(self, path: str) -> str:
        return path

    @contextmanager
    def reachable(self) -> Iterator[None]:
        yield


class Bucket:
    """A bucket that holds what the folders hold, under the same names."""

    def __init__(self, store: S3Store, name: str, prefix: str, keys: KeyPair | None) -> None:
        self._store, self._name, self._prefix, self._keys = store, name, prefix, keys
        self._there: dict[str, tuple[int, int]] = {}

    def location(self, path: str) -> str:
        if not path or path.startswith("s3://"):
            return path
        here = Path(path).resolve()
        files = [file for file in ([here] if here.is_file() else here.rglob("*")) if file.is_file()]
        held = {_key(file): (file.stat().st_mtime_ns, file.stat().st_size) for file in files}
        new = [file for file in files if self._there.get(_key(file)) != held[_key(file)]]
        gone = [key for key in self._there if _is_in(key, _key(here)) and key not in held]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self._put, new))
            list(pool.map(self._delete, gone))
        self._there |= held
        return f"s3://{self._name}/{self._named(_key(here))}"

    @contextmanager
    def reachable(self) -> Iterator[None]:
        if self._keys is None:  # we are somebody who may
            yield
            return
        before = dict(os.environ)
        os.environ["AWS_ACCESS_KEY_ID"] = self._keys.access_key_id
        os.environ["AWS_SECRET_ACCESS_KEY"] = self._keys.secret_access_key
        try:
            yield
        finally:
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                if name in before:
                    os.environ[name] = before[name]
                else:
                    del os.environ[name]

    def _put(self, file: Path) -> None:
        obstore.put(self._store, self._named(_key(file)), file.read_bytes())

    def _delete(self, key: str) -> None:
        obstore.delete(self._store, self._named(key))
        del self._there[key]

    def _named(self, key: str) -> str:
        return f"{self._prefix}/{key}".lstrip("/")


def _key(path: Path) -> str:
    return str(path).lstrip("/")


def _is_in(key: str, folder: str) -> bool:
    return key == folder or key.startswith(f"{folder}/")
