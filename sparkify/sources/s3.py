"""Source files in S3: Amazon's, or an S3-compatible server's."""

import os
import re
import sys
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlsplit

from sparkify.config import Settings
from sparkify.errors import ConfigError, MissingSource, SourceError, UnreadableFile
from sparkify.installation import extra_command
from sparkify.sources.files import (
    MOST_DOCUMENT_BYTES,
    NOT_READABLE,
    PERMISSION_DENIED,
    DataFile,
    PassedOver,
    file_changed,
    heads,
    is_data_name,
    is_ignored,
    require_files,
)
from sparkify.sources.s3_listing import (
    Bucket,
    ListedObject,
    ListingFailed,
    SigningKeys,
    endless_listing,
    is_illegal_key,
    list_objects,
    shown_key,
)

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
# For a thousand keys; each request has a time-out of its own, and is retried.
LISTING_SECONDS = 120.0


class _Part(NamedTuple):
    """A number of bytes of a file, from one of them on."""

    file: DataFile
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class S3Access:
    """The access to S3; for a field that is None, the defaults of AWS's tools apply.

    `kms_key` encrypts what is written; None means as the bucket has it.
    `follow_links` is about folders of this machine: whether links that lead out are followed.
    """

    region: str | None = None
    endpoint_url: str | None = None
    profile: str | None = None
    kms_key: str | None = None
    follow_links: bool = False

    @classmethod
    def named_by(cls, settings: Settings) -> "S3Access":
        """Take the fields from the settings."""
        return cls(
            region=settings.s3_region or None,
            endpoint_url=settings.s3_endpoint_url or None,
            profile=settings.s3_profile or None,
            kms_key=settings.s3_kms_key or None,
            follow_links=settings.follow_links == "yes",
        )


