"""Files of our own making put into a bucket, where a load then finds them."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from sparkify.sources.s3 import S3, S3Access, open_bucket, split_uri
from sparkify.sources.work import s3_write_errors

if TYPE_CHECKING:
    from obstore.store import S3Store

_THREADS = 16  # of which each waits for an answer, most of the time
_PART_BYTES = 8 * 1024 * 1024  # of 10,000 parts at the most: a file can have 80 GB
_PARTS_AT_ONCE = 4


class S3Delivery:
    """A prefix of a bucket. It holds nothing open, and can be handed to another process."""

    def __init__(self, location: str, access: S3Access) -> None:
        self._bucket, self._prefix = split_uri(location)
        self._access = access

    def path(self, name: str) -> str:
        """Return the uri of a file or folder of that name."""
        return f"{S3}{self._bucket}/{self._key(name)}"

    def holds(self, folder: str) -> bool:
        """Whether there is any object in that folder. Raises SourceError."""
        with self._refusals():
            listed = self._store.list(self._key(folder), chunk_size=1)
            return any(chunk for chunk in listed)

    def delivery(self) -> AbstractContextManager[None]:
        """Do nothing: a bucket has no names to give at the end."""
        return nullcontext()

    def write(self, name: str, portions: Iterable[str]) -> int:
        """Write an object, holding a few parts of it at a time; its size. Raises SourceError."""
        size = 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for portion in portions:
                size += len(portion)
                yield portion.encode("ascii")

        with self._refusals():
            self._store.put(
                self._key(name),
                counted(),
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )
        return size

    def write_all(self, files: Iterable[tuple[str, str]]) -> list[int]:
        """Write small objects, many at once; their sizes. Raises SourceError."""
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(self._put, files))

    def _put(self, file: tuple[str, str]) -> int:
        name, text = file
        with self._refusals():
            self._store.put(self._key(name), text.encode("ascii"))
        return len(text)

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}".lstrip("/")

    def _refusals(self) -> AbstractContextManager[None]:
        named = f"{S3}{self._bucket}/{self._prefix}".rstrip("/")
        return s3_write_errors(named, "s3:PutObject and s3:ListBucket", self._access)

    @property
    def _store(self) -> "S3Store":
        return open_bucket(self._bucket, self._access)
