"""What files there are to load: a folder or an `s3://bucket/prefix`, as uris, etags and sizes.

A data file is any `.json` or `.json.gz` below the location, at any depth. What starts with `.` or
`_`, file or folder, is a tool's own and no data (`.DS_Store`, `_SUCCESS`, `_temporary/`).
"""

import os
import re
import stat
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from sparkify.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3CredentialProvider, S3Store

_DATA = (".json", ".json.gz")
_NO_DATA = (".", "_")

_S3 = "s3://"
_ADDRESS = re.compile(r"https?://[^/]")
_BUCKET_NAME = re.compile(r"[A-Za-z0-9._-]{3,255}")

# An address that refuses is given up within a second, one that never answers after 30. A large
# object may take long as long as something arrives.
_PATIENCE: "ClientConfig" = {
    "connect_timeout": timedelta(seconds=5),
    "read_timeout": timedelta(seconds=15),
    "timeout": timedelta(minutes=15),
    "allow_invalid_certificates": False,
}
_RETRIES: "RetryConfig" = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
_THREADS = 16  # 8 fetch 6,300 small objects a second, 16 fetch 7,400; more gain nothing
_AHEAD_FILES = 64
_AHEAD_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DataFile:
    """One delivered file: an absolute path or `s3://bucket/key`, with a token of its content.

    In S3 the token is the object's etag. Of a local file it is the moment of its last change and
    its size: quick to ask for, and different whenever the file was written again.
    """

    uri: str
    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class S3Access:
    """How to reach S3; what is None is found where AWS tools look for it."""

    region: str | None = None
    endpoint_url: str | None = None
    profile: str | None = None


