"""Source files in S3: Amazon's, or an S3-compatible server's."""

import os
import re
import sys
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit

from sparkify.config import Settings
from sparkify.errors import ConfigError, SourceError
from sparkify.sources.files import DataFile, file_changed, is_data, require_files

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3CredentialProvider, S3Store

S3 = "s3://"
_ADDRESS = re.compile(r"https?://[^/]")
_BUCKET_NAME = re.compile(r"[A-Za-z0-9._-]{3,255}")

# An address that rejects connections fails within a second, one that never answers after 30.
# A large object may take long, as long as data arrives.
_TIMEOUTS: "ClientConfig" = {
    "connect_timeout": timedelta(seconds=5),
    "read_timeout": timedelta(seconds=15),
    "timeout": timedelta(minutes=15),
    "allow_invalid_certificates": False,
}
_RETRIES: "RetryConfig" = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
THREADS = 16  # 8 fetch 6,300 small objects a second, 16 fetch 7,400; more gain nothing
_AHEAD_FILES = 64
_AHEAD_BYTES = 64 << 20
_PART_BYTES = 8 << 20


class _Part(NamedTuple):
    """A number of bytes of a file, from one of them on."""

    file: DataFile
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class S3Access:
    """The access to S3; for a field that is None, the defaults of AWS's tools apply."""

    region: str | None = None
    endpoint_url: str | None = None
    profile: str | None = None

    @classmethod
    def named_by(cls, settings: Settings) -> "S3Access":
        """Take the fields from the settings."""
        return cls(
            region=settings.s3_region or None,
            endpoint_url=settings.s3_endpoint_url or None,
            profile=settings.s3_profile or None,
        )


def read_s3_document(location: str, access: S3Access) -> bytes:
    """Read one object. Raises SourceError, ConfigError."""
    bucket, key = split_uri(location)
    with s3_errors(location):
        return open_bucket(bucket, access).get(key).bytes().to_bytes()


def bucket_region(location: str, access: S3Access) -> str | None:
    """Return the region of an `s3://` location's bucket, which needs no permission.

    None where the server does not name it, as most servers other than Amazon's.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """
    from http.client import HTTPConnection, HTTPException, HTTPSConnection

    bucket, _ = split_uri(location)
    endpoint = access.endpoint_url or _endpoint_in_environment() or "https://s3.amazonaws.com"
    address = urlsplit(endpoint)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.netloc, timeout=10)
    try:
        connection.request("HEAD", f"/{bucket}")
        return connection.getresponse().headers.get("x-amz-bucket-region")
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def keys_origin(access: S3Access) -> str | None:
    """Describe the origin of the keys for S3; None without keys, so for public buckets only.

    Raises ConfigError for a profile that cannot be used.
    """
    if _keys_in_environment() and not access.profile:
        return "AWS_ACCESS_KEY_ID in the environment"
    if _credentials(access.profile) is None:
        return None
    profile = access.profile or os.environ.get("AWS_PROFILE")
    return f"the AWS profile {profile}" if profile else "AWS's default credential chain"


