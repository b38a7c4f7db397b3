"""Folders in a bucket that Sparkify writes to."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path

from sparkify.errors import SourceError
from sparkify.sources.files import PERMISSION_DENIED
from sparkify.sources.s3 import (
    S3,
    S3Access,
    keys_origin,
    open_bucket,
    s3_errors,
    s3_explanation,
    split_uri,
)

_TRANSFER_THREADS = 8
_PIECE_BYTES = 8 << 20


class OwnFolder:
    """Objects that Sparkify writes below an `s3://bucket/prefix`.

    Its methods raise SourceError where S3 denies access.
    """

    setting = ""

    def __init__(self, location: str, access: S3Access) -> None:
        self._bucket, self._prefix = split_uri(location)
        self._access = access
        self._store = open_bucket(self._bucket, access)

    @property
    def location(self) -> str:
        """The folder's uri, without a trailing slash."""
        return f"{S3}{self._bucket}/{self._prefix}".rstrip("/")

    def names(self) -> list[str]:
        """List the paths of all objects, relative to the folder."""
        below = len(self._key(""))
        with s3_errors(self.location):
            listed = self._store.list(self._prefix or None, chunk_size=1000)
            return [entry["path"][below:] for chunk in listed for entry in chunk]

    def put(self, name: str, content: bytes) -> str:
        """Write an object; return its uri."""
        with self._write_errors():
            self._store.put(self._key(name), content)
        return f"{S3}{self._bucket}/{self._key(name)}"

    def put_files(self, folder: Path, names: Iterable[str]) -> None:
        """Upload files of a local folder as objects with the same names."""
        with self._write_errors():
            _in_threads(lambda name: self._store.put(self._key(name), folder / name), names)

    def get(self, name: str) -> bytes:
        """Read an object."""
        with s3_errors(f"{self.location}/{name}"):
            return self._store.get(self._key(name)).bytes().to_bytes()

    def get_files(self, folder: Path, names: Iterable[str]) -> None:
        """Download objects as files with the same names below a local folder."""

        def fetch(name: str) -> None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("wb") as file:
                file.writelines(self._pieces(name))

        _in_threads(fetch, names)

    def checksums(self, names: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Read each object; yield its size and SHA-256."""
        with ThreadPoolExecutor(_TRANSFER_THREADS) as pool:
            yield from pool.map(self._checksum, names)

    def delete(self, name: str) -> None:
        """Delete an object."""
        with self._write_errors():
            self._store.delete(self._key(name))

    def empty(self) -> None:
        """Delete all objects in the folder."""
        with self._write_errors():
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
        with s3_errors(f"{self.location}/{name}"):
            for piece in self._store.get(self._key(name)).stream(min_chunk_size=_PIECE_BYTES):
                yield bytes(piece)

    def _write_errors(self) -> AbstractContextManager[None]:
        rights = "s3:PutObject, s3:DeleteObject and s3:ListBucket"
        return s3_write_errors(f"{self.setting}{self.location}", rights, self._access)


class WorkFolder(OwnFolder):
    """The folder of [S3] WORK_DATA, for the temporary files of COPY and UNLOAD."""

    setting = "[S3] WORK_DATA: "


@contextmanager
def s3_write_errors(named: str, rights: str, access: S3Access) -> Iterator[None]:
    """Turn an error of obstore about writing, which needs `rights`, into a SourceError.

    Without keys, the hint says how to set them.
    """
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, FileNotFoundError, ValueError) as error:
        reason, hint = s3_explanation(str(error))
        if reason == PERMISSION_DENIED:
            hint = f"give your keys {rights} there"
            if keys_origin(access) is None:
                reason = "no keys for S3 were found"
                hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or [S3] PROFILE"
        raise SourceError(f"{named} cannot be written: {reason}", hint) from error


def _in_threads(work: Callable[[str], object], names: Iterable[str]) -> None:
    with ThreadPoolExecutor(_TRANSFER_THREADS) as pool:
        for _ in pool.map(work, names):
            pass