def read_s3_document(location: str, access: S3Access) -> bytes:
    """Read one object. Raises SourceError, ConfigError."""
    bucket, key = split_uri(location)
    with s3_errors(location):
        answer = open_bucket(bucket, access).get(key)
        size = answer.meta["size"]
        if size <= MOST_DOCUMENT_BYTES:
            return answer.bytes().to_bytes()
    raise SourceError(
        f"{location} has {size:,} bytes, over {MOST_DOCUMENT_BYTES >> 20} MB",
        "name the object that is meant",
    )


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
        self.passed_over = PassedOver(location)
        self._access = access
        self._bucket, self._prefix = split_uri(location)
        self._store = open_bucket(self._bucket, access)
        self._illegal: set[str] = set()  # the uris of objects that cannot be asked for

    def files(self) -> Iterator[DataFile]:
        """List the data files, by uri."""
        self.passed_over = PassedOver(self.location)
        return self._or_names_alike(require_files(self._listed(), self.passed_over))

    def fault_of(self, file: DataFile) -> UnreadableFile | None:
        """Return why an object cannot be asked for: its key."""
        return _illegal_key(file.uri) if file.uri in self._illegal else None

    def read(self, file: DataFile) -> bytes:
        """Read a file's bytes unchanged."""
        return b"".join(chunk for _, chunks in self.stream([file]) for chunk in chunks)

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        """Read each of the files in chunks, in their order."""
        return self._stream(files, sys.maxsize)

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        """Read the first bytes of each of the files, in their order."""
        return heads(self._stream(files, size))

    def _stream(
        self, files: Iterable[DataFile], most: int
    ) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        with closing(self._read_ahead(_parts(files, most))) as parts:
            for file, of_file in groupby(parts, itemgetter(0)):
                yield file, (data.result() for _, data in of_file)

    def _read(self, file: DataFile, start: int, size: int) -> bytes:
        from obstore.exceptions import BaseError, PreconditionError

        key = file.uri.removeprefix(f"{S3}{self._bucket}/")
        if not file.size:
            return b""
        if fault := self.fault_of(file):
            raise fault
        options: GetOptions = {"if_match": f'"{file.etag}"'}
        if size < file.size:
            options["range"] = (start, start + size)
        with s3_errors(file.uri):
            try:
                answer = self._store.get(key, options=options)
                data = answer.bytes().to_bytes()
            except (FileNotFoundError, PreconditionError) as error:
                if self._begins_with_slash(key):
                    raise _illegal_key(file.uri) from error
                is_gone = isinstance(error, FileNotFoundError)
                raise file_changed(file, "deleted" if is_gone else "replaced") from error
            except BaseError as error:
                require_fault_of_source(file.uri, str(error))
                raise
        if len(data) != size:
            # A failing proxy may send a content length that matches its partial data.
            raise SourceError(
                f"only {len(data):,} of {size:,} bytes of {file.uri} arrived",
                "run again; if it fails again, check the network and any proxy before S3",
            )
        return data

    def _read_ahead(
        self, parts: Iterable[_Part]
    ) -> Generator[tuple[DataFile, Future[bytes]], None, None]:
        """Read parts of files, in their order."""
        ahead: deque[tuple[_Part, Future[bytes]]] = deque()
        pool = ThreadPoolExecutor(THREADS)
        try:
            for part in parts:
                ahead.append((part, pool.submit(self._read, *part)))
                while _is_enough_ahead(ahead):
                    yield _of_file(*ahead.popleft())
            while ahead:
                yield _of_file(*ahead.popleft())
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
        return [each.key for each in self._objects(folder) if each.size]

    def _listed(self) -> Iterator[DataFile]:
        # A prefix is a folder: `song_data` does not match `song_data_old/`. The server decides the
        # order; S3 sorts by key.
        below = len(f"{self._prefix}/") if self._prefix else 0
        found = False
        with s3_errors(self.location):
            for each in self._objects(self._prefix):
                if self._is_data(each, each.key[below:]):
                    found = True
                    yield self._file(each)
            if self._prefix and not found:
                yield from self._single_object()

    def _is_data(self, listed: ListedObject, path: str) -> bool:
        if is_ignored(path):
            return False
        name = path.rpartition("/")[2]
        if not is_data_name(name):
            if listed.size:  # what is empty stands for a folder, or is nothing
                self.passed_over.add(shown_key(path))
            return False
        return bool(listed.size) or self._is_object(listed.key)

    def _is_object(self, key: str) -> bool:
        """Return whether an empty object has this key, and not this key with a slash: a folder."""
        from obstore.exceptions import BaseError

        try:
            self._store.head(key)
        except FileNotFoundError:
            return False
        except BaseError:  # it is empty, and is not read
            return True
        return True

    def _objects(self, folder: str) -> Iterator[ListedObject]:
        """Yield all objects below a folder. Raises SourceError for a listing without end."""
        checkpoint, next_checkpoint = "", 1
        for number, each in enumerate(self._all_objects(folder), 1):
            # A listing in a circle comes to the key that it was at, whatever the circle's length.
            if each.key == checkpoint:
                raise endless_listing(self.location)
            if number == next_checkpoint:
                checkpoint, next_checkpoint = each.key, 2 * number
            yield each

    def _all_objects(self, folder: str) -> Iterator[ListedObject]:
        last = ""
        try:
            for chunk in _within_time(
                self._store.list(folder or None, chunk_size=1000), self.location
            ):
                for entry in chunk:
                    last = entry["path"]
                    yield _listed_object(entry)
        except BaseException as error:
            if not _names_illegal_key(error):
                raise
            yield from self._objects_of_any_key(f"{folder}/" if folder else "", last)

    def _objects_of_any_key(self, prefix: str, start_after: str) -> Iterator[ListedObject]:
        bucket = Bucket(self._bucket, *_reached(self._access), _signing_keys(self._access))
        try:
            for each in list_objects(bucket, prefix, start_after):
                if not each.key.endswith("/"):
                    yield each
        except ListingFailed as error:
            raise _source_error(self.location, str(error)) from error

    def _begins_with_slash(self, key: str) -> bool:
        """Return whether the bucket has the key behind a slash, which obstore takes away."""
        if self._prefix:
            return False
        return any(each.key == f"/{key}" for each in self._objects_of_any_key(f"/{key}", ""))

    def _single_object(self) -> Iterator[DataFile]:
        with suppress(FileNotFoundError):
            # not head: its rejection has no body that says why
            yield self._file(_listed_object(self._store.get(self._prefix).meta))

    def _file(self, listed: ListedObject) -> DataFile:
        uri = f"{S3}{self._bucket}/{shown_key(listed.key)}"
        if is_illegal_key(listed.key):
            self._illegal.add(uri)
        return DataFile(uri, listed.etag, listed.size)

    def _or_names_alike(self, files: Iterator[DataFile]) -> Iterator[DataFile]:
        """Yield the files; where there are none, the error says which names begin as the prefix."""
        found = False
        try:
            for file in files:
                found = True
                yield file
        except SourceError as error:
            alike = "" if found or not self._prefix else self._name_alike()
            if not alike:
                raise
            raise SourceError(str(error), f"did you mean {alike}?") from error

    def _name_alike(self) -> str:
        """Return a folder beside the prefix whose name begins with the prefix's, '' for none."""
        parent, _, name = self._prefix.rpartition("/")
        with suppress(SourceError), s3_errors(self.location):
            for path in self._store.list_with_delimiter(parent or None)["common_prefixes"]:
                if path.rstrip("/").rpartition("/")[2].startswith(name):
                    return f"{S3}{self._bucket}/{path.rstrip('/')}"
        return ""


