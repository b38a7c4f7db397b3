"""The source files in a folder or an `s3://bucket/prefix`: their uris, etags and sizes.

A data file is any `.json`, `.jsonl` or `.ndjson` below the location, each also with `.gz`, in any
case and at any depth. Files and folders whose names start with `.` or `_` belong to tools and are
ignored: `.DS_Store`, `_SUCCESS`, `_temporary/`. All other files are counted as passed over.

A new kind of location is a module with a class that satisfies `Source`, and one entry of SCHEMES.
"""

from collections.abc import Callable
from typing import NamedTuple

from sparkify.config import URI_SCHEME
from sparkify.errors import ConfigError
from sparkify.sources.files import DataFile, PassedOver, Source, passed_over_by
from sparkify.sources.local import LocalFolder, absolute_path, read_local_document
from sparkify.sources.s3 import S3, S3Access, S3Folder, bucket_region, keys_origin, read_s3_document
from sparkify.sources.upload import S3Output
from sparkify.sources.work import OwnFolder, WorkFolder

__all__ = [
    "SCHEMES",
    "DataFile",
    "OwnFolder",
    "PassedOver",
    "S3Access",
    "S3Folder",
    "S3Output",
    "Scheme",
    "Source",
    "WorkFolder",
    "bucket_region",
    "keys_origin",
    "open_source",
    "passed_over_by",
    "read_document",
    "uri_prefix",
]


class Scheme(NamedTuple):
    """A kind of location: how to open one, read a single file, and begin the uris of its files.

    The first two are given the settings of S3; another scheme has keys of its own.
    """

    open: Callable[[str, S3Access], Source]
    read_document: Callable[[str, S3Access], bytes]
    uri_prefix: Callable[[str], str]


# By what a location begins with. Any other is a folder or a file of this machine.
SCHEMES = {S3: Scheme(S3Folder, read_s3_document, lambda location: location.rstrip("/"))}
LOCAL = Scheme(
    lambda location, access: LocalFolder(location, follow_links=access.follow_links),
    lambda location, _: read_local_document(location),
    absolute_path,
)


def open_source(location: str, access: S3Access) -> Source:
    """Open a folder, a single file, or an `s3://bucket/prefix`, without reading from it yet.

    Raises ConfigError for an invalid location, or an AWS profile that cannot be used.
    """
    return _scheme_of(location).open(location, access)


def read_document(location: str, access: S3Access) -> bytes:
    """Read one file or object, such as the JSONPaths file. Raises SourceError, ConfigError."""
    return _scheme_of(location).read_document(location, access)


def uri_prefix(location: str) -> str:
    """Return the beginning that the uris of a location's files share, without a slash."""
    return _scheme_of(location).uri_prefix(location)


def _scheme_of(location: str) -> Scheme:
    found = (scheme for start, scheme in SCHEMES.items() if location.startswith(start))
    scheme = next(found, None)
    if scheme is None and URI_SCHEME.match(location):
        raise ConfigError(
            f"{location} cannot be read: there is no support for {location.partition(':')[0]}:",
            f"give a folder of this machine by its path, or one of: {', '.join(SCHEMES)}",
        )
    return scheme or LOCAL
