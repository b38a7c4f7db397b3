"""S3 as a cluster reaches it: under a role, in one region.

https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
"""

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from .errors import RedshiftError, s3_failure


@dataclasses.dataclass(frozen=True)
class S3Access:
    """The S3 server, and the keys the stand-in itself reads and writes with."""

    endpoint: str
    access_key_id: str
    secret_access_key: str
    signing_region: str = "us-east-1"


@dataclasses.dataclass(frozen=True)
class Account:
    """What AWS knows of a cluster: its region, its roles, and where the buckets are.

    A role, by its ARN, may read the objects whose URI begins with one of its prefixes, and write
    those of `writers`. A bucket that is not named is in the cluster's own region.
    """

    roles: Mapping[str, Sequence[str]]
    region: str
    bucket_regions: Mapping[str, str]
    user: str
    writers: Mapping[str, Sequence[str]]


class NoSuchKeyError(RedshiftError):
    """The object does not exist."""


class Assumed:
    """A role that was assumed, for requests to one region."""

    def __init__(
        self, access: S3Access, account: Account, role: str, region: str | None = None
    ) -> None:
        self._access, self._account = access, account
        self._region = region or account.region
        arn = next(iter(account.roles), "") if role.lower() == "default" else role
        if arn not in account.roles:
            user = f"arn:aws:redshift:{account.region}:123456789012:dbuser:standin/{account.user}"
            raise s3_failure(f"User {user} is not authorized to assume IAM Role {arn}")
        self._reads = tuple(account.roles[arn])
        self._writes = tuple(account.writers.get(arn, ()))
        self._stores: dict[str, S3Store] = {}

    def may_read(self, uri: str) -> tuple[S3Store, str]:
        """Return the bucket and the key, if the role may read it."""
        return self._allowed(uri, self._reads)

    def may_write(self, uri: str) -> tuple[S3Store, str]:
        """Return the bucket and the key, if the role may write it."""
        return self._allowed(uri, self._writes)

    def with_prefix(self, prefix: str) -> list[str]:
        """List all objects whose key begins so: `log` begins `log/a` and `log_json_path`."""
        store, key = self.may_read(prefix)
        folder = key.rpartition("/")[0]
        with translated():
            found = obstore.list(store, folder or None).collect()
        bucket = prefix.removeprefix("s3://").partition("/")[0]
        return sorted(
            f"s3://{bucket}/{entry['path']}" for entry in found if entry["path"].startswith(key)
        )

    def _allowed(self, uri: str, prefixes: tuple[str, ...]) -> tuple[S3Store, str]:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if self._region != self._account.bucket_regions.get(bucket, self._account.region):
            raise _s3_exception(
                *(301, "PermanentRedirect"),
                "The bucket you are attempting to access must be addressed using the specified"
                " endpoint. Please send all future requests to this endpoint.",
            )
        if not uri.startswith(prefixes):
            raise _s3_exception(403, "AccessDenied", "Access Denied")
        if bucket not in self._stores:
            self._stores[bucket] = _open(self._access, bucket)
        return self._stores[bucket], key


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


@contextmanager
def translated() -> Iterator[None]:
    """Turn an error of S3 into that of Redshift."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        raise _s3_rejection(error) from error


def _s3_rejection(error: Exception) -> RedshiftError:
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