def _parts(files: Iterable[DataFile], most: int) -> Iterator[_Part]:
    """Cut the first bytes of each file into the parts to ask for; an empty file is one, too."""
    for file in files:
        size = min(file.size, most)
        for start in range(0, size or 1, _PART_BYTES):
            yield _Part(file, start, min(_PART_BYTES, size - start))


def _is_enough_ahead(ahead: Collection[tuple[_Part, object]]) -> bool:
    size = sum(part.size for part, _ in ahead)
    return len(ahead) > _AHEAD_FILES or size > _AHEAD_BYTES


def _of_file(part: _Part, data: Future[bytes]) -> tuple[DataFile, Future[bytes]]:
    return part.file, data


def split_uri(location: str) -> tuple[str, str]:
    """Split `s3://bucket/key` into bucket and key. Raises ConfigError if it names no bucket."""
    bucket, _, key = location.removeprefix(S3).partition("/")
    if not _BUCKET_NAME.fullmatch(bucket):
        raise ConfigError(f"{location} names no bucket", "write it as s3://bucket/prefix")
    key = key.removesuffix("/")
    if key and is_illegal_key(f"{key}/"):
        raise ConfigError(
            f"{shown_key(location)} has '//', '..' or a control character in its key",
            "write it as s3://bucket/prefix, with one slash between names",
        )
    return bucket, key


def open_bucket(bucket: str, access: S3Access) -> "S3Store":
    """Make a client for one bucket, without a request yet. Raises ConfigError."""
    return _cached_client(bucket, access, _environment())


@lru_cache(maxsize=8)
def _cached_client(bucket: str, access: S3Access, _: frozenset[tuple[str, str]]) -> "S3Store":
    # Reading the certificates takes 20 ms, finding a profile's keys far more; and an open
    # connection can be reused.
    from obstore.exceptions import BaseError
    from obstore.store import S3Store

    credentials = _credentials(access.profile)
    if credentials is None:
        _require_whole_keys()
    config: S3Config = {"skip_signature": credentials is None and not _keys_in_environment()}
    config["region"] = _region(access)
    if access.kms_key:  # of what is written; to read takes no word of it
        config["server_side_encryption"] = "aws:kms"
        config["sse_kms_key_id"] = access.kms_key
    endpoint = access.endpoint_url or _endpoint_in_environment()
    if endpoint and not _ADDRESS.match(endpoint):
        raise ConfigError(
            f"the S3 endpoint {endpoint} is not an address",
            "write [S3] ENDPOINT_URL like http://127.0.0.1:9000",
        )
    if endpoint:
        config["aws_endpoint_url_s3"] = endpoint  # this name overrides the environment's
    try:
        return S3Store(
            bucket,
            config=config,
            client_options={**_TIMEOUTS, "allow_http": endpoint.startswith("http://")},
            retry_config=_RETRIES,
            credential_provider=credentials,
        )
    except BaseError as error:
        raise _unusable_environment() from error


def _require_whole_keys() -> None:
    """Raise ConfigError for half of a pair of keys in the environment."""
    pair = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    given = [name for name in pair if os.environ.get(name)]
    if len(given) == 1:
        [missing] = {*pair} - {*given}
        raise ConfigError(
            f"{given[0]} is set in the environment, and {missing} is not",
            f"set both, or unset {given[0]} to use a profile or no keys",
        )


