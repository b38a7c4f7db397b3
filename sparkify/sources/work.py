"""A folder of a bucket that we may write to: what a COPY is told to read lies there meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from sparkify.errors import SourceError
from sparkify.sources.s3 import (
    S3,
    S3Access,
    keys_origin,
    open_bucket,
    s3_explanation,
    split_uri,
)


class WorkFolder:
    """Objects of our own making, below an `s3://bucket/prefix`."""

    def __init__(self, location: str, access: S3Access) -> None:
        self._bucket, self._prefix = split_uri(location)
        self._access = access
        self._store = open_bucket(self._bucket, access)

    def put(self, name: str, content: bytes) -> str:
        """Write an object; its uri. Raises SourceError where that is not allowed."""
        key = f"{self._prefix}/{name}".lstrip("/")
        with self._refusals():
            self._store.put(key, content)
        return f"{S3}{self._bucket}/{key}"

    def empty(self) -> None:
        """Delete all that is in the folder. Raises SourceError where that is not allowed."""
        with self._refusals():
            for chunk in self._store.list(self._prefix or None, chunk_size=1000):
                self._store.delete([entry["path"] for entry in chunk])

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        named = f"[S3] WORK_DATA: {S3}{self._bucket}/{self._prefix}"
        rights = "s3:PutObject, s3:DeleteObject and s3:ListBucket"
        with s3_write_refusals(named, rights, self._access):
            yield


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
