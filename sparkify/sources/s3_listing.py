"""List a bucket whose keys obstore cannot: those with `//`, `..` or a control character.

It gives no key of a page that has one. This asks for the same listing itself, signed as in
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
"""

import hmac
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPException
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, unquote_plus, urlsplit
from urllib.request import Request, urlopen
from xml.etree import ElementTree

from sparkify.errors import SourceError

_TIMEOUT = 15.0
_PAUSES = (0.5, 1.0, 2.0, 4.0)
# A page has at most a thousand keys of 1,024 bytes, which the encoding makes three times as long.
_MOST_PAGE_BYTES = 16 << 20
_EMPTY_DIGEST = sha256(b"").hexdigest()
_ILLEGAL = re.compile(r"[\x00-\x1f\x7f]")


class ListedObject(NamedTuple):
    """An object of a bucket, its etag without quotes."""

    key: str
    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The keys that a request is signed with."""

    access_key_id: str
    secret_access_key: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, how to reach it, and the keys to sign with: None for a public one."""

    name: str
    endpoint: str
    region: str
    keys: SigningKeys | None


class ListingFailed(Exception):  # noqa: N818 - it becomes a SourceError, which explains the answer
    """S3 rejected the request or did not answer; the text is its answer."""


def is_illegal_key(key: str) -> bool:
    """Return whether obstore cannot ask for an object of this key."""
    parts = key.removesuffix("/").split("/")
    return bool(_ILLEGAL.search(key)) or not {"", ".", ".."}.isdisjoint(parts)


def shown_key(key: str) -> str:
    """Return a key with its control characters as escapes."""
    return _ILLEGAL.sub(lambda found: f"\\x{ord(found[0]):02x}", key)


def list_objects(bucket: Bucket, prefix: str, start_after: str) -> Iterator[ListedObject]:
    """Yield the objects whose keys begin with the prefix and come after `start_after`.

    Raises ListingFailed, and SourceError for a listing without end.
    """
    query = {"list-type": "2", "encoding-type": "url", "prefix": prefix}
    if start_after:
        query["start-after"] = start_after
    tokens: set[str] = set()
    while True:
        page = _page(bucket, query)
        for entry in page.iter("Contents"):
            yield ListedObject(
                unquote_plus(entry.findtext("Key", "")),
                entry.findtext("ETag", "").strip('"'),
                int(entry.findtext("Size", "0")),
            )
        token = page.findtext("NextContinuationToken", "")
        if page.findtext("IsTruncated") != "true" or not token:
            return
        if token in tokens:
            raise endless_listing(f"s3://{bucket.name}/{prefix}")
        tokens.add(token)
        query = {**query, "continuation-token": token}


def endless_listing(location: str) -> SourceError:
    """Return the error for a listing that comes to the same keys again."""
    return SourceError(
        f"{location} cannot be listed: the server gives the same keys again and again",
        "check [S3] ENDPOINT_URL, and any proxy before S3",
    )


def _page(bucket: Bucket, query: Mapping[str, str]) -> ElementTree.Element:
    # expat itself bounds what entities may become
    page = ElementTree.fromstring(_answer(bucket, query))  # noqa: S314
    for element in page.iter():
        element.tag = element.tag.rpartition("}")[2]  # without its namespace
    return page


def _answer(bucket: Bucket, query: Mapping[str, str]) -> bytes:
    for pause in (*_PAUSES, None):
        try:
            request = _request(bucket, query)
            with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - it is an http address
                body: bytes = answer.read(_MOST_PAGE_BYTES)
                return body
        except HTTPError as error:
            text = error.read(1 << 16).decode(errors="replace")
            failure = ListingFailed(f"status code: {error.code}: {text}")
            if pause is None or (error.code < 500 and error.code != 429):
                raise failure from error
        except (OSError, HTTPException) as error:
            if pause is None:
                raise ListingFailed(f"HTTP error at {bucket.endpoint}") from error
        time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _request(bucket: Bucket, query: Mapping[str, str]) -> Request:
    address = urlsplit(bucket.endpoint)
    path = f"{address.path.rstrip('/')}/{quote(bucket.name)}"
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(query.items()))
    url = f"{address.scheme}://{address.netloc}{path}?{asked}"
    headers = {}
    if bucket.keys:
        headers = _signed_headers(bucket.keys, bucket.region, address.netloc, f"{path}?{asked}")
    return Request(url, headers=headers)  # noqa: S310 - the endpoint is an http address


def _signed_headers(keys: SigningKeys, region: str, host: str, target: str) -> dict[str, str]:
    path, _, asked = target.partition("?")
    now = datetime.now(UTC)
    headers = {
        "host": host,
        "x-amz-content-sha256": _EMPTY_DIGEST,
        "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
    }
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    names = ";".join(headers)
    listed = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"GET\n{path}\n{asked}\n{listed}\n{names}\n{_EMPTY_DIGEST}"
    scope = f"{now:%Y%m%d}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n"
    text += sha256(request.encode()).hexdigest()
    key = f"AWS4{keys.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"Credential={keys.access_key_id}/{scope}"
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}"
    )
    return headers
