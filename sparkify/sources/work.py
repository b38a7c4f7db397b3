"""Folders of a bucket that we may write to."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path

from sparkify.errors import SourceError
from sparkify.sources.s3 import (
    S3,
    S3Access,
    keys_origin,
    open_bucket,
    s3_explanation,
    s3_refusals,
    split_uri,
)

_THREADS = 8
_PIECE = 8 << 20


class OwnFolder:
    """Objects of our own making, below an `s3://bucket/prefix`.

    Raises SourceError where we may not do there what is asked.
    """

    setting = ""

    def __init__(self, location: str, access: S3Access) -> None:
        self._bucket, self._prefix = split_uri(location)
        self._access = access
        self._store = open_bucket(self._bucket, access)

    @property
    def location(self) -> str:
        """The folder's uri, without a slash at its end."""
        return f"{S3}{self._bucket}/{self._prefix}".rstrip("/")

    def names(self) -> list[str]:
        """All objects that are there, by their paths below the folder."""
        below = len(self._key(""))
        with s3_refusals(self.location):
            listed = self._store.list(self._prefix or None, chunk_size=1000)
            return [entry["path"][below:] for chunk in listed for entry in chunk]

    def put(self, name: str, content: bytes) -> str:
        """Write an object; its uri."""
        with self._refusals():
            self._store.put(self._key(name), content)
        return f"{S3}{self._bucket}/{self._key(name)}"

    def put_files(self, folder: Path, names: Iterable[str]) -> None:
        """Write the files of a folder of this machine as objects of the same names."""
        with self._refusals():
            _in_threads(lambda name: self._store.put(self._key(name), folder / name), names)

    def get(self, name: str) -> bytes:
        """Read an object."""
        with s3_refusals(f"{self.location}/{name}"):
            return self._store.get(self._key(name)).bytes().to_bytes()

    def get_files(self, folder: Path, names: Iterable[str]) -> None:
        """Write objects as files of the same names below a folder of this machine."""

        def fetch(name: str) -> None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("wb") as file:
                file.writelines(self._pieces(name))

        _in_threads(fetch, names)

    def checksums(self, names: Iterable[str]) -> Iterator[tuple[int, str]]:
        """The size and the SHA-256 of each object, which is read for it."""
        with ThreadPoolExecutor(_THREADS) as pool:
            yield from pool.map(self._checksum, names)

    def delete(self, name: str) -> None:
        """Delete an object."""
        with self._refusals():
            self._store.delete(self._key(name))

    def empty(self) -> None:
        """Delete all that is in the folder."""
        with self._refusals():
            for chunk in self._store.list(self._prefix or None, chunk_size=1000):
                self._store.delete([entry["path"] for entry in chunk])

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}".lstrip("/")

    def _checksum(self, name: str) -> tuple[int, str]:
        size, digest = 0, sha256()
        for piece in self._pieces(name):
            size += len(piece)
            digest.update(piece)
        return size, digest.hexdigest()

    def _pieces(self, name: str) -> Iterator[bytes]:
        with s3_refusals(f"{self.location}/{name}"):
            for piece in self._store.get(self._key(name)).stream(min_chunk_size=_PIECE):
                yield bytes(piece)

    def _refusals(self) -> AbstractContextManager[None]:
        rights = "s3:PutObject, s3:DeleteObject and s3:ListBucket"
        return s3_write_refusals(f"{self.setting}{self.location}", rights, self._access)


class WorkFolder(OwnFolder):
    """The folder of [S3] WORK_DATA: what a COPY is told to read lies there meanwhile."""

    setting = "[S3] WORK_DATA: "


@contextmanager
def s3_write_refusals(named: str, rights: str, access: S3Access) -> Iterator[None]:
    """Turn what obstore says of writing to what is named, which takes the rights, into SourceError.

    Where nobody is signed in, that is what to do about it.
    """
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, FileNotFoundError, ValueError) as error:
        reason, hint = s3_explanation(str(error))
        if reason == "permission denied":
            hint = f"give your keys {rights} there"
            if keys_origin(access) is None:
                reason = "no keys for S3 were found"
                hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or [S3] PROFILE"
        raise SourceError(f"{named} cannot be written: {reason}", hint) from error


def _in_threads(work: Callable[[str], object], names: Iterable[str]) -> None:
    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in pool.map(work, names):
            pass