def _unusable_environment() -> ConfigError:
    """Return the error for AWS variables of the environment that no client can be made with."""
    names = sorted(name for name, value in os.environ.items() if name.startswith("AWS_"))
    empty = [name for name in names if not os.environ[name]]
    if empty:
        verb = "is" if len(empty) == 1 else "are"
        return ConfigError(
            f"{', '.join(empty)} {verb} set in the environment, and empty",
            f"unset {' '.join(empty)}",
        )
    return ConfigError(
        f"the environment's {', '.join(names)} cannot be used for S3",
        "correct or unset what is wrong; run again with --debug to see which",
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
            extra_command("aws"),
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
        raise _source_error(location, str(error)) from error


def _source_error(location: str, answer: str) -> SourceError:
    reason, hint = s3_explanation(answer)
    kind = MissingSource if reason == NO_SUCH_OBJECT else SourceError
    return kind(f"{location} cannot be read: {reason}", hint)


def require_fault_of_source(uri: str, answer: str) -> None:
    """Raise UnreadableFile if S3's answer is about this object, and not about all of its bucket."""
    for pattern, reason, hint in _OF_ONE_OBJECT:
        if re.search(pattern, answer, re.DOTALL):
            raise UnreadableFile(f"{uri} cannot be read: {reason}", hint, NOT_READABLE)
    reason, hint = s3_explanation(answer)
    if reason == PERMISSION_DENIED:
        raise UnreadableFile(f"{uri} cannot be read: {reason}", hint, PERMISSION_DENIED)


def _illegal_key(uri: str) -> UnreadableFile:
    return UnreadableFile(
        f"{uri} cannot be read: '//', '..' or a control character in its key",
        "rename that object",
        NOT_READABLE,
    )


def _names_illegal_key(error: BaseException) -> bool:
    return bool(re.search("path segment", str(error)))


def _listed_object(entry: "ObjectMeta") -> ListedObject:
    return ListedObject(entry["path"], (entry["e_tag"] or "").strip('"'), entry["size"])


def _within_time(
    chunks: Iterator[Sequence["ObjectMeta"]], location: str
) -> Iterator[Sequence["ObjectMeta"]]:
    """Yield the chunks of a listing, each within a time: pages without keys can follow for ever."""
    answers: SimpleQueue[Sequence[ObjectMeta] | BaseException | None] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(next(chunks, None))
        except BaseException as error:  # noqa: BLE001 - it is raised below
            answers.put(error)

    while True:
        Thread(target=ask, daemon=True).start()
        try:
            chunk = answers.get(timeout=LISTING_SECONDS)
        except Empty:
            raise endless_listing(location) from None
        if isinstance(chunk, BaseException):
            raise chunk
        if chunk is None:
            return
        yield chunk


def _reached(access: S3Access) -> tuple[str, str]:
    """Return the endpoint and the region that requests go to."""
    region = _region(access)
    endpoint = access.endpoint_url or _endpoint_in_environment()
    return endpoint or f"https://s3.{region}.amazonaws.com", region


def _region(access: S3Access) -> str:
    """Return the region to sign for; a variable that is empty is none."""
    named = (access.region, os.environ.get("AWS_REGION"), os.environ.get("AWS_DEFAULT_REGION"))
    return next(filter(None, named), "us-east-1")


def _signing_keys(access: S3Access) -> SigningKeys | None:
    provider = _credentials(access.profile)
    if provider is not None:
        keys: Any = provider()
        return SigningKeys(keys["access_key_id"], keys["secret_access_key"], keys["token"] or "")
    if not _keys_in_environment():
        return None
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    return SigningKeys(*(os.environ.get(name, "") for name in names))


def s3_explanation(answer: str) -> tuple[str, str]:
    """Return the reason and the hint for S3's answer, which may itself contain secrets."""
    for pattern, reason, hint in _EXPLANATIONS:
        if re.search(pattern, answer):
            host = re.search(r"https?://(?:[^/@]*@)?([^/]+)", answer)
            return reason.format(host=host[1] if host else "S3"), hint
    return "S3 gave an unexpected answer", "run again with --debug to see it"


NO_SUCH_OBJECT = "there is no such object"
# A pattern in the answer, the reason, the hint; the first match applies.
_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or [S3] PROFILE"
_REQUESTER_PAYS = "; of a bucket whose requester pays, set AWS_REQUEST_PAYER=true to pay"
_EXPLANATIONS = (
    (
        "AllAccessDisabled<|AccountProblem<|NotSignedUp<|AccountSuspended",
        "the AWS account is closed, or has a problem",
        "ask the bucket's owner, or AWS support",
    ),
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
        PERMISSION_DENIED,
        f"use keys that may s3:ListBucket and s3:GetObject there: {_KEYS}{_REQUESTER_PAYS}",
    ),
    ("status code: 404", NO_SUCH_OBJECT, "check the bucket and the key"),
    ("status code: (429|5..)", "{host} is busy or broken", "wait a little, then run again"),
    ("path segment", "'//', '..' or a control character in a key", "rename that object"),
    ("HTTP error", "{host} cannot be reached", "check the network and [S3] ENDPOINT_URL"),
)

# Of one object: the others of its bucket can be read.
_OF_ONE_OBJECT = (
    (
        "InvalidObjectState<",
        "it is archived in Glacier",
        "restore it (aws s3api restore-object), and then: sparkify quarantine retry",
    ),
    (
        "stored using a form of Server Side Encryption|encryption parameters are not applicable",
        "it is encrypted with a key of its owner's own (SSE-C), which is not known here",
        "copy it with the key into an object without SSE-C",
    ),
    (
        "kms:Decrypt|KMS[.][A-Za-z]+Exception|AWS KMS|<Code>KMS",
        "it is encrypted with a KMS key (SSE-KMS) that may not be used",
        "give your keys kms:Decrypt on that key, and see that it is enabled",
    ),
    (
        "[Rr]equester.?[Pp]ay",
        "its bucket's requester pays",
        "set AWS_REQUEST_PAYER=true in the environment to pay",
    ),
)