class Source(Protocol):
    """A place that files are delivered to."""

    location: str

    def files(self) -> Iterator[DataFile]:
        """List the data files in the order of their uris, without holding them all.

        Raises SourceError if there are none, or they cannot be listed.
        """

    def read(self, file: DataFile) -> bytes:
        """Read a file as it was delivered, compressed or not.

        Raises SourceError if it was replaced or deleted since it was listed, or cannot be read.
        """

    def read_many(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
        """Read each of `files` as `read` does, in their order, a bounded number ahead."""


def open_source(location: str, access: S3Access) -> Source:
    """Open a folder, a single file, or an `s3://bucket/prefix`; nothing is asked of it yet.

    Raises ConfigError for a location that names nothing, or an AWS profile that cannot be used.
    """
    if location.startswith(_S3):
        return _S3Folder(location, access)
    return _LocalFolder(location)


def read_document(location: str, access: S3Access) -> bytes:
    """Read one file or object, such as the JSONPaths file. Raises SourceError, ConfigError."""
    if location.startswith(_S3):
        bucket, key = _split(location)
        with _s3_refusals(location):
            return _open_bucket(bucket, access).get(key).bytes().to_bytes()
    with _system_refusals(location):
        return Path(_absolute(location)).read_bytes()


class _LocalFolder:
    """A folder on this machine, or a single file as a folder of one."""

    def __init__(self, location: str) -> None:
        self.location = location
        self._path = _absolute(location)

    def files(self) -> Iterator[DataFile]:
        return _at_least_one(self._listed(), self.location)

    def read(self, file: DataFile) -> bytes:
        with _system_refusals(file.uri):
            try:
                data, status = _content(file)
            except FileNotFoundError as error:
                raise _changed(file, "deleted") from error
        if _local_file(file.uri, status) != file:
            raise _changed(file, "replaced")
        return data

    def read_many(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
        return ((file, self.read(file)) for file in files)  # more threads were slower

    def _listed(self) -> Iterator[DataFile]:
        with _system_refusals(self.location):
            status = Path(self._path).stat()
            if stat.S_ISDIR(status.st_mode):
                for entry in _walk(self._path, status):
                    yield _local_file(entry.path, entry.stat())
            else:
                yield _local_file(self._path, status)


class _S3Folder:
    """The objects below a prefix of a bucket, or the one object that the prefix names."""

    def __init__(self, location: str, access: S3Access) -> None:
        self.location = location
        self._bucket, self._prefix = _split(location)
        self._store = _open_bucket(self._bucket, access)

    def files(self) -> Iterator[DataFile]:
        return _at_least_one(self._listed(), self.location)

    def read(self, file: DataFile) -> bytes:
        from obstore.exceptions import PreconditionError

        key = file.uri.removeprefix(f"{_S3}{self._bucket}/")
        with _s3_refusals(file.uri):
            try:
                answer = self._store.get(key, options={"if_match": f'"{file.etag}"'})
                return answer.bytes().to_bytes()
            except FileNotFoundError as error:
                raise _changed(file, "deleted") from error
            except PreconditionError as error:
                raise _changed(file, "replaced") from error

    def read_many(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
        ahead: deque[tuple[DataFile, Future[bytes]]] = deque()
        pool = ThreadPoolExecutor(_THREADS)
        try:
            for file in files:
                ahead.append((file, pool.submit(self.read, file)))
                while _is_far(ahead):
                    yield _awaited(*ahead.popleft())
            while ahead:
                yield _awaited(*ahead.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def _listed(self) -> Iterator[DataFile]:
        # obstore takes a prefix as a folder: `song_data` does not find `song_data_old/`. The order
        # is the server's; S3 answers in the order of the keys.
        below = len(f"{self._prefix}/") if self._prefix else 0
        found = False
        with _s3_refusals(self.location):
            for chunk in self._store.list(self._prefix or None, chunk_size=1000):
                for entry in chunk:
                    if _is_data(entry["path"][below:]):
                        found = True
                        yield self._file(entry)
            if self._prefix and not found:
                yield from self._named()

    def _named(self) -> Iterator[DataFile]:
        with suppress(FileNotFoundError):
            # not head: what refuses a head does not say why
            yield self._file(self._store.get(self._prefix).meta)

    def _file(self, entry: "ObjectMeta") -> DataFile:
        etag = (entry["e_tag"] or "").strip('"')
        return DataFile(f"{_S3}{self._bucket}/{entry['path']}", etag, entry["size"])


def _is_far(ahead: Collection[tuple[DataFile, object]]) -> bool:
    return len(ahead) > _AHEAD_FILES or sum(file.size for file, _ in ahead) > _AHEAD_BYTES


def _awaited(file: DataFile, data: Future[bytes]) -> tuple[DataFile, bytes]:
    return file, data.result()


def _at_least_one(files: Iterator[DataFile], location: str) -> Iterator[DataFile]:
    none = True
    for file in files:
        none = False
        yield file
    if none:
        raise SourceError(
            f"there are no .json or .json.gz files in {location}",
            "check the location; names that start with '.' or '_' are passed over",
        )


def _changed(file: DataFile, what: str) -> SourceError:
    return SourceError(f"{file.uri} was {what} after it was listed", "run again to list it anew")


def _is_data(path: str) -> bool:
    return path.endswith(_DATA) and not any(part.startswith(_NO_DATA) for part in path.split("/"))


# The local disk


def _absolute(location: str) -> str:
    if not location:
        raise ConfigError("a location is empty", "give a folder or an s3://bucket/prefix")
    return os.path.realpath(os.path.expanduser(location))  # noqa: PTH111 - Path's raises


def _content(file: DataFile) -> tuple[bytes, os.stat_result]:
    """The bytes of a local file, and its state after reading, which shows a change meanwhile."""
    # by its descriptor: to make a file object takes as long as all the rest
    descriptor = os.open(file.uri, os.O_RDONLY)
    try:
        data = b"".join(iter(partial(os.read, descriptor, file.size + 1), b""))
        return data, os.fstat(descriptor)
    finally:
        os.close(descriptor)


def _local_file(path: str, status: os.stat_result) -> DataFile:
    return DataFile(path, f"{status.st_mtime_ns}-{status.st_size}", status.st_size)


def _walk(folder: str, *above: os.stat_result) -> Iterator["os.DirEntry[str]"]:
    """Yield the data files below `folder`, by path; `above` are itself and what it lies in."""
    with os.scandir(folder) as entries:
        visible = [entry for entry in entries if not entry.name.startswith(_NO_DATA)]
    for entry in sorted(visible, key=_place_in_order):
        if entry.is_dir():
            status = entry.stat()
            if not any(os.path.samestat(status, each) for each in above):  # a link back up
                yield from _walk(entry.path, status, *above)
        elif entry.name.endswith(_DATA) and entry.is_file():
            yield entry


def _place_in_order(entry: "os.DirEntry[str]") -> str:
    return f"{entry.name}/" if entry.is_dir() else entry.name  # "a-b.json" before "a/x.json"


@contextmanager
def _system_refusals(location: str) -> Iterator[None]:
    """Turn what the operating system says about `location` or a file in it into a SourceError."""
    try:
        yield
    except OSError as error:
        path = error.filename or location
        if isinstance(error, FileNotFoundError):
            hint = "give a folder (relative to the working directory) or an s3://bucket/prefix"
        elif isinstance(error, PermissionError):
            hint = f"ask its owner, or: chmod u+rX {path}"
        else:
            hint = "check the path and the disk"
        raise SourceError(f"{path} cannot be read: {error.strerror}", hint) from error


# S3


def _split(location: str) -> tuple[str, str]:
    bucket, _, key = location.removeprefix(_S3).partition("/")
    if not _BUCKET_NAME.fullmatch(bucket):
        raise ConfigError(f"{location} names no bucket", "write it as s3://bucket/prefix")
    return bucket, key.strip("/")


def _open_bucket(bucket: str, access: S3Access) -> "S3Store":
    from obstore.store import S3Store

    credentials = _credentials(access.profile)
    config: S3Config = {"skip_signature": credentials is None and not _keys_in_environment()}
    if access.region:
        config["region"] = access.region
    endpoint = access.endpoint_url or _endpoint_in_environment()
    if endpoint and not _ADDRESS.match(endpoint):
        raise ConfigError(
            f"the S3 endpoint {endpoint} is not an address",
            "write [S3] ENDPOINT_URL like http://127.0.0.1:9000",
        )
    if endpoint:
        config["aws_endpoint_url_s3"] = endpoint  # the name that wins over the environment's
    return S3Store(
        bucket,
        config=config,
        client_options={**_PATIENCE, "allow_http": endpoint.startswith("http://")},
        retry_config=_RETRIES,
        credential_provider=credentials,
    )


def _credentials(profile: str | None) -> "S3CredentialProvider | None":
    """Find the keys of a profile, a container or an instance, which takes boto3.

    None means the keys in the environment, which obstore finds by itself, or none at all.
    """
    if _keys_in_environment() and not profile:
        return None
    asked_for = profile or os.environ.get("AWS_PROFILE")
    try:
        aws = import_module("obstore.auth.boto3")
    except ImportError as error:
        if not asked_for:
            return None
        raise ConfigError(
            f"the AWS profile {asked_for} needs boto3, which is not installed",
            "pip install 'sparkify[aws]'",
        ) from error
    try:
        session = aws.boto3.Session(profile_name=profile)
        return cast("S3CredentialProvider", aws.Boto3CredentialProvider(session))
    except (ValueError, aws.botocore.exceptions.BotoCoreError) as error:
        if not asked_for:
            return None
        raise ConfigError(
            f"the AWS profile {asked_for} gives no keys ({type(error).__name__})",
            "see which there are: aws configure list-profiles",
        ) from error


def _keys_in_environment() -> bool:
    return bool(os.environ.get("AWS_ACCESS_KEY_ID"))


def _endpoint_in_environment() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


@contextmanager
def _s3_refusals(location: str) -> Iterator[None]:
    """Turn what obstore says about `location` into a SourceError."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, FileNotFoundError, ValueError) as error:
        reason, hint = _explanation(str(error))
        raise SourceError(f"{location} cannot be read: {reason}", hint) from error


def _explanation(answer: str) -> tuple[str, str]:
    """Say in our own words what happened and what to do: an answer may repeat what was signed."""
    for pattern, reason, hint in _REFUSALS:
        if re.search(pattern, answer):
            host = re.search(r"https?://(?:[^/@]*@)?([^/]+)", answer)
            return reason.format(host=host[1] if host else "S3"), hint
    return "S3 answered something unexpected", "see what it was with --debug"


# in the answer; what happened; what to do. The first that fits.
_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or [S3] PROFILE"
_REFUSALS = (
    ("NoSuchBucket<", "the bucket does not exist", "check its name, and [S3] ENDPOINT_URL"),
    ("InvalidAccessKeyId<", "the access key is not known at {host}", f"check {_KEYS}"),
    ("SignatureDoesNotMatch<", "the secret key is wrong", f"check {_KEYS}"),
    (
        "ExpiredToken<|InvalidToken<|External AWS credential provider",
        "the AWS session has ended and cannot be renewed",
        "sign in again (aws sso login), or renew AWS_SESSION_TOKEN",
    ),
    ("RequestTimeTooSkewed<", "the clock of this machine is wrong", "set it"),
    (
        "redirect without LOCATION|PermanentRedirect<|AuthorizationHeaderMalformed<",
        "the bucket is in another region than the one asked",
        "set [S3] REGION to the bucket's region",
    ),
    (
        "status code: 403",
        "permission denied",
        f"use keys that may s3:ListBucket and s3:GetObject there: {_KEYS}",
    ),
    ("status code: 404", "there is no such object", "check the bucket and the key"),
    ("status code: (429|5..)", "{host} is busy or broken", "wait a little, then run again"),
    ("path segment", "'//', '..' or a control character in a key", "rename that object"),
    ("HTTP error", "{host} cannot be reached", "check the network and [S3] ENDPOINT_URL"),
)
