"""Where COPY gets its data: objects in S3, which a role may read, in one region.

https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html
"""

import datetime
import gzip
import json
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import obstore

from .copy_command import CopyCommand
from .errors import s3_failure
from .s3_account import Assumed, NoSuchKeyError, translated

_READERS = 16  # requests under way; they wait for the server, not for this machine's cores
_AHEAD = 64  # objects read before they are wanted


class DataFile(NamedTuple):
    """An object to load, with what S3 says of it."""

    uri: str
    content: bytes
    etag: str
    last_modified: datetime.datetime


class Wanted(NamedTuple):
    """A file to load, which may be missing where it is not mandatory."""

    uri: str
    mandatory: bool


class Source:
    """The S3 of one COPY."""

    def __init__(self, role: Assumed, command: CopyCommand) -> None:
        self._role, self._command = role, command

    def jsonpaths(self) -> str:
        """Read the jsonpaths file."""
        return self._get(self._command.json).content.decode()

    def wanted(self) -> list["Wanted"]:
        """List the files to load, in order; one named twice is there twice."""
        if "MANIFEST" in self._command.flags:
            # https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
            return [
                Wanted(str(entry["url"]), entry.get("mandatory") is True)
                for entry in self._manifest()
            ]
        return [Wanted(uri, mandatory=True) for uri in self._with_prefix(self._command.source)]

    def files(self, wanted: Sequence["Wanted"]) -> Iterator[DataFile]:
        """Read the files, a few at a time, and give them in order."""
        found = False
        with ThreadPoolExecutor(_READERS) as pool:
            under_way: deque[Future[DataFile | None]] = deque()
            try:
                for each in _ahead(pool, self._get_wanted, wanted, under_way):
                    if each is not None:
                        found = True
                        yield each
            finally:
                for future in under_way:
                    future.cancel()
        if (
            not found
        ):  # "Regardless of any mandatory settings, COPY will terminate if no files are found"
            raise s3_failure("No files found in the manifest")

    def _get_wanted(self, wanted: "Wanted") -> DataFile | None:
        try:
            file = self._get(wanted.uri)
        except NoSuchKeyError:
            if wanted.mandatory:
                raise
            return None
        if "GZIP" not in self._command.flags:
            return file
        try:
            return file._replace(content=gzip.decompress(file.content))
        except (OSError, EOFError, zlib.error) as error:
            raise s3_failure(f"Failed to decompress {wanted.uri}: {error}") from error

    def _manifest(self) -> list[dict[str, object]]:
        problem = s3_failure(f"Problem reading manifest file {self._command.source}")
        try:
            entries = json.loads(self._get(self._command.source).content)["entries"]
            urls = [entry["url"] for entry in entries]
        except (ValueError, KeyError, TypeError) as error:
            raise problem from error
        if not all(isinstance(url, str) and url.startswith("s3://") for url in urls):
            raise problem
        return list(entries)

    def _with_prefix(self, prefix: str) -> list[str]:
        uris = self._role.with_prefix(prefix)
        if not uris:
            key = prefix.removeprefix("s3://").partition("/")[2]
            raise s3_failure(f"The specified S3 prefix '{key}' does not exist")
        return uris

    def _get(self, uri: str) -> DataFile:
        store, key = self._role.may_read(uri)
        with translated():
            answer = obstore.get(store, key)
            content = answer.bytes().to_bytes()
        meta = answer.meta
        return DataFile(uri, content, (meta["e_tag"] or "").strip('"'), meta["last_modified"])


def _ahead(
    pool: ThreadPoolExecutor,
    get: Callable[[Wanted], DataFile | None],
    wanted: Sequence[Wanted],
    under_way: deque[Future[DataFile | None]],
) -> Iterator[DataFile | None]:
    for each in wanted:
        under_way.append(pool.submit(get, each))
        if len(under_way) >= _AHEAD:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
