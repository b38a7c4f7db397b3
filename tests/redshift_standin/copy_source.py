"""Where COPY gets its data: objects in S3, which a role may read, in one region.

https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html
"""

import dataclasses
import datetime
import functools
import gzip
import json
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from .copy_command import CopyCommand
from .errors import RedshiftError, s3_failure

_READERS = 16  # requests under way; they wait for the server, not for this machine's cores
_AHEAD = 64  # objects read before they are wanted


@dataclasses.dataclass(frozen=True)
class S3Access:
    """The S3 server, and the keys the stand-in itself reads with."""

    endpoint: str
    access_key_id: str
    secret_access_key: str
    signing_region: str = "us-east-1"


@dataclasses.dataclass(frozen=True)
class Account:
    """What AWS knows of a cluster: its region, its roles, and where the buckets are.

    A role, by its ARN, may read the objects whose URI begins with one of its prefixes. A bucket
    that is not named is in the cluster's own region.
    """

    roles: Mapping[str, Sequence[str]]
    region: str
    bucket_regions: Mapping[str, str]
    user: str


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


class NoSuchKeyError(RedshiftError):
    """The object does not exist."""


class Source:
    """The S3 of one COPY."""

    def __init__(self, access: S3Access, account: Account, command: CopyCommand) -> None:
        self._access, self._account, self._command = access, account, command
        self._prefixes = self._prefixes_of_role(command.role)
        self._stores: dict[str, S3Store] = {}

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
        """All objects whose key begins so: `log` is a prefix of `log/a` and of `log_json_path`."""
        bucket, key = self._allowed(prefix)
        folder = key.rpartition("/")[0]
        try:
            found = obstore.list(self._store(bucket), folder or None).collect()
        except BaseError as error:
            raise _refusal(error) from error
        uris = [
            f"s3://{bucket}/{entry['path']}" for entry in found if entry["path"].startswith(key)
        ]
        if not uris:
            raise s3_failure(f"The specified S3 prefix '{key}' does not exist")
        return sorted(uris)

    def _get(self, uri: str) -> DataFile:
        bucket, key = self._allowed(uri)
        try:
            answer = obstore.get(self._store(bucket), key)
            content = answer.bytes().to_bytes()
        except (BaseError, FileNotFoundError) as error:
            raise _refusal(error) from error
        meta = answer.meta
        return DataFile(uri, content, (meta["e_tag"] or "").strip('"'), meta["last_modified"])

    def _allowed(self, uri: str) -> tuple[str, str]:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        here = self._command.region or self._account.region
        if here != self._account.bucket_regions.get(bucket, self._account.region):
            raise _s3_exception(
                *(301, "PermanentRedirect"),
                "The bucket you are attempting to access must be addressed using the specified"
                " endpoint. Please send all future requests to this endpoint.",
            )
        if not uri.startswith(self._prefixes):
            raise _s3_exception(403, "AccessDenied", "Access Denied")
        return bucket, key

    def _prefixes_of_role(self, role: str) -> tuple[str, ...]:
        # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
        account = self._account
        arn = next(iter(account.roles), "") if role.lower() == "default" else role
        if arn not in account.roles:
            user = f"arn:aws:redshift:{account.region}:123456789012:dbuser:standin/{account.user}"
            raise s3_failure(f"User {user} is not authorized to assume IAM Role {arn}")
        return tuple(account.roles[arn])

    def _store(self, bucket: str) -> S3Store:
        if bucket not in self._stores:
            self._stores[bucket] = _open(self._access, bucket)
        return self._stores[bucket]


@functools.cache
def _open(access: S3Access, bucket: str) -> S3Store:
    return S3Store(
        bucket,
        endpoint=access.endpoint,
        region=access.signing_region,
        access_key_id=access.access_key_id,
        secret_access_key=access.secret_access_key,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


_STATUS = re.compile(r"status code: (\d+)")
_CODE = re.compile(r"<Code>(.*?)</Code>")
_MESSAGE = re.compile(r"<Message>(.*?)</Message>")


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


def _refusal(error: Exception) -> RedshiftError:
    status, code, message = (
        match[1] if (match := pattern.search(str(error))) else unknown
        for pattern, unknown in ((_STATUS, "500"), (_CODE, "Unknown"), (_MESSAGE, str(error)))
    )
    return _s3_exception(int(status), code, message)


def _s3_exception(status: int, code: str, message: str) -> RedshiftError:
    failure = s3_failure(
        f"S3ServiceException:{message},Status {status},Error {code},Rid 0,CanRetry 1"
    )
    if code == "NoSuchKey":
        return NoSuchKeyError(failure.message, failure.sqlstate, failure.detail)
    return failure
