"""Writing generated files into a bucket."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from sparkify.sources.s3 import S3, S3Access, open_bucket, split_uri
from sparkify.sources.work import s3_write_errors

if TYPE_CHECKING:
    from obstore.store import S3Store

_UPLOAD_THREADS = 16  # most of the time each waits for an answer
_PART_BYTES = 8 * 1024 * 1024  # S3 takes 10,000 parts, so a file can have 80 GB
_PARTS_AT_ONCE = 4


class S3Output:
    """A prefix of a bucket. It holds nothing open, so it can be passed to another process."""

    def __init__(self, location: str, access: S3Access) -> None:
        self._bucket, self._prefix = split_uri(location)
        self._access = access

    def path(self, name: str) -> str:
        """Return the uri of a file or folder."""
        return f"{S3}{self._bucket}/{self._key(name)}"

    def contains(self, folder: str) -> bool:
        """Return whether there is any object in the folder. Raises SourceError."""
        with self._write_errors():
            listed = self._store.list(self._key(folder), chunk_size=1)
            return any(chunk for chunk in listed)

    def open(self) -> AbstractContextManager[None]:
        """Return a context that does nothing: S3 cannot rename, so objects appear one by one."""
        return nullcontext()

    def write(self, name: str, chunks: Iterable[str]) -> None:
        """Upload an object, holding a few parts of it in memory. Raises SourceError."""
        with self._write_errors():
            self._store.put(
                self._key(name),
                (chunk.encode("ascii") for chunk in chunks),
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )

    def write_all(self, files: Iterable[tuple[str, str]]) -> None:
        """Upload small objects in parallel. Raises SourceError."""
        with ThreadPoolExecutor(_UPLOAD_THREADS) as pool:
            for _ in pool.map(self._put, files):
                pass  # a result raises what its thread raised

    def _put(self, file: tuple[str, str]) -> None:
        name, text = file
        with self._write_errors():
            self._store.put(self._key(name), text.encode("ascii"))

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}".lstrip("/")

    def _write_errors(self) -> AbstractContextManager[None]:
        named = f"{S3}{self._bucket}/{self._prefix}".rstrip("/")
        return s3_write_errors(named, "s3:PutObject and s3:ListBucket", self._access)

    @property
    def _store(self) -> "S3Store":
        return open_bucket(self._bucket, self._access)