class S3Folder:
    """The objects below a prefix of a bucket, or the single object that the prefix names."""

    def __init__(self, location: str, access: S3Access) -> None:
        self.location = location
        self._bucket, self._prefix = split_uri(location)
        self._store = open_bucket(self._bucket, access)

    def files(self) -> Iterator[DataFile]:
        """List the data files, by uri."""
        return require_files(self._listed(), self.location)

    def read(self, file: DataFile) -> bytes:
        """Read a file's bytes unchanged."""
        return b"".join(chunk for _, chunk in self._read_ahead(_parts([file], sys.maxsize)))

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        """Read each of the files in chunks, in their order."""
        with closing(self._read_ahead(_parts(files, sys.maxsize))) as parts:
            for file, of_file in groupby(parts, itemgetter(0)):
                yield file, (chunk for _, chunk in of_file)

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        """Read the first bytes of each of the files, in their order."""
        return self._read_ahead(_parts(files, size))

    def _read(self, file: DataFile, start: int, size: int) -> bytes:
        from obstore.exceptions import PreconditionError

        key = file.uri.removeprefix(f"{S3}{self._bucket}/")
        options: GetOptions = {"if_match": f'"{file.etag}"'}
        if size < file.size:
            options["range"] = (start, start + size)
        with s3_errors(file.uri):
            try:
                answer = self._store.get(key, options=options)
                data = answer.bytes().to_bytes()
            except FileNotFoundError as error:
                raise file_changed(file, "deleted") from error
            except PreconditionError as error:
                raise file_changed(file, "replaced") from error
        if len(data) != size:
            # A failing proxy may send a content length that matches its partial data.
            raise SourceError(
                f"only {len(data):,} of {size:,} bytes of {file.uri} arrived",
                "run again; if it fails again, check the network and any proxy before S3",
            )
        return data

    def _read_ahead(self, parts: Iterable[_Part]) -> Generator[tuple[DataFile, bytes], None, None]:
        """Read parts of files, in their order."""
        ahead: deque[tuple[_Part, Future[bytes]]] = deque()
        pool = ThreadPoolExecutor(THREADS)
        try:
            for part in parts:
                ahead.append((part, pool.submit(self._read, *part)))
                while _is_enough_ahead(ahead):
                    yield _awaited(*ahead.popleft())
            while ahead:
                yield _awaited(*ahead.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def surroundings(self) -> tuple[str, set[str]]:
        """Return the folder of the files, ending in `/`, and the uris of all objects in it.

        Includes objects that are no data files, but no empty objects, which stand for folders.
        """
        folder = self._prefix
        with s3_errors(self.location):
            keys = self._keys(folder)
            if not keys:  # the location names one object
                folder = folder.rpartition("/")[0]
                keys = self._keys(folder)
        below = f"{S3}{self._bucket}/"
        return below + (f"{folder}/" if folder else ""), {below + key for key in keys}

    def _keys(self, folder: str) -> list[str]:
        return [
            entry["path"]
            for chunk in self._store.list(folder or None, chunk_size=1000)
            for entry in chunk
            if entry["size"]
        ]

    def _listed(self) -> Iterator[DataFile]:
        # obstore treats a prefix as a folder: `song_data` does not match `song_data_old/`. The
        # server decides the order; S3 sorts by key.
        below = len(f"{self._prefix}/") if self._prefix else 0
        found = False
        with s3_errors(self.location):
            for chunk in self._store.list(self._prefix or None, chunk_size=1000):
                for entry in chunk:
                    if is_data(entry["path"][below:]):
                        found = True
                        yield self._file(entry)
            if self._prefix and not found:
                yield from self._single_object()

    def _single_object(self) -> Iterator[DataFile]:
        with suppress(FileNotFoundError):
            # not head: its rejection has no body that says why
            yield self._file(self._store.get(self._prefix).meta)

    def _file(self, entry: "ObjectMeta") -> DataFile:
        etag = (entry["e_tag"] or "").strip('"')
        return DataFile(f"{S3}{self._bucket}/{entry['path']}", etag, entry["size"])


def _parts(files: Iterable[DataFile], most: int) -> Iterator[_Part]:
    """Cut the first bytes of each file into the parts to ask for; an empty file is one, too."""
    for file in files:
        size = min(file.size, most)
        for start in range(0, size or 1, _PART_BYTES):
            yield _Part(file, start, min(_PART_BYTES, size - start))


def _is_enough_ahead(ahead: Collection[tuple[_Part, object]]) -> bool:
    size = sum(part.size for part, _ in ahead)
    return len(ahead) > _AHEAD_FILES or size > _AHEAD_BYTES


def _awaited(part: _Part, data: Future[bytes]) -> tuple[DataFile, bytes]:
    return part.file, data.result()


def split_uri(location: str) -> tuple[str, str]:
    """Split `s3://bucket/key` into bucket and key. Raises ConfigError if it names no bucket."""
    bucket, _, key = location.removeprefix(S3).partition("/")
    if not _BUCKET_NAME.fullmatch(bucket):
        raise ConfigError(f"{location} names no bucket", "write it as s3://bucket/prefix")
    return bucket, key.strip("/")


def open_bucket(bucket: str, access: S3Access) -> "S3Store":
    """Make a client for one bucket, without a request yet. Raises ConfigError."""
    return _cached_client(bucket, access, _environment())


@lru_cache(maxsize=8)
def _cached_client(bucket: str, access: S3Access, _: frozenset[tuple[str, str]]) -> "S3Store":
    # Reading the certificates takes 20 ms, finding a profile's keys far more; and an open
    # connection can be reused.
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
        config["aws_endpoint_url_s3"] = endpoint  # this name overrides the environment's
    return S3Store(
        bucket,
        config=config,
        client_options={**_TIMEOUTS, "allow_http": endpoint.startswith("http://")},
        retry_config=_RETRIES,
        credential_provider=credentials,
    )


def _credentials(profile: str | None) -> "S3CredentialProvider | None":
    """Find the keys of a profile, a container or an instance, which needs boto3.

    None means the keys in the environment, which obstore finds by itself, or no keys.
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
            "list the profiles: aws configure list-profiles",
        ) from error


def _environment() -> frozenset[tuple[str, str]]:
    """Return the environment variables that AWS's tools, and obstore, read."""
    return frozenset(item for item in os.environ.items() if item[0].startswith("AWS_"))


def _keys_in_environment() -> bool:
    return bool(os.environ.get("AWS_ACCESS_KEY_ID"))


def _endpoint_in_environment() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


@contextmanager
def s3_errors(location: str) -> Iterator[None]:
    """Turn an error of obstore about `location` into a SourceError."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, FileNotFoundError, ValueError) as error:
        reason, hint = s3_explanation(str(error))
        raise SourceError(f"{location} cannot be read: {reason}", hint) from error


def s3_explanation(answer: str) -> tuple[str, str]:
    """Return the reason and the hint for S3's answer, which may itself contain secrets."""
    for pattern, reason, hint in _EXPLANATIONS:
        if re.search(pattern, answer):
            host = re.search(r"https?://(?:[^/@]*@)?([^/]+)", answer)
            return reason.format(host=host[1] if host else "S3"), hint
    return "S3 gave an unexpected answer", "run again with --debug to see it"


# A pattern in the answer, the reason, the hint; the first match applies.
_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or [S3] PROFILE"
_EXPLANATIONS = (
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
        "the bucket is in another region than requested",
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
